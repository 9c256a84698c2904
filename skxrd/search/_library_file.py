"""The file of a phase library: named arrays one after another, read through a memory map."""

import json
from pathlib import Path

import numpy as np

from skxrd._files import FormatError, replaced_file

_MAGIC = b"skxrd phases "
_VERSION = 1
_ALIGN = 64
#: Arrays of a library and their types; texts are UTF-8 bytes with the ends of each.
COLUMNS = {
    "cell": "<f4",
    "number": "|u1",
    "elements": "<u8",
    "density": "<f4",
    "scale": "<f4",
    "line_end": "<u4",
    "hkl": "|i1",
    "codes": "|u1",
    "bins": "<u2",
    "weights": "|u1",
    "text_end": "<u4",
    "texts": "|u1",
}
WIDTHS = {"cell": 6, "elements": 2, "hkl": 3, "bins": 32, "weights": 32, "text_end": 5}


def write_columns(path, columns, card):
    """Write the arrays, and the card: a dict that JSON can hold."""
    arrays = {
        name: np.ascontiguousarray(columns[name], dtype).reshape(-1, WIDTHS.get(name, 1))
        for name, dtype in COLUMNS.items()
    }
    shapes = {name: array.shape[0] for name, array in arrays.items()}
    head = json.dumps({"rows": shapes, "card": card}).encode()
    line = _MAGIC + b"%d %d\n" % (_VERSION, len(head))
    with replaced_file(path) as temporary, open(temporary, "wb") as file:
        file.write(line + head)
        for array in arrays.values():
            file.write(b"\0" * (-file.tell() % _ALIGN))
            file.write(array)


def read_columns(path):
    """Arrays of a file, mapped, and its card; FormatError if it is foreign, cut or newer."""
    path = Path(path)
    size = path.stat().st_size
    with open(path, "rb") as file:
        line = file.readline(64)
        if not line.startswith(_MAGIC):
            raise FormatError(path, "is no phase library; write one with write_phase_library.")
        try:
            version, length = map(int, line[len(_MAGIC) :].split())
        except ValueError as error:
            raise FormatError(path, "has a damaged head; write the library again.") from error
        if version != _VERSION:
            raise FormatError(
                path, f"is a phase library of format {version}, this skxrd reads {_VERSION}; "
                "write it again, or use the skxrd that wrote it."
            )  # fmt: skip
        if not 0 < length <= size:
            raise FormatError(path, "is cut; write the library again.")
        try:
            head = json.loads(file.read(length))
            rows, card = {name: int(head["rows"][name]) for name in COLUMNS}, dict(head["card"])
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(path, "has a damaged head; write the library again.") from error
    end, places = len(line) + length, {}
    for name, dtype in COLUMNS.items():
        end += -end % _ALIGN
        places[name] = end
        end += rows[name] * WIDTHS.get(name, 1) * np.dtype(dtype).itemsize
    if min(rows.values()) < 0 or end != size:
        raise FormatError(path, f"has {size:,} bytes, not {end:,}; it is cut: write it again.")
    content = np.asarray(np.memmap(path, np.uint8, mode="r"))  # views of it are made faster
    arrays = {}
    for name, dtype in COLUMNS.items():
        width = WIDTHS.get(name, 1)
        n_bytes = rows[name] * width * np.dtype(dtype).itemsize
        array = content[places[name] : places[name] + n_bytes].view(dtype)
        arrays[name] = array.reshape(-1, width) if width > 1 else array
    _check_ends(path, arrays)
    return arrays, card


def _check_ends(path, arrays):
    """Raise if the numbers that lead from a phase to its lines and texts lead elsewhere."""
    n_phases = len(arrays["cell"])
    per_phase = ("number", "elements", "density", "scale", "line_end", "text_end")
    ends = {"line_end": len(arrays["hkl"]), "text_end": len(arrays["texts"])}
    whole = all(len(arrays[name]) == n_phases for name in per_phase)
    whole = whole and len(arrays["bins"]) == len(arrays["weights"]) in (0, n_phases)
    for name, last in ends.items():
        flat = arrays[name].ravel()
        whole = whole and (not flat.size or (flat[-1] == last and (flat[1:] >= flat[:-1]).all()))
    if not (whole and len(arrays["codes"]) == len(arrays["hkl"])):
        raise FormatError(path, "is damaged: its tables do not fit together; write it again.")
