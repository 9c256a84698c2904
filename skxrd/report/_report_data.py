"""What a page shows of a study: its patterns, its candidate crystals and maps of its films."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.utils import Bunch

from skxrd._domains import without_series
from skxrd.inspection._held_out_maps import has_maps, held_out_maps
from skxrd.model_selection import ExperimentalKFold, SimulatedToExperimental


@dataclass(frozen=True, eq=False)
class ReportData:
    """Prepared rows and facts of a study; ``maps`` has the displays of ``mapped``, by row."""

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
    def from_study(cls, study, maps=None):
        """What a study and its maps hold; fields that its data lack stay empty."""
        given = study.data
        known = {
            name: given[name]
            for name in ("wavelength", "summary", "virtual", "crystals", "crystal_labels")
            if name in given
        }
        if maps is not None:
            known |= {"maps": maps.displays, "mapped": maps.classifier}
        rows = np.asarray(study.X)
        return cls(rows, study.y, study.groups, given["two_theta"], _names(given["data"]), **known)


def study_maps(study, classifiers, *, case=3):
    """Class activation maps of the films of a study, each while it was held out.

    The first classifier that has such maps is trained once more in each fold of one round of the
    case.

    Parameters
    ----------
    study : Study
        With prepared rows.
    classifiers : dict of str to classifier
        The classifiers that were compared.
    case : {2, 3}, default=3
        What trains besides the simulated patterns: nothing, or the other folds of the films, which
        are split one by one.

    Returns
    -------
    Bunch or None
        ``classifier``, its name, and ``displays``, a dict of row to
        :class:`~skxrd.inspection.ActivationMapDisplay`, as :func:`make_report` takes them; ``None``
        if no classifier has maps.

    See Also
    --------
    skxrd.inspection.ActivationMapDisplay : Draws one of them.
    """
    mapped = [name for name, classifier in classifiers.items() if has_maps(classifier)]
    if not mapped:
        return None
    cv = SimulatedToExperimental()
    if case == 3:
        cv = ExperimentalKFold(study.n_splits, random_state=study.random_state)
    displays = held_out_maps(
        classifiers[mapped[0]],
        study.X,
        study.y,
        groups=without_series(study.groups),
        cv=cv,
        names=_names(study.data["data"]),
        two_theta=study.data["two_theta"],
        wavelength=study.data.get("wavelength"),
    )
    return Bunch(classifier=mapped[0], displays=displays)


def _names(patterns):
    return [getattr(one, "name", "") or f"pattern {row}" for row, one in enumerate(patterns)]
