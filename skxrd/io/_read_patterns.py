"""Read patterns from files and folders."""

import os
import re
import stat
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from skxrd._compat import StrOptions, validate_params
from skxrd._files import FormatError, special_kind
from skxrd._pattern import PowderPattern
from skxrd.io._bruker import is_brml, is_raw_1_01, is_uxd, read_brml, read_raw_1_01, read_uxd
from skxrd.io._bruker_raw4 import is_raw_4, read_raw_4
from skxrd.io._build_pattern import check_stated, file_name
from skxrd.io._excel_nexus import is_nexus, is_xlsx, read_nexus, read_xlsx
from skxrd.io._gsas import is_gsas, read_gsas
from skxrd.io._philips_sietronics import is_cpi, is_udf, read_cpi, read_udf
from skxrd.io._powder_cif import is_powder_cif, read_powder_cif
from skxrd.io._rigaku import is_ras, is_rasx, read_ras, read_rasx
from skxrd.io._safe_content import LARGEST_FILE, open_archive, read_member, unpack
from skxrd.io._siemens import is_raw_1, is_raw_2, read_raw_1, read_raw_2
from skxrd.io._stoe import is_stoe, read_stoe
from skxrd.io._text_columns import parse_columns
from skxrd.io._write_pattern import written_wavelength
from skxrd.io._xrdml import is_xrdml, read_xrdml

_NUMBERS = re.compile(rb"[\s\d.+-]{60}")  # no other format begins with so many plain numbers
_MOST_MEMBERS = 5000  # files in one zip archive
# Endings of files that may lie beside patterns in a folder but never hold one
_NOT_PATTERNS = {".md", ".rst", ".json", ".png", ".jpg", ".jpeg", ".pdf", ".py", ".html"}


class SkippedFileWarning(UserWarning):
    """A file or structure that was left out, with the reason."""


def _read_text(path, content, wavelength):
    columns, repaired = parse_columns(path, content)
    angles = columns[:, 0]
    step = angles[1:] - angles[:-1]
    if (step <= 0).any():
        row = int(np.flatnonzero(step <= 0)[0])
        what = "descends" if (step < 0).all() else "repeats" if step[row] == 0 else "falls"
        raise FormatError(
            path,
            f"its angle {what} at row {row + 2} ({angles[row]:g}, then {angles[row + 1]:g}); "
            "angles must be strictly increasing: sort the rows and merge repeated angles.",
        )
    if angles[-1] >= 180:
        raise FormatError(
            path,
            f"its first column runs to {angles[-1]:g}; angles in degrees end below 180. Times of "
            "flight, energies and spacings are not read.",
        )
    metadata = {"path": str(path)}
    if repaired:
        metadata["repaired_lines"] = repaired
    if columns.shape[1] == 3:
        metadata["sigma"] = columns[:, 2]
    wavelength = check_stated(path, written_wavelength(content), wavelength)
    return [PowderPattern(angles, columns[:, 1], wavelength, file_name(path), metadata)]


def _read_zip(path, content, wavelength):
    """Patterns of all files in a zip archive; archives in it must be those of instruments."""
    archive = open_archive(path, content)
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not Path(member.filename).name.startswith(".")
        and Path(member.filename).suffix.lower() not in _NOT_PATTERNS
    ]
    if sum(member.file_size for member in members) > LARGEST_FILE:
        raise FormatError(path, f"unpacks to more than {LARGEST_FILE // 10**6} MB.")
    if len(members) > _MOST_MEMBERS:
        raise FormatError(path, f"holds {len(members)} files; unpack it and read the folder.")
    patterns = []
    for member in members:
        inner = read_member(path, archive, member.filename)
        name = path / member.filename
        if name.suffix.lower() == ".cif" and not is_powder_cif(inner):
            continue
        if inner.startswith(b"PK") and not any(fits(inner) for fits in (is_rasx, is_brml, is_xlsx)):
            raise FormatError(name, "is an archive within an archive; unpack it first.")
        patterns += parse_scans(name, inner, None, wavelength)
    if not patterns:
        raise FormatError(path, "is a zip archive without patterns.")
    return patterns


