"""Accuracy against the number of augmented patterns, and against the way they are made."""

from itertools import product
from numbers import Integral

from skxrd._compat import validate_params
from skxrd.model_selection._curve_folds import (
    SHARED,
    check_curve,
    check_numbers,
    run_folds,
    split_films,
)
from skxrd.model_selection._sampling_steps import DomainSampler, sampling_step, with_sampler
from skxrd.model_selection._splitters import SIMULATED

_N_EXPERIMENTAL = (0, 100, 300, 700, 2000)


@validate_params(
    {
        **SHARED,
        "estimators": [dict],
        "X": ["array-like", list],
        "n_simulated": ["array-like"],
        "n_experimental": ["array-like", None],
        "case": [Integral],
    },
    prefer_skip_nested_validation=True,
)
def augmentation_curve(
    estimators,
    X,
    y,
    *,
    groups,
    n_simulated=(0, 2000),
    n_experimental=None,
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
    """Accuracy on measured patterns against the number of augmented patterns in training.

    Patterns are made from simulated and from measured training rows separately, in every
    combination of the two numbers: Fig. 3 of Oviedo et al. [1]_. The given rows stay in the
    training set, so (0, 0) is training without augmentation. More rows are also more steps of a
    network's training; compare with ``epochs`` adjusted where that matters.

    Parameters
    ----------
    estimators : dict of str to Pipeline
        Name in the table and pipeline of imbalanced-learn with one sampling step that has
        ``n_augmented``, such as those of :func:`default_classifiers` that are not searches.
    X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
        The patterns, as the pipelines take them.
    y : array-like of shape (n_patterns,)
        Their classes.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    n_simulated : sequence of int, default=(0, 2000)
        Numbers of rows made from simulated ones, as many of each class.
    n_experimental : sequence of int, default=None
        Numbers of rows made from measured ones, as many of each class. ``None`` stands for (0, 100,
        300, 700, 2000), in Case 2, which trains on no measured pattern, for 0.
    case : {2, 3}, default=3
        What trains beside the simulated patterns: nothing, or the other folds of the measured.
    n_splits : int, default=5
        Folds of Case 3.
    n_repeats : int, default=5
        Repeats with other splits and other seeds.
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
        One row a tested pattern with the columns case, grouped, target, classifier, n_simulated,
        n_experimental, repeat, fold, row (of X), true, predicted, correct, n_train (rows before
        augmentation) and seconds (of the fold). :func:`summarize_curve` makes a curve of it.

    Raises
    ------
    ValueError
        If a pipeline has no sampling step, a number is no whole number from 0 on, or Case 2 is
        asked for rows made from measured ones.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import augmentation_curve, make_augmented, summarize_curve
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> X = np.tile(np.eye(2).repeat(20, axis=1), (10, 1))
    >>> table = augmentation_curve({"1-NN": make_augmented(KNeighborsClassifier(1))}, X, y,
    ...     groups=groups, n_simulated=[0], n_experimental=[0, 20], n_repeats=1)
    >>> summarize_curve(table, ["classifier", "n_experimental"])["accuracy"].tolist()
    [1.0, 1.0]
    """
    y, groups = check_curve(estimators, y, groups, case, grouped)
    if n_experimental is None:
        n_experimental = _N_EXPERIMENTAL if case == 3 else (0,)
    n_simulated = check_numbers("n_simulated", n_simulated)
    n_experimental = check_numbers("n_experimental", n_experimental)
    if case == 2 and n_experimental != [0]:
        raise ValueError(
            f"n_experimental holds {n_experimental[-1]} but Case 2 trains on no measured pattern; "
            "leave it out, or use case=3."
        )
    steps = {name: sampling_step(name, estimator) for name, estimator in estimators.items()}
    tasks = []
    for name, estimator in estimators.items():
        sampler = estimator.get_params()[steps[name]]
        if "n_augmented" not in sampler.get_params():
            raise ValueError(
                f"estimators[{name!r}] samples with {type(sampler).__name__}, which has no "
                "n_augmented; use PhysicsAugmenter or NoiseAugmenter."
            )
        for repeat in range(n_repeats):
            seed = random_state + repeat
            folds = split_films(case, y, groups, n_splits, seed)
            for from_simulated, from_measured in product(n_simulated, n_experimental):
                keys = {
                    "classifier": name,
                    "n_simulated": from_simulated,
                    "n_experimental": from_measured,
                    "repeat": repeat,
                }
                for fold, (train, test) in enumerate(folds):
                    by_domain = DomainSampler(
                        sampler, groups[train] == SIMULATED, from_simulated, from_measured
                    )
                    model = with_sampler(estimator, steps[name], by_domain)
                    tasks.append((model, X, {**keys, "fold": fold}, train, test, seed))
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


@validate_params(
    {
        **SHARED,
        "estimators": [dict],
        "X": ["array-like", list],
        "samplers": [dict],
        "case": [Integral],
    },
    prefer_skip_nested_validation=True,
)
def compare_samplers(
    estimators,
    X,
    y,
    *,
    groups,
    samplers,
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
    """Accuracy on measured patterns with different ways to add training rows.

    Augmentation by noise against augmentation by physics against none, and oversampling against
    imbalanced classes: each sampler takes the place of the pipeline's own, so it sees training
    rows only. Oviedo et al. [1]_ found physics ahead of noise, and balancing of little effect.

    Parameters
    ----------
    estimators : dict of str to Pipeline
        Name in the table and pipeline of imbalanced-learn with one sampling step, such as those
        of :func:`default_classifiers` that are not searches.
    X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
        The patterns, as the pipelines take them.
    y : array-like of shape (n_patterns,)
        Their classes.
    groups : array-like of str, shape (n_patterns,)
        ``"simulated"``, or ``"experimental"`` or the name of a measured series.
    samplers : dict of str to sampler or None
        Name in the table and sampler of this package or of imbalanced-learn; ``None`` adds no
        rows. See :func:`default_samplers`.
    case : {2, 3}, default=3
        What trains beside the simulated patterns: nothing, or the other folds of the measured.
    n_splits : int, default=5
        Folds of Case 3.
    n_repeats : int, default=5
        Repeats with other splits and other seeds.
    grouped : bool, default=False
        Whether a measured series named in ``groups`` stays on one side of every split.
    target : str, default=""
        What y is, for the table.
    n_jobs : int, default=None
        Folds that run at the same time, through joblib.
    random_state : int, default=0
        Repeat r uses the seed ``random_state + r`` for splits, samplers and classifiers.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold.
    folder : path-like, default=None
        Keep each finished fold in this folder and run none again that is there, as
        :func:`evaluate_cases` does; ``None`` keeps nothing.

    Returns
    -------
    pandas.DataFrame
        One row a tested pattern with the columns case, grouped, target, classifier, sampler,
        repeat, fold, row (of X), true, predicted, correct, n_train (rows before sampling) and
        seconds (of the fold). :func:`summarize_curve` gives accuracy, balanced accuracy and F1
        macro of it.

    Raises
    ------
    ValueError
        If a pipeline has no sampling step or ``samplers`` is empty.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from imblearn.over_sampling import SMOTE
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import compare_samplers, make_augmented, summarize_curve
    >>> y, groups = np.tile(["a", "b", "b"], 10), ["simulated"] * 15 + ["experimental"] * 15
    >>> X = np.tile(np.eye(3), (10, 7))
    >>> table = compare_samplers({"1-NN": make_augmented(KNeighborsClassifier(1))}, X, y,
    ...     groups=groups, samplers={"none": None, "SMOTE": SMOTE(k_neighbors=2)}, n_repeats=1)
    >>> summarize_curve(table, "sampler")["accuracy"].tolist()
    [1.0, 1.0]
    """
    y, groups = check_curve(estimators, y, groups, case, grouped)
    if not samplers:
        raise ValueError("samplers is empty; pass default_samplers(two_theta) or your own.")
    for name, sampler in samplers.items():
        if sampler is not None and not hasattr(sampler, "fit_resample"):
            raise ValueError(
                f"samplers[{name!r}] is a {type(sampler).__name__}, which has no fit_resample; "
                "pass a sampler, or None to add no rows."
            )
    steps = {name: sampling_step(name, estimator) for name, estimator in estimators.items()}
    tasks = []
    for name, estimator in estimators.items():
        for repeat in range(n_repeats):
            seed = random_state + repeat
            folds = split_films(case, y, groups, n_splits, seed)
            for sampling, sampler in samplers.items():
                model = with_sampler(estimator, steps[name], sampler)
                keys = {"classifier": name, "sampler": sampling, "repeat": repeat}
                tasks += [
                    (model, X, {**keys, "fold": fold}, train, test, seed)
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
