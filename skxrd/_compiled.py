"""Compiled functions of arrays."""

import functools

import numba


def compiled(function=None, **options):
    """Compile a function that releases the interpreter's lock, for threads.

    Machine code is kept beside the module or in the user's cache folder. Where neither can be
    written, as in some containers, each process compiles for itself.

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
    try:
        return numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        return numba.njit(nogil=True, **options)(function)
