"""What all network classifiers share: checks, training, seeds and prediction."""

import warnings
from abc import abstractmethod
from numbers import Integral, Real

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets

from skxrd._compat import (
    Interval,
    Options,
    StrOptions,
    check_sample_weight,
    fit_context,
    validate_data,
)
from skxrd.neural._compiled_cache import compiled_network, start_network
from skxrd.neural._keras_settings import designed_settings
from skxrd.neural._prediction import NetworkPredictor
from skxrd.neural._shared_parameters import share_neural_docs
from skxrd.neural._training import (
    Memory,
    Rows,
    class_weights,
    fit_settings,
    held_out_share,
    loss_of_guessing,
    plain,
)

# constraints of parameters
POSITIVE_INTEGER = [Interval(Integral, 1, None, closed="left")]
POSITIVE = [Interval(Real, 0, None, closed="neither")]
NOT_NEGATIVE = [Interval(Real, 0, None, closed="left")]
DROPPED_SHARE = [Interval(Real, 0, 1, closed="left")]


@share_neural_docs
class BaseNetworkClassifier(NetworkPredictor):
    """Base class of the Keras classifiers.

    A subclass gives its network in :meth:`_builder` and lists all parameters in its ``__init__``.
    """

    _parameter_constraints: dict = {
        "loss": [StrOptions({"categorical_crossentropy", "binary_crossentropy"}), callable],
        "epochs": POSITIVE_INTEGER,
        "batch_size": [*POSITIVE_INTEGER, Options(Integral, {-1})],
        "learning_rate": POSITIVE,
        "patience": [*POSITIVE_INTEGER, None],
        "min_delta": NOT_NEGATIVE,
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "validation": [Interval(Real, 0, 1, closed="neither"), tuple, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    _training_parameters = frozenset(
        {*_parameter_constraints, "callbacks", "metrics", "optimizer", "two_theta"}
    )
    _memory = None  # of the last training, where it can go on

    @abstractmethod
    def _builder(self, n_classes):
        """Return a picklable partial function that builds the network, given only a seed."""

    def _begin_fit(self, X):
        """Check ``X`` further; subclasses set what belongs to the columns here."""

    def _end_fit(self, X, codes):
        """Learn from the training rows, once the network is fitted."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None, **fit_params):
        """Train the network.

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,)
            Labels of any kind.
        |fit|

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
        settings = fit_settings(self, fit_params)
        go_on = bool(self.warm_start) and self.initialized_
        return self._learn(X, y, sample_weight, settings, go_on=go_on)

    @fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None, **fit_params):
        """Train for one epoch, from the present weights and state of the optimiser on.

        No share of the rows is held out. What is learned beside the network, such as average maps
        and the rows that :class:`ResidualConvClassifier` compares with, is that of these rows.

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,)
            Labels of any kind.
        classes : array-like of shape (n_classes,), default=None
            All labels, in the first call; ``None`` takes those of ``y``.
        |fit|

        Returns
        -------
        self
        """
        settings = fit_settings(self, fit_params)
        first = self.current_epoch
        settings |= {"initial_epoch": first, "epochs": first + 1, "by_epoch": True}
        return self._learn(X, y, sample_weight, settings, go_on=self.initialized_, classes=classes)

    def initialize(self, X, y):
        """Build the network with random weights, and train nothing.

        Weights from elsewhere can then be given to ``model_.set_weights``; ``partial_fit`` goes
        on from them, and so does ``fit`` with ``warm_start=True``.

        Parameters
        ----------
        |X|
        y : array-like of shape (n_patterns,)
            Labels of all classes.

        Returns
        -------
        self
        """
        self._validate_params()
        return self._learn(X, y, None, fit_settings(self, {}) | {"epochs": 0})

    def _learn(self, X, y, sample_weight, settings, *, go_on=False, classes=None):
        X, y = validate_data(self, X, y, dtype=np.float32, reset=not go_on)
        check_classification_targets(y)
        if go_on:
            codes = self._encode(y)
        else:
            codes = self._begin(X, y, classes)
        X = self._scaled(X)
        weights = np.ones(len(X))
        if sample_weight is not None:
            weights = check_sample_weight(sample_weight, X, ensure_non_negative=True)
            X, codes, weights = (values[weights > 0] for values in (X, codes, weights))
            if not len(X):
                raise ValueError("sample_weight is zero for all rows; give some of them a weight.")
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(1, np.iinfo(np.int32).max))
        if go_on and self._memory is not None:
            seed = self._memory.seed
        rows, validation = self._split(Rows(X, codes, weights), rng, settings)
        guard, history = self._train(rows, validation, settings, seed, go_on)
        self._warn_if_diverged(guard, history, rows)
        if settings.get("by_epoch"):
            before = getattr(self, "history_", {}) if go_on else {}
            history = {name: before.get(name, []) + values for name, values in history.items()}
        self.history_ = history
        self._end_fit(rows.X, rows.codes)
        return self

    def _begin(self, X, y, classes):
        """Forget what was learned, and return the positions of the labels in ``classes_``."""
        self._memory = None
        self.classes_ = np.unique(y if classes is None else classes)
        codes = self._encode(y)
        if self.classes_.size < 2:
            raise ValueError(
                f"y has one class ({plain(self.classes_[0])!r}); a classifier needs rows of at "
                "least two."
            )
        self._begin_fit(X)
        return codes

    def _split(self, rows, rng, settings):
        """Training rows and validation rows, whose weights include those of their classes."""
        train, held_out, given = slice(None), None, settings["validation_data"]
        if given is None and isinstance(self.validation, tuple):
            given = self.validation
        if given is not None:
            given = self._given_validation(given)
        elif self.validation is not None and not settings.get("by_epoch"):
            train, held_out = held_out_share(self.validation, rows.codes, self.classes_, rng)
        elif settings["validation_split"] and not settings.get("by_epoch"):  # as Keras does
            n_train = int(len(rows.X) * (1 - settings["validation_split"]))
            train, held_out = slice(0, n_train), slice(n_train, None)
        of_class = class_weights(self.class_weight, self.classes_, rows.codes[train])
        if held_out is not None:
            given = Rows(*(values[held_out] for values in rows))
        rows = Rows(*(values[train] for values in rows))
        return tuple(
            part and part._replace(weights=of_class[part.codes] * part.weights)
            for part in (rows, given)
        )

    def _given_validation(self, given):
        if len(given) != 2:
            raise ValueError(
                f"validation is a tuple of {len(given)}; pass (X, y), a fraction or None."
            )
        X, y = validate_data(self, *given, dtype=np.float32, reset=False)
        return Rows(self._scaled(X), self._encode(y, name="validation"), np.ones(len(X)))

    def _encode(self, y, *, name="y"):
        """Positions of labels in ``classes_``."""
        y = np.asarray(y)
        known = np.isin(y, self.classes_)
        if not known.all():
            raise ValueError(
                f"{name} has the label {plain(y[~known][0])!r}, which was not in training; known "
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

    def _train(self, rows, validation, settings, seed, go_on):
        """Train ``model_``; return the callback that guards the weights, and the history."""
        from skxrd.neural._divergence import FiniteWeights

        n_classes = self.classes_.size
        memory = self._memory if go_on else None
        own = self._callbacks("loss" if validation is None else "val_loss")
        callbacks = [FiniteWeights(), *own, *settings["callbacks"]]
        build = self._builder(n_classes)
        X, one_hot, weights = rows.tensors(n_classes)
        with (
            designed_settings(),
            compiled_network(
                build, self._compiled_as(), self._compile_settings, seed=seed
            ) as compiled,
        ):
            fresh = build(seed=seed)
            if go_on:
                self._take_over(fresh)
            start_network(compiled, fresh, self._rate(), memory and memory.optimizer)
            history = compiled.fit(
                X,
                one_hot,
                sample_weight=weights,
                validation_data=validation and validation.tensors(n_classes),
                callbacks=callbacks,
                batch_size=int(settings["batch_size"] if settings["batch_size"] > 0 else len(X)),
                **{name: settings[name] for name in ("epochs", "initial_epoch", "verbose")},
                shuffle=settings["shuffle"],
                seed=seed,
            ).history
            fresh.set_weights(compiled.get_weights())
            if self.warm_start or settings.get("by_epoch"):
                states = compiled.variables, compiled.optimizer.variables
                self._memory = Memory(seed, *([np.asarray(v) for v in s] for s in states))
        self.model_ = fresh
        for callback in callbacks:  # or each pickle would hold the compiled network
            callback.set_model(None)
            if callback in own and hasattr(callback, "best_weights"):
                callback.best_weights = None
        return callbacks[0], {name: list(map(float, v)) for name, v in history.items()}

    def _weights_to_go_on(self, network):
        """Weights of a training network from which the training of the fitted one goes on."""
        return self.model_.get_weights()

    def _take_over(self, network):
        """Give a network for training the weights of the fitted one, and states of the last one."""
        try:
            if self._memory is not None:
                for variable, value in zip(network.variables, self._memory.variables, strict=True):
                    variable.assign(value)
            network.set_weights(self._weights_to_go_on(network))
        except ValueError as error:
            raise ValueError(
                "the network has changed since the last fit, so training cannot go on; use the "
                "parameters of that fit, or warm_start=False and fit to start anew."
            ) from error

    def _warn_if_diverged(self, guard, history, rows):
        losses = history.get("loss")
        if not losses:
            return
        problem = guard.problem(
            losses[-1] if self.patience is None else min(losses),
            loss_of_guessing(self.loss, self.classes_.size) * rows.weights.mean(),
        )
        if problem:
            warnings.warn(
                f"{problem} Lower learning_rate={self.learning_rate:g}, or scale the patterns, "
                f"whose largest value is {np.abs(rows.X).max():g}, as PatternScaler does.",
                ConvergenceWarning,
                stacklevel=5,
            )


def positive_integers(values):
    """Whether there are values, and all of them are positive integers."""
    return len(values) > 0 and all(isinstance(v, Integral) and v >= 1 for v in values)