def _refuse_crystals(path, content, wavelength):
    raise FormatError(path, "is a CIF file of crystals without a pattern; read it with read_cif.")


# name: (whether content is of the format, reader of all its scans); the first that fits is used
_FORMATS = {
    "rasx": (is_rasx, read_rasx),
    "brml": (is_brml, read_brml),
    "xlsx": (is_xlsx, read_xlsx),
    "zip": (lambda content: content.startswith(b"PK\x03\x04"), _read_zip),
    "nexus": (is_nexus, read_nexus),
    "raw1": (is_raw_1, read_raw_1),
    "raw2": (is_raw_2, read_raw_2),
    "raw3": (is_raw_1_01, read_raw_1_01),
    "raw4": (is_raw_4, read_raw_4),
    "stoe": (is_stoe, read_stoe),
    "xrdml": (is_xrdml, read_xrdml),
    "ras": (is_ras, read_ras),
    "uxd": (is_uxd, read_uxd),
    "udf": (is_udf, read_udf),
    "cpi": (is_cpi, read_cpi),
    "gsas": (is_gsas, read_gsas),
    "pdcif": (is_powder_cif, read_powder_cif),
    "cif": (lambda content: b"_cell_length_a" in content, _refuse_crystals),
    "text": (lambda content: True, _read_text),
}


@validate_params(
    {"format": [StrOptions(set(_FORMATS)), None], "wavelength": [float, int, str, None]},
    prefer_skip_nested_validation=True,
)
def read_pattern(path, *, format=None, wavelength=None):
    r"""Read one pattern from a file.

    Parameters
    ----------
    path : path-like
        A text file with two columns, angle in degrees and intensity, and perhaps a third, its
        standard deviation (header and comment lines are skipped); XRDML; Rigaku RAS or RASX;
        Bruker and Siemens UXD, BRML and RAW 1 to 4; STOE RAW; Philips UDF; Sietronics CPI; GSAS
        (STD, ESD, FXY, FXYE); powder CIF; Excel and NeXus with the packages of
        ``skxrd[formats]``; each also compressed with gzip or bzip2, or several in a zip archive.
    format : str, default=None
        Format of the file: ``"xrdml"``, ``"ras"``, ``"rasx"``, ``"uxd"``, ``"brml"``, ``"raw1"`` to
        ``"raw4"``, ``"stoe"``, ``"xlsx"``, ``"nexus"``, ``"udf"``, ``"cpi"``, ``"gsas"``,
        ``"pdcif"``, ``"zip"`` or ``"text"``; ``None`` recognises it by content.
    wavelength : float or str, default=None
        Angstrom, or a name such as ``"CuKa"``, for files such as text that state none; without it
        the wavelength of their patterns is unknown. Files that state theirs keep it.

    Returns
    -------
    PowderPattern
        Named after the file; ``metadata`` has its ``"path"`` and what else the file states, such as
        ``"sample_name"``, ``"intensity_unit"`` (counts, or counts per second),
        ``"counting_time"``, ``"anode"`` and ``"scan_type"``; of text the third column as
        ``"sigma"``. Lines whose fixed-width columns touch, so that angle and intensity run
        together, are split where the step of the angles confirms it; ``"repaired_lines"`` lists
        them.

    Raises
    ------
    FormatError
        If the file does not hold a pattern, or holds several, which :func:`read_patterns` reads.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skxrd.io import read_pattern
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "film.xy")
    ...     size = path.write_text("10.0 120\n10.1 118\n10.2 131\n")
    ...     read_pattern(path, wavelength="CuKa1")
    PowderPattern('film', 3 angles, 10 to 10.2 deg, 1.54059 angstrom)
    """
    path = Path(path)
    if path.is_dir():
        raise FormatError(path, "is a folder; use read_patterns.")
    patterns = _read_scans(path, format, wavelength)
    if len(patterns) > 1:
        raise FormatError(path, f"holds {len(patterns)} scans; read_patterns gives all of them.")
    return patterns[0]


