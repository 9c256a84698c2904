"""Accuracy against the angle step of the scan."""

from numbers import Integral, Real

import numpy as np
from sklearn.pipeline import make_pipeline

from skxrd._compat import StrOptions, validate_params
from skxrd._grid import check_increasing, median_step
from skxrd._pattern import PowderPattern
from skxrd.model_selection._curve_folds import SHARED, check_curve, run_folds, split_films
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    coarsen_patterns,
)

_ROUNDING = 1.001  # a step may miss that of the grid by its rounding


@validate_params(
    {
        **SHARED,
        "estimators": [dict, callable],
        "X": ["array-like", list],
        "two_theta": ["array-like"],
        "steps": ["array-like"],
        "scan": [StrOptions({"continuous", "step"})],
        "wavelength": [Real, str, None],
        "make_preparation": [callable, None],
        "case": [Integral],
    },
    prefer_skip_nested_validation=True,
)
def step_curve(
    estimators,
    X,
    y,
    *,
    groups,
    two_theta,
    steps=(0.04, 0.08, 0.16, 0.32, 0.64),
    scan="step",
    wavelength=None,
    make_preparation=None,
    case=3,
    n_splits=5,
    n_repeats=5,
    grouped=False,
    target="",
    n_jobs=None,
    random_state=0,
    progress=None,
    folder=None,
):
    """Accuracy on measured patterns against the step of the scan.

    How coarse, and so how quick, may a scan be? The raw patterns, simulated and measured, are
    coarsened before anything else is done with them; background, smoothing, augmentation and
    classifier only ever see the coarse scan. This is Fig. 4 of Oviedo et al. [1]_.

    Parameters
    ----------
    estimators : callable or dict of str to classifier
        Function of a grid that returns name and classifier or pipeline for prepared rows on it,
        such as :func:`default_classifiers`, or a dictionary of such that need no angles.
    X : list of PowderPattern or array-like of shape (n_patterns, n_angles)
        Raw patterns; as an array on ``two_theta``.
    y : array-like of shape (n_patterns,)
        Their classes.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    two_theta : array-like of shape (n_angles,)
        The fine grid in degrees; patterns in a list are brought to it.
    steps : sequence of float, default=(0.04, 0.08, 0.16, 0.32, 0.64)
        Steps in degrees, none below that of ``two_theta``.
    scan : {"step", "continuous"}, default="step"
        How the coarse scan is made. ``"step"`` keeps one angle a step and leaves the others out, as
        the paper did and as a step scan with unchanged counting time at each angle would have
        it. ``"continuous"`` averages the angles of a step, as a detector that counts on its way
        (:class:`~skxrd.preprocessing.StepCoarsener`): narrow peaks are not missed. All counts of
        the fine scan are kept, so it shows the cost of resolution without that of fewer counts,
        which a quicker scan has too.
    wavelength : float or str, default=None
        Wavelength of the grid; see :class:`~skxrd.preprocessing.PatternStacker`.
    make_preparation : callable, default=None
        Function of a grid that returns the transformer of coarse raw rows into prepared ones. It
        is fitted to all rows, so it must treat each by itself. ``None`` subtracts the background,
        smooths and scales as :func:`skxrd.model_selection.make_preparation` does.
    case : {2, 3}, default=3
        What trains beside the simulated patterns: nothing, or the other folds of the measured.
    n_splits : int, default=5
        Folds of Case 3.
    n_repeats : int, default=5
        Repeats with other splits and other seeds; all steps have the same splits.
    grouped : bool, default=False
        Whether a measured series named in ``groups`` stays on one side of every split.
    target : str, default=""
        What y is, for the table.
    n_jobs : int, default=None
        Folds that run at the same time, through joblib.
    random_state : int, default=0
        Repeat r uses the seed ``random_state + r`` for splits, augmentation and classifiers.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold.
    folder : path-like, default=None
        Keep each finished fold in this folder and run none again that is there, as
        :func:`evaluate_cases` does; ``None`` keeps nothing.

    Returns
    -------
    pandas.DataFrame
        One row a tested pattern with the columns case, grouped, target, classifier, step, scan,
        n_angles, relative_time, repeat, fold, row (of X), true, predicted, correct, n_train and
        seconds (of the fold). ``relative_time`` is the number of angles over that of the fine
        grid: the time of the scan, relative, at equal counting time an angle, without the moves
        between angles. :func:`summarize_curve` makes a curve of it.

    Raises
    ------
    ValueError
        If a step is below that of ``two_theta``, or wider than half of its range, or ``X`` is not
        on ``two_theta``.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import step_curve, summarize_curve
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> two_theta = np.arange(10, 30, 0.1)
    >>> X = np.exp(-((two_theta - np.where(y == "a", 15, 25)[:, None]) ** 2))
    >>> table = step_curve({"1-NN": KNeighborsClassifier(1)}, X, y, groups=groups,
    ...     two_theta=two_theta, steps=[0.1, 0.4], n_repeats=1)
    >>> summary = summarize_curve(table, ["step", "relative_time"])
    >>> summary[["step", "relative_time", "accuracy"]].to_numpy().tolist()
    [[0.1, 1.0, 1.0], [0.4, 0.25, 1.0]]
    """
    y, groups = check_curve(estimators, y, groups, case, grouped)
    grid = check_increasing(two_theta)
    steps = _check_steps(steps, grid)
    make_preparation = _prepare if make_preparation is None else make_preparation
    if isinstance(X, list) and any(isinstance(pattern, PowderPattern) for pattern in X):
        X = PatternStacker(grid, wavelength=wavelength).fit_transform(X)
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != grid.size:
        raise ValueError(
            f"X has shape {X.shape} but two_theta has {grid.size} angles; pass the grid of X."
        )
    tasks = []
    for step in steps:
        coarse, angles = coarsen(X, grid, step, scan)
        rows = make_preparation(angles).fit_transform(coarse)
        named = estimators(angles) if callable(estimators) else estimators
        for repeat in range(n_repeats):
            seed = random_state + repeat
            folds = split_films(case, y, groups, n_splits, seed)
            for name, estimator in named.items():
                keys = {
                    "classifier": name,
                    "step": step,
                    "scan": scan,
                    "n_angles": angles.size,
                    "relative_time": angles.size / grid.size,
                    "repeat": repeat,
                }
                tasks += [
                    (estimator, rows, {**keys, "fold": fold}, train, test, seed)
                    for fold, (train, test) in enumerate(folds)
                ]
    return run_folds(
        tasks,
        y,
        groups,
        case=case,
        grouped=grouped,
        target=target,
        n_jobs=n_jobs,
        progress=progress,
        folder=folder,
    )


