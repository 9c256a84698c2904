"""The data of a comparison, as a report shows them."""

import warnings
from dataclasses import dataclass, field

import numpy as np

from skxrd.crystal import dimensionality
from skxrd.datasets import load_halides
from skxrd.inspection._held_out_maps import has_maps, held_out_maps
from skxrd.io import SkippedFileWarning, read_crystals


@dataclass(frozen=True, eq=False)
class StudyFilms:
    """The data of a comparison, as a report shows them.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Prepared rows, as they were compared.
    y : ndarray of shape (n_patterns,)
        Their classes.
    groups : ndarray of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    names : list of str
        Names of the patterns.
    wavelength : float, default=None
        In angstrom.
    summary : str, default=""
        One line on what is in it.
    virtual : bool, default=False
        Whether the films are simulated too.
    crystals : list of Crystal, default=()
        Candidates; with them and a wavelength the causes of mistakes are looked for
        (:func:`misclassification_causes`).
    crystal_labels : list of str, default=()
        Their classes.
    maps : dict of int to ActivationMapDisplay, default={}
        Class activation maps of rows, as :func:`held_out_maps` returns them.
    mapped : str, default=""
        Name of the classifier whose maps they are.

    See Also
    --------
    make_report : The page they are for.
    """

    X: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    two_theta: np.ndarray
    names: list
    wavelength: float | None = None
    summary: str = ""
    virtual: bool = False
    crystals: list = ()
    crystal_labels: list = ()
    maps: dict = field(default_factory=dict)
    mapped: str = ""

    @classmethod
    def from_data(cls, data, X, *, target, crystals=None, estimators=None, cv=None):
        """Take what :func:`skxrd.datasets.read_films_with_crystals` returned.

        Parameters
        ----------
        data : Bunch
            Patterns, classes, groups and grid.
        X : ndarray of shape (n_patterns, n_angles)
            The prepared rows.
        target : {"space_group", "dimensionality"}
            What the classes are.
        crystals : path-like or list of Crystal, default=None
            The candidates that ``data`` was made with; ``None`` stands for
            :func:`skxrd.datasets.load_halides`. Those of other classes are kept: their lines may
            be in the films.
        estimators : dict of str to classifier, default=None
            The classifiers that are compared. The first that has class activation maps is trained
            once more in each fold of ``cv`` to draw them; ``None`` draws none.
        cv : splitter, default=None
            For the maps, such as ``ExperimentalKFold(random_state=0)``; measured rows are split
            one by one.

        Returns
        -------
        StudyFilms
        """
        names = [pattern.name for pattern in data.data]
        mapped = [name for name, one in (estimators or {}).items() if has_maps(one)]
        maps = {}
        if mapped and cv is not None:
            maps = held_out_maps(
                estimators[mapped[0]],
                X,
                data.target,
                groups=np.where(data.groups == "simulated", "simulated", "experimental"),
                cv=cv,
                names=names,
                two_theta=data.two_theta,
                wavelength=data.wavelength,
            )
        candidates, labels = _candidates(crystals, target)
        return cls(
            X,
            data.target,
            data.groups,
            data.two_theta,
            names,
            wavelength=data.wavelength,
            summary=data.summary,
            virtual=bool(data.data[-1].metadata.get("simulated", False)),
            crystals=candidates,
            crystal_labels=labels,
            maps=maps,
            mapped=mapped[0] if maps else "",
        )


def _candidates(crystals, target):
    """All candidates that have a class, and their classes."""
    if crystals is None:
        crystals = load_halides().data
    elif not isinstance(crystals, list):
        with warnings.catch_warnings():
            # said when the films were loaded with the same crystals
            warnings.simplefilter("ignore", SkippedFileWarning)
            crystals = read_crystals(crystals, on_error="skip")
    if target == "space_group":
        return crystals, [crystal.space_group_symbol for crystal in crystals]
    kept, labels = [], []
    for crystal in crystals:
        try:
            label = crystal.metadata.get("dimensionality") or dimensionality(crystal)
        except ValueError:
            continue  # no halide, so no candidate; said when the films were loaded
        kept.append(crystal)
        labels.append(label)
    return kept, labels
