"""Look-up: libraries of phases, and which of them are in a scan."""

from skxrd.search._phase_library import PhaseLibrary, load_phase_library
from skxrd.search._phase_search import PhaseSearch
from skxrd.search._write_library import write_phase_library

__all__ = [
    "PhaseLibrary",
    "PhaseSearch",
    "load_phase_library",
    "write_phase_library",
]
