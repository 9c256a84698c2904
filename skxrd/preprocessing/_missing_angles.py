"""Rows with missing angles: where each was measured, and values that fill the gaps."""

import numpy as np

from skxrd._compiled import compiled


@compiled
def _fill_gaps(X):
    last = X.shape[1]
    for i in range(X.shape[0]):
        before = -1
        for j in range(last):
            if np.isnan(X[i, j]):
                continue
            if before < 0:
                X[i, :j] = X[i, j]
            elif j - before > 1:
                rise = (X[i, j] - X[i, before]) / (j - before)
                for k in range(before + 1, j):
                    X[i, k] = X[i, before] + rise * (k - before)
            before = j
        if before < 0:
            X[i] = 0
        else:
            X[i, before + 1 :] = X[i, before]


def fill_gaps(X):
    """Rows with lines across gaps and the outermost values beyond the ends; zeros if all is NaN.

    They let a step run over a row as if it were whole; what it computes there has to be masked
    again. Rows without NaN are returned themselves, not a copy.
    """
    if not (X.size and np.isnan(X.min())):  # no mask of the size of X only to learn that
        return X
    X = np.array(X, order="C")
    _fill_gaps(X)
    return X


def measured_spans(X):
    """First measured column of every row, and the one after the last, shape (n_patterns, 2)."""
    measured = ~np.isnan(X)
    first = measured.argmax(axis=1)
    stop = X.shape[1] - measured[:, ::-1].argmax(axis=1)
    spans = np.stack([first, stop], axis=1)
    spans[~measured.any(axis=1)] = 0
    return spans


def apply_to_spans(function, X):
    """Apply a function of rows and their slice of columns as if rows ended where measurements end.

    Rows that were measured over the same columns go through together. Gaps inside a row are
    bridged by straight lines. What was NaN is NaN afterwards.
    """
    missing = np.isnan(X)
    if not missing.any():
        return function(X, slice(0, X.shape[1]))
    filled = fill_gaps(X)
    result = np.full_like(X, np.nan)
    spans, group = np.unique(measured_spans(X), axis=0, return_inverse=True)
    group = group.ravel()
    for number, (first, stop) in enumerate(spans):
        if stop > first:
            rows, columns = np.flatnonzero(group == number), slice(int(first), int(stop))
            result[rows, columns] = function(np.ascontiguousarray(filled[rows, columns]), columns)
    result[missing] = np.nan
    return result
