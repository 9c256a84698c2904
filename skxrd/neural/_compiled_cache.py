"""Compiled networks, reused by one fit after the other.

Compiling a training step takes a second and memory that TensorFlow never gives back. A network of
the same build and loss is therefore kept after a fit for the next one, which starts from weights
of its own and a fresh optimiser.
"""

from collections import OrderedDict
from contextlib import contextmanager
from threading import Lock

from skxrd.neural._keras_settings import designed_settings

_MOST = 4  # kinds of network that are kept
_kept = OrderedDict()  # lists of networks of one kind, as many as were fitted at once
_lock = Lock()


@designed_settings()
def compile_network(build, *, loss, learning_rate, seed=None):
    """Build a network, by a function that takes a seed, and compile it for training with Adam."""
    import keras

    from skxrd.neural._fast_fit import trainable_copy

    network = trainable_copy(build(seed=seed))
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=loss,
        jit_compile=False,  # the compiler costs more than it saves on networks of this size
    )
    network.compiled_as = network.configuration()
    return network


@contextmanager
def compiled_network(build, *, loss, learning_rate, seed):
    """Give a compiled network, reused or new, which no other fit has.

    ``build`` is a partial function with hashable arguments. A reused network has the weights of
    its last fit.
    """
    key = (build.func, build.args, tuple(sorted(build.keywords.items())), loss)
    with _lock:
        free = _kept.get(key)
        network = free.pop() if free else None
    if network is None:
        network = compile_network(build, loss=loss, learning_rate=learning_rate, seed=seed)
    yield network  # after an error the network is not kept: its state is unknown
    if not network.is_as_compiled():
        return  # a callback has changed more than start_afresh resets
    with _lock:
        _kept.setdefault(key, []).append(network)
        _kept.move_to_end(key)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def start_afresh(network, fresh, learning_rate):
    """Give a compiled network the weights of a new one and an optimiser that has not run."""
    from keras import ops

    # variables rather than weights: the states of dropout's random numbers are among them
    for old, new in zip(network.variables, fresh.variables, strict=True):
        old.assign(new)
    optimizer = network.optimizer
    for variable in optimizer.variables:
        variable.assign(ops.zeros_like(variable))  # not times zero, which leaves NaN as it is
    optimizer.learning_rate = learning_rate
    network.stop_training = False