def coarsen(X, two_theta, step, scan):
    """Rows of a coarser scan.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Raw patterns.
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    step : float
        Step in degrees.
    scan : {"step", "continuous"}
        Whether one angle a step is kept, or the mean of all.

    Returns
    -------
    X : ndarray of shape (n_patterns, n_coarse)
    two_theta : ndarray of shape (n_coarse,)
    """
    if step <= _ROUNDING * median_step(two_theta):
        return X, two_theta
    if scan == "continuous":
        return coarsen_patterns(X, two_theta, step)
    number = np.floor((two_theta - two_theta[0]) / step + 1e-6).astype(np.int64)
    kept = np.flatnonzero(np.diff(number, prepend=-1))
    return X[:, kept], two_theta[kept]


def _check_steps(steps, grid):
    finest, widest = median_step(grid), np.ptp(grid) / 2
    checked = sorted({float(step) for step in np.asarray(steps, dtype=np.float64).ravel()})
    if not checked:
        raise ValueError("steps is empty; give at least one step in degrees.")
    for step in checked:
        if not finest <= step * _ROUNDING or not step <= widest:
            raise ValueError(
                f"steps holds {step:g}; give steps from {finest:.4g}, that of two_theta, to "
                f"{widest:.4g}, half of its range."
            )
    return checked


def _prepare(two_theta):
    return make_pipeline(
        BackgroundSubtractor(two_theta), SavitzkyGolaySmoother(two_theta), PatternScaler()
    )
