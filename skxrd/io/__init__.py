"""Readers and writers of patterns and crystal structures."""

from skxrd.io._cif import read_cif
from skxrd.io._read_crystals import iter_crystals, read_crystals
from skxrd.io._read_patterns import SkippedFileWarning, read_pattern, read_patterns
from skxrd.io._write_crystals import write_crystals
from skxrd.io._write_pattern import write_pattern

__all__ = [
    "SkippedFileWarning",
    "iter_crystals",
    "read_cif",
    "read_crystals",
    "read_pattern",
    "read_patterns",
    "write_crystals",
    "write_pattern",
]
