"""Removal of the slowly varying background under the peaks."""

from numbers import Integral, Real

import numpy as np
from pybaselines import Baseline
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import FLOAT_DTYPES, Interval, StrOptions, fit_context, validate_data
from skxrd._grid import check_two_theta, window_points
from skxrd.preprocessing._missing_angles import apply_to_spans
from skxrd.preprocessing._peak_window import peak_window_background

#: Default windows in degrees.
_WINDOWS = {"snip": 2.0, "rolling_ball": 2.0, "arpls": 4.0, "asls": 4.0, "peak_window": 0.6}
_CHUNK_BYTES = 2**20  # rows worked on together; they should stay in the processor's cache


def snip_background(X, half_window):
    """Background by SNIP, the statistics-sensitive non-linear iterative peak clipping.

    For every width w, from the largest down, each value v_i becomes
    min(v_i, (v_{i-w} + v_{i+w}) / 2) [1]_. Rows are first continued at both ends by straight
    lines fitted to as many of their outermost points as the largest width has.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Intensities.
    half_window : int or sequence of int
        Widths in points. An integer stands for all widths from it down to 1, the published way,
        and equals ``pybaselines.Baseline().snip(row, half_window, decreasing=True)``. Widths
        above ``(n_angles - 1) // 2`` are cut to that.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)
        Background, nowhere above ``X``.

    See Also
    --------
    snip_widths : Fewer widths that spare broad humps.

    References
    ----------
    .. [1] C. G. Ryan et al., "SNIP, a statistics-sensitive background treatment for the
       quantitative analysis of PIXE spectra in geoscience applications", Nucl. Instrum. Methods
       Phys. Res. B 34 (1988) 396, doi:10.1016/0168-583X(88)90063-8.

    Examples
    --------
    >>> from skxrd.preprocessing import snip_background
    >>> snip_background([[1.0, 1.0, 9.0, 1.0, 1.0]], half_window=1)
    array([[1., 1., 1., 1., 1.]])
    """
    X = np.asarray(X)
    X = X if X.dtype == np.float32 else X.astype(np.float64, copy=False)
    n_patterns, n_angles = X.shape
    widths = range(1, half_window + 1) if isinstance(half_window, Integral) else half_window
    widths = sorted({min(int(width), (n_angles - 1) // 2) for width in widths}, reverse=True)
    background = X.copy()
    if not widths or widths[-1] < 1:
        return background
    margin = widths[0]
    left, right = _line_weights(margin)
    n_rows = _CHUNK_BYTES // (2 * (n_angles + 2 * margin) * X.itemsize)
    n_rows = max(1, min(n_patterns, n_rows))
    padded = np.empty((n_rows, n_angles + 2 * margin), dtype=X.dtype)
    mean = np.empty_like(padded)
    inner = slice(margin, margin + n_angles)
    for start in range(0, n_patterns, n_rows):
        rows = X[start : start + n_rows]
        work = padded[: len(rows)]
        work[:, inner] = rows
        work[:, :margin] = rows[:, :margin] @ left
        work[:, inner.stop :] = rows[:, -margin:] @ right
        for width in widths:
            middle = mean[: len(rows), 2 * width :]
            np.add(work[:, : -2 * width], work[:, 2 * width :], out=middle)
            middle *= 0.5
            clipped = work[:, width:-width]
            np.minimum(clipped, middle, out=clipped)
        background[start : start + n_rows] = work[:, inner]
    return background


def snip_widths(half_window):
    """Widths from ``half_window`` down to 1 that shrink by the square root of 2.

    Each pass of width w lowers a background of curvature c by c w^2 / 2. With every width from
    W down to 1 that adds up to c W^3 / 6: broad humps are left standing among the peaks, the more
    so the finer the step. With widths that shrink geometrically it adds up to about c W^2,
    whatever the step, and takes fewer passes.

    Parameters
    ----------
    half_window : int
        Largest width in points.

    Returns
    -------
    list of int
        Falling widths.

    Examples
    --------
    >>> from skxrd.preprocessing import snip_widths
    >>> snip_widths(16)
    [16, 11, 8, 6, 4, 3, 2, 1]
    """
    n_widths = int(2 * np.log2(max(1, half_window))) + 2
    widths = np.round(half_window / 2 ** (np.arange(n_widths) / 2)).astype(int)
    return sorted({*np.maximum(widths, 1).tolist(), 1}, reverse=True)


def _line_weights(n_points):
    """Weights that continue a row by the least-squares line through its outer points."""
    if n_points == 1:
        return np.ones((1, 1)), np.ones((1, 1))
    inside = np.arange(n_points)
    design = np.stack([np.ones(n_points), inside], axis=1)
    solve = np.linalg.pinv(design)  # coefficients = solve @ values
    before, after = inside - n_points, inside + n_points
    left = np.stack([np.ones(n_points), before], axis=1) @ solve
    right = np.stack([np.ones(n_points), after], axis=1) @ solve
    return left.T, right.T


class BackgroundSubtractor(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Subtract the background from every pattern.

    One window in degrees means the same in every method: features narrower than it are peaks and
    stay, wider ones are background and go. In points of the grid it is

    * the full width of SNIP and of the rolling ball;
    * the window around each peak in the published peak-window method;
    * the period P at which the smoothers arPLS and asLS pass half, which sets their penalty
      lambda = (P / (2 pi step))^4: 4 degrees in steps of 0.02 are lambda = 1e6.

    So results do not depend on the step, for which SNIP also uses the widths of
    :func:`snip_widths`. On noise, SNIP, asLS and the rolling ball follow its lower edge.

    An angle that is NaN, not measured, stays NaN. The background is that of the measured angles
    alone: a row ends where its measurement ends, and gaps inside are bridged by straight lines.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles in degrees; ``None`` stands for the column index.
    method : {"snip", "arpls", "asls", "rolling_ball", "polynomial", "peak_window"}, \
            default="snip"
        How the background is found. ``"snip"`` (:func:`snip_background`) runs for all rows at
        once; ``"peak_window"`` is the published method (:func:`peak_window_background`), which
        sets everything outside the windows around its peaks to zero; the others are those of
        pybaselines [1]_, row by row, ``"polynomial"`` being its modified polynomial fit.
    window : float, default=None
        Window in degrees, or in columns if ``two_theta`` is None. ``None`` stands for 2 degrees
        in SNIP and the rolling ball, for 4 degrees in arPLS and asLS, and for the published 0.6
        degrees in ``"peak_window"``; without angles for the same share of the columns as in a
        scan of 50 degrees. It is cut to what the number of columns allows. ``"polynomial"`` does
        not use it.
    poly_order : int, default=5
        Order of the polynomial; the other methods do not use it.
    clip : bool, default=True
        Set what is negative after the subtraction to zero.

    Attributes
    ----------
    two_theta_ : ndarray of shape (n_angles,)
        The angles, or column numbers.
    n_features_in_ : int
        Number of angles.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, if ``fit`` saw any.

    References
    ----------
    .. [1] D. Erb, "pybaselines: a Python library of algorithms for the baseline correction of
       experimental data", doi:10.5281/zenodo.5608581.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.preprocessing import BackgroundSubtractor
    >>> two_theta = np.linspace(10, 20, 101)
    >>> peak = np.exp(-0.5 * ((two_theta - 15) / 0.2) ** 2)
    >>> hump = 0.5 + 0.02 * two_theta
    >>> X = BackgroundSubtractor(two_theta).fit_transform((peak + hump)[np.newaxis])
    >>> bool(np.abs(X - peak).max() < 0.01)
    True
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "method": [StrOptions({*_WINDOWS, "polynomial"})],
        "window": [Interval(Real, 0, None, closed="neither"), None],
        "poly_order": [Interval(Integral, 0, None, closed="left")],
        "clip": ["boolean"],
    }

    def __init__(self, two_theta=None, *, method="snip", window=None, poly_order=5, clip=True):
        self.two_theta = two_theta
        self.method = method
        self.window = window
        self.poly_order = poly_order
        self.clip = clip

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the grid; nothing is learned from the intensities.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        y : None
            Ignored.

        Returns
        -------
        BackgroundSubtractor
            Itself.
        """
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan")
        self.two_theta_ = check_two_theta(self.two_theta, n_angles=X.shape[1])
        self._check_enough(X.shape[1], f"X has {X.shape[1]} columns")
        return self

    def transform(self, X):
        """Subtract the background.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Patterns.

        Returns
        -------
        ndarray of shape (n_patterns, n_angles)
            Patterns without background, of the dtype of ``X``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=False)
        result = X - apply_to_spans(self._background, X)
        if self.clip:
            np.maximum(result, 0, out=result)
        return result

    def _check_enough(self, n_angles, what):
        needed = {"arpls": 4, "asls": 4, "polynomial": self.poly_order + 2, "peak_window": 2}
        needed = needed.get(self.method, 1)
        if n_angles < needed:
            raise ValueError(
                f"method={self.method!r} needs at least {needed} angles but {what}; use "
                "method='snip' or a longer pattern."
            )

    def _background(self, X, columns):
        """Background of rows that were measured from one end of the columns to the other."""
        n_angles = X.shape[1]
        self._check_enough(n_angles, f"a pattern was measured at {n_angles}")
        default = _WINDOWS.get(self.method, 2.0)
        points = window_points(self.window, self.two_theta, self.n_features_in_, default=default)
        if self.method == "peak_window":
            return peak_window_background(X, max(2, min(points, n_angles)))
        half_window = max(1, min((points + 1) // 2, (n_angles - 1) // 2))
        if self.method == "snip":
            return snip_background(X, snip_widths(half_window))
        baseline = Baseline(self.two_theta_[columns])
        if self.method == "polynomial":
            arguments = {"poly_order": self.poly_order}
        elif self.method == "rolling_ball":
            arguments = {"half_window": half_window}
        else:
            arguments = {"lam": max(1.0, (points / (2 * np.pi)) ** 4)}
        method = getattr(baseline, "modpoly" if self.method == "polynomial" else self.method)
        rows = [method(row.astype(np.float64), **arguments)[0] for row in X]
        return np.asarray(rows, dtype=X.dtype)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
