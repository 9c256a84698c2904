"""Which crystals of a large table to use, and which of them to test on."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, ShuffleSplit

from skxrd._shared_docs import share_docs
from skxrd.io._crystal_tables import read_crystal_columns
from skxrd.powders._shared_parameters import SHARED

_COLUMNS = {
    "material_id": "name",
    "reduced_formula": "reduced_formula",
    "sg_symprec0.1": "space_group_number",
    "sg_consistent": "consistent",
    "in_icsd_list": "in_icsd_list",
    "in_cod_list": "in_cod_list",
}


def read_powder_labels(path, store=None):
    """Labels of the crystals of large tables: space group, formula, and how far to trust them.

    Parameters
    ----------
    path : path-like
        Parquet table or folder of them with the columns material_id, reduced_formula,
        sg_symprec0.1 (space-group number), sg_consistent (whether two tolerances give the same
        one), in_icsd_list and in_cod_list (whether formula and space group are among those of
        known compounds).
    store : ReflectionStore, default=None
        Reflection lists of these crystals; the labels are then brought into its order by the
        ``material_id`` of its own labels.

    Returns
    -------
    pandas.DataFrame
        One row a crystal: ``name``, ``reduced_formula``, ``space_group_number``, ``consistent``
        and ``known``.

    Raises
    ------
    FormatError
        If there are no tables, or one of them lacks a column.
    ValueError
        If a crystal of the store is not in the tables, or the tables name a crystal twice.
    """
    labels = read_crystal_columns(path, list(_COLUMNS)).rename(columns=_COLUMNS)
    labels["consistent"] = labels["consistent"].astype(bool)
    known = labels.pop("in_icsd_list").astype(bool) | labels.pop("in_cod_list").astype(bool)
    labels["known"] = known
    if store is None:
        return labels
    repeated = labels["name"].duplicated()
    if repeated.any():
        raise ValueError(
            f"{path}: names {labels['name'][repeated].iloc[0]!r} twice; leave one of them out."
        )
    wanted = store.labels["material_id"]
    absent = ~wanted.isin(labels["name"])
    if absent.any():
        raise ValueError(
            f"{path}: has no {wanted[absent].iloc[0]!r}, which is in the store at {store.path}; "
            "give the tables that the store was written from."
        )
    return labels.set_index("name").loc[wanted].reset_index(names="name")


@share_docs(SHARED)
def select_powders(labels, subset):
    """Rows of the crystals of a set.

    Parameters
    ----------
    |labels|
    subset : {"known", "all"}
        ``"all"`` has every crystal whose space group does not depend on the tolerance, ``"known"``
        those of them that are compounds known to exist.

    Returns
    -------
    ndarray of int, shape (n_selected,)

    Raises
    ------
    ValueError
        If there is no such set.
    """
    if subset not in ("known", "all"):
        raise ValueError(f"subset is {subset!r}; use 'known' or 'all'.")
    kept = labels["consistent"].to_numpy()
    if subset == "known":
        kept = kept & labels["known"].to_numpy()
    return np.flatnonzero(kept)


@share_docs(SHARED)
def split_powders(labels, rows, by, *, test_size=0.2, random_state=0):
    """Divide crystals into those to train on and those to test on.

    Parameters
    ----------
    |labels|
    rows : array-like of int, shape (n_rows,)
        Rows to divide.
    by : {"random", "formula"}
        ``"random"`` divides crystals, ``"formula"`` reduced formulas, so that no composition
        is in both parts: polymorphs and repeated entries of one compound stay together.
    test_size : float, default=0.2
        Share of the crystals, or of the formulas, to test on.
    random_state : int, RandomState instance or None, default=0
        Seed.

    Returns
    -------
    train : ndarray of int
    test : ndarray of int
        Sorted row numbers.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    rows = np.asarray(rows)
    options = {"n_splits": 1, "test_size": test_size, "random_state": random_state}
    if by == "random":
        pair = next(ShuffleSplit(**options).split(rows))
    elif by == "formula":
        formulas = labels["reduced_formula"].to_numpy()[rows]
        pair = next(GroupShuffleSplit(**options).split(rows, groups=formulas))
    else:
        raise ValueError(f"by is {by!r}; use 'random' or 'formula'.")
    return tuple(np.sort(rows[part]) for part in pair)
