"""Which peaks of a film are lines of which crystal, the cell a little larger or smaller."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from skxrd.crystal import reflections

_VISIBLE = 0.02  # of the strongest line of the powder; weaker ones explain nothing
_MAIN = 0.2  # of it; stronger ones are main lines
_N_SIGMA = 8.0  # a peak rises this many standard deviations of the noise
_STRAIN_STEP = 0.001


@dataclass(frozen=True, eq=False)
class CrystalLines:
    """Visible lines of a crystal.

    Parameters
    ----------
    label : str
        Class.
    name : str
        Name of the crystal.
    hkl : ndarray of int, shape (n_lines, 3)
        Indices.
    sine : ndarray of shape (n_lines,)
        Sines of the Bragg angles.
    intensity : ndarray of shape (n_lines,)
        Of the powder, the strongest 1.
    """

    label: str
    name: str
    hkl: np.ndarray
    sine: np.ndarray
    intensity: np.ndarray

    def two_theta(self, strain):
        """Degrees of the lines with the cell a share ``strain`` larger; NaN beyond 180."""
        sine = self.sine / (1 + strain)
        return 2 * np.degrees(np.arcsin(np.where(sine <= 1, sine, np.nan)))

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
    """A crystal laid over the peaks of a film.

    Parameters
    ----------
    lines : CrystalLines
        The crystal.
    strain : float
        Relative change of its cell.
    matched : ndarray of bool, shape (n_peaks,)
        Which peaks stand on a visible line.
    share : float
        Share of the height of all peaks that do.
    above_chance : float
        1 if all do, 0 if as many as a random angle would.
    """

    lines: CrystalLines
    strain: float
    matched: np.ndarray
    share: float
    above_chance: float


def list_lines(crystals, labels, wavelength, two_theta_range, margin):
    """Visible lines of crystals.

    Parameters
    ----------
    crystals : list of Crystal
        The crystals.
    labels : sequence of str
        Their classes.
    wavelength : float
        Angstrom.
    two_theta_range : tuple of (float, float)
        First and last angle of the scans.
    margin : float
        Degrees beyond it from which a strained line may come in.

    Returns
    -------
    list of CrystalLines
    """
    first, last = two_theta_range
    listed = []
    for crystal, label in zip(crystals, labels, strict=True):
        found = reflections(crystal, wavelength, (max(first - margin, 0.5), last + margin))
        if not len(found):
            continue
        share = found.intensity / found.intensity.max()
        kept = share > _VISIBLE
        sine = np.sin(np.radians(found.two_theta[kept] / 2))
        listed.append(CrystalLines(label, crystal.name, found.hkl[kept], sine, share[kept]))
    return listed


def film_peaks(row, two_theta, least):
    """Peaks of a prepared row.

    Parameters
    ----------
    row : ndarray of shape (n_angles,)
        Intensities without background; NaN where nothing was measured.
    two_theta : ndarray of shape (n_angles,)
        Degrees.
    least : float
        Smallest prominence as a share of the maximum; peaks also rise well above the noise.

    Returns
    -------
    angles : ndarray of shape (n_peaks,)
        Degrees.
    heights : ndarray of shape (n_peaks,)
        Prominences, the largest 1.
    """
    row = np.nan_to_num(np.asarray(row, dtype=np.float64))
    noise = np.median(np.abs(np.diff(row))) / 0.6745 / np.sqrt(2)
    prominence = max(least * row.max(initial=0.0), _N_SIGMA * noise, np.finfo(float).tiny)
    places, found = find_peaks(np.concatenate([[0], row, [0]]), prominence=prominence)
    heights = found["prominences"]
    return two_theta[places - 1], heights / heights.max(initial=np.finfo(float).tiny)


def best_match(listed, angles, heights, *, max_strain, tolerance, span, needs_strongest=False):
    """The crystal whose lines explain the most of the peaks, beyond chance.

    A crystal with many lines explains any peak. What chance explains is the share of the scan
    within the tolerance of a line, and is taken off.

    Parameters
    ----------
    listed : list of CrystalLines
        Candidates.
    angles : ndarray of shape (n_peaks,)
        Peaks in degrees.
    heights : ndarray of shape (n_peaks,)
        Their heights; zero for peaks that need no explanation.
    max_strain : float
        Largest relative change of a cell, either way.
    tolerance : float
        Degrees that a peak may lie off a line.
    span : tuple of (float, float)
        First and last angle of the scan.
    needs_strongest : bool, default=False
        Whether the strongest line of the powder must stand on a peak.

    Returns
    -------
    Match or None
        ``None`` if no candidate explains more than chance.
    """
    n_steps = int(round(max_strain / _STRAIN_STEP)) if max_strain else 0
    strains = np.linspace(-max_strain, max_strain, 2 * n_steps + 1)
    total = heights.sum()
    best, rank = None, (0.0, np.inf)
    for lines in listed:
        for strain in strains:
            expected = lines.two_theta(strain)
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
            seen = intensity[near.any(axis=0)].sum() / intensity.sum() - abs(strain)
            if (round(above, 6), seen) > rank:
                best = Match(lines, float(strain), matched, float(share), float(above))
                rank = (round(above, 6), seen)
    return best


def _covered(expected, tolerance, span):
    """Share of the scan within the tolerance of a line."""
    edges = np.sort(expected)
    gaps = np.minimum(np.diff(edges), 2 * tolerance)
    return min((gaps.sum() + 2 * tolerance) / (span[1] - span[0]), 1.0)
