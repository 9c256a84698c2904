"""Eqs. 1 and 2 with random factors, as the sampler and the transformers share them."""

import numpy as np

from skxrd.augmentation._regions import (
    check_degrees,
    draw_factors,
    harmonic_regions,
    peak_regions,
)
from skxrd.augmentation._sampling import check_range
from skxrd.augmentation._transforms import scale_taken_blocks, scale_taken_rows

_FILM = {"scale_range": (0.2, 5.0), "scale_fraction": 0.5, "eliminate_fraction": 0.2}
_PUBLISHED = {"scale_range": (0.0, 1.0), "scale_fraction": 1.0, "eliminate_fraction": 1 / 3}
#: What ``None`` stands for in each kind of region.
TEXTURE_DEFAULTS = {"peak": _FILM, "harmonic": _FILM, "block": _PUBLISHED}
#: Widths of the published blocks in degrees: 13 (scaling) and 4 (elimination) angles 0.04 apart.
BLOCK_WIDTHS = (0.52, 0.16)


def check_has_degrees(what, two_theta, remedy="pass two_theta in degrees"):
    """Raise unless there are diffraction angles."""
    if two_theta is None:
        raise ValueError(f"{what} needs angles but two_theta is None; {remedy}.")
    check_degrees(two_theta, what)


def check_texture(region, two_theta, *, scale_range, scale_fraction, eliminate_fraction):
    """Raise where the settings of Eqs. 1 and 2 do not go together."""
    if region == "harmonic":
        remedy = "pass two_theta in degrees or choose region='peak'"
        check_has_degrees("region='harmonic'", two_theta, remedy)
    if region == "block":
        check_range("scale_range", scale_range, not_negative=True)
        return
    check_range("scale_range", scale_range, positive=True)
    if scale_fraction + eliminate_fraction > 1 + 1e-12:
        raise ValueError(
            f"scale_fraction {scale_fraction:g} and eliminate_fraction {eliminate_fraction:g} "
            "exceed 1 together; a region is either scaled or eliminated, lower one of them."
        )


def scale_randomly(
    X, take, out, rng, *, region, angles, blocks, scale_range, scale_fraction, eliminate_fraction
):
    """Write rows of X with some regions scaled and others eliminated into ``out``.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns without gaps.
    take : ndarray of int of shape (n_rows,)
        Rows of X to alter; equal ones best stand together, their peaks are then found once.
    out : ndarray of shape (n_rows, n_angles)
        Result.
    rng : numpy.random.Generator
        Source of randomness.
    region : {"peak", "harmonic", "block"}
        Kind of region.
    angles : ndarray of shape (n_angles,)
        Degrees, or column numbers.
    blocks : pair of ndarray of int of shape (n_angles,)
        Regions of scaling and of elimination; only blocks use them.
    scale_range, scale_fraction, eliminate_fraction
        As in :class:`PhysicsAugmenter`.
    """
    if region == "block":
        scaled, eliminated = blocks
        low, high = scale_range
        shape = (len(take), int(scaled[-1]) + 1)
        factors = low + (high - low) * rng.random(shape, dtype=np.float32)
        if scale_fraction < 1:
            factors[rng.random(shape, dtype=np.float32) >= scale_fraction] = 1
        lot = rng.random((len(take), int(eliminated[-1]) + 1), dtype=np.float32)
        kept = (lot >= eliminate_fraction).astype(X.dtype)
        factors = factors.astype(X.dtype, copy=False)
        scale_taken_blocks(X, take, scaled, factors, eliminated, kept, out)
        return
    used, place = np.unique(take, return_inverse=True)
    rows = X[used]
    regions = peak_regions(rows) if region == "peak" else harmonic_regions(rows, angles)
    factors = draw_factors(
        len(take),
        int(regions.max()) + 1,
        scale_range=scale_range,
        scale_fraction=scale_fraction,
        eliminate_fraction=eliminate_fraction,
        random_state=rng,
    ).astype(X.dtype, copy=False)
    scale_taken_rows(rows, place, regions, factors, out)
