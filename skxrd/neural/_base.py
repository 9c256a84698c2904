"""What all network classifiers share: checks, training, seeds and prediction."""

import warnings
from abc import ABCMeta, abstractmethod
from functools import partial
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import (
    Interval,
    StrOptions,
    fit_context,
    validate_data,
)
from skxrd._files import replaced_file
from skxrd.neural._compiled_cache import compile_network, compiled_network, start_afresh
from skxrd.neural._keras_settings import check_backend, designed_settings
from skxrd.neural._shared_parameters import share_neural_docs

# constraints of parameters
POSITIVE_INTEGER = [Interval(Integral, 1, None, closed="left")]
POSITIVE = [Interval(Real, 0, None, closed="neither")]
NOT_NEGATIVE = [Interval(Real, 0, None, closed="left")]
DROPPED_SHARE = [Interval(Real, 0, 1, closed="left")]


@share_neural_docs
class BaseNetworkClassifier(ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """Base class of the Keras classifiers.

    It is a scikit-learn classifier that holds a fitted :class:`scikeras.wrappers.KerasClassifier`
    in ``model_``, rather than a subclass of it. A subclass gives its network in :meth:`_builder`
    and lists all parameters in its ``__init__``.
    """

    _parameter_constraints: dict = {
        "loss": [StrOptions({"categorical_crossentropy", "binary_crossentropy"})],
        "epochs": POSITIVE_INTEGER,
        "batch_size": POSITIVE_INTEGER,
        "learning_rate": POSITIVE,
        "patience": [*POSITIVE_INTEGER, None],
        "min_delta": NOT_NEGATIVE,
        "callbacks": [list, tuple, None],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "validation": [Interval(Real, 0, 1, closed="neither"), tuple, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    _rows_at_once = 1024  # bounds the memory of a prediction

    @abstractmethod
    def _builder(self, n_classes):
        """Return a picklable partial function that builds the network, given only a seed."""

    def _begin_fit(self, X):
        """Check ``X`` further; subclasses set what belongs to the columns here."""

    def _end_fit(self, X, codes):
        """Learn from the training rows, once the network is fitted."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y):
        """Train the network.

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,)
            Labels of any kind.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If values are missing, there are fewer than two classes, or ``validation`` does not
            fit the training rows.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            If the loss is over ten times that of guessing at the end, or the loss or the weights
            are no longer finite. Then training stops, and the weights of the epoch before are
            kept, or the initial ones.
        """
        X, y = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if self.classes_.size < 2:
            raise ValueError(
                f"y has one class ({_plain(self.classes_[0])!r}); a classifier needs rows of at "
                "least two."
            )
        self._begin_fit(X)
        X = self._scaled(X)
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(1, np.iinfo(np.int32).max))
        X, codes, validation = self._split(X, codes, rng)
        weights = compute_class_weight(
            self.class_weight, classes=self.classes_, y=self.classes_[codes]
        )
        self.model_ = self._train(X, codes, validation, weights, seed)
        self.history_ = {name: list(map(float, v)) for name, v in self.model_.history_.items()}
        self._warn_if_diverged(X, weights[codes].mean())
        self._end_fit(X, codes)
        return self

    def _split(self, X, codes, rng):
        """Training rows and their codes, and the validation rows as (X, codes) or None."""
        if self.validation is None:
            return X, codes, None
        if isinstance(self.validation, tuple):
            if len(self.validation) != 2:
                raise ValueError(
                    f"validation is a tuple of {len(self.validation)}; pass (X, y), a fraction "
                    "or None."
                )
            X_val, y_val = validate_data(self, *self.validation, dtype=np.float32, reset=False)
            return X, codes, (self._scaled(X_val), self._encode(y_val, name="validation"))
        counts = np.bincount(codes)
        n_val = int(np.ceil(self.validation * codes.size))
        if counts.min() < 2 or not counts.size <= n_val <= codes.size - counts.size:
            rare = counts.argmin()
            label = _plain(self.classes_[rare])
            raise ValueError(
                f"validation={self.validation!r} cannot take rows of all {counts.size} classes "
                f"from {codes.size} rows (class {label!r} has {counts[rare]}); "
                "pass validation=(X, y), another fraction or None."
            )
        X, X_val, codes, codes_val = train_test_split(
            X, codes, test_size=n_val, stratify=codes, random_state=rng
        )
        return X, codes, (X_val, codes_val)

    def _encode(self, y, *, name="y"):
        """Positions of labels in ``classes_``."""
        y = np.asarray(y)
        known = np.isin(y, self.classes_)
        if not known.all():
            raise ValueError(
                f"{name} has the label {_plain(y[~known][0])!r}, which was not in training; known "
                f"labels are {', '.join(map(str, self.classes_))}."
            )
        return np.searchsorted(self.classes_, y)

    def _callbacks(self, monitor):
        """Callbacks of a training whose early stopping monitors the loss of that name."""
        from keras.callbacks import EarlyStopping

        if self.patience is None:
            return []
        return [
            EarlyStopping(
                monitor=monitor,
                min_delta=self.min_delta,
                patience=self.patience,
                restore_best_weights=True,
            )
        ]

    def _train(self, X, codes, validation, weights, seed):
        """Fit a scikeras model to checked rows and return it."""
        check_backend()
        from scikeras.wrappers import KerasClassifier

        from skxrd.neural._divergence import FiniteWeights

        one_hot = np.eye(self.classes_.size, dtype=np.float32)
        fit_params = {}
        if self.class_weight is not None:
            fit_params["sample_weight"] = weights[codes].astype(np.float32)
        if validation is not None:
            X_val, codes_val = validation
            fit_params["validation_data"] = (X_val, one_hot[codes_val])
            if self.class_weight is not None:
                fit_params["validation_data"] += (weights[codes_val].astype(np.float32),)
        own = self._callbacks("loss" if validation is None else "val_loss")
        callbacks = [FiniteWeights(), *own, *(self.callbacks or ())]
        build = self._builder(self.classes_.size)
        settings = {"loss": self.loss, "learning_rate": float(self.learning_rate)}
        # without a random_state, scikeras leaves the random numbers of the process alone
        model = KerasClassifier(
            epochs=int(self.epochs),
            batch_size=int(self.batch_size),
            callbacks=callbacks,
            verbose=min(int(self.verbose), 2),
        )
        with designed_settings(), compiled_network(build, **settings, seed=seed) as compiled:
            fresh = build(seed=seed)
            start_afresh(compiled, fresh, settings["learning_rate"])
            model.model = lambda: compiled
            model.fit(X, one_hot[codes], seed=seed, **fit_params)
            fresh.set_weights(compiled.get_weights())
        model.set_params(model=partial(compile_network, build, **settings), random_state=seed)
        model.model_ = fresh
        for callback in callbacks:  # or each pickle would hold the compiled network
            callback.set_model(None)
            if callback in own and hasattr(callback, "best_weights"):
                callback.best_weights = None
        return model

    def _warn_if_diverged(self, X, mean_weight):
        losses = self.history_["loss"]
        problem = self.model_.callbacks[0].problem(
            losses[-1] if self.patience is None else min(losses),
            _loss_of_guessing(self.loss, self.classes_.size) * mean_weight,
        )
        if problem:
            warnings.warn(
                f"{problem} Lower learning_rate={self.learning_rate:g}, or scale the patterns, "
                f"whose largest value is {np.abs(X).max():g}, as PatternScaler does.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _checked(self, X):
        """Rows as float32, once the classifier is fitted and they are known to suit it."""
        check_is_fitted(self)
        return self._scaled(validate_data(self, X, dtype=np.float32, reset=False))

    def _scaled(self, X):
        """Rows as the network is given them."""
        return X

    def _probabilities(self, X):
        """Probabilities of checked rows.

        Calling the network is many times faster than keras' ``predict`` for few rows and leaves
        no compiled function behind.
        """
        network = self.model_.model_
        return np.concatenate(
            [np.asarray(network(block, training=False)) for block in self._blocks(X)]
        )

    def _blocks(self, rows):
        """Rows in blocks small enough for the memory."""
        size = self._rows_at_once
        return (rows[start : start + size] for start in range(0, len(rows), size))

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            float32, columns in the order of ``classes_``. Rows for which the network overflows
            have the same probability for each class, with a warning.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            probabilities = self._probabilities(self._checked(X))
        unknown = ~np.isfinite(probabilities).all(axis=1)
        if unknown.any():
            warnings.warn(
                f"The network gives no finite number for {unknown.sum()} of {unknown.size} "
                f"patterns, the first in row {unknown.argmax()}: their classes are taken as "
                "equally probable. Scale the patterns as those of the training.",
                stacklevel=2,
            )
            probabilities[unknown] = 1 / self.classes_.size
        return probabilities

    def predict(self, X):
        """Most probable class of each pattern.

        Parameters
        ----------
        |X|

        Returns
        -------
        ndarray of shape (n_patterns,)
            Labels, as in ``classes_``.
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return self.classes_[codes]

    def save_network(self, path):
        """Write the fitted network, without the estimator around it, for other Keras programs.

        ``keras.saving.load_model(path)`` gives it back: a network from patterns, scaled as those
        of ``fit``, to probabilities in the order of ``classes_``. To keep the estimator, use
        ``joblib.dump``.

        Parameters
        ----------
        path : path-like
            File to write, ending in ``.keras``.
        """
        check_is_fitted(self)
        if Path(path).suffix != ".keras":
            raise ValueError(f"path is {str(path)!r}; Keras writes files that end in .keras.")
        with replaced_file(path) as temporary:
            self.model_.model_.save(temporary)


def positive_integers(values):
    """Whether there are values, and all of them are positive integers."""
    return len(values) > 0 and all(isinstance(v, Integral) and v >= 1 for v in values)


def _loss_of_guessing(loss, n_classes):
    """Loss of a row if all classes are equally probable."""
    share = 1 / n_classes
    if loss == "categorical_crossentropy":
        return -np.log(share)
    return -share * np.log(share) - (1 - share) * np.log(1 - share)


def _plain(label):
    """Label as Python writes it, without numpy's type around it."""
    return label.item() if isinstance(label, np.generic) else label
