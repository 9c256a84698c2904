"""Columns of plain numbers from bytes, compiled where there are many."""

import os
import re
import sys

import numpy as np

from skxrd._compiled import compiled

_MOST_DIGITS, _LARGEST_POWER = 15, 22  # up to here one multiplication is exactly rounded
_POWERS = 10.0 ** np.arange(_LARGEST_POWER + 1)


_FEW = 2_000_000  # bytes in all, less than what numba takes to load
_NUMBER = rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,2})?"
_PLAIN = re.compile(rb"(?:[ \t\r\n]*+" + _NUMBER + rb"(?![^ \t\r\n]))*+[ \t\r\n]*+")
_parsed = 0


def parse_plain(content, start):
    """All numbers of rows separated by blanks or tabs in bytes ``content``, and the row length.

    Each number is the nearest double to its decimal. The length is 0 if the text holds anything but
    plain numbers in rows of one length; it must then be parsed line by line.
    """
    global _parsed
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return parse_few(content, start)
    _parsed += len(content) - start
    if _parsed < _FEW and "numba" not in sys.modules:
        return parse_few(content, start)
    return parse_many(np.frombuffer(content, np.uint8), start)


def parse_few(content, start):
    """As :func:`parse_plain`, in plain Python."""
    if not _PLAIN.fullmatch(content, start):
        return np.empty(0), 0
    rows = [row for row in map(bytes.split, content[start:].split(b"\n")) if row]
    widths = set(map(len, rows))
    if len(widths) > 1:
        return np.empty(0), 0
    values = np.array([word for row in rows for word in row], dtype="S").astype(float)
    return (values, *widths) if np.isfinite(values).all() and rows else (np.empty(0), 0)


@compiled(error_model="numpy")
def parse_many(content, start):
    """As :func:`parse_plain` for uint8 ``content``; more than 15 digits are no plain number."""
    values = np.empty((content.size - start) // 2 + 1)
    count, width, in_row = 0, 0, 0
    one = np.uintp(1)  # unsigned positions do not wrap round, which saves a check at each character
    i, n = np.uintp(start), np.uintp(content.size)
    while i < n:
        char = content[i]
        if char == 32 or char == 9 or char == 13:  # blank, tab, carriage return
            i += one
            continue
        if char == 10:  # end of a line
            if in_row > 0:
                if width == 0:
                    width = in_row
                if in_row != width:
                    return values[:0], 0
            in_row = 0
            i += one
            continue
        negative = char == 45
        if negative or char == 43:  # sign
            i += one
        mantissa, digits, after_point, seen, point = 0, 0, 0, False, False
        while i < n:
            char = content[i]
            if 48 <= char <= 57:
                seen = True
                if digits > 0 or char != 48:
                    digits += 1
                mantissa = mantissa * 10 + (char - 48)
                if point:
                    after_point += 1
                if digits > _MOST_DIGITS:
                    return values[:0], 0
            elif char == 46 and not point:
                point = True
            else:
                break
            i += one
        if not seen:
            return values[:0], 0
        exponent = 0
        if i < n and (content[i] == 101 or content[i] == 69):  # e, E
            i += one
            below = i < n and content[i] == 45
            if below or (i < n and content[i] == 43):
                i += one
            first = i
            while i < n and 48 <= content[i] <= 57 and i - first < 4:
                exponent = exponent * 10 + (content[i] - 48)
                i += one
            if i == first:
                return values[:0], 0
            exponent = -exponent if below else exponent
        if i < n and not (content[i] == 32 or 9 <= content[i] <= 10 or content[i] == 13):
            return values[:0], 0
        power = exponent - after_point
        if abs(power) > _LARGEST_POWER:
            return values[:0], 0
        value = float(mantissa)
        value = value * _POWERS[power] if power >= 0 else value / _POWERS[-power]
        values[count] = -value if negative else value
        count += 1
        in_row += 1
    if in_row > 0:
        if width == 0:
            width = in_row
        if in_row != width:
            return values[:0], 0
    return values[:count].copy(), width
