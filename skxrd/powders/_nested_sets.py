"""Sets of classes that hold the true one with a given probability, nested over the levels."""

import numpy as np

from skxrd.crystal import SYMMETRY_LEVELS, symmetry_codes


def set_scores(probabilities):
    """Sum of the probabilities of the more probable classes, for each class, shape as given."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    scores = np.empty_like(probabilities)
    np.put_along_axis(scores, order, before, axis=-1)
    return scores


def nested_sets(levels, thresholds):
    """Masks of the classes in the sets, by level, shape (n_scans, n_classes) each.

    A class is in a set if its score is at most the threshold of the level and, on the finer levels,
    the set of the coarser level has the class that it belongs to. The most probable space group is
    in no set empty: where a finer set would be empty, it has the most probable of the classes left.
    """
    masks, above = {}, None
    for level in SYMMETRY_LEVELS:
        probabilities = levels[level]
        mask = set_scores(probabilities) <= thresholds[level]
        if above is not None:
            inside = masks[above][:, parents(level)]
            mask &= inside
            best = np.where(inside, probabilities, -1.0).argmax(axis=1)
            empty = ~mask.any(axis=1)
            mask[empty, best[empty]] = True
        masks[level], above = mask, level
    return masks


def parents(level):
    """Code of the class one level coarser, for each class of a level."""
    coarser = SYMMETRY_LEVELS[SYMMETRY_LEVELS.index(level) - 1]
    numbers = np.arange(1, 231)
    codes = symmetry_codes(numbers, level)
    first = np.unique(codes, return_index=True)[1]
    return symmetry_codes(numbers[first], coarser)
