"""The bundled metal halides."""

from collections import Counter
from importlib import resources

import numpy as np
import pandas as pd
from sklearn.utils import Bunch

from skxrd._compat import StrOptions, validate_params
from skxrd._domains import SIMULATED
from skxrd.crystal import make_prototype
from skxrd.crystal._prototypes import PROTOTYPES


@validate_params(
    {"target": [StrOptions({"space_group", "dimensionality"})], "return_X_y": ["boolean"]},
    prefer_skip_nested_validation=True,
)
def load_halides(*, target="space_group", return_X_y=False):
    """Load the metal halides from which thin films are simulated (modelled cells).

    Perovskites and related halides in the seven space groups of Oviedo et al. [1]_, generated
    from a bundled table of prototype and composition. Cells follow from ionic radii: they are
    modelled, not measured.

    Parameters
    ----------
    target : {"space_group", "dimensionality"}, default="space_group"
        What ``target`` holds: symbols such as ``"Pm-3m"``, or ``"0D"``, ``"2D"``, ``"3D"``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` alone.

    Returns
    -------
    data : Bunch
        With the attributes

        data : list of Crystal
            The structures.
        target : ndarray of str, shape (n_crystals,)
            The labels asked for.
        target_names : list of str
            Distinct labels.
        space_group, dimensionality : ndarray of str, shape (n_crystals,)
            Both labels.
        two_theta : None
            Crystals have no angles.
        groups : ndarray of str, shape (n_crystals,)
            ``"simulated"`` throughout.
        frame : DataFrame
            Table of prototype, ions, cell and labels.
        DESCR : str
            Description and sources.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> from skxrd.datasets import load_halides
    >>> halides = load_halides()
    >>> len(halides.data) >= 160, halides.data[0].name
    (True, 'CsPbCl3')
    """
    folder = resources.files("skxrd.datasets") / "data"
    with (folder / "halides.csv").open(encoding="utf-8") as file:
        frame = pd.read_csv(file, keep_default_na=False, dtype=str)
    crystals = [
        make_prototype(row.prototype, **{s: getattr(row, s) for s in "ABCX" if getattr(row, s)})
        for row in frame.itertuples()
    ]
    labels = {
        "space_group": np.array([crystal.space_group_symbol for crystal in crystals]),
        "dimensionality": np.array([c.metadata["dimensionality"] for c in crystals]),
    }
    frame.insert(1, "name", [crystal.name for crystal in crystals])
    frame[["a", "b", "c", "alpha", "beta", "gamma"]] = [crystal.cell for crystal in crystals]
    frame = frame.assign(**labels)
    if return_X_y:
        return crystals, labels[target]
    return Bunch(
        data=crystals,
        target=labels[target],
        target_names=sorted(set(labels[target].tolist())),
        two_theta=None,
        groups=np.full(len(crystals), SIMULATED),
        frame=frame,
        DESCR=_description(folder, labels),
        **labels,
    )


def _description(folder, labels):
    counts = {
        name: ", ".join(f"{value} ({n})" for value, n in Counter(values).most_common())
        for name, values in labels.items()
    }
    sources = "\n".join(
        f"* {name} ({prototype.formula}, {prototype.space_group}): {prototype.source}."
        for name, prototype in PROTOTYPES.items()
    )
    return (
        (folder / "halides.rst")
        .read_text(encoding="utf-8")
        .format(
            n_crystals=len(labels["space_group"]),
            space_groups=counts["space_group"],
            dimensionalities=counts["dimensionality"],
            sources=sources,
        )
    )
