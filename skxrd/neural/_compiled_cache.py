"""Compiled networks that are lent to one fit after the other.

Compiling a training step takes a second and memory that TensorFlow never gives back. A network of
the same build and loss is therefore kept after a fit and lent to the next one, which starts
from weights of its own and a fresh optimiser.
"""

from collections import OrderedDict
from contextlib import contextmanager

from skxrd.neural._networks import compile_network

_MOST = 4  # kinds of network that are kept
_kept = OrderedDict()


@contextmanager
def lent_network(build, *, loss, learning_rate):
    """Lend a compiled network; nobody else has it meanwhile.

    Parameters
    ----------
    build : functools.partial
        Builds the network, from hashable arguments.
    loss : str
        Keras name of the loss.
    learning_rate : float
        Step size of Adam.

    Yields
    ------
    callable
        Returns the network, compiled, with the weights of the last fit.
    """
    key = (
        build.func,
        build.args,
        tuple(sorted(build.keywords.items())),
        loss,
    )
    # pop is one step, so two threads never get the same network
    lent = [_kept.pop(key, None)]

    def lend():
        if lent[0] is None:
            lent[0] = compile_network(build, loss=loss, learning_rate=learning_rate)
        return lent[0]

    yield lend  # after an error the network is not kept: its state is unknown
    _kept[key] = lend()
    while len(_kept) > _MOST:
        _kept.popitem(last=False)


def start_afresh(network, fresh, learning_rate):
    """Give a used network the weights of a new one and an optimiser that has not run.

    Parameters
    ----------
    network : keras.Model
        Compiled.
    fresh : keras.Model
        Of the same build.
    learning_rate : float
        Step size of Adam.
    """
    # variables rather than weights: the states of dropout's random numbers are among them
    for old, new in zip(network.variables, fresh.variables, strict=True):
        old.assign(new)
    optimizer = network.optimizer
    for variable in optimizer.variables:
        variable.assign(variable * 0)
    optimizer.learning_rate = learning_rate
    network.stop_training = False
