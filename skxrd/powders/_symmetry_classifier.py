"""The symmetry network that comes with the package, as a classifier."""

import warnings
from numbers import Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_two_theta, check_wavelength
from skxrd._shared_docs import share_docs
from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_classes
from skxrd.powders._scan_warnings import warn_of_row
from skxrd.powders._shared_parameters import SHARED
from skxrd.powders._trained_network import TrainedNetwork


@share_docs(SHARED)
def load_symmetry_classifier(level="space_group", *, two_theta=None, wavelength=None, path=None):
    """Load the classifier of powder symmetry that comes with the package.

    It was trained on simulated powders of many thousand crystals of any chemistry, with the
    disturbances of real scans; its card, ``skxrd/powders/data/powder_symmetry.md``, says which, and
    how accurate it is. It runs without TensorFlow.

    Parameters
    ----------
    |level|
    |two_theta|
    |wavelength|
    |path|

    Returns
    -------
    PretrainedSymmetryClassifier
        Fitted.

    Raises
    ------
    ValueError
        If there is no such level, ``two_theta`` is given without a wavelength, or the file holds
        no such network.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import load_symmetry_classifier
    >>> from skxrd.simulation import PowderSimulator
    >>> classifier = load_symmetry_classifier("crystal_system")
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> X = PowderSimulator(classifier.two_theta_).fit_transform([crystal])
    >>> classifier.predict_proba(X).shape
    (1, 7)
    """
    classifier = PretrainedSymmetryClassifier(
        two_theta, level=level, wavelength=wavelength, path=path
    )
    classifier._validate_params()
    return classifier._load()


