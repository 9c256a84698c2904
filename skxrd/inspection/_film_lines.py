"""Which peaks of a film are lines of which crystal, the cell a little larger or smaller."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from skxrd._grid import d_to_two_theta
from skxrd.crystal import reflections
from skxrd.preprocessing._noise_level import noise_level

_VISIBLE = 0.02  # of the strongest line of the powder; weaker ones explain nothing
_MAIN = 0.2  # of it; stronger ones are main lines
_N_SIGMA = 8.0  # a peak rises this many standard deviations of the noise
_STRAIN_STEP = 0.001


@dataclass(frozen=True, eq=False)
class CrystalLines:
    """Visible lines of a crystal: degrees, angstrom, and intensities of which the largest is 1."""

    label: str
    name: str
    hkl: np.ndarray
    two_theta: np.ndarray
    d_spacing: np.ndarray
    intensity: np.ndarray
    wavelength: float

    def strained(self, strain):
        """Degrees of the lines with the cell a share ``strain`` larger; NaN beyond 180."""
        return d_to_two_theta(self.d_spacing * (1 + strain), self.wavelength)

    @property
    def families(self):
        """Number of the orientation of each line: 100, 200 and 300 have the same."""
        direction = self.hkl // np.gcd.reduce(self.hkl, axis=1)[:, np.newaxis]
        return np.unique(direction, axis=0, return_inverse=True)[1].ravel()

    @property
    def main(self):
        """Which lines are main lines."""
        return self.intensity >= _MAIN


@dataclass(frozen=True, eq=False)
class Match:
    """The lines of a crystal matched to the peaks of a film.

    ``matched`` tells which peaks lie on a line, ``share`` is their share of the height of all
    peaks; ``above_chance`` is 1 if all do and 0 if as many as random angles would.
    """

    lines: CrystalLines
    strain: float
    matched: np.ndarray
    share: float
    above_chance: float


def visible_lines(crystals, wavelength, two_theta_range, labels=None):
    """Lines of crystals that powders show in a range; ``None`` labels them by `class_label`."""
    if labels is None:
        labels = [class_label(crystal) for crystal in crystals]
    listed = []
    for crystal, label in zip(crystals, labels, strict=True):
        found = reflections(crystal, wavelength, two_theta_range)
        share = found.intensity / found.intensity.max()
        kept = share > _VISIBLE
        arrays = (found.hkl, found.two_theta, found.d_spacing, share)
        arrays = (values[kept] for values in arrays)
        listed.append(CrystalLines(label, crystal.name, *arrays, wavelength))
    return listed


def class_label(crystal):
    """Class of a crystal: ``metadata["label"]``, else its space-group symbol."""
    return crystal.metadata.get("label", crystal.space_group_symbol)


def film_peaks(row, two_theta, least):
    """Degrees of the peaks of a prepared row and their prominences, the largest 1.

    The prominence of a peak is at least the share ``least`` of the maximum and well above the
    noise. NaN stands where nothing was measured.
    """
    row = np.nan_to_num(np.asarray(row, dtype=np.float64))
    noise = _N_SIGMA * noise_level(row)
    prominence = max(least * row.max(initial=0.0), noise, np.finfo(float).tiny)
    places, found = find_peaks(np.concatenate([[0], row, [0]]), prominence=prominence)
    heights = found["prominences"]
    return two_theta[places - 1], heights / heights.max(initial=np.finfo(float).tiny)


def best_match(listed, angles, heights, *, max_strain, tolerance, span, needs_strongest=False):
    """The crystal whose lines explain the most of the peaks beyond chance, or None if none does.

    A crystal with many lines explains any peak. What chance explains is the share of the scan,
    which goes over the angles ``span``, within the tolerance of a line, and is subtracted. Peaks of
    height zero need no explanation. With ``needs_strongest`` the strongest line must be there.
    """
    n_steps = int(round(max_strain / _STRAIN_STEP)) if max_strain else 0
    strains = np.linspace(-max_strain, max_strain, 2 * n_steps + 1)
    total = heights.sum()
    best, rank = None, (0.0, np.inf)
    for lines in listed:
        for strain in strains:
            expected = lines.strained(strain)
            inside = (expected >= span[0]) & (expected <= span[1])
            expected, intensity = expected[inside], lines.intensity[inside]
            if not expected.size or not total:
                continue
            near = np.abs(angles[:, np.newaxis] - expected) <= tolerance
            if needs_strongest and not near[:, intensity.argmax()].any():
                continue
            matched = near.any(axis=1)
            share = heights[matched].sum() / total
            chance = _covered(expected, tolerance, span)
            above = (share - chance) / (1 - chance) if chance < 1 else 0.0
            # of crystals that explain the same, the one of which more lines are there, then the
            # one that need not be strained
            found = intensity[near.any(axis=0)].sum() / intensity.sum() - abs(strain)
            if (round(above, 6), found) > rank:
                best = Match(lines, float(strain), matched, float(share), float(above))
                rank = (round(above, 6), found)
    return best


def _covered(expected, tolerance, span):
    """Share of the scan within the tolerance of a line."""
    edges = np.sort(expected)
    gaps = np.minimum(np.diff(edges), 2 * tolerance)
    return min((gaps.sum() + 2 * tolerance) / (span[1] - span[0]), 1.0)
