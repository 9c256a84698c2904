"""Choose among the readings of a CIF block the one that its atoms and its formula bear out."""

from dataclasses import dataclass, field

import gemmi
import numpy as np

from skxrd.crystal._metric import cell_volume, metric_tensor
from skxrd.crystal._space_group import setting_for_cell
from skxrd.io._cif_formula import is_dense
from skxrd.io._cif_sites import maps_onto_itself, place_sites

_APART = 0.1  # more share of atoms that differ from the formula, in a reading that is not meant
_HEXAGONAL = {"trigonal", "hexagonal"}  # rhombohedral groups are called either


@dataclass
class Structure:
    """What becomes a Crystal: sites, gemmi group and, where it differs, number; and notes."""

    sites: list
    coords: np.ndarray
    occupancy: np.ndarray
    group: object
    number: int | None
    repeated: list
    notes: list = field(default_factory=list)


def choose_structure(readings, sites, cell, formula, system):
    """Structure of a block from the readings of its symmetry, its sites, formula and system.

    A contradiction that makes the number of atoms wrong by a factor is a ValueError, any other a
    note.
    """
    metric = metric_tensor(cell)
    tried, errors = [], []
    for reading in readings:
        try:
            placed = place_sites(sites, (reading.rotations, reading.translations), metric)
            if reading.group is not None:
                setting_for_cell(reading.group, cell)
        except ValueError as error:
            errors.append(error)
            continue
        tried.append((reading, placed, formula.compare(placed.counts()) if formula else None))
    if not tried:
        raise errors[0]
    if readings[0].doubt:
        (reading, placed, comparison), notes = _confirmed(readings, tried, metric)
    else:
        reading, placed, comparison = tried[0]
        notes = _check_formula(reading, placed, comparison, cell_volume(cell))
    structure = _label(reading, placed, comparison, metric)
    structure.notes[:0] = [reading.note] * bool(reading.note) + notes
    found = gemmi.find_spacegroup_by_number(structure.number or reading.number)
    kinds = {system, found.crystal_system_str()}
    if system and len(kinds) > 1 and kinds != _HEXAGONAL:
        structure.notes.append(
            f"its crystal system is given as {system}, but {found.hm} is "
            f"{found.crystal_system_str()}"
        )
    return structure


def _confirmed(readings, tried, metric):
    """The reading, in doubt, that the atoms or the formula confirm, and notes; else ValueError."""
    doubt = readings[0].doubt
    for one in tried:
        reading, placed, _ = one
        if reading.number == 1 and any(maps_onto_itself(placed, g, metric) for g in reading.others):
            return one, []
    agreeing = [one for one in tried if one[2] is not None and one[2].agrees]
    agreeing.sort(key=lambda one: one[2].difference)
    others = [one for one in agreeing[1:] if one[2].difference < agreeing[0][2].difference + _APART]
    if agreeing and not others:
        return agreeing[0], [f"{doubt}; by its formula it is {_name(agreeing[0][0])}"]
    unknown = tried[0][2] is None
    if len(tried) == 1 < len(readings) and unknown and readings[0].number > 1:
        return tried[0], [f"{doubt}; only {_name(tried[0][0])} keeps its atoms apart"]
    why = "no formula tells" if unknown else "its formula and Z do not tell"
    raise ValueError(
        f"{doubt}: no operations are listed, and {why} which atoms there are; list the operations."
    )


def _check_formula(reading, placed, comparison, volume):
    """Notes on a formula that differs from the atoms; a ValueError where they cannot be right."""
    if comparison is None or comparison.agrees:
        return []
    counts = placed.counts()
    found = " ".join(f"{element}{count:.4g}" for element, count in sorted(counts.items()))
    ratio = comparison.ratio
    times = "" if ratio is None else f" times Z ({ratio:.3g} times as many atoms)"
    text = f"its cell has {found}, which is not the formula{times}"
    if not comparison.wrong_by_factor:
        return [text]
    if comparison.proportionate and not reading.others:
        n_signs = reading.listed + (reading.number > 1) + is_dense(counts, volume)
        if n_signs >= 2:
            return [f"{text}, so Z is not right"]
    if reading.listed and not comparison.too_many_or_few:
        return [text]
    how = "with its operations" if reading.listed else f"as {_name(reading)}"
    raise ValueError(f"{how} {text}; correct the symmetry, the sites, the formula or Z.")


def _label(reading, placed, comparison, metric):
    """The Structure of a reading, whose number is that of the symmetry its atoms have."""
    if reading.group is None:
        rows = placed.row
        structure = Structure(
            [placed.sites[row] for row in rows],
            placed.atoms,
            placed.occupancy[rows],
            gemmi.find_spacegroup_by_number(1),
            reading.number,
            placed.repeated,
            [f"its operations are of an uncommon setting of {_symbol(reading.number)}"],
        )
    else:
        structure = Structure(
            placed.sites, placed.coords, placed.occupancy, reading.group, None, placed.repeated
        )
    listed = {operation.triplet() for operation in reading.operations}
    certain = reading.agreed or (comparison is not None and comparison.ratio and comparison.agrees)
    for other in reading.others:
        triplets = {operation.triplet() for operation in other.operations()}
        if triplets <= listed:
            structure.number = structure.number or reading.number
        elif maps_onto_itself(placed, other, metric):
            if len(triplets) > len(listed):
                structure.number = other.number
            else:
                structure.number = structure.number or reading.number
        elif not certain:
            raise ValueError(
                f"its symmetry operations are those of {_name(reading)}, but it is called "
                f"{other.xhm()}; correct one of them."
            )
        else:
            structure.notes.append(f"it is read as {_name(reading)}, but also called {other.xhm()}")
    return structure


def _name(reading):
    return reading.group.xhm() if reading.group else _symbol(reading.number)


def _symbol(number):
    return gemmi.find_spacegroup_by_number(number).hm
