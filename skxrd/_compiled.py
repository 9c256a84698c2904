"""Compiled functions of arrays."""

import functools
import pickle
import threading
from contextlib import suppress

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


def compiled(function=None, *, fastmath=False, error_model="python"):
    """Compile a function that releases the interpreter's lock, for threads, when it is called.

    Machine code is kept beside the module or in the user's cache folder. Where neither can be
    written, as in some containers or on a full disk, each process compiles for itself; files that
    are cut or empty are written anew.

    Parameters
    ----------
    function : callable, default=None
        The function; without it, a decorator is returned.
    fastmath : bool or set of str, default=False
        As in :func:`numba.njit`.
    error_model : {"python", "numpy"}, default="python"
        As in :func:`numba.njit`: whether a division by zero is an error.

    Returns
    -------
    callable
    """
    options = {"fastmath": fastmath, "error_model": error_model}
    if function is None:
        return functools.partial(compiled, **options)
    return _Compiled(function, options)


class _Compiled:
    """A function that is handed to numba when it is first called, by Python or by another one."""

    _lock = threading.Lock()

    def __init__(self, function, options):
        functools.update_wrapper(self, function)
        self._options = options
        self._dispatcher = None

    def __call__(self, *args, **options):
        if self._dispatcher is None:
            self._start()
        return self._dispatcher(*args, **options)

    def __getattr__(self, name):
        if name.startswith("__") or "_dispatcher" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if self._dispatcher is None:
            self._start()
        return getattr(self._dispatcher, name)

    def __reduce__(self):
        return self.__qualname__

    def _start(self):
        import numba  # here, as most commands call nothing that is compiled

        with self._lock:
            if self._dispatcher is None:
                function = numba.njit(nogil=True, **self._options)(self.__wrapped__)
                if hasattr(function, "enable_caching"):  # not where compilation is switched off
                    with suppress(_NoCacheError):
                        function._cache = _cache_of(function.py_func)
                self._dispatcher = function


class _NoCacheError(Exception):
    """Nowhere can machine code be kept."""


def _cache_of(function):
    """Cache of a compiled function, in a folder that can be written."""
    from numba.core.caching import FunctionCache
    from numba.core.runtime import rtsys

    class ForgivingCache(FunctionCache):
        """Machine code on disk, compiled again where its files cannot be read or written."""

        def load_overload(self, sig, target_context):
            # what numba knows of Python and numpy is loaded to compile, not to run machine code
            target_context.refresh = lambda: rtsys.initialize(target_context)
            try:
                return super().load_overload(sig, target_context)
            except _DAMAGE:
                with suppress(OSError):
                    self.flush()  # an empty index, so that the code is written again
                return None
            finally:
                del target_context.refresh

        def save_overload(self, sig, data):
            with suppress(*_DAMAGE):
                super().save_overload(sig, data)

    try:
        return ForgivingCache(function)
    except RuntimeError as error:
        if "no locator available" in str(error):
            raise _NoCacheError from error
        raise
