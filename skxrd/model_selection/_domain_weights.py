"""The share that measured rows have in a training, and the baseline that knows them."""

from numbers import Real

import numpy as np
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, has_fit_parameter

from skxrd._compat import HasMethods, Interval, fit_context, safe_indexing
from skxrd._domains import SIMULATED, check_groups
from skxrd.model_selection._sampling_pipeline import fit_with_groups


def _estimator_has(name):
    def check(self):
        getattr(getattr(self, "estimator_", self.estimator), name)  # its own error, if it has none
        return True

    return check


class DomainWeightedClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Classifier in whose training measured rows have a given share, however many there are.

    A few dozen films beside thousands of simulated patterns have hardly any say. Where the
    classifier takes ``sample_weight``, rows are weighted, with 1 on average. Where it does not, or
    is a pipeline with a sampler, rows of the domain that has too little are repeated before
    anything else is done. Training rows of one domain alone count as they are. In a search, put it
    around the classifier, not around the search: a repeated row must not be in two of its folds.

    A sampler such as :class:`~skxrd.augmentation.PhysicsAugmenter` sets shares too, by its numbers
    for each domain.

    Parameters
    ----------
    estimator : classifier or Pipeline
        It is cloned.
    measured_share : float, default=0.5
        Share of the measured rows in the sum of weights, or among the rows; ``None`` leaves all as
        it is.

    Attributes
    ----------
    estimator_ : classifier or Pipeline
        Fitted.
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.

    Raises
    ------
    ValueError
        If rows have to be repeated and the classifier splits them into folds.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.model_selection import DomainWeightedClassifier
    >>> from sklearn.naive_bayes import GaussianNB
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]] * 5), np.array([0, 0, 0, 1] * 5)
    >>> groups = np.array(["simulated", "simulated", "simulated", "experimental"] * 5)
    >>> model = DomainWeightedClassifier(GaussianNB()).fit(X, y, groups=groups)
    >>> model.estimator_.class_prior_.round(3).tolist()
    [0.5, 0.5]
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"])],
        "measured_share": [Interval(Real, 0, 1, closed="neither"), None],
    }
    __metadata_request__fit = {"groups": True}

    def __init__(self, estimator, *, measured_share=0.5):
        self.estimator = estimator
        self.measured_share = measured_share

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, groups=None):
        """Train.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
            Patterns.
        y : array-like of shape (n_patterns,)
            Their labels.
        groups : array-like of str, shape (n_patterns,), default=None
            ``"simulated"``, ``"experimental"`` or the name of a measured series. With ``None``
            nothing is known of the domains, and all rows count alike.

        Returns
        -------
        self
        """
        check_classification_targets(y)
        self.estimator_ = clone(self.estimator)
        shares = None
        if groups is not None:
            groups = check_groups(groups, len(y))
            shares = domain_weights(groups, self.measured_share)
        name = _weight_name(self.estimator_)
        if shares is None:
            fit_with_groups(self.estimator_, X, y, groups)
        elif name is not None:
            with config_context(enable_metadata_routing=False):
                self.estimator_.fit(X, y, **{name: shares})
        else:
            _check_no_folds(self.estimator_)
            rows = repeated_rows(groups, self.measured_share)
            y = column_or_1d(y)[rows]
            fit_with_groups(self.estimator_, safe_indexing(X, rows), y, groups[rows])
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags

    @property
    def classes_(self):
        """Labels of the fitted classifier."""
        return self.estimator_.classes_

    @property
    def n_features_in_(self):
        """Number of columns of the fitted classifier."""
        check_is_fitted(self)
        return self.estimator_.n_features_in_

    def predict(self, X):
        """Class of each pattern.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns,)
        """
        check_is_fitted(self)
        return self.estimator_.predict(X)

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X):
        """Probability of each class, where the classifier has it.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X):
        """Scores of the classes, where the classifier has them.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles) or list of PowderPattern
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns,) or (n_patterns, n_scores)
        """
        check_is_fitted(self)
        return self.estimator_.decision_function(X)


class MajorityClassifier(DummyClassifier):
    """The most frequent class of the measured training rows, or of all where none is measured."""

    __metadata_request__fit = {"groups": True}

    def fit(self, X, y, groups=None, sample_weight=None):
        """Count the classes."""
        if groups is not None:
            measured = check_groups(groups, len(y)) != SIMULATED
            if measured.any():
                X, y = safe_indexing(X, measured), np.asarray(y)[measured]
        return super().fit(X, y, sample_weight=sample_weight)


def domain_weights(groups, measured_share):
    """Weights of rows, 1 on average; None where there is nothing to weight."""
    measured = groups != SIMULATED
    n_measured = int(measured.sum())
    if measured_share is None or n_measured in (0, len(groups)):
        return None
    of_domain = measured_share / n_measured, (1 - measured_share) / (len(groups) - n_measured)
    return len(groups) * np.where(measured, *of_domain)


def repeated_rows(groups, measured_share):
    """All rows, and those of the domain that has too little again, as often as it takes."""
    measured = groups != SIMULATED
    odds = measured_share / (1 - measured_share)
    rows, wanted = np.flatnonzero(measured), odds * (~measured).sum()
    if wanted < rows.size:  # simulated rows are those that have too little
        rows, wanted = np.flatnonzero(~measured), rows.size / odds
    rounds, rest = divmod(round(wanted) - rows.size, rows.size)
    some = rows[np.arange(rest) * rows.size // max(rest, 1)]  # evenly from the first to the last
    return np.concatenate([np.arange(len(groups)), np.tile(rows, rounds), some])


def weighted_classifier(classifier, measured_share):
    """Weighted classifier, or the search over one."""
    if not isinstance(classifier, GridSearchCV):
        return DomainWeightedClassifier(classifier, measured_share=measured_share)
    weighted = DomainWeightedClassifier(classifier.estimator, measured_share=measured_share)
    grid = {f"estimator__{name}": values for name, values in classifier.param_grid.items()}
    return clone(classifier).set_params(estimator=weighted, param_grid=grid)


def _check_no_folds(estimator):
    if any(name.split("__")[-1] == "cv" for name in estimator.get_params()):
        raise ValueError(
            f"{type(estimator).__name__} splits rows into folds, and a repeated row would be in "
            "two of them; put DomainWeightedClassifier around the classifier within it."
        )


def _weight_name(estimator):
    """Name under which ``fit`` gives weights to the classifier; None where it cannot."""
    if not hasattr(estimator, "steps"):
        return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None
    if any(hasattr(step, "fit_resample") for _, step in estimator.steps):
        return None
    name, last = estimator.steps[-1]
    inner = _weight_name(last)
    return inner and f"{name}__{inner}"
