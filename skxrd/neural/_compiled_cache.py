"""Compiled networks, reused by one fit after the other.

Compiling a training step takes a second and memory that TensorFlow never gives back. A network of
the same build, loss and optimiser is therefore kept after a fit for the next one, which starts
from weights of its own and a fresh optimiser.
"""

from collections import OrderedDict
from contextlib import contextmanager
from threading import Lock

from skxrd.neural._keras_settings import designed_settings

_MOST = 4  # kinds of network that are kept
_kept = OrderedDict()  # lists of networks of one kind, as many as were fitted at once
_lock = Lock()


@designed_settings()
def compile_network(build, settings, *, seed=None):
    """Build a network, by a function that takes a seed, and compile it for training.

    ``settings`` are arguments of Keras' ``compile``.
    """
    from skxrd.neural._fast_fit import trainable_copy

    network = trainable_copy(build(seed=seed))
    # jit_compile costs more than it saves on networks of this size
    network.compile(**{"jit_compile": False, **settings})
    network.compiled_as = network.configuration()
    network.optimizer.build(network.trainable_variables)
    return network


@contextmanager
def compiled_network(build, compiled_as, make_settings, *, seed):
    """Give a compiled network, reused or new, which no other fit has.

    ``build`` is a partial function with hashable arguments; ``compiled_as`` tells settings apart,
    None those of which no network is kept; ``make_settings`` gives the arguments of Keras'
    ``compile``. A reused network has the weights of its last fit.
    """
    arguments = tuple(sorted(build.keywords.items()))
    key = compiled_as and (build.func, build.args, arguments, compiled_as)
    with _lock:
        free = _kept.get(key)
        network = free.pop() if free else None
    if network is None:
        network = compile_network(build, make_settings(), seed=seed)
    yield network  # after an error the network is not kept: its state is unknown
    if key is None or not network.is_as_compiled():
        return  # a callback has changed more than start_network resets
    with _lock:
        _kept.setdefault(key, []).append(network)
        _kept.move_to_end(key)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def learning_rate_of(optimizer):
    """Learning rate of an optimiser; None if it follows a schedule."""
    rate = optimizer.get_config()["learning_rate"]
    return None if isinstance(rate, dict) else rate


def start_network(network, fresh, learning_rate, memory=None):
    """Give a compiled network the variables of another one and an optimiser that starts.

    ``memory`` are the values of an optimiser that goes on, None those of one that has not run. The
    learning rate of a schedule is None.
    """
    from keras import ops

    # variables rather than weights: the states of dropout's random numbers are among them
    for old, new in zip(network.variables, fresh.variables, strict=True):
        old.assign(new)
    optimizer = network.optimizer
    for place, variable in enumerate(optimizer.variables):
        # zeros, not times zero, which leaves NaN as it is
        variable.assign(ops.zeros_like(variable) if memory is None else memory[place])
    if learning_rate is not None:
        optimizer.learning_rate = learning_rate
    network.stop_training = False
