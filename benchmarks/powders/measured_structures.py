"""Measured crystal structures of minerals beside computed ones: store, formulas, groups, cells.

A part of ``train_network.py``. Structures of one mineral name, or of one formula without its
hydrogen (which many refinements do not locate), form a group; groups that share a formula with the
held-out or test part of the computed structures train nothing.
"""

import re
import warnings
from dataclasses import replace
from functools import reduce
from math import gcd

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skxrd.io import iter_crystals
from skxrd.io._crystal_tables import read_crystal_columns
from skxrd.powders import read_powder_labels
from skxrd.search._phase_elements import cell_content, reduced_formula

MINERAL_TEST, MINERAL_HELD = 0.2, 0.05  # of the groups that share no formula with computed ones
_PIECE = re.compile(r"([A-Z][a-z]?)([\d.]*)")


def all_crystals(data):
    """Batches of the computed structures, and after them of the measured ones."""
    yield from iter_crystals(data / "crystals", batch_size=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # structures that cannot be read
        for batch in iter_crystals(data / "amcsd", batch_size=1000, on_error="skip"):
            yield [_described(crystal) for crystal in batch]


def _described(crystal):
    """The crystal with what groups and cells need as its only metadata."""
    content, _ = cell_content(crystal)
    kept = {
        "block": crystal.metadata["block"],
        "mineral": crystal.metadata.get("mineral", ""),
        "reduced_formula": reduced_formula(content),
        "volume_of_atom": crystal.volume / sum(content.values()),
        "space_group_number": crystal.space_group_number,
    }
    return replace(crystal, metadata=kept)


def all_labels(data, store):
    """Labels of a store of :func:`all_crystals`; ``measured`` says which are minerals."""
    own = store.labels
    measured = own["material_id"].isna()
    computed = read_powder_labels(data / "crystals").set_index("name")
    computed = computed.loc[own["material_id"][~measured]].reset_index(names="name")
    minerals = own.loc[measured, ["name", "reduced_formula", "space_group_number", "mineral"]]
    minerals = minerals.assign(consistent=False, known=False)
    labels = pd.concat([computed, minerals], ignore_index=True)
    labels["measured"] = np.arange(len(labels)) >= len(computed)
    labels["formula"] = labels["reduced_formula"].map(ordered_formula)
    labels["without_hydrogen"] = labels["formula"].map(without_hydrogen)
    return labels


def ordered_formula(text):
    """Formula with the elements by the alphabet and whole numbers without a common factor."""
    counts = {}
    for symbol, number in _PIECE.findall(text):
        counts[symbol] = counts.get(symbol, 0.0) + float(number or 1)
    return _written(counts)


def without_hydrogen(formula):
    """An ordered formula without hydrogen; a formula of hydrogen alone stays."""
    counts = {symbol: float(number or 1) for symbol, number in _PIECE.findall(formula)}
    heavier = {symbol: count for symbol, count in counts.items() if symbol not in ("H", "D")}
    return _written(heavier or counts)


def _written(counts):
    if all(count == int(count) for count in counts.values()):
        divisor = reduce(gcd, (int(count) for count in counts.values()), 0) or 1
        counts = {symbol: count / divisor for symbol, count in counts.items()}
    return "".join(
        symbol + ("" if count == 1 else f"{count:g}") for symbol, count in sorted(counts.items())
    )


def connected_groups(*keys):
    """Number of the group of each row; rows that share a value of any key are of one group.

    An empty value joins nothing.
    """
    n = len(keys[0])
    rows, nodes, first = [], [], n
    for values in keys:
        codes, _ = pd.factorize(np.where(np.asarray(values) == "", None, np.asarray(values)))
        there = np.flatnonzero(codes >= 0)
        rows.append(there)
        nodes.append(codes[there] + first)
        first += codes.max(initial=-1) + 1
    rows, nodes = np.concatenate(rows), np.concatenate(nodes)
    edges = coo_array((np.ones(len(rows)), (rows, nodes)), shape=(first, first))
    return connected_components(edges, directed=False)[1][:n]


def split_minerals(labels, train, held, test, *, random_state=0):
    """Rows of measured structures to train on, to hold out and to test on.

    ``train``, ``held`` and ``test`` are rows of computed structures. Groups with a formula of the
    computed test part are tested, those with one of the held-out part held out, those with one of
    the training part trained on; the others are divided at random. What is held out or tested and
    has itself a formula of the computed training part is left out altogether.
    """
    rows = np.flatnonzero(labels["measured"])
    formula = labels["without_hydrogen"].to_numpy()
    groups = connected_groups(formula[rows], labels["mineral"].iloc[rows].str.lower().fillna(""))
    parts = np.full(groups.max() + 1, "", dtype=object)
    drawn = np.random.default_rng(random_state).random(len(parts))
    parts[:] = "train"
    parts[drawn < MINERAL_TEST + MINERAL_HELD] = "held"
    parts[drawn < MINERAL_TEST] = "test"
    for name, some in (("train", train), ("held", held), ("test", test)):
        parts[groups[np.isin(formula[rows], formula[some])]] = name
    part = parts[groups]
    part[np.isin(formula[rows], formula[train]) & (part != "train")] = "left out"
    return tuple(rows[part == name] for name in ("train", "held", "test"))


def cell_factor(measured, computed):
    """Factor from lengths of computed cells to those of measured ones, and how it was found.

    Both are Series of the volume of an atom, indexed by what says that compounds are the same;
    the factor is the median over compounds of the cube root of the ratio of their median volumes.
    """
    pairs = pd.concat(
        [
            volumes.groupby(level=list(range(volumes.index.nlevels))).median()
            for volumes in (measured, computed)
        ],
        axis=1,
        join="inner",
    )
    if pairs.empty:
        raise ValueError("no compound is in both series; index them alike.")
    factors = (pairs.iloc[:, 0] / pairs.iloc[:, 1]) ** (1 / 3)
    low, middle, high = np.quantile(factors, [0.25, 0.5, 0.75])
    return float(middle), {
        "compounds": len(factors),
        "median": round(float(middle), 4),
        "quartiles": [round(float(low), 4), round(float(high), 4)],
    }


def volumes_of_atoms(data, store, labels, rows):
    """Volume of an atom of some rows, by formula and space group."""
    table = read_crystal_columns(data / "crystals", ["material_id", "volume", "nsites"])
    computed = (table["volume"] / table["nsites"]).set_axis(table["material_id"])
    own = store.labels.iloc[rows]
    volumes = own["volume_of_atom"].fillna(own["material_id"].map(computed)).to_numpy()
    return pd.Series(
        volumes,
        index=pd.MultiIndex.from_frame(labels.iloc[rows][["formula", "space_group_number"]]),
    )


def mineral_weights(labels, rows):
    """Weight of each measured row: a mineral counts as the square root of its determinations.

    Without a mineral name, the formula takes its place.
    """
    own = labels.iloc[rows]
    names = own["mineral"].fillna("").str.lower()
    names = names.where(names != "", own["formula"])
    return own.groupby([names, own["space_group_number"]])["name"].transform("size") ** -0.5
