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
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|ascii|utf-16|iso-8859-\d+|latin-?1|windows-12\d\d|cp\d+|gb2312|gbk|gb18030"
    r"|big5|shift[_-]?jis|euc-(jp|kr)|koi8-[ru]"
)
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


def read_member(path, archive, member):
    """Content of a member of a zip archive, of at most 20 MB."""
    name = getattr(member, "filename", member)
    return _read_member(path, archive, member, f"its member {name!r}")


def read_file_in_archive(path, archive, member):
    """Content of a file in a zip archive of files, named after both in messages."""
    return _read_member(path / member.filename.lstrip("/"), archive, member, "it")


def check_method(path, member, what):
    """Raise an error for a method of compression that needs as much memory as the file states."""
    if member.compress_type not in _METHODS:
        raise FormatError(path, f"{what} is packed by method {member.compress_type}; use deflate.")


def _read_member(path, archive, member, what):
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        check_method(path, info, what)
        opened = archive.open(info)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, f"{what} cannot be opened ({error}).") from error
    return _read(path, opened, what)


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
    text = _decoded(path, content)
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise FormatError(path, "declares a document type or entities, which is not accepted.")
    if text.count("<") > 2 * _MOST_ELEMENTS:
        raise FormatError(path, f"is XML of more than {_MOST_ELEMENTS} elements; scans have fewer.")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise FormatError(path, f"is not well-formed XML ({error}).") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return root


def _decoded(path, content):
    """Text of an XML document in the encoding that it declares."""
    declared = _DECLARATION.match(content.lstrip()[:300])
    encoding = declared[1].decode("latin-1").lower() if declared else "utf-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif encoding.startswith("utf-16"):
        encoding = "utf-8"  # decoded by its reader already
    if not _ENCODINGS.fullmatch(encoding):
        raise FormatError(path, f"is XML in the encoding {encoding!r}; save it as UTF-8.")
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding).lstrip()
    except (UnicodeError, LookupError) as error:
        raise FormatError(path, f"is not well-formed XML ({error}).") from error
