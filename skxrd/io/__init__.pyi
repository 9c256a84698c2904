from ._cif import read_cif
from ._read_crystals import iter_crystals, read_crystals
from ._read_patterns import read_pattern, read_patterns
from ._skipped_parts import SkippedFileWarning
from ._write_crystals import write_crystals
from ._write_pattern import write_pattern

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
