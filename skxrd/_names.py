"""Names of files as people can read them: no control characters, members of archives, CSV cells."""

import os
import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, direction, undecodable bytes, line breaks
_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet takes for the beginning of a formula


def printable(text):
    """Text on one line, with escapes for what a terminal would obey or could not show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in _HIDDEN
        else char
        for char in text
    )


def archive_members(text):
    """Text that begins with a path; a member of an archive becomes ``archive: member``."""
    for match in re.finditer(re.escape(os.sep), text):
        archive = text[: match.start()]
        if os.path.isfile(archive):
            return f"{archive}: {text[match.end() :]}"
        if archive and not os.path.isdir(archive):
            break
    return text


def shown(text):
    """A path, or a message that begins with one, as it is printed."""
    return printable(archive_members(str(text)))


def csv_cell(value):
    """Value of a cell; text that a spreadsheet would run as a formula gets an apostrophe."""
    if not isinstance(value, str):
        return value
    value = printable(value)
    return f"'{value}" if value.startswith(_FORMULA) else value
