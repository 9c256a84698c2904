from ._phase_library import PhaseLibrary, load_phase_library
from ._phase_search import PhaseSearch
from ._write_library import write_phase_library

__all__ = [
    "PhaseLibrary",
    "PhaseSearch",
    "load_phase_library",
    "write_phase_library",
]
