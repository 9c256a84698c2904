"""What Eqs. 1 to 3 of Oviedo et al. do to the regions of a pattern, and to its angles."""

import numpy as np

from skxrd._compiled import compiled
from skxrd._grid import check_two_theta, keep_float32
from skxrd._shared_docs import share_docs
from skxrd.augmentation._regions import check_degrees
from skxrd.augmentation._shared_parameters import SHARED
from skxrd.preprocessing._missing_angles import fill_gaps


@compiled
def scale_taken_rows(X, take, regions, factors, out):
    """Rows ``take`` of X, each region times its factor; a row left empty keeps its regions."""
    for i in range(len(take)):
        row, region = X[take[i]], regions[take[i]]
        for j in range(row.size):
            out[i, j] = row[j] * factors[i, region[j]]
        if not out[i].any():
            for j in range(row.size):
                factor = factors[i, region[j]]
                out[i, j] = row[j] * factor if factor != 0 else row[j]


@compiled
def scale_taken_blocks(X, take, scaled, factors, eliminated, kept, out):
    """Rows ``take`` of X, in blocks of two kinds; a row left empty keeps its blocks."""
    for i in range(len(take)):
        row, factor, keep = X[take[i]], factors[i], kept[i]
        new = out[i]
        for j in range(row.size):
            new[j] = row[j] * (factor[scaled[j]] * keep[eliminated[j]])
        if not new.any():
            for j in range(row.size):
                c = factor[scaled[j]]
                new[j] = row[j] * c if c != 0 else row[j]


@compiled
def _shift_even(X, columns, out):
    """Move rows by numbers of columns on an even grid: two streams, no search."""
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        old, new = X[i], out[i]
        if columns[i] == 0:
            new[:] = old
            continue
        if abs(columns[i]) >= n_angles:
            new[:] = old[0] if columns[i] > 0 else old[n_angles - 1]
            continue
        whole = int(np.floor(columns[i]))
        weight = columns[i] - whole
        # new[j] lies between old[j - whole - 1] and old[j - whole]; beyond the ends, ends go on.
        start, stop = max(0, whole + 1), min(n_angles, n_angles + whole)
        new[:start] = old[0]
        new[stop:] = old[n_angles - 1]
        first = start - whole
        low, high = old[first - 1 : first - 1 + stop - start], old[first : first + stop - start]
        inner = new[start:stop]
        for j in range(stop - start):
            inner[j] = (1 - weight) * high[j] + weight * low[j]


@compiled
def _shift_any(X, amounts, moves, angle, out):
    last = X.shape[1] - 1
    for i in range(X.shape[0]):
        if not amounts[i].any():
            out[i] = X[i]
            continue
        k = 0
        for j in range(last + 1):
            at = angle[j]
            for kind in range(moves.shape[0]):
                at -= amounts[i, kind] * moves[kind, j]
            if at <= angle[0]:
                out[i, j] = X[i, 0]
            elif at >= angle[last]:
                out[i, j] = X[i, last]
            else:
                while angle[k + 1] <= at:
                    k += 1
                while angle[k] > at:
                    k -= 1
                weight = (at - angle[k]) / (angle[k + 1] - angle[k])
                out[i, j] = (1 - weight) * X[i, k] + weight * X[i, k + 1]


def is_even(angles):
    """Whether the steps between angles are equal, within a millionth of a step."""
    if len(angles) < 2:
        return False
    step = (angles[-1] - angles[0]) / (len(angles) - 1)
    ideal = angles[0] + step * np.arange(len(angles))
    return bool(np.abs(angles - ideal).max() < 1e-6 * step)


def unit_moves(angles, goniometer_radius, kinds):
    """How far peaks move, in degrees, for a unit of each kind of shift, shape (n_kinds, n_angles).

    Units are degrees of constant shift, lattice strain, and millimetres of sample displacement.
    """
    theta = np.radians(angles / 2)
    moves = {
        "shift": lambda: np.ones_like(theta),
        "strain": lambda: -2 * np.degrees(np.tan(theta)),
        "displacement": lambda: -2 * np.degrees(np.cos(theta)) / goniometer_radius,
    }
    return np.array([moves[kind]() for kind in kinds])


def move_randomly(X, out, rng, ranges, angles, goniometer_radius):
    """Write rows of X, moved by amounts drawn uniformly from ``ranges`` by kind, into ``out``."""
    amounts = np.stack([rng.uniform(*pair, len(X)) for pair in ranges.values()], axis=1)
    move_rows(X, amounts, unit_moves(angles, goniometer_radius, list(ranges)), angles, out)


