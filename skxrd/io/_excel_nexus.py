"""Excel workbooks and NeXus files, read with optional packages."""

import io
import zipfile

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import make_pattern, mean_wavelength
from skxrd.io._safe_content import LARGEST, open_archive

_MOST_CELLS = 5_000_000


def is_xlsx(content):
    """Whether content is an Excel workbook."""
    return content.startswith(b"PK") and b"xl/" in content


def is_nexus(content):
    """Whether content is an HDF5 file."""
    return content.startswith(b"\x89HDF\r\n")


def _import_package(path, name, what):
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec(name) is None:
        raise FormatError(
            path, f'is {what}, which needs the package {name}: pip install "skxrd[formats]".'
        )
    return import_module(name)


def read_xlsx(path, content, wavelength):
    """Read the sheets of a workbook: angles in the first column, a pattern in each other one."""
    openpyxl = _import_package(path, "openpyxl", "an Excel workbook")
    archive = open_archive(path, content)
    if sum(member.file_size for member in archive.infolist()) > LARGEST:
        raise FormatError(path, f"unpacks to more than {LARGEST // 10**6} MB.")
    # which error a damaged workbook raises depends on where the damage is
    damaged = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, SyntaxError)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [_sheet_rows(path, sheet) for sheet in book.worksheets]
    except FormatError:
        raise
    except (*damaged, zipfile.BadZipFile, EOFError, RuntimeError) as error:
        raise FormatError(path, f"is a damaged Excel workbook ({error}).") from error
    patterns = [pattern for rows in sheets for pattern in _sheet_patterns(path, rows, wavelength)]
    if not patterns:
        raise FormatError(path, "has no sheet with angles and intensities in columns of numbers.")
    return patterns


def _sheet_rows(path, sheet):
    rows, cells = [], 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row)
        if cells > _MOST_CELLS:
            raise FormatError(path, f"has a sheet of more than {_MOST_CELLS} cells.")
        rows.append(row)
    return rows


def _sheet_patterns(path, rows, wavelength):
    header, table = (), []
    for row in rows:
        if row and isinstance(row[0], (int, float)):
            table.append(row)
        elif not table:
            header = row
    width = min(map(len, table), default=0)
    if len(table) < 2 or width < 2:
        return
    for column in range(1, width):
        pairs = [(row[0], row[column]) for row in table]
        pairs = [pair for pair in pairs if isinstance(pair[1], (int, float))]
        if len(pairs) < 2:
            continue
        two_theta, intensity = np.array(pairs, dtype=np.float64).T
        name = str(header[column]) if column < len(header) and header[column] else ""
        yield make_pattern(
            path,
            two_theta,
            intensity,
            stated=None,
            wavelength=wavelength,
            name=name,
            format="xlsx",
        )


def read_nexus(path, content, wavelength):
    """Read the groups of a NeXus file that hold intensities over 2 theta."""
    h5py = _import_package(path, "h5py", "a NeXus file")
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            groups, alpha = _nexus_groups(file, h5py)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise FormatError(path, f"is a damaged HDF5 file ({error}).") from error
    if not groups:
        raise FormatError(path, "has no group with two_theta and intensity of the same length.")
    stated = mean_wavelength("", alpha.get("k_alpha_one"), alpha.get("k_alpha_two"))
    return [
        make_pattern(
            path,
            two_theta,
            intensity,
            stated=stated,
            wavelength=wavelength,
            format="nexus",
        )
        for two_theta, intensity in groups
    ]


def _nexus_groups(file, h5py):
    groups, alpha = [], {}

    def visit(name, item):
        last = name.rpartition("/")[2]
        if isinstance(item, h5py.Dataset) and last.startswith("k_alpha_") and item.size == 1:
            alpha[last] = float(np.ravel(item[()])[0])
        if isinstance(item, h5py.Group) and "two_theta" in item and "intensity" in item:
            angles, counts = item["two_theta"], item["intensity"]
            both = isinstance(angles, h5py.Dataset) and isinstance(counts, h5py.Dataset)
            if both and angles.shape == counts.shape and 1 < angles.size < _MOST_CELLS:
                groups.append((np.ravel(angles[()]), np.ravel(counts[()])))

    file.visititems(visit)
    return groups, alpha
