"""From the values that an instrument file states to a pattern."""

from pathlib import Path

import numpy as np

from skxrd._files import FormatError
from skxrd._grid import check_wavelength
from skxrd._pattern import PowderPattern


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
    if (np.diff(two_theta) < 0).all():
        two_theta, intensity = two_theta[::-1], intensity[::-1]
    if (np.diff(two_theta) <= 0).any():
        row = int(np.flatnonzero(np.diff(two_theta) <= 0)[0])
        raise FormatError(
            path, f"its angles do not rise at point {row + 2} ({two_theta[row + 1]:g} degrees)."
        )
    if not (two_theta[0] >= 0 and two_theta[-1] <= 180):
        raise FormatError(
            path,
            f"has angles from {two_theta[0]:g} to {two_theta[-1]:g}, not from 0 to 180 degrees.",
        )
    metadata["sample_name"] = name.strip(" _")
    kept = {key: value for key, value in metadata.items() if value not in (None, "")}
    return PowderPattern(
        two_theta,
        intensity,
        check_stated(path, stated, wavelength),
        file_name(path),
        {"path": str(path), **kept},
    )


def check_stated(path, stated, wavelength):
    """Wavelength of a pattern: the one its file states, or else the one the user passed."""
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
    try:
        return np.array(text.split(), dtype=np.float64)
    except (ValueError, AttributeError) as error:
        raise FormatError(path, f"has something other than numbers among its {what}.") from error


def even_angles(path, first, step, n_points):
    """Angles in degrees from the first one and the step, both of which the file must state."""
    if first is None or step is None:
        raise FormatError(path, "does not state its first angle and its step.")
    if not (np.isfinite([first, step]).all() and step > 0):
        raise FormatError(path, f"states a step of {step:g} degrees from {first:g} degrees.")
    return first + step * np.arange(n_points)


def mean_wavelength(kind, alpha1, alpha2, ratio=0.5):
    """Wavelength of a scan with both lines of K-alpha, or with the first alone."""
    if alpha1 is None or "1" in kind or not alpha2:
        return alpha1
    ratio = 0.5 if ratio is None else ratio
    return (alpha1 + ratio * alpha2) / (1 + ratio)


def single_precision(content, count, start, stride=4):
    """Single-precision numbers in binary content, ``stride`` bytes apart, as float64."""
    with np.errstate(invalid="ignore"):  # a signalling NaN; make_pattern reports it
        return np.ndarray((count,), "<f4", content, start, (stride,)).astype(np.float64)


def text_field(content):
    """Text of a field of binary content that ends with a zero byte."""
    return content.split(b"\0")[0].decode("latin-1")
