"""Files of patterns: their formats told by content, folders of them read."""

import os
import re
import stat
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

from skxrd._files import FormatError, special_kind
from skxrd._grid import check_wavelength
from skxrd.io._archives import is_companion, read_zip
from skxrd.io._brml import is_brml, read_brml
from skxrd.io._bruker_raw3 import is_raw_1_01, read_raw_1_01
from skxrd.io._bruker_raw4 import is_raw_4, read_raw_4
from skxrd.io._chi_esg import is_chi, is_esg, read_chi, read_esg
from skxrd.io._excel import is_xlsx, read_xlsx
from skxrd.io._gsas import is_gsas, read_gsas
from skxrd.io._nexus import is_nexus, read_nexus
from skxrd.io._philips_sietronics import is_cpi, is_rd, is_udf, read_cpi, read_rd, read_udf
from skxrd.io._powder_cif import is_powder_cif, read_powder_cif
from skxrd.io._rigaku import is_ras, is_rasx, read_ras, read_rasx
from skxrd.io._safe_content import LARGEST, LARGEST_FILE, unpack
from skxrd.io._siemens import is_raw_1, is_raw_2, read_raw_1, read_raw_2
from skxrd.io._skipped_parts import SkippedFileWarning
from skxrd.io._step_text import (
    is_mdi,
    is_rigaku_asc,
    is_steps,
    read_mdi,
    read_rigaku_asc,
    read_steps,
)
from skxrd.io._stoe import is_stoe, read_stoe
from skxrd.io._text_columns import read_plain, read_text
from skxrd.io._text_numbers import as_utf8
from skxrd.io._uxd import is_uxd, read_uxd
from skxrd.io._xrdml import is_xrdml, read_xrdml


def _is_zip(content):
    return content.startswith(b"PK\x03\x04")


