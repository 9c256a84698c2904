"""Screen of all phases of a library: their strongest lines against a profile, cells free in scale.

The profile is a function of ln(1/d) in the bins of the library, so a change of scale of the cell is
a shift. For a phase whose bins b have the weights w (square roots of intensities), the score is

    max over shifts s of  sum w L(b) p(b + s) / sqrt(sum w^2 L(b)^2)

with the profile p, the square root of the measured intensity, and L, the square root of the
Lorentz-polarisation factor, which is zero outside the measured range.
"""

import numpy as np

from skxrd._compiled import compiled


@compiled(fastmath=True)
def screen(bins, weights, profile, factors, n_shifts, penalty):
    """Best score of each phase and its shift, in bins from -n_shifts to n_shifts.

    ``profile`` and ``factors`` begin ``n_shifts`` bins before the first bin of the library and end
    ``n_shifts`` after its last; ``penalty`` multiplies the score of each shift.
    """
    n_phases, n_bins = bins.shape
    width = 2 * n_shifts + 1
    scores = np.empty(n_phases, np.float32)
    shifts = np.empty(n_phases, np.int16)
    total = np.empty(width, np.float32)
    for phase in range(n_phases):
        total[:] = 0
        norm = np.float32(1e-12)
        for line in range(n_bins):
            start = np.int64(bins[phase, line])
            weight = weights[phase, line] * factors[start + n_shifts]
            norm += weight * weight
            if weight > 0:
                for shift in range(width):
                    total[shift] += weight * profile[start + shift]
        best, where = np.float32(-1.0), 0
        for shift in range(width):
            value = total[shift] * penalty[shift]
            if value > best:
                best, where = value, shift
        scores[phase] = best / np.sqrt(norm)
        shifts[phase] = where - n_shifts
    return scores, shifts
