"""What compressed files and archives hold, up to a size."""

import bz2
import gzip
import io
import zipfile
import zlib

from skxrd._errors import FormatError

LARGEST = 20_000_000  # bytes; no scan is larger, so more is a mistake or an attack
LARGEST_FILE = 200_000_000  # bytes; an archive of many scans may be so large


def unpack(path, content):
    """Return the content of a gzip or bz2 file, or the given content of any other.

    Parameters
    ----------
    path : path-like
        The file, for messages.
    content : bytes
        What it holds.

    Returns
    -------
    bytes

    Raises
    ------
    FormatError
        If the file is damaged or unpacks to more than 20 MB.
    """
    if content.startswith(b"\x1f\x8b"):
        opened = gzip.GzipFile(fileobj=io.BytesIO(content))
    elif content.startswith(b"BZh"):
        opened = bz2.BZ2File(io.BytesIO(content))
    else:
        return content
    return _read(path, opened, "it")


def open_archive(path, content):
    """Return a zip archive.

    Parameters
    ----------
    path : path-like
        The file, for messages.
    content : bytes
        What it holds.

    Returns
    -------
    zipfile.ZipFile
    """
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FormatError(path, f"is a damaged zip archive ({error}).") from error


def read_member(path, archive, name):
    """Return the content of a member of a zip archive.

    Parameters
    ----------
    path : path-like
        The file, for messages.
    archive : zipfile.ZipFile
        From :func:`open_archive`.
    name : str
        The member.

    Returns
    -------
    bytes
    """
    try:
        opened = archive.open(name)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError) as error:
        raise FormatError(path, f"its member {name!r} cannot be opened ({error}).") from error
    return _read(path, opened, f"its member {name!r}")


def _read(path, opened, what):
    damaged = (OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError, NotImplementedError)
    try:
        with opened:
            content = opened.read(LARGEST + 1)
    except damaged as error:
        raise FormatError(path, f"{what} is damaged and cannot be unpacked ({error}).") from error
    if len(content) > LARGEST:
        raise FormatError(path, f"{what} unpacks to more than {LARGEST // 10**6} MB.")
    return content