# name: (whether content is of the format, reader of all its scans); the first that fits is used
FORMATS = {
    "rasx": (is_rasx, read_rasx),
    "brml": (is_brml, read_brml),
    "xlsx": (is_xlsx, read_xlsx),
    "zip": (_is_zip, None),
    "nexus": (is_nexus, read_nexus),
    "raw1": (is_raw_1, read_raw_1),
    "raw2": (is_raw_2, read_raw_2),
    "raw3": (is_raw_1_01, read_raw_1_01),
    "raw4": (is_raw_4, read_raw_4),
    "stoe": (is_stoe, read_stoe),
    "rd": (is_rd, read_rd),
    "xrdml": (is_xrdml, read_xrdml),
    "ras": (is_ras, read_ras),
    "uxd": (is_uxd, read_uxd),
    "udf": (is_udf, read_udf),
    "cpi": (is_cpi, read_cpi),
    "gsas": (is_gsas, read_gsas),
    "pdcif": (is_powder_cif, read_powder_cif),
    "esg": (is_esg, read_esg),
    "chi": (is_chi, read_chi),
    "mdi": (is_mdi, read_mdi),
    "asc": (is_rigaku_asc, read_rigaku_asc),
    "dat": (is_steps, read_steps),
    "text": (lambda content: True, read_text),
}
# What is no pattern: (how its content is told, what it is)
_REFUSED = (
    (
        lambda content: b"_cell_length_a" in content or b"_cell.length_a" in content,
        "is a CIF file of crystals without a pattern; read it with read_cif.",
    ),
    (
        lambda content: re.match(rb"\s*<(\?xml|!doctype|html|svg|\w[\w:.-]*[\s>/])", content, re.I),
        "is XML or HTML of another kind, not one of XRDML.",
    ),
    (
        lambda content: content.startswith(b"\xd0\xcf\x11\xe0"),
        "is an old Excel workbook (.xls) or another file of Office; save it as .xlsx.",
    ),
    (lambda content: content.startswith(b"%PDF"), "is a PDF document."),
    (
        lambda content: content.startswith(
            (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")
        ),
        "is a picture.",
    ),
)


def read_content(path):
    """Content of a file of at most 200 MB; pipes and devices, which may never end, are refused."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(descriptor, "rb", buffering=0) as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FormatError(path, f"is {special_kind(status)}, not an ordinary file.")
        if status.st_size > LARGEST_FILE:
            raise FormatError(path, f"has {status.st_size / 1e6:.0f} MB; no pattern is that large.")
        return file.read()


def parse_scans(path, content, format=None, wavelength=None, on_error="raise"):
    """Patterns of all scans in the content of a file, which is not opened."""
    if format is None and (plain := read_plain(path, content, wavelength)) is not None:
        return _numbered(plain)
    content = as_utf8(path, unpack(path, content))
    if len(content) > LARGEST and not content.startswith((b"PK", b"\x89HDF")):
        raise FormatError(path, f"has {len(content) / 1e6:.0f} MB; no pattern is that large.")
    name = format or next(name for name, (fits, _) in FORMATS.items() if fits(content))
    if name == "zip":
        inner = partial(_parse_member, wavelength=wavelength)
        return read_zip(path, content, inner, on_error)
    if name == "text" and format is None:
        for fits, what in _REFUSED:
            if fits(content):
                raise FormatError(path, what)
    return _numbered(FORMATS[name][1](path, content, wavelength))


def _parse_member(path, content, wavelength):
    """Patterns of a member of a zip archive, which may be a format that is a zip archive itself."""
    if _is_zip(content) and not any(fits(content) for fits in (is_rasx, is_brml, is_xlsx)):
        raise FormatError(path, "is an archive within an archive; unpack it first.")
    return parse_scans(path, content, None, wavelength)


def _numbered(scans):
    """Scans of one file, numbered in their names and metadata if there are several."""
    if len(scans) == 1:
        return scans
    return [
        replace(
            scan,
            name=f"{scan.name}, scan {number}",
            metadata={**scan.metadata, "scan": number},
        )
        for number, scan in enumerate(scans, start=1)
    ]


def read_files(paths, wavelength, on_error, progress=None, *, in_class_folders=False):
    """Patterns of files and folders, and the folder of each, as :func:`read_patterns` has them.

    Warnings are those of the caller's caller.
    """
    if isinstance(paths, str | Path) or hasattr(paths, "__fspath__"):
        paths = [paths]
    found = [
        entry for path in paths for entry in _list_files(Path(path), in_class_folders, on_error)
    ]
    if not found:
        where = ", ".join(map(str, paths))
        hint = " in folders named after their class" if in_class_folders else ""
        raise ValueError(f"{where}: there are no pattern files; put scans{hint} there.")
    light = None if wavelength is None else check_wavelength(wavelength)
    patterns, names, first = [], [], None
    for done, (path, label) in enumerate(found, start=1):
        try:
            scans = parse_scans(path, read_content(path), None, light, on_error)
        except (FormatError, OSError) as error:
            if on_error == "raise":
                raise
            problem = error
            if not isinstance(error, FormatError):
                problem = FormatError(path, f"cannot be read ({error.strerror}).")
            first = first or problem
            warnings.warn(f"left out {problem}", SkippedFileWarning, stacklevel=3)
        else:
            patterns += scans
            names += [label] * len(scans)
        if progress is not None:
            progress(done, len(found))
    if not patterns:
        raise ValueError(f"none of {len(found)} files holds a pattern, to begin with {first}")
    return patterns, names


def _list_files(path, in_class_folders, on_error):
    """Pairs of a file and the name of its folder below ``path``."""
    if not path.is_dir():
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file or folder.")
        return [(path, path.parent.name)]
    files = []
    for file in sorted(path.rglob("*"), key=_natural_order):
        parts = file.relative_to(path).parts
        if any(map(is_companion, parts)):
            continue
        if file.is_dir():
            _check_folder(file, on_error)
        elif not (in_class_folders and len(parts) == 1) and _may_hold_pattern(file):
            files.append((file, parts[0] if len(parts) > 1 else path.name))
    return files


def _check_folder(folder, on_error):
    """Warn of a linked folder, which is not followed, and refuse or warn of an unreadable one."""
    problem = None
    if folder.is_symlink():
        problem = "is a link to a folder, which is not followed; name that folder."
    elif not os.access(folder, os.R_OK | os.X_OK):
        problem = "is a folder that cannot be read; change its permissions."
        if on_error == "raise":
            raise FormatError(folder, problem)
    if problem:
        warnings.warn(f"left out {folder}: {problem}", SkippedFileWarning, stacklevel=5)


def _may_hold_pattern(file):
    if file.suffix.lower() != ".cif" or not file.is_file():
        return True
    return file.stat().st_size > LARGEST or is_powder_cif(read_content(file))  # else of crystals


def _natural_order(path):
    """Sort key that puts 2 before 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", str(path).lower())]
