"""Content of compressed files, zip archives and XML documents, within limits of size."""

import bz2
import gzip
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

from skxrd._files import FormatError

LARGEST = 20_000_000  # bytes; no scan is larger, so more is a mistake or an attack
LARGEST_FILE = 200_000_000  # bytes; an archive of many scans may be that large
_MOST_ELEMENTS = 500_000  # of XML; a tree of more takes seconds and gigabytes


def unpack(path, content):
    """Content of a gzip or bz2 file, of at most 20 MB; any other content is returned as it is."""
    if content.startswith(b"\x1f\x8b"):
        opened = gzip.GzipFile(fileobj=io.BytesIO(content))
    elif content.startswith(b"BZh"):
        opened = bz2.BZ2File(io.BytesIO(content))
    else:
        return content
    return _read(path, opened, "it")


def open_archive(path, content):
    """ZipFile of the content of a zip archive."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FormatError(path, f"is a damaged zip archive ({error}).") from error


def read_member(path, archive, name):
    """Content of a member of a zip archive, of at most 20 MB."""
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


def parse_xml(path, content):
    """Root of an XML document, with namespaces removed from its tags.

    Document types and entities, which could expand or refer to other files, are refused.
    """
    if b"\0" in content[:1000]:
        raise FormatError(path, "is XML in an encoding other than UTF-8; save it as UTF-8.")
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise FormatError(path, "declares a document type or entities, which is not accepted.")
    if content.count(b"<") > 2 * _MOST_ELEMENTS:
        raise FormatError(path, f"is XML of more than {_MOST_ELEMENTS} elements; scans have fewer.")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise FormatError(path, f"is not well-formed XML ({error}).") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return root
