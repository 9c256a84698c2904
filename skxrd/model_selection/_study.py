"""A study: classifiers compared in Cases 1, 2 and 3, and what their accuracy depends on."""

from collections.abc import Mapping
from itertools import product

import numpy as np
from sklearn.base import clone

from skxrd._domains import EXPERIMENTAL, SIMULATED
from skxrd._shared_docs import share_docs
from skxrd.model_selection._curve_data import check_numbers, check_steps, coarsen, mixed_order
from skxrd.model_selection._sampling_steps import check_samplers, sampling_step, with_sampler
from skxrd.model_selection._shared_parameters import STUDY
from skxrd.model_selection._study_data import StudyData

_N_EXPERIMENTAL = (0, 100, 300, 700, 2000)


@share_docs(STUDY)
class Study(StudyData):
    """Classifiers on simulated and measured patterns, compared fold by fold.

    The methods run the three cases of Oviedo et al. [1]_ and vary what accuracy depends on: the
    step of the scan, the number of measured films, the augmented rows and how they are made. All
    return the same table, one row a tested pattern, which :func:`summarize`, :func:`score_folds`,
    :func:`confusion_of`, :func:`score_classes` and :func:`summarize_films` read.

    Whatever learns from several patterns or changes their number (augmentation, oversampling) is
    a step of the classifiers, as pipelines of imbalanced-learn: it then meets training rows only.

    Parameters
    ----------
    data : Bunch or dict
        ``data``, list of PowderPattern or array-like of shape (n_patterns, n_angles); ``target``,
        their classes; ``groups``, ``"simulated"``, or ``"experimental"`` or the name of a measured
        series. If they are there, ``two_theta``, degrees of the columns or of the common grid, and
        its ``wavelength``; ``powder``, mask of the patterns that Case 1 may use; ``target_name``,
        for the column ``target``. :func:`skxrd.datasets.read_films_with_crystals` returns all.
    preparation : callable, default=None
        Function of a grid that returns the transformer of raw rows into prepared ones, such as
        :func:`make_preparation`. It is fitted to all patterns, so it must treat each by itself.
        ``None`` leaves the patterns as they are.
    n_splits : int, default=5
        Folds of Cases 1 and 3.
    n_repeats : int, default=20
        Repeats with other splits and other seeds.
    grouped : bool, default=False
        Whether a measured series named in ``groups`` stays on one side of every split; False
        splits film by film, as the paper did.
    random_state : int, default=0
        Repeat r uses the seed ``random_state + r`` for splits, samplers and classifiers.
    n_jobs : int, default=None
        Folds that run at the same time, through joblib.
    folder : path-like, default=None
        Keep finished folds here, and run none of them again: a study that was stopped goes on.
        Folds are known by classifier, with your own code and all it reads, data, split, seed and
        versions; what cannot be known runs again, with a warning. ``None`` keeps nothing.

    Attributes
    ----------
    X : list of PowderPattern or ndarray of shape (n_patterns, n_angles)
        The patterns as the classifiers get them; prepared when they are first needed.
    y : ndarray of shape (n_patterns,)
        Their classes.
    groups : ndarray of str, shape (n_patterns,)
        Their domains; without the names of series unless ``grouped``.

    Raises
    ------
    ValueError
        If the data lack a field or their lengths differ.

    Notes
    -----
    Folds run wherever ``joblib.parallel_config`` says, for example
    ``with parallel_config("dask")`` inside a ``dask.distributed.Client``. Files are written by the
    calling process alone.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import Study, summarize
    >>> y, groups = np.tile(["a", "b"], 10), ["simulated"] * 10 + ["experimental"] * 10
    >>> study = Study({"data": np.eye(2)[(y == "b") * 1], "target": y, "groups": groups},
    ...     n_repeats=2)
    >>> predictions = study.cases({"1-NN": KNeighborsClassifier(1)})
    >>> summarize(predictions, by=["case", "classifier"])[["case", "accuracy"]].values.tolist()
    [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]
    """

    def cases(self, classifiers, *, cases=(1, 2, 3), progress=None):
        """Cross-validate classifiers in the cases of the paper.

        Case 1 trains and tests on simulated patterns, Case 2 trains on simulated and tests on
        measured ones, Case 3 trains on all simulated and 4/5 of the measured and tests on the rest.

        Parameters
        ----------
        |classifiers|
        cases : sequence of int, default=(1, 2, 3)
            Which of the cases to run.
        |progress|

        Returns
        -------
        |predictions|
        """
        _check_classifiers(classifiers)
        if np.ndim(cases) != 1:
            raise ValueError(f"cases is {cases!r}; pass a list, such as [2, 3].")
        splits = {case: self._splits(case) for case in cases}
        folds = [
            self._fold(name, model, split)
            for case in sorted(splits)
            for name, model in classifiers.items()
            for split in splits[case]
        ]
        return self._run(folds, progress)

    def steps(
        self,
        classifiers,
        *,
        steps=(0.04, 0.08, 0.16, 0.32, 0.64),
        scan="step",
        case=3,
        progress=None,
    ):
        """Accuracy on measured patterns against the step of the scan.

        How coarse, and so how quick, may a scan be? The raw patterns, simulated and measured, are
        coarsened before anything else is done with them; the ``preparation`` of the study and the
        classifiers only get the coarse scan. This is Fig. 4 of Oviedo et al. (2019).

        Parameters
        ----------
        classifiers : callable or dict of str to classifier
            Function of a grid that returns names and classifiers on it, such as
            :func:`default_classifiers`, or a dictionary of such that need no angles.
        steps : sequence of float, default=(0.04, 0.08, 0.16, 0.32, 0.64)
            Steps in degrees, none below that of the grid of the data.
        scan : {"step", "continuous"}, default="step"
            How the coarse scan is made. ``"step"`` keeps one angle a step and leaves the others
            out, as the paper did and as a step scan with unchanged counting time at each angle
            would have it. ``"continuous"`` averages the angles of a step, as a detector that counts
            on its way (:class:`~skxrd.preprocessing.StepCoarsener`): narrow peaks are not missed.
            All counts of the fine scan are kept, so it shows the cost of resolution without that of
            fewer counts, which a quicker scan has too.
        |case|
        |progress|

        Returns
        -------
        |predictions|
            The columns ``step``, ``scan``, ``n_angles`` and ``relative_time`` are added. The last
            is the number of angles over that of the fine grid: the time of the scan, relative, at
            equal counting time an angle, without the moves between angles.

        Raises
        ------
        ValueError
            If the data have no grid, or a step is below that of the grid or wider than half of its
            range.
        """
        splits = self._splits_of_films(case)
        rows, grid = self._raw()
        folds = []
        for step in check_steps(steps, grid):
            X, angles = coarsen(rows, grid, step, scan)
            if self.preparation is not None:
                X = self.preparation(angles).fit_transform(X)
            named = classifiers(angles) if callable(classifiers) else classifiers
            _check_classifiers(named)
            varied = {"step": step, "scan": scan, "n_angles": angles.size}
            varied["relative_time"] = angles.size / grid.size
            folds += [
                self._fold(name, model, split, X=X, **varied)
                for name, model in named.items()
                for split in splits
            ]
        return self._run(folds, progress)

    def augmentation(
        self, classifiers, *, n_simulated=(0, 2000), n_experimental=None, case=3, progress=None
    ):
        """Accuracy on measured patterns against the number of augmented patterns in training.

        Patterns are made from simulated and from measured training rows separately, in every
        combination of the two numbers: Fig. 3 of Oviedo et al. (2019). The given rows stay in the
        training set, so (0, 0) is training without augmentation. More rows are also more steps of
        a network's training; compare with ``epochs`` adjusted where that matters.

        Parameters
        ----------
        |sampling_pipelines|
        n_simulated : sequence of int, default=(0, 2000)
            Numbers of rows made from simulated ones, as many of each class.
        n_experimental : sequence of int, default=None
            Numbers of rows made from measured ones, as many of each class. ``None`` stands for (0,
            100, 300, 700, 2000), in Case 2, which trains on no measured pattern, for 0.
        |case|
        |progress|

        Returns
        -------
        |predictions|
            The columns ``n_simulated`` and ``n_experimental`` are added.

        Raises
        ------
        ValueError
            If a pipeline has no sampling step, a number is no whole number from 0 on, or Case 2 is
            asked for rows made from measured ones.
        """
        _check_classifiers(classifiers)
        splits = self._splits_of_films(case)
        if n_experimental is None:
            n_experimental = _N_EXPERIMENTAL if case == 3 else (0,)
        numbers = {
            "n_simulated": check_numbers("n_simulated", n_simulated),
            "n_experimental": check_numbers("n_experimental", n_experimental),
        }
        if case == 2 and numbers["n_experimental"] != [0]:
            raise ValueError(
                f"n_experimental holds {numbers['n_experimental'][-1]} but Case 2 trains on no "
                "measured pattern; leave it out, or use case=3."
            )
        folds = []
        for name, model in classifiers.items():
            step = sampling_step(name, model)
            sampler = model.get_params()[step]
            if "n_augmented" not in sampler.get_params():
                raise ValueError(
                    f"classifiers[{name!r}] samples with {type(sampler).__name__}, which has no "
                    "n_augmented; use PhysicsAugmenter or NoiseAugmenter."
                )
            for counts in product(*numbers.values()):
                varied = dict(zip(numbers, counts, strict=True))
                of_each = dict(zip((SIMULATED, EXPERIMENTAL), counts, strict=True))
                changed = clone(model).set_params(**{f"{step}__n_augmented": of_each})
                folds += [self._fold(name, changed, split, **varied) for split in splits]
        return self._run(folds, progress)

    def samplers(self, classifiers, samplers, *, case=3, progress=None):
        """Accuracy on measured patterns with different ways to add training rows.

        Augmentation by noise against augmentation by physics against none, and oversampling against
        imbalanced classes: each sampler takes the place of the pipeline's own, so it changes
        training rows only. Oviedo et al. (2019) found physics ahead of noise, and balancing of
        little effect.

        Parameters
        ----------
        |sampling_pipelines|
        samplers : dict of str to sampler or None
            Name in the table and sampler of this package or of imbalanced-learn; ``None`` adds no
            rows. See :func:`default_samplers`.
        |case|
        |progress|

        Returns
        -------
        |predictions|
            The column ``sampler`` is added.

        Raises
        ------
        ValueError
            If a pipeline has no sampling step or ``samplers`` is empty.
        """
        _check_classifiers(classifiers)
        check_samplers(samplers)
        splits = self._splits_of_films(case)
        folds = []
        for name, model in classifiers.items():
            step = sampling_step(name, model)
            for label, sampler in samplers.items():
                changed = with_sampler(model, step, sampler)
                folds += [self._fold(name, changed, split, sampler=label) for split in splits]
        return self._run(folds, progress)

    def films(self, classifiers, *, n_measured=None, progress=None):
        """Accuracy in Case 3 against the number of measured films that train.

        Each training set is a beginning of one random order of the films, with the classes in about
        equal shares, so that larger sets contain the smaller ones; all simulated patterns train.

        Parameters
        ----------
        |classifiers|
        n_measured : sequence of int, default=None
            Numbers of measured training films; ``None`` stands for 0, 5, 10, 20, 40, ... and as
            many as every training set has.
        |progress|

        Returns
        -------
        |predictions|
            The column ``n_measured`` is added.

        Raises
        ------
        ValueError
            If a number exceeds the measured films of a training set, or a training set is left
            without rows.
        """
        _check_classifiers(classifiers)
        splits = self._splits(3)
        most = min(int((self.groups[split.train] != SIMULATED).sum()) for split in splits)
        if n_measured is None:
            n_measured = [0, *(5 * 2**k for k in range(20) if 5 * 2**k < most), most]
        n_measured = check_numbers("n_measured", n_measured)
        if n_measured[-1] > most:
            raise ValueError(
                f"n_measured holds {n_measured[-1]} but the smallest training set has {most} "
                "measured patterns; give numbers up to that."
            )
        if not n_measured[0] and not (self.groups == SIMULATED).any():
            raise ValueError(
                "n_measured holds 0 but no pattern is simulated, so none would train; start at 1."
            )
        rngs = {split.seed: np.random.default_rng(split.seed) for split in splits}
        smaller = {number: [] for number in n_measured}
        for split in splits:
            measured = self.groups[split.train] != SIMULATED
            order = mixed_order(split.train[measured], self.y, rngs[split.seed])
            for number in n_measured:
                train = np.concatenate([split.train[~measured], order[:number]])
                smaller[number].append(split._replace(train=train))
        folds = [
            self._fold(name, model, split, n_measured=number)
            for name, model in classifiers.items()
            for number in n_measured
            for split in smaller[number]
        ]
        return self._run(folds, progress)


def _check_classifiers(classifiers):
    if not isinstance(classifiers, Mapping):
        raise ValueError(
            f"classifiers is {type(classifiers).__name__}; pass a dict of names and classifiers."
        )
    if not classifiers:
        raise ValueError("classifiers is empty; pass at least one classifier with its name.")
