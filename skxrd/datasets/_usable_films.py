"""The films of a batch that can be used together, and their common grid."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
from sklearn.utils import Bunch

from skxrd._grid import convert_two_theta, median_step
from skxrd.datasets._scans import converted, where
from skxrd.preprocessing import PatternStacker
from skxrd.preprocessing._common_grid import common_two_theta


def on_common_grid(patterns, target, groups):
    """Bunch of the patterns that share a wide enough range, and the grid that all of them cover.

    The grid is at the wavelength of most of them.
    """
    wavelength = _most_common_wavelength(patterns)
    ranges = [converted(pattern, wavelength) for pattern in patterns]
    apart = np.zeros(len(ranges), bool)
    try:
        two_theta, kept = common_two_theta(ranges)
    except ValueError:  # some do not overlap the others
        apart = _apart(ranges)
        if apart.all() or not apart.any():
            raise
        kept = ~apart
        overlapping = [pattern for pattern, no in zip(ranges, apart, strict=True) if not no]
        two_theta, kept[kept] = common_two_theta(overlapping)
    left_out = []
    for pattern, there, alone in zip(patterns, ranges, apart, strict=True):
        first, last = there.two_theta[[0, -1]]
        if alone:
            reason = f"covers {first:g} to {last:g} degrees, apart from most others."
        else:
            reason = (
                f"covers {last - first:.2g} degrees ({first:g} to {last:g}), less than half of "
                "the usual range."
            )
        left_out.append(f"{where(pattern)}: {reason}")
    films = Bunch(
        data=patterns,
        target=np.asarray(target),
        groups=np.asarray(groups),
        two_theta=two_theta,
        wavelength=wavelength,
        left_out=[],
    )
    return _keep(films, kept, left_out)


def usable_films(films):
    """The same films without those that no classifier could use beside the others.

    These are scans of unknown wavelength where that of others is known, constant ones, and ones
    with a gap. If nothing is known of any wavelength, none is left out for that.
    """
    unknown = np.array([pattern.wavelength is None for pattern in films.data])
    if unknown.any() and not unknown.all():
        reason = "its wavelength is unknown; pass it for scans that state none (--wavelength)."
        films = _keep(films, ~unknown, [f"{where(pattern)}: {reason}" for pattern in films.data])
        earlier = films.left_out
        films = on_common_grid(films.data, films.target, films.groups)
        films.left_out[:0] = earlier
    stacker = PatternStacker(films.two_theta, wavelength=films.wavelength).fit(films.data)
    reasons = [why_not_stacked(stacker, pattern) for pattern in films.data]
    return _keep(
        films,
        np.array([reason is None for reason in reasons]),
        [f"{where(pattern)}: {why}" for pattern, why in zip(films.data, reasons, strict=True)],
    )


def why_not_stacked(stacker, pattern, needs="the others need"):
    """Why a pattern cannot be brought to the grid of a fitted stacker; None if it can."""
    intensity = pattern.intensity
    if np.ptp(intensity) == 0:
        return (
            f"all {intensity.size} intensities are {intensity[0]:g}; a constant pattern holds no "
            "peaks."
        )
    try:
        stacker.transform([pattern])
    except ValueError as error:
        there = converted(pattern, stacker.wavelength).two_theta
        first, last = there[[0, -1]]
        low, high = stacker.two_theta_[[0, -1]]
        slack = median_step(there)
        if "of its measured range" in str(error) and (first > low + slack or last < high - slack):
            new = (
                ""
                if there is pattern.two_theta
                else (
                    f" after conversion from {pattern.wavelength:.5g} to {stacker.wavelength_:.5g} "
                    "angstrom"
                )
            )
            return f"covers {first:g} to {last:g} degrees{new}, but {needs} {low:g} to {high:g}."
        gap = re.search(r"(\S+) deg is within a gap", str(error))
        if gap:
            return f"was not measured at {gap[1]} degrees, within a gap."
        return re.sub(r"^pattern .*?\(?(in )?row 0\)?: ", "", str(error))
    return None


def reaching_the_ends(pattern, stacker):
    """Pattern that also has the ends of the grid of a fitted stacker where these are near.

    An end less than one step of the pattern or of the grid outside gets the outermost intensity;
    what the stacker takes as it is does not change.
    """
    angles, grid = pattern.two_theta, stacker.two_theta_
    there = converted(pattern, stacker.wavelength)
    if there.two_theta.size < 2 or grid.size < 2:
        return pattern
    step = median_step(there.two_theta)
    lacking = np.array([there.two_theta[0] - grid[0], grid[-1] - there.two_theta[-1]])
    near = lacking > step / 2
    ends = grid[[0, -1]]
    if there is not pattern:
        ends = convert_two_theta(ends, there.wavelength, pattern.wavelength)
    near &= [ends[0] < angles[0], ends[1] > angles[-1]]
    if not near.any() or lacking.max() >= max(step, median_step(grid)):
        return pattern
    intensity = pattern.intensity
    return replace(
        pattern,
        two_theta=np.concatenate([ends[:1][near[:1]], angles, ends[1:][near[1:]]]),
        intensity=np.concatenate([intensity[:1][near[:1]], intensity, intensity[-1:][near[1:]]]),
    )


def _most_common_wavelength(patterns):
    """Wavelength in angstrom of most patterns that state one, the first of equally common ones."""
    known = [pattern.wavelength for pattern in patterns if pattern.wavelength is not None]
    return Counter(known).most_common(1)[0][0] if known else None


def _apart(patterns):
    """Mask of the patterns whose range lies outside the usual one."""
    first = np.array([pattern.two_theta[0] for pattern in patterns])
    last = np.array([pattern.two_theta[-1] for pattern in patterns])
    return np.minimum(last, np.median(last)) <= np.maximum(first, np.median(first))


def _keep(films, kept, reasons):
    """Films of a mask; the reasons of the others are added to ``left_out``."""
    if kept.all():
        return films
    if not kept.any():
        lost = "; ".join(reasons[:3])
        raise ValueError(f"none of {len(kept)} scans can be used, to begin with {lost}")
    left_out = [why for why, keep in zip(reasons, kept, strict=True) if not keep]
    changed = {
        "data": [pattern for pattern, keep in zip(films.data, kept, strict=True) if keep],
        "target": films.target[kept],
        "groups": films.groups[kept],
        "left_out": films.left_out + left_out,
    }
    return Bunch(**{**films, **changed})
