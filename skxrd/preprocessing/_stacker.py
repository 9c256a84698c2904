"""Patterns on their own grids and wavelengths become rows on one grid."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_angles, check_two_theta, check_wavelength
from skxrd._pattern import PowderPattern
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._common_grid import (
    is_same_wavelength,
    pattern_at_wavelength,
    resample_pattern,
)
from skxrd.preprocessing._doublet import strip_doublet
from skxrd.preprocessing._shared_parameters import SHARED


def _label(pattern, row):
    return f"pattern {pattern.name!r} (row {row})" if pattern.name else f"pattern in row {row}"


def _as_patterns(X):
    """Return ``X`` as a list of patterns, or None if it is something else."""
    if isinstance(X, PowderPattern):
        raise ValueError("X is a single PowderPattern; pass a list of patterns, [pattern].")
    is_object = getattr(getattr(X, "dtype", None), "kind", None) == "O"
    if not (isinstance(X, (list, tuple)) or (is_object and X.ndim == 1)):
        return None
    patterns = list(X)
    if not patterns:
        raise ValueError("X is an empty list; pass at least one PowderPattern.")
    is_pattern = [isinstance(pattern, PowderPattern) for pattern in patterns]
    if not any(is_pattern):
        return None
    if not all(is_pattern):
        row = is_pattern.index(False)
        raise ValueError(
            f"X[{row}] is a {type(patterns[row]).__name__} but others are PowderPattern; pass a "
            "list of PowderPattern only, or an array."
        )
    return patterns


@share_docs(SHARED)
class PatternStacker(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    r"""Bring patterns to one grid and one wavelength, as rows of an array.

    Measured patterns come as a list of :class:`~skxrd.PowderPattern`, each with its own angles and
    wavelength, the way a text vectoriser takes strings. An array that is already on the grid
    passes through, so one pipeline serves both.

    Where the step of the grid is more than 1.5 steps of the pattern, every value is the mean over
    its bin,

    .. math:: y_j = \frac{1}{b_j - a_j} \int_{a_j}^{b_j} f(2\theta) \, d(2\theta),

    with f the linear interpolant of the pattern and the bin edges half way between new angles,
    cut to the measured range. Otherwise it is f itself, so the same grid is the exact identity.
    A measured point represents its whole step: angles up to half a median step outside the range
    take the outermost intensity. Nothing is learned from the intensities: only the grid and the
    wavelength are kept.

    Stripping the doublet subtracts the K-alpha2 lines [1]_,

    .. math:: I_1(\theta) = I(\theta) - \tfrac{1}{2} I_1(\theta'), \qquad
              \sin\theta' = \frac{\lambda_1}{\lambda_2} \sin\theta

    from low to high angles: what K-alpha1 gives at :math:`\theta'`, K-alpha2 gives at
    :math:`\theta` with half the intensity. Noise grows by a tenth, and two thirds of the
    background remain. Where :math:`\theta'` lies below the pattern, the intensity of its first
    angle serves.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Strictly increasing angles of the common grid in degrees. ``None`` passes arrays through
        and refuses lists of patterns.
    wavelength : float or str, default=None
        Wavelength of the grid, in angstrom or by name (``"CuKa"``). Patterns of
        another known wavelength are converted through the lattice spacing,
        sin(theta') = sin(theta) wavelength' / wavelength. With ``None`` nothing is converted: all
        patterns, in ``fit`` and later, must have one wavelength or all an unknown one. Values that
        agree within a relative 1e-4 are the same.
    outside : {"raise", "mask", "extrapolate"}, default="raise"
        What to do with angles of the grid where a pattern was not measured: raise an error that
        names the pattern, set NaN, or continue the nearest measured values (across gaps in a
        straight line), which invents data.
    strip_doublet : bool, default=False
        Subtract the K-alpha2 lines first; patterns then have the wavelength of K-alpha1.
    max_gap : float, default=1.0
        Neighbouring measured angles further apart than this many degrees, and than the median
        step, leave a gap, within which nothing was measured.

    Attributes
    ----------
    two_theta_ : ndarray of shape (n_angles,)
        The grid, or column numbers.
    wavelength_ : float or None
        Wavelength of the grid in angstrom, from the parameter or from the patterns in ``fit``;
        ``None`` if unknown.
    |features_in|

    Raises
    ------
    ValueError
        If a pattern is constant, does not cover the grid (with ``outside="raise"``), has a
        wavelength that does not fit the others', or is to be stripped of a doublet that it does
        not have.

    References
    ----------
    .. [1] W. A. Rachinger, J. Sci. Instrum. 25 (1948) 254-255, doi:10.1088/0950-7671/25/7/125.

    Examples
    --------
    >>> from skxrd import PowderPattern
    >>> from skxrd.preprocessing import PatternStacker
    >>> films = [
    ...     PowderPattern([10.0, 11.0, 12.0], [0, 2, 4], name="a"),
    ...     PowderPattern([9.5, 10.5, 11.5], [1, 3, 1], name="b"),
    ... ]
    >>> PatternStacker([10.0, 10.5, 11.0, 11.5]).fit_transform(films)
    array([[0., 1., 2., 3.],
           [2., 3., 2., 1.]])
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "wavelength": [Interval(Real, 0, None, closed="neither"), str, None],
        "outside": [StrOptions({"raise", "mask", "extrapolate"})],
        "strip_doublet": ["boolean"],
        "max_gap": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        wavelength=None,
        outside="raise",
        strip_doublet=False,
        max_gap=1.0,
    ):
        self.two_theta = two_theta
        self.wavelength = wavelength
        self.outside = outside
        self.strip_doublet = strip_doublet
        self.max_gap = max_gap

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the grid and remember the wavelength.

        Parameters
        ----------
        X : list of PowderPattern or array-like of shape (n_patterns, n_angles)
            Patterns, or rows on the grid.
        y : None
            Ignored.

        Returns
        -------
        PatternStacker
            Itself.
        """
        wavelength = None if self.wavelength is None else check_wavelength(self.wavelength)
        patterns = self._patterns(X)
        if patterns is None:
            X = self._check_array(X, reset=True)
            self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
            self._from_patterns = False
        else:
            if self.two_theta is None:
                raise ValueError(
                    "two_theta is None but X is a list of PowderPattern; pass the angles of the "
                    "common grid, such as two_theta=np.arange(10, 60, 0.04)."
                )
            self.two_theta_ = check_angles(self.two_theta)
            self.n_features_in_ = self.two_theta_.size
            if hasattr(self, "feature_names_in_"):  # of an earlier fit on a table
                del self.feature_names_in_
            self._from_patterns = True
            if wavelength is None:
                wavelength = patterns[0].wavelength
        self.wavelength_ = wavelength
        if patterns is not None:
            self._check_wavelengths(patterns, wavelength)
        return self

    def transform(self, X):
        """Bring patterns to the grid.

        Parameters
        ----------
        X : list of PowderPattern or array-like of shape (n_patterns, n_angles)
            Patterns, or rows on the grid.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)
            Rows on the grid; NaN where nothing was measured, with ``outside="mask"``.
        """
        check_is_fitted(self)
        patterns = self._patterns(X)
        if patterns is None:
            return self._check_array(X, reset=False)
        if self.two_theta is None:
            raise ValueError(
                "two_theta is None but X is a list of PowderPattern; pass the angles of the common "
                "grid to the stacker and fit it again."
            )
        wavelength = self.wavelength_
        if wavelength is None and not self._from_patterns:
            wavelength = patterns[0].wavelength
        self._check_wavelengths(patterns, wavelength)
        rows = np.empty((len(patterns), self.two_theta_.size))
        for row, pattern in enumerate(patterns):
            rows[row] = self._stack_one(pattern, row)
        return rows

    def _patterns(self, X):
        """``X`` as a list of patterns, stripped of K-alpha2 if asked for, or None."""
        patterns = _as_patterns(X)
        if patterns is None or not self.strip_doublet:
            return patterns
        return [strip_doublet(pattern) for pattern in patterns]

    def _check_array(self, X, *, reset):
        finite = "allow-nan" if self.outside == "mask" else True
        return validate_data(
            self, X, dtype=FLOAT_DTYPES, ensure_all_finite=finite, reset=reset, copy=not reset
        )

    def _check_wavelengths(self, patterns, expected):
        for row, pattern in enumerate(patterns):
            found = pattern.wavelength
            if found is None and expected is None:
                continue
            if found is None:
                raise ValueError(
                    f"{_label(pattern, row)}: its wavelength is unknown but that of the grid is "
                    f"{expected:g} angstrom; state the wavelength when reading the pattern."
                )
            if expected is None:
                raise ValueError(
                    f"{_label(pattern, row)}: its wavelength is {found:g} angstrom but that of the "
                    "others is unknown; state theirs when reading them."
                )
            if self.wavelength is None and not is_same_wavelength(found, expected):
                raise ValueError(
                    f"{_label(pattern, row)}: its wavelength is {found:g} angstrom but others have "
                    f"{expected:g}; pass wavelength, to which the stacker then converts."
                )

    def _stack_one(self, pattern, row):
        y, grid = pattern.intensity, self.two_theta_
        if (y == y[0]).all():
            raise ValueError(
                f"{_label(pattern, row)}: all {y.size} intensities are {y[0]:g}; a constant "
                "pattern holds no peaks, leave it out."
            )
        new = None if self.wavelength is None else self.wavelength_
        x, y = pattern_at_wavelength(pattern, new, _label(pattern, row))
        values = resample_pattern(x, y, grid, max_gap=self.max_gap)
        missing = np.isnan(values)
        if self.outside == "raise" and missing.any():
            first = grid[missing][0]
            where = "within a gap" if x[0] <= first <= x[-1] else "outside"
            raise ValueError(
                f"{_label(pattern, row)}: {first:g} deg is {where} of its measured range "
                f"{x[0]:g} to {x[-1]:g} deg, but two_theta asks for {grid[0]:g} to {grid[-1]:g}; "
                "narrow two_theta, leave the pattern out or set outside='mask'."
            )
        if self.outside == "extrapolate" and missing.any():
            if missing.all():
                raise ValueError(
                    f"{_label(pattern, row)}: none of its angles {x[0]:g} to {x[-1]:g} deg lies in "
                    f"{grid[0]:g} to {grid[-1]:g}; leave the pattern out."
                )
            values[missing] = np.interp(grid[missing], grid[~missing], values[~missing])
        return values

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.outside == "mask"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
