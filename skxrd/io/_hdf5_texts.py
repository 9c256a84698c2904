"""Texts and small numbers of HDF5 attributes, read from the bytes of the file.

The library trusts the lengths that a file states for texts of variable length: a damaged file then
takes gigabytes, or for ever. The layout is that of the HDF5 file format specification, version 3.
"""

import struct

_ATTRIBUTE, _CONTINUATION = 0x000C, 0x0010  # kinds of messages in the header of an object
_MOST_MESSAGES, _LONGEST = 1000, 1000  # of an object; bytes of a text
INTEGER, STRING, VARIABLE = 0, 3, 9  # classes of data types


def attribute_texts(content, address):
    """Attributes of the object whose header is at an address, each as text, by name.

    Those that the file keeps apart from the header, as it does with many, are left out.
    """
    found = {}
    try:
        for kind, body in _messages(content, address):
            if kind == _ATTRIBUTE and (attribute := _attribute(content, body)):
                found[attribute[0]] = attribute[1]
    except (struct.error, IndexError):  # the header ends outside the file; what it has is taken
        pass
    return found


def text_at(content, value, dtype_class):
    """Text or number of a value of a data type; "" for another one, or damaged ones."""
    if dtype_class == VARIABLE:
        if len(value) < 16:
            return ""
        length, heap, index = struct.unpack_from("<IQI", value)
        value = _heap_object(content, heap, index)[:length]
    elif dtype_class == INTEGER:
        return str(int.from_bytes(value[:8], "little", signed=True))
    elif dtype_class != STRING:
        return ""
    return value[:_LONGEST].split(b"\0")[0].decode("utf-8", "replace")


def _messages(content, address):
    """Kind and body of each message of an object header, and of the blocks that continue it."""
    modern = content[address : address + 4] == b"OHDR"
    if modern:
        flags = content[address + 5]
        start = address + 6 + 16 * bool(flags & 0x20) + 4 * bool(flags & 0x10)
        width = 1 << (flags & 3)
        size = int.from_bytes(content[start : start + width], "little")
        head = 4 + 2 * bool(flags & 4)
        blocks = [(start + width, size)]
    else:
        (size,) = struct.unpack_from("<I", content, address + 8)
        head, blocks = 8, [(address + 16, size)]
    seen = 0
    for place, size in blocks:
        end = min(place + size, len(content))
        while place + head <= end and seen < _MOST_MESSAGES:
            seen += 1
            kind, length = struct.unpack_from("<BH" if modern else "<HH", content, place)
            body = content[place + head : place + head + length]
            if kind == _CONTINUATION and len(blocks) < _MOST_MESSAGES:
                at, more = struct.unpack_from("<QQ", body)
                blocks.append((at + 4, more - 8) if modern else (at, more))
            yield kind, body
            place += head + length


def _attribute(content, body):
    """Name and text of an attribute message; None for an unknown version."""
    version = body[0]
    name_size, type_size, space_size = struct.unpack_from("<HHH", body, 2)
    place, pad = {1: (8, 8), 2: (8, 1), 3: (9, 1)}.get(version, (None, None))
    if place is None:
        return None
    name = body[place : place + name_size].split(b"\0")[0].decode("utf-8", "replace")
    place += -(-name_size // pad) * pad
    dtype_class = body[place] & 0x0F
    (size,) = struct.unpack_from("<I", body, place + 4)
    place += -(-type_size // pad) * pad + -(-space_size // pad) * pad
    return name, text_at(content, body[place : place + size], dtype_class)


def _heap_object(content, address, index):
    """Bytes of an object in a global heap, b"" if there is none."""
    if content[address : address + 4] != b"GCOL":
        return b""
    (size,) = struct.unpack_from("<Q", content, address + 8)
    place, end = address + 16, min(address + size, len(content))
    while place + 16 <= end:
        number, _, length = struct.unpack_from("<HHxxxxQ", content, place)
        if number == index:
            return content[place + 16 : min(place + 16 + length, end)]
        if number == 0:
            break
        place += 16 + -(-length // 8) * 8
    return b""
