"""Peaks of a pattern: a table of angles, spacings, heights, areas and widths."""

from numbers import Real

from skxrd._compat import Interval, StrOptions, validate_params
from skxrd._pattern import PowderPattern
from skxrd.preprocessing._peak_columns import peak_columns


@validate_params(
    {
        "pattern": [PowderPattern],
        "min_signal_to_noise": [Interval(Real, 0, None, closed="neither")],
        "max_fwhm": [Interval(Real, 0, None, closed="neither")],
        "doublet": [StrOptions({"auto"}), "boolean"],
    },
    prefer_skip_nested_validation=True,
)
def find_peaks(pattern, *, min_signal_to_noise=5.0, max_fwhm=1.0, doublet="auto"):
    r"""Find the peaks of a pattern, overlapping ones too.

    Peaks are maxima of the negative second derivative at widths from 2.5 points to ``max_fwhm``,
    so that shoulders are found and slopes are not. Profiles of all of them (pseudo-Voigts of
    one Lorentzian share, with their K-alpha2) are fitted together above a background by
    :class:`BackgroundSubtractor`, whose window is twice ``max_fwhm``; what stands out of the
    residual is fitted once more. Peaks closer than 0.6 of their full width are one. So are a peak
    and a weaker one on its flank, as of axial divergence: at most 0.6 as high, nearer than 1.2 of
    the mean of their full widths, and without a minimum between them.

    Parameters
    ----------
    pattern : PowderPattern
        The pattern, of any step. Rows of an array make one: ``PowderPattern(two_theta, row)``.
    min_signal_to_noise : float, default=5
        Peaks have at least this height over its standard uncertainty. Of 8,500 angles with counting
        noise alone, one pattern in about twelve has such a peak at 5. It only filters: peaks of 5
        and more are fitted first, those of 3 to 5 are looked for in the rest, and none below 3.
    max_fwhm : float, default=1
        Largest full width at half maximum in degrees; wider features are background.
    doublet : {"auto"} or bool, default="auto"
        Whether each peak has a K-alpha2 of half its height beside it, which is then no peak of its
        own. ``"auto"`` decides where the wavelength is K-alpha1 or the mean of a doublet, by what
        fits better; where both fit alike, the mean means a doublet and K-alpha1 none.

    Returns
    -------
    DataFrame
        One row a peak, by rising angle:

        * ``two_theta``: its place in degrees, of an asymmetric one that of the maximum; with a
          doublet, that of K-alpha1;
        * ``d``: its lattice spacing in angstrom, from the wavelength of that place: K-alpha1 with a
          doublet, else the pattern's; NaN if the wavelength is unknown;
        * ``height``: above the background, in units of the pattern; with a doublet, of K-alpha1;
        * ``area``: of this line, in units of the pattern times degrees;
        * ``fwhm``: full width at half maximum in degrees;
        * ``signal_to_noise``: the height over its standard uncertainty from counting noise and from
          3 % misfit of overlapping peaks; below 5 for all that are looked for in the rest.

        ``attrs`` has the ``"wavelength"`` of the places (None if unknown) and whether there is a
        ``"doublet"``.

    Raises
    ------
    ValueError
        If the pattern has fewer than 10 angles, or ``doublet`` is True and its wavelength is not
        that of a doublet.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd import PowderPattern
    >>> from skxrd.preprocessing import find_peaks
    >>> angles = np.arange(20, 40, 0.02)
    >>> peak = 900 * np.exp(-(((angles - 28.44) / 0.1) ** 2))
    >>> counts = np.random.default_rng(0).poisson(50 + peak)
    >>> pattern = PowderPattern(angles, counts, wavelength="CuKa1")
    >>> peaks = find_peaks(pattern, doublet=False)
    >>> peaks[["two_theta", "d", "fwhm"]].round(2)
       two_theta     d  fwhm
    0      28.44  3.14  0.16
    """
    import pandas as pd  # here, as the command does without

    columns, facts = peak_columns(pattern, min_signal_to_noise, max_fwhm, doublet)
    table = pd.DataFrame(columns)
    table.attrs.update(facts)
    return table
