"""Compiled functions of arrays."""

import functools
import pickle
from contextlib import suppress

import numba
from numba.core.caching import FunctionCache

# what reading a cut, empty or foreign pickle can raise
_DAMAGE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    TypeError,
    ValueError,
)


def compiled(function=None, **options):
    """Compile a function that releases the interpreter's lock, for threads.

    Machine code is kept beside the module or in the user's cache folder. Where neither can be
    written, as in some containers or on a full disk, each process compiles for itself; files that
    are cut or empty are written anew.

    Parameters
    ----------
    function : callable, default=None
        The function; without it, a decorator is returned.
    **options
        Further options of :func:`numba.njit`.

    Returns
    -------
    callable
    """
    if function is None:
        return functools.partial(compiled, **options)
    function = numba.njit(nogil=True, **options)(function)
    if hasattr(function, "enable_caching"):  # not where compilation is switched off
        try:
            function._cache = _ForgivingCache(function.py_func)
        except RuntimeError as error:
            if "no locator available" not in str(error):
                raise
    return function


class _ForgivingCache(FunctionCache):
    """Machine code on disk, compiled again where its files cannot be read or written."""

    def load_overload(self, sig, target_context):
        try:
            return super().load_overload(sig, target_context)
        except _DAMAGE:
            with suppress(OSError):
                self.flush()  # an empty index, so that the code is written again
            return None

    def save_overload(self, sig, data):
        with suppress(*_DAMAGE):
            super().save_overload(sig, data)
