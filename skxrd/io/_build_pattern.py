"""From the values that an instrument file states to a pattern."""

from pathlib import Path

import numpy as np

from skxrd._files import FormatError
from skxrd._grid import check_wavelength
from skxrd._pattern import PowderPattern

_MOST_POINTS, _LONGEST_LIST = 2_000_000, 5_000_000  # of a scan; characters of a list
_MOST_BELOW = 0.2  # of the points of a scan at angles below 0, which are left out


def make_pattern(path, two_theta, intensity, *, stated, wavelength, name="", **metadata):
    """Pattern named after its file; raises a FormatError if the values cannot be those of a scan.

    ``stated`` is the wavelength that the file states and ``wavelength`` that of the user, ``name``
    that of the sample; entries of ``metadata`` that are None or empty are left out.
    """
    two_theta = np.asarray(two_theta, dtype=np.float64)
    intensity = np.asarray(intensity, dtype=np.float64)
    if two_theta.size < 2:
        raise FormatError(path, f"has {two_theta.size} points; a pattern needs two or more.")
    if two_theta.shape != intensity.shape:
        raise FormatError(
            path, f"has {intensity.size} intensities for {two_theta.size} angles; it is cut off."
        )
    if not (np.isfinite(two_theta).all() and np.isfinite(intensity).all()):
        raise FormatError(path, "has missing or infinite values among its angles or intensities.")
    if (two_theta == two_theta[0]).all():
        raise FormatError(path, f"has a scan in which 2 theta stays at {two_theta[0]:g} degrees.")
    kept = beyond_beam(path, two_theta)
    if not kept.all():
        two_theta, intensity = two_theta[kept], intensity[kept]
        metadata["points_below_zero"] = int((~kept).sum())
        if metadata.get("sigma") is not None:
            metadata["sigma"] = np.asarray(metadata["sigma"])[kept]
    if (np.diff(two_theta) < 0).all():
        two_theta, intensity = two_theta[::-1], intensity[::-1]
        if metadata.get("sigma") is not None:
            metadata["sigma"] = metadata["sigma"][::-1]
    if (np.diff(two_theta) <= 0).any():
        row = int(np.flatnonzero(np.diff(two_theta) <= 0)[0])
        raise FormatError(
            path, f"its angles do not rise at point {row + 2} ({two_theta[row + 1]:g} degrees)."
        )
    metadata["sample_name"] = name.strip(" _")
    kept = {
        key: value
        for key, value in metadata.items()
        if value is not None and not (isinstance(value, str | list) and not value)
    }
    return PowderPattern(
        two_theta,
        intensity,
        check_stated(path, stated, wavelength),
        file_name(path),
        {"path": str(path), **kept},
    )


def beyond_beam(path, two_theta):
    """Which points are at 0 degrees or above; a scan may begin a little on the other side."""
    kept = two_theta >= 0
    inside = -180 < two_theta.min() and two_theta.max() <= 180
    if not inside or kept.sum() < 2 or np.mean(~kept) > _MOST_BELOW:
        raise FormatError(
            path,
            f"has angles from {two_theta.min():g} to {two_theta.max():g}, not from 0 to 180 "
            "degrees.",
        )
    return kept


def check_stated(path, stated, wavelength):
    """Wavelength of a pattern: the one its file states, or else the one the user passed.

    Converters write 0 where they know none.
    """
    stated = stated or None
    if stated is not None and not 0.01 < stated < 20:
        raise FormatError(
            path, f"states a wavelength of {stated:g} angstrom, which is not one of X-rays."
        )
    if wavelength is not None:
        check_wavelength(wavelength)  # a misspelt name is an error even where it is not needed
    return wavelength if stated is None else stated


def file_name(path):
    """Name of a file without its ending, and without .gz or .bz2."""
    path = Path(path)
    return Path(path.stem).stem if path.suffix.lower() in (".gz", ".bz2") else path.stem


def number(path, text, what):
    """Number that a file states, or None for an empty field."""
    if text is None or not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError as error:
        raise FormatError(path, f"has {text.strip()[:40]!r} for {what}, not a number.") from error


def numbers(path, text, what):
    """Numbers of a list separated by blanks."""
    if text is not None and len(text) > _LONGEST_LIST:
        raise FormatError(path, f"lists {what} in {len(text) / 1e6:.0f} MB; scans are shorter.")
    try:
        return np.array(text.split(), dtype=np.float64)
    except (ValueError, AttributeError) as error:
        raise FormatError(path, f"has something other than numbers among its {what}.") from error


def even_angles(path, first, step, n_points):
    """Angles in degrees from the first one and the step, both of which the file must state."""
    if first is None or step is None:
        raise FormatError(path, "does not state its first angle and its step.")
    if not (np.isfinite([first, step]).all() and step != 0):
        raise FormatError(path, f"states a step of {step:g} degrees from {first:g} degrees.")
    if n_points > _MOST_POINTS:
        raise FormatError(path, f"states {n_points} points; scans have fewer than {_MOST_POINTS}.")
    return first + step * np.arange(n_points)


def line_wavelength(kind, alpha1, alpha2, ratio=0.5, beta=None):
    """Wavelength of the line that was used, such as ``"K-Alpha 1"``, ``"Ka2"`` or ``"Kb"``.

    Without such a name it is the mean of the K-alpha lines, or the first if that stands alone.
    A line whose wavelength is missing or 0 is unknown.
    """
    kind = kind.lower().replace("alpha", "a").replace("beta", "b").replace("\u03b2", "b")
    if "b" in kind:
        return beta or None
    if "2" in kind and "1" not in kind:
        return alpha2 or None
    if not alpha1 or not alpha2 or ("1" in kind and "2" not in kind):
        return alpha1 or None
    ratio = 0.5 if ratio is None else ratio
    return (alpha1 + ratio * alpha2) / (1 + ratio)


def line_of(used, alpha1, alpha2, beta):
    """Name of the line whose wavelength a range states as used; "" for K-alpha1 and the mean.

    K-alpha1 is stated for scans with both lines, too, so that it decides nothing.
    """
    for name, value in (("b", beta), ("2", alpha2)):
        if used and value and abs(used - value) < 2e-4 < abs((alpha1 or 0) - value):
            return name
    return ""


def common_rate(intensity, seconds):
    """Counts and their unit, or counts per second where the counting time of points varies."""
    if seconds is None or not seconds.size or seconds.shape != intensity.shape:
        return intensity, "counts"
    if not (seconds > 0).all() or np.ptp(seconds) <= 1e-2 * seconds.max():
        return intensity, "counts"
    return intensity / seconds, "counts per second"


def single_precision(content, count, start, stride=4):
    """Single-precision numbers in binary content, ``stride`` bytes apart, as float64."""
    with np.errstate(invalid="ignore"):  # a signalling NaN; make_pattern reports it
        return np.ndarray((count,), "<f4", content, start, (stride,)).astype(np.float64)


def text_field(content):
    """Text of a field of binary content that ends with a zero byte."""
    return content.split(b"\0")[0].decode("latin-1")
