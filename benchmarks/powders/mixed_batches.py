"""Training patterns of computed and measured structures, mixed by weight."""

from dataclasses import replace

import numpy as np

from skxrd.powders import PatternBatches


class MixedBatches(PatternBatches):
    """Batches whose epochs are drawn from rows by weight, with cells of some rows rescaled.

    An epoch has ``n_patterns``, drawn with replacement; the same row gives another pattern each
    time. Axes of the rows before ``n_computed`` are multiplied by ``factor``.
    """

    def __init__(self, *arguments, weights, n_patterns, n_computed, factor, **options):
        super().__init__(*arguments, **options)
        self.weights = np.asarray(weights, dtype=float) / np.sum(weights)
        self.n_patterns = int(n_patterns)
        self.n_computed = int(n_computed)
        self.factor = float(factor)

    @property
    def n_rows(self):
        """Patterns of an epoch."""
        return self.n_patterns

    def _order(self, epoch):
        rng = np.random.default_rng([self.random_state, epoch])
        return rng.choice(self.rows, self.n_patterns, p=self.weights)

    def _take(self, rows):
        taken = super()._take(rows)
        scale = np.array([self.factor] * 3 + [1] * 3)
        return [
            replace(listed, cell=listed.cell * scale) if row < self.n_computed else listed
            for row, listed in zip(rows, taken, strict=True)
        ]