def move_rows(X, amounts, moves, angles, out):
    """Write rows, moved by ``amounts @ moves`` degrees, into ``out``; nothing is missing in X."""
    if moves.shape[0] == 1 and np.ptp(moves) == 0 and is_even(angles):
        step = (angles[-1] - angles[0]) / (len(angles) - 1)
        _shift_even(X, amounts[:, 0] * moves[0, 0] / step, out)
    else:
        _shift_any(X, np.ascontiguousarray(amounts), moves, angles, out)


@share_docs(SHARED)
def scale_regions(X, regions, factors):
    r"""Multiply every region by its factor: Eqs. 1 and 2 of [1]_.

    .. math:: \Phi^1_{S,c} = c \, f|_S + f|_{I \setminus S}, \qquad
              \Phi^2_S = 0 \, f|_S + f|_{I \setminus S}

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns f; NaN stays NaN.
    regions : ndarray of int of shape (n_patterns, n_angles)
        Region of every angle.
    factors : array-like of shape (n_patterns, n_regions)
        Factor of every region; 0 eliminates it.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        New patterns.

    See Also
    --------
    PeakHeightScaler, PeakEliminator : Random factors of the peaks.

    |oviedo_2019|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation._transforms import scale_regions
    >>> scale_regions([[1.0, 3.0, 5.0]], np.array([[0, 0, 1]]), [[2.0, 0.0]])
    array([[2., 6., 0.]])
    """
    X = keep_float32(np.ascontiguousarray(X))
    regions, factors = np.asarray(regions), np.asarray(factors, dtype=np.float64)
    if regions.shape != X.shape or len(factors) != len(X) or regions.max() >= factors.shape[1]:
        raise ValueError(
            f"X has shape {X.shape}, regions {regions.shape} up to number {regions.max()}, and "
            f"factors {factors.shape}; give one region an angle and one factor a region."
        )
    return X * np.take_along_axis(factors, regions, axis=1).astype(X.dtype, copy=False)


def shift_patterns(
    X, shift=0.0, two_theta=None, *, strain=0.0, displacement=0.0, goniometer_radius=240.0
):
    r"""Move the peaks of every pattern along the angles: Eq. 3, with its causes in a film.

    .. math:: f(2\theta - \varepsilon), \qquad
              \varepsilon = \varepsilon_0 - 2 e \tan\theta - \frac{2 s \cos\theta}{R}

    with a constant shift, a lattice strain e (Bragg's law to first order) and a sample
    displacement s on a goniometer circle of radius R. Linear interpolation between angles; beyond
    the ends of the measurement the outermost intensity goes on. NaN stays where it is.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns.
    shift : float or array-like of shape (n_patterns,), default=0.0
        Constant shift in degrees; positive moves peaks to higher angles.
    two_theta : array-like of shape (n_angles,), default=None
        Strictly increasing angles in degrees; ``None`` counts columns.
    strain : float or array-like of shape (n_patterns,), default=0.0
        Relative change of the lattice spacings; positive, a larger lattice, moves peaks to lower
        angles.
    displacement : float or array-like of shape (n_patterns,), default=0.0
        Distance of the sample from the goniometer axis in mm, positive away from the source,
        which moves peaks to lower angles.
    goniometer_radius : float, default=240.0
        In mm.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Shifted patterns; where nothing is to be moved, the pattern itself.

    Raises
    ------
    ValueError
        If the shapes do not fit, or strain or displacement has no angles between 0 and 180
        degrees.

    Examples
    --------
    >>> from skxrd.augmentation._transforms import shift_patterns
    >>> shift_patterns([[0.0, 0.0, 8.0, 0.0]], [0.25], [10.0, 11.0, 12.0, 13.0])
    array([[0., 0., 6., 2.]])
    """
    X = keep_float32(np.ascontiguousarray(X))
    angles = check_two_theta(two_theta, n_angles=X.shape[1])
    amounts = {"shift": shift, "strain": strain, "displacement": displacement}
    amounts = {kind: np.asarray(value, dtype=np.float64) for kind, value in amounts.items()}
    shapes = [value.shape for value in amounts.values()]
    if any(shape not in ((), (len(X),)) for shape in shapes):
        raise ValueError(
            f"X has shape {X.shape} but shift, strain and displacement {shapes}; give one of each "
            "a pattern."
        )
    kinds = [kind for kind, value in amounts.items() if value.any()]
    if not kinds:
        return X.copy()
    if kinds != ["shift"]:
        check_degrees(angles, "strain and displacement")
    moves = unit_moves(angles, goniometer_radius, kinds)
    columns = [np.broadcast_to(amounts[kind], len(X)) for kind in kinds]
    out = np.empty_like(X)
    move_rows(fill_gaps(X), np.stack(columns, axis=1), moves, angles, out)
    out[np.isnan(X)] = np.nan
    return out
