"""Zip archives of several files."""

import os
import re
import warnings

from skxrd._files import FormatError
from skxrd.io._powder_cif import is_powder_cif
from skxrd.io._safe_content import LARGEST, LARGEST_FILE, open_archive, read_file_in_archive
from skxrd.io._skipped_parts import SkippedFileWarning

_MOST_MEMBERS = 5000  # files in one zip archive
#: Endings of files that may lie beside patterns but never hold one
NOT_PATTERNS = frozenset(
    (".md", ".rst", ".json", ".png", ".jpg", ".jpeg", ".pdf", ".py", ".html", ".ini", ".db", ".log")
    + (".doc", ".docx", ".ppt", ".pptx", ".tif", ".tiff", ".bmp", ".gif", ".svg", ".lnk", ".url")
    + (".prm", ".instprm", ".exp", ".lst", ".pcr", ".out", ".sum", ".irf", ".gpx", ".ds_store")
)
_NOTES = re.compile(r"(readme|read_me|license|licence|copying|notes?|changelog)\b.*", re.I)


def is_companion(name):
    """Whether a file of this name, such as notes or those of Windows, never holds a pattern."""
    last = name.rpartition("/")[2]
    ending = os.path.splitext(last)[1].lower()
    return (
        last.startswith(".")
        or ending in NOT_PATTERNS
        or "__MACOSX/" in name
        or (ending in ("", ".txt") and _NOTES.fullmatch(last) is not None)
    )


def read_zip(path, content, read_file, on_error):
    """Patterns of all files in a zip archive; archives in it must be those of instruments.

    ``read_file`` is called with the path and content of each. Companions are passed over, as in
    folders; structures are with a warning that names them, as with ``on_error="skip"`` is what
    cannot be read.
    """
    archive = open_archive(path, content)
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    sizes = [member.file_size for member in members]
    if sum(size for size in sizes if size <= LARGEST) > LARGEST_FILE:
        raise FormatError(path, f"unpacks to more than {LARGEST_FILE // 10**6} MB.")
    if len(members) > _MOST_MEMBERS:
        raise FormatError(path, f"holds {len(members)} files; unpack it and read the folder.")
    patterns, passed, problems = [], [], []
    for member in members:
        name = path / member.filename.lstrip("/")
        if is_companion(member.filename):
            continue
        try:
            inner = read_file_in_archive(path, archive, member)
            if name.suffix.lower() == ".cif" and not is_powder_cif(inner):
                passed.append(member.filename)
            else:
                patterns += read_file(name, inner)
        except FormatError as error:
            if on_error == "raise":
                raise
            problems.append(error)
    if not patterns:
        raise problems[0] if problems else FormatError(path, "is a zip archive without patterns.")
    for error in problems:
        warnings.warn(f"left out {error}", SkippedFileWarning, stacklevel=2)
    if passed:
        warnings.warn(
            f"left out {path}: it also holds {', '.join(passed)}, which "
            f"{'is no pattern' if len(passed) == 1 else 'are no patterns'}.",
            SkippedFileWarning,
            stacklevel=2,
        )
    return patterns
