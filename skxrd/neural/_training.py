"""Parts of a training that know nothing of the classifier's network."""

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import compute_class_weight

from skxrd._compat import keras_callbacks, routed_params

_FIT_PARAMS = {
    "callbacks": (),
    "initial_epoch": 0,
    "shuffle": True,
    "validation_batch_size": None,  # of Keras; memory is bounded anyway
    "validation_data": None,
    "validation_split": 0.0,
}


class Rows(NamedTuple):
    """Rows to train or validate on: patterns, positions in ``classes_`` and weights."""

    X: np.ndarray
    codes: np.ndarray
    weights: np.ndarray

    def tensors(self, n_classes):
        """What Keras takes: patterns, one-hot classes and weights."""
        one_hot = np.eye(n_classes, dtype=np.float32)[self.codes]
        return self.X, one_hot, self.weights.astype(np.float32)


class Memory(NamedTuple):
    """What a training needs to go on as if it had not stopped."""

    seed: int
    variables: list  # of the network, states of random numbers included
    optimizer: list  # its variables


def fit_settings(classifier, given):
    """Arguments of a training: parameters, names routed with ``fit__`` and those of the call."""
    params = classifier.get_params(deep=False)
    settings = {name: params.get(name, default) for name, default in _FIT_PARAMS.items()}
    settings |= {name: params[name] for name in ("batch_size", "epochs", "verbose")}
    known = set(settings)
    routed = routed_params(params, "fit")
    settings |= {name: v for name, v in routed.items() if not name.startswith("callbacks")}
    unknown = sorted((settings.keys() | given.keys()) - known)
    if unknown:
        raise TypeError(
            f"fit takes no {unknown[0]!r}; of Keras' arguments it takes {', '.join(sorted(known))}."
        )
    settings |= given
    from keras.callbacks import Callback

    settings["callbacks"] = [
        *keras_callbacks(params, "callbacks"),
        *keras_callbacks(params, "fit__callbacks"),
        *keras_callbacks({"callbacks": given.get("callbacks")}, "callbacks"),
    ]
    for callback in settings["callbacks"]:
        if not isinstance(callback, Callback):
            raise TypeError(
                f"callbacks has {callback!r}; give keras.callbacks.Callback objects or classes."
            )
    settings["verbose"] = min(int(settings["verbose"]), 2)
    settings["epochs"] = int(settings["epochs"]) + settings["initial_epoch"]
    return settings


def class_weights(class_weight, classes, codes):
    """Weight of each class, shape (n_classes,); 1 for those without rows."""
    present = np.unique(codes)
    if isinstance(class_weight, dict):
        present = np.arange(len(classes))
    weights = np.ones(len(classes))
    weights[present] = compute_class_weight(
        class_weight, classes=classes[present], y=classes[codes]
    )
    return weights


def held_out_share(share, codes, classes, rng):
    """Rows that train and rows that are held out, the same share of each class."""
    counts = np.bincount(codes, minlength=len(classes))
    n_val = int(np.ceil(share * codes.size))
    if counts.min() < 2 or not counts.size <= n_val <= codes.size - counts.size:
        rare = counts.argmin()
        label = plain(classes[rare])
        raise ValueError(
            f"validation={share!r} cannot take rows of all {counts.size} classes "
            f"from {codes.size} rows (class {label!r} has {counts[rare]}); "
            "pass validation=(X, y), another fraction or None."
        )
    rows = np.arange(codes.size)
    return train_test_split(rows, test_size=n_val, stratify=codes, random_state=rng)


def loss_of_guessing(loss, n_classes):
    """Loss of a row if all classes are equally probable; infinite for a loss of the user."""
    share = 1 / n_classes
    if loss == "categorical_crossentropy":
        return -np.log(share)
    if loss == "binary_crossentropy":
        return -share * np.log(share) - (1 - share) * np.log(1 - share)
    return np.inf


def plain(label):
    """Label as Python writes it, without numpy's type around it."""
    return label.item() if isinstance(label, np.generic) else label
