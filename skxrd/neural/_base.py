"""What all network classifiers share: checks, training, seeds and prediction."""

from abc import ABCMeta, abstractmethod
from functools import partial
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import (
    Interval,
    StrOptions,
    fit_context,
    read_op_determinism,
    validate_data,
)
from skxrd._files import replaced_file
from skxrd.neural._compiled_cache import lent_network, start_afresh
from skxrd.neural._networks import compile_network

ROWS_AT_ONCE = 1024  # bounds the memory of a prediction


class BaseNetworkClassifier(ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """Base class of the Keras classifiers.

    It is a scikit-learn classifier that holds a fitted :class:`scikeras.wrappers.KerasClassifier`
    in ``model_``, rather than a subclass of it. A subclass names its network in
    :meth:`_network` and lists its own parameters in its ``__init__``.
    """

    _parameter_constraints: dict = {
        "loss": [StrOptions({"categorical_crossentropy", "binary_crossentropy"})],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "min_delta": [Interval(Real, 0, None, closed="left")],
        "callbacks": [list, tuple, None],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "validation": [Interval(Real, 0, 1, closed="neither"), tuple, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    @abstractmethod
    def _network(self, n_classes):
        """Return a picklable callable without arguments that builds the network."""

    def _begin_fit(self, X):
        """Check ``X`` further; subclasses set what belongs to the columns here."""

    def _end_fit(self, X, codes):
        """Learn from the rows trained on, once the network is fitted."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y):
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
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
        rng = check_random_state(self.random_state)
        # scikeras derives everything random from one seed, so one is always drawn
        seed = int(rng.randint(1, np.iinfo(np.int32).max))
        X, codes, validation = self._split(X, codes, rng)
        weights = compute_class_weight(
            self.class_weight, classes=self.classes_, y=self.classes_[codes]
        )
        self.model_ = self._train(X, codes, validation, weights, seed)
        self.history_ = {name: list(map(float, v)) for name, v in self.model_.history_.items()}
        self._end_fit(X, codes)
        return self

    def _split(self, X, codes, rng):
        """Training rows, and the validation rows as (X, codes) or None."""
        if self.validation is None:
            return X, codes, None
        if isinstance(self.validation, tuple):
            if len(self.validation) != 2:
                raise ValueError(
                    f"validation is a tuple of {len(self.validation)}; pass (X, y), a fraction "
                    "or None."
                )
            X_val, y_val = validate_data(self, *self.validation, dtype=np.float32, reset=False)
            return X, codes, (X_val, self._encode(y_val, name="validation"))
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
                f"{name} has the label {_plain(y[~known][0])!r}, which training did not; known "
                f"labels are {', '.join(map(str, self.classes_))}."
            )
        return np.searchsorted(self.classes_, y)

    def _callbacks(self, watched):
        """Callbacks of a training that watches the loss of that name."""
        from keras.callbacks import EarlyStopping

        if self.patience is None:
            return []
        return [
            EarlyStopping(
                monitor=watched,
                min_delta=self.min_delta,
                patience=self.patience,
                restore_best_weights=True,
            )
        ]

    def _train(self, X, codes, validation, weights, seed):
        """Fit a scikeras model to checked rows and return it."""
        from scikeras.wrappers import KerasClassifier

        one_hot = np.eye(self.classes_.size, dtype=np.float32)
        fit_params = {"sample_weight": weights[codes].astype(np.float32)}
        if self.class_weight is None:
            fit_params = {}
        if validation is not None:
            X_val, codes_val = validation
            fit_params["validation_data"] = (X_val, one_hot[codes_val])
            if self.class_weight is not None:
                fit_params["validation_data"] += (weights[codes_val].astype(np.float32),)
        own = self._callbacks(watched="loss" if validation is None else "val_loss")
        callbacks = [*own, *(self.callbacks or ())]
        build = self._network(self.classes_.size)
        settings = {"loss": self.loss, "learning_rate": float(self.learning_rate)}
        model = KerasClassifier(
            model=partial(compile_network, build, **settings),
            epochs=int(self.epochs),
            batch_size=int(self.batch_size),
            callbacks=callbacks,
            random_state=seed,
            verbose=min(int(self.verbose), 2),
        )
        # Without this, scikeras leaves deterministic mode on and later fits that have no seed
        # fail in the same process.
        read_op_determinism()
        with lent_network(build, **settings) as lend:
            borrowed = _Borrowed(build, lend, settings["learning_rate"])
            made, model.model = model.model, partial(borrowed.begin)
            model.fit(X, one_hot[codes], **fit_params)
            borrowed.fresh.set_weights(lend().get_weights())
        model.model, model.model_ = made, borrowed.fresh
        for callback in callbacks:  # or each pickle would hold the network that was lent
            callback.set_model(None)
            if callback in own and hasattr(callback, "best_weights"):
                callback.best_weights = None
        return model

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float32, reset=False)

    def _run(self, X):
        """Probabilities of checked rows.

        Calling the network is many times faster than keras' ``predict`` for few rows and leaves
        no compiled function behind.
        """
        network = self.model_.model_
        return np.concatenate(
            [np.asarray(network(block, training=False)) for block in self._blocks(X)]
        )

    def _blocks(self, X):
        return (X[start : start + ROWS_AT_ONCE] for start in range(0, len(X), ROWS_AT_ONCE))

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns, n_classes)
            float32, columns in the order of ``classes_``.
        """
        return self._run(self._checked(X))

    def predict(self, X):
        """Most probable class.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns,)
            Labels.
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


class _Borrowed:
    """Hand scikeras a network that is compiled already, with the weights of a new one.

    scikeras calls it after it has set the seed.
    """

    def __init__(self, build, lend, learning_rate):
        self.build, self.lend, self.learning_rate = build, lend, learning_rate

    def begin(self):
        self.fresh = self.build()
        network = self.lend()
        start_afresh(network, self.fresh, self.learning_rate)
        return network


def _plain(label):
    """Label as Python writes it, without numpy's type around it."""
    return label.item() if isinstance(label, np.generic) else label