def _read_scans(path, format, wavelength):
    """Patterns of all scans of a file."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):  # devices and pipes may never end
        raise FormatError(path, f"is {special_kind(status)}, not an ordinary file.")
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise FormatError(path, f"has {size / 1e6:.0f} MB; no pattern is that large.")
        content = file.read()
    return parse_scans(path, content, format, wavelength)


def parse_scans(path, content, format=None, wavelength=None):
    """Patterns of all scans in the content of a file, which is not opened."""
    content = unpack(path, content)
    if format is None and _NUMBERS.match(content):
        return _read_text(path, content, wavelength)
    for name, (fits, read) in _FORMATS.items():
        if format == name or (format is None and fits(content)):
            scans = read(path, content, wavelength)
            if len(scans) == 1 or name == "zip":
                return scans
            return [
                replace(
                    scan,
                    name=f"{scan.name}, scan {number}",
                    metadata={**scan.metadata, "scan": number},
                )
                for number, scan in enumerate(scans, start=1)
            ]
    raise FormatError(path, "has no known format.")


@validate_params(
    {
        "wavelength": [float, int, str, None],
        "labels": [StrOptions({"folder"}), None],
        "on_error": [StrOptions({"raise", "skip"})],
        "progress": [callable, None],
    },
    prefer_skip_nested_validation=True,
)
def read_patterns(paths, *, wavelength=None, labels=None, on_error="raise", progress=None):
    """Read the patterns of files and folders.

    Parameters
    ----------
    paths : path-like or list of path-like
        Files, each of which may hold several scans, or folders whose files are read at any depth
        in natural order. Hidden files and files that cannot be patterns (text documents, pictures,
        JSON, CIF files of crystals) are skipped.
    wavelength : float or str, default=None
        As in :func:`read_pattern`.
    labels : {"folder"}, default=None
        ``"folder"`` also returns, for each pattern, the name of the folder that holds it directly
        below the given one.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a file that cannot be read: raise its error, or leave the file out with a
        :class:`SkippedFileWarning`.
    progress : callable, default=None
        Called after each file with the number of files done and of all files.

    Returns
    -------
    patterns : list of PowderPattern
        The patterns. Those of a file with several scans are numbered from 1 in their names and in
        ``metadata["scan"]``.
    labels : ndarray of str, shape (n_patterns,)
        Only with ``labels="folder"``.

    Raises
    ------
    ValueError
        If there is nothing to read.
    FormatError
        If a file does not hold a pattern and ``on_error="raise"``.
    """
    if isinstance(paths, str | Path) or hasattr(paths, "__fspath__"):
        paths = [paths]
    found = [entry for path in paths for entry in _list_files(Path(path), labels == "folder")]
    if not found:
        where = ", ".join(map(str, paths))
        hint = " in folders named after their class" if labels else ""
        raise ValueError(f"{where}: there are no pattern files; put scans{hint} there.")
    patterns, names, first = [], [], None
    for done, (path, label) in enumerate(found, start=1):
        try:
            scans = _read_scans(path, None, wavelength)
        except (FormatError, OSError) as error:
            if on_error == "raise":
                raise
            if isinstance(error, OSError):
                error = FormatError(path, f"cannot be read ({error.strerror}).")
            first = first or error
            warnings.warn(f"left out {error}", SkippedFileWarning, stacklevel=2)
        else:
            patterns += scans
            names += [label] * len(scans)
        if progress is not None:
            progress(done, len(found))
    if not patterns:
        raise ValueError(f"none of {len(found)} files holds a pattern, to begin with {first}")
    return (patterns, np.array(names)) if labels else patterns


def _list_files(path, in_class_folders):
    """Pairs of a file and the name of its folder below ``path``."""
    if not path.is_dir():
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file or folder.")
        return [(path, path.parent.name)]
    files = []
    for file in sorted(path.rglob("*"), key=_natural_order):
        parts = file.relative_to(path).parts
        hidden = any(part.startswith(".") for part in parts)
        if hidden or not file.is_file() or file.suffix.lower() in _NOT_PATTERNS:
            continue
        if file.suffix.lower() == ".cif" and not is_powder_cif(file.read_bytes()):
            continue  # crystals may lie beside scans
        if not (in_class_folders and len(parts) == 1):
            files.append((file, parts[0] if len(parts) > 1 else path.name))
    return files


def _natural_order(path):
    """Sort key that puts 2 before 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", str(path).lower())]
