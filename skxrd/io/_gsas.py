"""Data files of GSAS: constant steps in STD, ESD and FXY, FXYE records."""

import re
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._build_pattern import make_pattern, numbers
from skxrd.io._skipped_parts import read_each

_BANK = re.compile(r"^BANK\s+(\d+)\s+(\d+)\s+(\d+)\s+(\w+)\s*(.*)$")
_WIDTH = 8  # characters of a number in STD and ESD records


def is_gsas(content):
    """Whether content has a BANK line of GSAS."""
    head = content[:20_000]
    if b"BANK" not in head:
        return False
    return re.search(rb"^BANK\s+\d+\s+\d+\s+\d+\s+\w+", head, re.MULTILINE) is not None


def read_gsas(path, content, wavelength):
    """Read all banks; angles are in hundredths of a degree; times of flight are refused."""
    banks, head = [], None
    for line in content.decode("latin-1").splitlines():
        if match := _BANK.match(line.strip()):
            banks.append((match, []))
        elif banks:
            banks[-1][1].append(line)
        elif head is None:
            head = line.strip()
    parts = [partial(_bank, path, match, lines, head or "", wavelength) for match, lines in banks]
    return read_each(path, parts, "bank")


def _bank(path, match, lines, title, wavelength):
    kind, rest = match[4].upper(), match[5].split()
    record = rest[-1].upper() if rest and rest[-1][0].isalpha() else "STD"
    n_points = int(match[2])
    if record in ("FXYE", "FXY"):
        width = 3 if record == "FXYE" else 2
        values = numbers(path, " ".join(lines), "rows")
        if kind not in ("CONST", "CONS") or values.size % width:
            raise FormatError(
                path, f"has a bank of {kind} {record}, which is not a scan in degrees."
            )
        columns = values.reshape(-1, width)[:n_points]
        angles, counts = columns[:, 0] / 100, columns[:, 1]
    elif kind in ("CONST", "CONS") and record in ("STD", "ESD"):
        grid = numbers(path, " ".join(rest[:2]), "first angle and step") / 100
        if grid.size < 2:
            raise FormatError(path, "does not state its first angle and its step.")
        first, step = grid
        counts = _fixed_width(path, lines, detectors=record == "STD")
        counts = counts[::2] if record == "ESD" else counts
        counts = counts[:n_points]
        if counts.size < n_points:
            raise FormatError(path, f"has {counts.size} of {n_points} counts; it is cut off.")
        angles = first + step * np.arange(n_points)
    else:
        raise FormatError(
            path, f"has a bank of {kind} {record}: time of flight or another axis, not degrees."
        )
    return make_pattern(
        path,
        angles,
        counts,
        stated=None,
        wavelength=wavelength,
        name=title,
        intensity_unit="counts",
        bank=int(match[1]),
        format="gsas",
    )


def _fixed_width(path, lines, *, detectors):
    """Numbers of eight characters each; in STD the first two are a number of detectors."""
    words = []
    for line in lines:
        text = line.rstrip()
        for start in range(0, len(text), _WIDTH):
            word = text[start : start + _WIDTH]
            words.append(word[2:] if detectors else word)
    return numbers(path, " ".join(words), "counts")
