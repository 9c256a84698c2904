"""scikeras' classifier as scikit-learn expects a classifier, with two names for parameters.

Imports TensorFlow: it is imported when a network classifier is asked for.
"""

import difflib
import inspect
from abc import ABCMeta
from numbers import Real

from sklearn.base import BaseEstimator, ClassifierMixin

from skxrd._compat import classifier_tags
from skxrd.neural._compiled_cache import learning_rate_of
from skxrd.neural._keras_settings import check_backend

# where scikeras' routed names, such as "optimizer__beta_1", lead to
_DESTINATIONS = {"callbacks", "compile", "fit", "loss", "metrics", "optimizer", "predict"}
# parameters of scikeras' classifier that ours have under its name only
_RARE = {"run_eagerly", "shuffle", "validation_batch_size", "validation_split"}


def _keras_classifier():
    """Class of scikeras, once it is known that Keras can be imported."""
    check_backend()
    from scikeras.wrappers import KerasClassifier

    return KerasClassifier


class NamedTwiceClassifier(_keras_classifier(), metaclass=ABCMeta):
    """scikeras' classifier whose parameters have their names here and in scikeras.

    A subclass lists parameters in its ``__init__``, which gives all others to ``_take_options``.
    ``model__filters`` is another name of the parameter ``filters``, ``optimizer__learning_rate``
    of ``learning_rate``, ``fit__epochs`` of ``epochs``: ``get_params`` lists both, as it does for
    an estimator within another. What is no parameter here, such as ``optimizer__beta_1``, is kept
    under scikeras' name.
    """

    _training_parameters = frozenset()  # those that are not of the network itself

    __repr__ = BaseEstimator.__repr__
    score = ClassifierMixin.score

    def __sklearn_tags__(self):
        return classifier_tags(self)

    @property
    def current_epoch(self):
        """Epochs trained so far, without those before the last ``fit``."""
        return len(getattr(self, "history_", {}).get("loss", ()))

    def get_params(self, deep=True):
        """Parameters of the classifier.

        Parameters
        ----------
        deep : bool, default=True
            Whether to list scikeras' other names of parameters too.

        Returns
        -------
        dict of str to object
        """
        params = super().get_params(deep=deep)
        if deep:
            params |= {other: params[name] for other, name in self._other_names().items()}
            if not isinstance(self.optimizer, str | type):  # it has its own
                del params["optimizer__learning_rate"]
        return params

    def set_params(self, **params):
        """Set parameters by their names here or in scikeras.

        Parameters
        ----------
        **params : dict
            Parameters, such as ``filters=16`` or ``model__filters=16``.

        Returns
        -------
        self
        """
        for name, value in self._own_names(params).items():
            setattr(self, name, value)
        return self

    def _take_options(self, options):
        """Set what the constructor was given under scikeras' names."""
        try:
            self.set_params(**options)
        except ValueError as error:
            raise TypeError(str(error)) from None

    @classmethod
    def _own_parameters(cls):
        parameters = inspect.signature(cls.__init__).parameters.values()
        return [p.name for p in parameters if p.kind == p.KEYWORD_ONLY or p.name == "two_theta"]

    @classmethod
    def _other_names(cls):
        """Names in scikeras of parameters that have one of their own."""
        names = {
            "fit__batch_size": "batch_size",
            "fit__epochs": "epochs",
            "optimizer__learning_rate": "learning_rate",
        }
        of_network = [p for p in cls._own_parameters() if p not in cls._training_parameters]
        return names | {f"model__{name}": name for name in of_network}

    def _own_names(self, given):
        """Values by the names under which they are stored."""
        own, others = self._own_parameters(), self._other_names()
        values = {}
        for name, value in given.items():
            name = others.get(name, name)
            destination, routed, _ = name.partition("__")
            if not (name in own or name in _RARE or (routed and destination in _DESTINATIONS)):
                nearest = difflib.get_close_matches(name, [*own, *others], 1, 0)[0]
                raise ValueError(
                    f"Invalid parameter {name!r} for {type(self).__name__}; did you mean "
                    f"{nearest!r}? get_params() lists all."
                )
            values[name] = value
        return values

    def _rate(self):
        """Learning rate of the optimiser; None if it has a schedule of its own."""
        if isinstance(self.optimizer, str | type):
            return float(self.learning_rate)
        return learning_rate_of(self.optimizer)

    def _compiled_as(self):
        """What a reused network must agree in; None for settings with objects of the user.

        Such objects may have a state, as metrics have. The learning rate is set in every training.
        """
        params = self.get_params(deep=False)
        routed = {
            name: value
            for name, value in params.items()
            if name.startswith(("compile__", "loss__", "optimizer__")) or name == "run_eagerly"
        }
        plain = all(v is None or isinstance(v, str | Real) for v in (self.loss, *routed.values()))
        if self._metrics() or not plain or not isinstance(self.optimizer, str | type):
            return None
        return self.loss, self.optimizer, tuple(sorted(routed.items()))

    def _metrics(self):
        """Metrics besides the accuracy, which is computed in any case."""
        given = [self.metrics] if isinstance(self.metrics, str) else self.metrics
        if not isinstance(given, list | tuple):
            return given
        return [one for one in given if not (isinstance(one, str) and one in ("acc", "accuracy"))]

    def _compile_settings(self):
        """Arguments of Keras' ``compile``."""
        settings = self._get_compile_kwargs()
        if not isinstance(self.optimizer, str | type):  # one for each training
            settings["optimizer"] = type(self.optimizer).from_config(self.optimizer.get_config())
        if not self._metrics():
            settings["metrics"] = None
        return settings
