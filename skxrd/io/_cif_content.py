"""The content of a CIF file as a gemmi document, and the values of its tags."""

import re

import gemmi

from skxrd._files import FormatError
from skxrd.io._safe_content import unpack

_MOST_MEBIBYTES = 100  # of a file; the largest published ones, with all intensities, have about 50
# Newer dictionaries write _cell.length_a for _cell_length_a
_DOTTED = re.compile(
    rb"(?i)(?<=\s)(_(?:cell|symmetry|atom_site|space_group|chemical_formula)\w*)\."
)
_NOT_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
_AS_ASCII = {
    b"\xe2\x88\x92": b"-",  # minus sign, then the dashes that stand in for it
    b"\xe2\x80\x93": b"-",
    b"\xe2\x80\x90": b"-",
    b"\xe2\x80\x91": b"-",
    b"\xc2\xbd": b"1/2",
    b"\xc2\xbc": b"1/4",
    b"\xc2\xbe": b"3/4",
    b"\xe2\x96\xa1": b"Vac",  # the square that marks a vacancy
}
_WINDOWS_DASH = re.compile(rb"(?<![\x80-\xff])\x96(?![\x80-\xff])")


def cif_blocks(path):
    """Blocks of a CIF file that list atoms; raises FormatError if there is none."""
    size = path.stat().st_size / 2**20
    if size > _MOST_MEBIBYTES:
        raise FormatError(
            path,
            f"has {size:.0f} MiB, more than the {_MOST_MEBIBYTES} that are read; keep only the "
            "blocks with atoms, without intensities.",
        )
    content = _as_ascii(unpack(path, path.read_bytes()))
    if not content.strip():
        raise FormatError(path, "has no atoms: it is empty.")
    try:
        document = _parsed(_DOTTED.sub(rb"\1_", content))
    except (ValueError, RuntimeError):
        try:
            document = _parsed(content)  # it may have both names of a tag
        except (ValueError, RuntimeError) as error:
            problem = str(error).removeprefix("data:")
            raise FormatError(path, f"is not a valid CIF file: {problem}.") from error
    blocks = [block for block in document if _lists_atoms(block)]
    if not blocks:
        raise FormatError(
            path, "has no atoms (_atom_site_fract_x in no block); a structure needs some."
        )
    return blocks


def _parsed(content):
    try:
        return gemmi.cif.read_string(content)
    except RuntimeError as error:
        if "duplicate" not in str(error):
            raise
        document = gemmi.cif.Document()
        document.parse_string(content.decode("ascii"))
        for block in document:
            if not _without_repeated_tags(block):
                raise
    return document


def _without_repeated_tags(block):
    """Whether tags that are given twice say the same; the second ones are removed."""
    first = {}
    for item in block:
        for tag in item.loop.tags if item.loop else item.pair[:1] if item.pair else ():
            earlier = first.setdefault(tag.lower(), item)
            if earlier is item:
                continue
            if not (earlier.pair and item.pair):
                return False
            if not is_stated(earlier.pair[1]):
                earlier.erase()
                first[tag.lower()] = item
            elif not is_stated(item.pair[1]) or item.pair[1] == earlier.pair[1]:
                item.erase()
            else:
                return False
    return True


def _as_ascii(content):
    """Content in plain ASCII, as only names and comments of a CIF have other characters."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", errors="replace").encode()
    # DOS editors end files with ^Z
    content = content.removeprefix(b"\xef\xbb\xbf").rstrip(b"\x1a\0")
    if not content.isascii():
        for character, plain in _AS_ASCII.items():
            content = content.replace(character, plain)
        content = _WINDOWS_DASH.sub(b"-", content).translate(_NOT_ASCII)
    return content


def _lists_atoms(block):
    """Whether a row of the atoms has a label or a coordinate: placeholders have only ``?``."""
    columns = [block.find_values(f"_atom_site_{tag}") for tag in ("fract_x", "label")]
    return len(columns[0]) > 0 and any(is_stated(value) for tag in columns for value in tag)


def is_stated(value):
    """Whether a value of a tag, as gemmi returns it, is neither missing nor unknown."""
    return bool(value) and value.strip("'\" ") not in ("", "?", ".")


def cif_number(text):
    """Number of a value, which may be a fraction such as 1/3; NaN if it is none."""
    above, slash, below = text.partition("/")
    number = gemmi.cif.as_number(above)
    if not slash:
        return number
    divisor = gemmi.cif.as_number(below)
    return number / divisor if divisor else float("nan")


def tags_of(block):
    """All tags of a block in lower case."""
    for item in block:
        for tag in item.loop.tags if item.loop else item.pair[:1] if item.pair else ():
            yield tag.lower().replace(".", "_")


def values_of(block, *tags):
    """Stated values of the first tag that has any, as a list of strings."""
    for tag in tags:
        values = block.find_values(tag)
        stated = [gemmi.cif.as_string(value).strip() for value in values if is_stated(value)]
        if stated:
            return stated
    return []


def value_of(block, *tags):
    """The only stated value of the first tag that has any, else an empty string."""
    values = values_of(block, *tags)
    if len(set(values)) > 1:
        stated = next(tag for tag in tags if values_of(block, tag))
        raise ValueError(
            f"{stated} is given {len(values)} times, in a loop; a structure has one, so split "
            "the block."
        )
    return values[0] if values else ""
