"""Compiled networks, reused by one fit after the other.

Compiling a training step takes a second and memory that TensorFlow never gives back. A network of
the same build and loss is therefore kept after a fit for the next one, which starts from weights
of its own and a fresh optimiser.
"""

from collections import OrderedDict
from contextlib import contextmanager

_MOST = 4  # kinds of network that are kept
_kept = OrderedDict()


def compile_network(build, *, loss, learning_rate):
    """Build a network, by a function without arguments, and compile it for training with Adam."""
    import keras

    from skxrd.neural._fast_fit import trainable_copy

    network = trainable_copy(build())
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=loss,
        jit_compile=False,  # the compiler costs more than it saves on networks of this size
    )
    return network


@contextmanager
def compiled_network(build, *, loss, learning_rate):
    """Give a function that returns a compiled network, reused or new, which no other fit has.

    ``build`` is a partial function with hashable arguments. A reused network has the weights of
    its last fit.
    """
    key = (build.func, build.args, tuple(sorted(build.keywords.items())), loss)
    # pop is one step, so two threads never get the same network
    network = _kept.pop(key, None)

    def get():
        nonlocal network
        if network is None:
            network = compile_network(build, loss=loss, learning_rate=learning_rate)
        return network

    yield get  # after an error the network is not kept: its state is unknown
    _kept[key] = get()
    while len(_kept) > _MOST:
        _kept.popitem(last=False)


def start_afresh(network, fresh, learning_rate):
    """Give a compiled network the weights of a new one and an optimiser that has not run."""
    # variables rather than weights: the states of dropout's random numbers are among them
    for old, new in zip(network.variables, fresh.variables, strict=True):
        old.assign(new)
    optimizer = network.optimizer
    for variable in optimizer.variables:
        variable.assign(variable * 0)
    optimizer.learning_rate = learning_rate
    network.stop_training = False