@share_docs(SHARED)
class PretrainedSymmetryClassifier(ClassifierMixin, BaseEstimator):
    """Classifier of powder symmetry whose network is trained already.

    :func:`load_symmetry_classifier` returns it fitted, for all classes of the level, as does
    ``fit(X)``. ``fit(X, y)`` leaves the network as it is too, but the classifier then chooses among
    the labels of ``y`` alone, as every classifier of scikit-learn does: the probability of a label
    is that of its class, divided by the sum over the labels. Scores are then those of a choice
    among these labels, which is easier than one among 230 space groups; to score the latter, leave
    ``y`` out.

    It works in pipelines and searches, in calibration, and in cross-validation with any score.
    Voting, stacking, bagging, and ``cross_val_predict`` for probabilities number the labels 0, 1,
    ... before they call ``fit``, and the numbers alone do not say which classes they mean. So
    ``fit(X, y)`` the classifier to the labels before it is passed to these: clones remember them.
    ``OutputCodeClassifier``, ``OneVsRestClassifier`` and ``OneVsOneClassifier`` number labels in
    ways of their own, which a trained network cannot learn; it tells many classes apart as it is.

    Rows are brought to the grid of the training: means over bins where that has the coarser steps,
    other wavelengths through the lattice spacing, angles that were not measured NaN. After a
    :class:`skxrd.preprocessing.PatternStacker` with ``outside="mask"`` scans of any range can be
    mixed. Their scale and a constant below them do not matter; backgrounds need not be subtracted.

    One network predicts the 230 space groups; probabilities of the other levels are sums over
    them, so levels never contradict one another. They are means over each row and what cells 2 and
    4 % smaller and larger would give in its place, which have the same symmetry.

    Parameters
    ----------
    |two_theta|
    |level|
    |wavelength|
    |path|

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Space-group numbers 1 to 230, or names, as :func:`skxrd.crystal.symmetry_classes` has them;
        after ``fit(X, y)`` the labels of ``y``, sorted.
    network_classes_ : ndarray of shape (n_classes,)
        The class of the level that each of ``classes_`` stands for.
    two_theta_ : ndarray of shape (n_angles,)
        Angles of the columns of ``X``.
    wavelength_ : float
        Wavelength of the scans in ``X`` in angstrom.
    network_ : TrainedNetwork
        The network, with the ``two_theta`` and ``wavelength`` of its training, and in ``card`` what
        its file says about it.
    n_features_in_ : int
        Number of angles of ``X``.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, if ``X`` had any in ``fit``.

    Notes
    -----
    A pickle holds the network it was made with, a few megabytes: a later release with another one
    does not change what a saved pipeline predicts. A prediction keeps one core busy.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import PretrainedSymmetryClassifier
    >>> from skxrd.simulation import PowderSimulator
    >>> grid = np.arange(15, 70, 0.03)
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> X = PowderSimulator(grid, wavelength="CoKa").fit_transform([crystal])
    >>> classifier = PretrainedSymmetryClassifier(grid, wavelength="CoKa").fit(X)
    >>> classifier.predict_levels(X)["extinction_group"].shape
    (1, 101)
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "level": [StrOptions(set(SYMMETRY_LEVELS))],
        "wavelength": [Interval(Real, 0, None, closed="neither"), str, None],
        "path": [str, Path, None],
    }

    def __init__(self, two_theta=None, *, level="space_group", wavelength=None, path=None):
        self.two_theta = two_theta
        self.level = level
        self.wavelength = wavelength
        self.path = path

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None):
        """Check that the network fits the data, and keep to the labels of ``y``.

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,), default=None
            Labels of the level; ``None`` keeps all of them.
        sample_weight : Ignored
            Lets meta-estimators weight rows where they would otherwise leave some out.

        Returns
        -------
        PretrainedSymmetryClassifier
            Itself.

        Raises
        ------
        ValueError
            If ``X`` is not on ``two_theta``, its wavelength is unknown, or a label is no class.
        """
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        self._load(X.shape[1])
        if y is not None:
            y = np.asarray(y)
            if y.shape != (len(X),):
                raise ValueError(
                    f"y has the shape {y.shape}; give one label for each of {len(X)} rows."
                )
            self._keep_to(np.unique(y))
        return self

    def _keep_to(self, labels):
        """Restrict the classes to sorted labels, or to those remembered ones that they number."""
        names, remembered = self.classes_, getattr(self, "_remembered", None)
        classes = labels
        if remembered is not None:
            is_number = np.isin(labels, np.arange(remembered.size))
            if is_number.all() and np.isin(labels, remembered).all():
                raise ValueError(
                    f"y has the labels {labels[0]} to {labels[-1]}, which are space groups and may "
                    "be numbers that scikit-learn gave to them; pass FrozenEstimator(classifier) "
                    "in place of the classifier."
                )
            if is_number.all():
                classes = remembered[labels.astype(int)]
                self._warn_of_fewer(labels, remembered)
        unknown = labels[~np.isin(classes, names)]
        if unknown.size:
            numbered = (
                ""
                if isinstance(unknown[0], str)
                else " If it is a number that scikit-learn gave "
                "to a label, fit the classifier to the labels before it is passed on."
            )
            raise ValueError(
                f"y has the label {str(unknown[0])!r}, which is none of the {self.level} classes "
                f"of the network, such as {str(names[-1])!r}.{numbered}"
            )
        if classes is labels:
            self._remembered = labels
        order = np.argsort(names)
        self._columns = order[np.searchsorted(names, classes, sorter=order)]
        self.classes_, self.network_classes_ = labels, names[self._columns]

    def _warn_of_fewer(self, numbers, remembered):
        """Warn if only some of the remembered labels are numbered: they may mean something else."""
        if numbers.size < remembered.size:
            warnings.warn(
                f"y has {numbers.size} numbers but the classifier was fitted to {remembered.size} "
                f"labels; they are taken as {', '.join(map(str, remembered[numbers.astype(int)]))}."
                " This is right if the other labels are missing from y, and wrong in "
                "OneVsRestClassifier, OneVsOneClassifier and OutputCodeClassifier.",
                stacklevel=3,
            )

    def __sklearn_clone__(self):
        copy = super().__sklearn_clone__()
        copy._remembered = getattr(self, "_remembered", None)
        return copy

    def _load(self, n_features=None):
        """Read the network and set what belongs to it."""
        self.network_ = TrainedNetwork.read(self.path)
        if self.two_theta is None:
            self.two_theta_ = self.network_.two_theta
            if n_features not in (None, self.two_theta_.size):
                raise ValueError(
                    f"X has {n_features} columns but the network was trained on "
                    f"{self.two_theta_.size} angles; pass two_theta and wavelength of X."
                )
        else:
            n_angles = np.size(self.two_theta) if n_features is None else n_features
            self.two_theta_ = check_two_theta(self.two_theta, n_angles=n_angles)
        if self.two_theta is None and self.wavelength is None:
            self.wavelength_ = self.network_.wavelength
        else:
            self.wavelength_ = check_wavelength(self.wavelength)
        self.n_features_in_ = self.two_theta_.size
        self.classes_ = self.network_classes_ = symmetry_classes(self.level)
        self._columns = None
        return self

    def predict_proba(self, X):
        """Probability of each class of the level.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of float32, shape (n_patterns, n_classes)
            Columns in the order of ``classes_``.

        Raises
        ------
        ValueError
            If a row has no angle in the range of the training.
        """
        probabilities = sum_symmetry(self._space_groups(X), self.level)
        if self._columns is None:
            return probabilities
        chosen = probabilities[:, self._columns]
        total = chosen.sum(axis=1, keepdims=True)
        equal = np.full_like(chosen, 1 / self.classes_.size)
        return np.divide(chosen, total, out=equal, where=total > 0)

    def predict(self, X):
        """Most probable class of the level.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns,)
            Labels.
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return self.classes_[codes]

    def predict_levels(self, X):
        """Probabilities of all three levels from one prediction of the network.

        Parameters
        ----------
        |X|

        Returns
        -------
        dict of str to ndarray of float32, shape (n_patterns, n_classes)
            For ``"crystal_system"``, ``"extinction_group"`` and ``"space_group"``, in the order of
            :func:`skxrd.crystal.symmetry_classes`.
        """
        space_groups = self._space_groups(X)
        return {level: sum_symmetry(space_groups, level) for level in SYMMETRY_LEVELS}

    def find_warnings(self, X):
        """What speaks against trusting the prediction for each row.

        That is a scan outside the ranges of the training, with angles missing, or with few peaks.

        Parameters
        ----------
        |X|

        Returns
        -------
        list of list of str
            For each row a sentence for each warning; empty if there is none.
        """
        rows, network = self._rows(X), self.network_
        limits = network.max_first_angle, network.min_last_angle
        return [warn_of_row(row, network.two_theta, *limits) for row in rows]

    def _rows(self, X):
        """``X`` on the grid of the network."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        return self.network_.on_grid(X, self.two_theta_, self.wavelength_)

    def _space_groups(self, X):
        rows = self._rows(X)
        network = self.network_
        empty = np.flatnonzero((~np.isnan(rows)).sum(axis=1) < 2)
        if empty.size:
            first, last = network.two_theta[[0, -1]]
            raise ValueError(
                f"row {empty[0]} of X has no measured angle from {first:g} to {last:g} deg at "
                f"{network.wavelength:.4f} angstrom, where the network looks; leave it out."
            )
        return network.predict(rows)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = False
        return tags
