"""XML without anything that can grow or reach out: no document types, no entities."""

import re
import xml.etree.ElementTree as ElementTree

from skxrd._errors import FormatError

_MOST_ELEMENTS = 500_000  # a tree of more takes seconds and gigabytes


def parse_xml(path, content):
    """Return the root of an XML document, namespaces taken off.

    Parameters
    ----------
    path : path-like
        The file, for messages.
    content : bytes
        UTF-8 text.

    Returns
    -------
    xml.etree.ElementTree.Element

    Raises
    ------
    FormatError
        If it is not well-formed, not in an encoding of one byte a sign, or declares a document
        type or entities, which files of instruments never do.
    """
    if b"\0" in content[:1000]:
        raise FormatError(path, "is XML in an encoding other than UTF-8; save it as UTF-8.")
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise FormatError(path, "declares a document type or entities, which is not accepted.")
    if content.count(b"<") > 2 * _MOST_ELEMENTS:
        raise FormatError(
            path, f"is XML of more than {_MOST_ELEMENTS} elements; no scan has so many."
        )
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise FormatError(path, f"is not well-formed XML ({error}).") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return root
