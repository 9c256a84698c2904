"""A library of phases on disk, opened without reading it."""

from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from skxrd._files import check_outputs
from skxrd.crystal import space_group_symbol
from skxrd.crystal._metric import reciprocal_metric, spacings
from skxrd.search._columns import TEXTS, merged_columns, texts_of
from skxrd.search._library_file import read_columns, write_columns
from skxrd.search._line_profiles import lines_to_draw
from skxrd.search._phase_elements import element_symbols
from skxrd.search._screened_bins import screened_bins, with_bins

_BUNDLED = ("minerals.phases", "compounds.phases")


class PhaseLibrary:
    """Very many phases, each with its cell and its lines, free of wavelength.

    A library is one file or several, mapped into memory: opening it reads almost nothing, and
    searches read what they need. :func:`write_phase_library` makes files.

    Parameters
    ----------
    *paths : path-like
        Files of phases. Those of later files are numbered after those of earlier ones.

    Attributes
    ----------
    paths : tuple of Path
        The files.
    cards : list of dict
        What each file says of itself: title, sources, licences, counts.

    Raises
    ------
    FormatError
        If a file is foreign, cut or of a format that this version does not read.

    See Also
    --------
    load_phase_library : The library of the package.
    PhaseSearch : Finds phases of a library in scans.

    Examples
    --------
    >>> from skxrd.search import load_phase_library
    >>> library = load_phase_library()
    >>> quartz = library.find(name="Quartz")[0]
    >>> library[quartz]["formula"], library[quartz]["space_group_number"]
    ('SiO2', 154)
    """

    def __init__(self, *paths):
        if not paths:
            raise ValueError("a PhaseLibrary needs a file; see load_phase_library for the bundled.")
        self.paths = tuple(Path(path) for path in paths)
        opened = [read_columns(path) for path in self.paths]
        self.parts = [columns for columns, _ in opened]
        self.cards = [card for _, card in opened]
        self._screened = {}
        self._starts = np.cumsum([0, *(len(part["cell"]) for part in self.parts)])

    def __reduce__(self):
        stamps = tuple(path.stat().st_mtime_ns for path in self.paths)
        return _opened, (tuple(map(str, self.paths)), stamps)

    def __len__(self):
        return int(self._starts[-1])

    def __repr__(self):
        return f"PhaseLibrary of {len(self):,} phases: {', '.join(p.name for p in self.paths)}"

    def _repr_html_(self):
        from skxrd._repr_html import as_html

        cards = [f"{len(part['cell']):,} phases: {card.get('title', '')}".rstrip(": ")
                 for part, card in zip(self.parts, self.cards, strict=True)]  # fmt: skip
        names = [path.name for path in self.paths]
        return as_html(
            f"PhaseLibrary of {len(self):,} phases", dict(zip(names, cards, strict=True))
        )

    def __getitem__(self, phase):
        """Facts of a phase, as a dict: texts, space group, cell, elements, density."""
        part, row = self._place(phase)
        number = int(part["number"][row])
        texts = texts_of(part, row)
        return {
            "name": texts["name"] or texts["formula"],
            "formula": texts["formula"],
            "elements": element_symbols(part["elements"][row]),
            "space_group_number": number,
            "space_group_symbol": space_group_symbol(number),
            "setting": texts["symbol"],
            "cell": np.array(part["cell"][row], dtype=float),
            "density": float(part["density"][row]),
            "source": texts["source"],
            "reference": texts["reference"],
        }

    def cell(self, phase):
        """Cell of a phase in angstrom and degrees."""
        part, row = self._place(phase)
        return part["cell"][row].astype(float)

    def is_computed(self, phase):
        """Whether the cell of a phase was computed, not measured, by what its file says."""
        card = self.cards[int(np.searchsorted(self._starts, phase, side="right")) - 1]
        return card.get("cells") == "computed"

    def screened(self, number):
        """Strongest bins of ln(1/d) of the phases of a file, and their weights."""
        part = self.parts[number]
        if len(part["bins"]) == len(part["cell"]):
            return part["bins"], part["weights"]
        if number not in self._screened:
            self._screened[number] = screened_bins(part)
        return self._screened[number]

    def lines(self, phase):
        """Lines of a phase by falling spacing.

        Parameters
        ----------
        phase : int
            Number of the phase.

        Returns
        -------
        hkl : ndarray of shape (n_lines, 3)
            One index of each set of equivalents; of sets with the same spacing the strongest.
        d_spacing : ndarray of shape (n_lines,)
            Angstrom.
        strength : ndarray of shape (n_lines,)
            Multiplicity times squared structure factor of the cell, in square electrons.
        """
        part, row = self._place(phase)
        end = part["line_end"]
        rows = slice(int(end[row - 1]) if row else 0, int(end[row]))
        hkl = part["hkl"][rows].astype(int)
        d = spacings(hkl, reciprocal_metric(part["cell"][row].astype(float)))
        share = (part["codes"][rows] / 255.0) ** 2
        return hkl, d, share * float(part["scale"][row]) / d**2

    def find(self, *, name=None, formula=None, source=None):
        """Numbers of the phases with this name, formula or source, letters of any case.

        Parameters
        ----------
        name, formula, source : str, default=None
            The whole text; of several sources, one. ``None`` is any.

        Returns
        -------
        ndarray of int
        """
        asked = {"name": name, "formula": formula, "source": source}
        asked = {kind: text.lower() for kind, text in asked.items() if text is not None}
        return np.array(
            [
                phase
                for phase, texts in enumerate(self._texts)
                if all(
                    text in texts[kind].lower().split("; ") if kind == "source"
                    else text == texts[kind].lower()
                    for kind, text in asked.items()
                )
            ],
            dtype=int,
        )  # fmt: skip

    def to_frame(self):
        """Table of all phases: name, formula, space group, cell, density, source, reference."""
        import pandas as pd

        frame = pd.DataFrame(self._texts)[[*TEXTS[:-1]]]
        frame["name"] = frame["name"].where(frame["name"] != "", frame["formula"])
        frame.insert(2, "space_group_number", self.numbers)
        cells = np.concatenate([part["cell"] for part in self.parts])
        for column, values in zip(("a", "b", "c", "alpha", "beta", "gamma"), cells.T, strict=True):
            frame[column] = values
        frame["density"] = np.concatenate([part["density"] for part in self.parts])
        return frame

    def write(self, path, *, card=None):
        """Write all phases to one file, duplicates merged as in :func:`write_phase_library`.

        Parameters
        ----------
        path : path-like
            The file.
        card : dict, default=None
            What the file is to say of itself; the cards of these files are kept in it.

        Returns
        -------
        PhaseLibrary
            The library written.
        """
        check_outputs({"path": path}, self.paths)
        joined = merged_columns(self.parts)
        facts = {"phases": len(joined["cell"]), "joined": self.cards}
        if all(one.get("cells") == "computed" for one in self.cards):
            facts["cells"] = "computed"
        write_columns(path, with_bins(joined), {**(card or {}), **facts})
        return PhaseLibrary(path)

    @cached_property
    def numbers(self):
        """Space group numbers of all phases."""
        return np.concatenate([part["number"] for part in self.parts]).astype(int)

    @property
    def _texts(self):
        return [texts_of(part, row) for part in self.parts for row in range(len(part["cell"]))]

    def _drawable(self, phase):
        """Indices as floats and strengths of the lines of a phase, and its reciprocal metric."""
        part, row = self._place(phase)
        end = part["line_end"]
        rows = slice(int(end[row - 1]) if row else 0, int(end[row]))
        return lines_to_draw(
            part["hkl"][rows], part["codes"][rows], part["scale"][row], part["cell"][row]
        )

    def _text(self, phase, name):
        """One text of a phase: name, formula, source, reference or symbol."""
        part, row = self._place(phase)
        return texts_of(part, row)[name]

    def _place(self, phase):
        """Part that holds a phase, and its row there."""
        if not 0 <= phase < len(self):
            raise IndexError(f"phase {phase} is not in a library of {len(self):,}.")
        part = int(np.searchsorted(self._starts, phase, side="right")) - 1
        return self.parts[part], int(phase - self._starts[part])


@lru_cache(maxsize=4)
def _opened(paths, stamps):
    """Library of files as they were at these times, opened once in a process of a search."""
    return PhaseLibrary(*paths)


def load_phase_library():
    """Open the library of the package: minerals, and known inorganic compounds.

    Returns
    -------
    PhaseLibrary
        Minerals with measured cells, each with the reference of its structure, and compounds with
        computed cells, which are about 1 % too large.
    """
    folder = files("skxrd.search") / "data"
    return PhaseLibrary(*(str(folder / name) for name in _BUNDLED))
