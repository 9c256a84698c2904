"""Removal of the slowly varying background under the peaks."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import OneToOneFeatureMixin

from skxrd._compat import Interval, StrOptions
from skxrd._grid import window_points
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._background_methods import (
    peak_window_background,
    snip_background,
    snip_half_window,
    snip_widths,
)
from skxrd.preprocessing._missing_angles import apply_to_spans
from skxrd.preprocessing._row_transformer import RowTransformer
from skxrd.preprocessing._shared_parameters import SHARED

#: Default windows in degrees.
_WINDOWS = {"snip": 2.0, "rolling_ball": 2.0, "arpls": 4.0, "asls": 4.0, "peak_window": 0.6}


@share_docs(SHARED)
class BackgroundSubtractor(OneToOneFeatureMixin, RowTransformer):
    """Subtract the background from every pattern.

    One window in degrees means the same in every method: features narrower than it are peaks and
    stay, wider ones are background and go. In points of the grid it is

    * the full width of SNIP and of the rolling ball;
    * the window around each peak in the published peak-window method;
    * the period P at which the smoothers arPLS and asLS pass half, which sets their penalty
      lambda = (P / (2 pi step))^4: 4 degrees in steps of 0.02 are lambda = 1e6.

    So results do not depend on the step. On noise, SNIP, asLS and the rolling ball follow its
    lower edge.

    SNIP [2]_ replaces each value v_i by min(v_i, (v_{i-w} + v_{i+w}) / 2), for widths w that shrink
    from half the window to one point by the square root of 2, which leaves no broad hump and needs
    fewer passes than all widths. Both ends of a row are continued by straight lines fitted to as
    many points as the largest width.

    The published method [1]_ finds peaks by a wavelet transform with Ricker wavelets of widths from
    2/3 of the window to just below it. In the window around a peak the background is the highest
    of the lowest fifth of the intensities, or the intensity itself where that is lower; everywhere
    else it is the intensity itself, so that nothing is left. Where windows overlap, the peak at
    the higher angle counts. The published program leaves out the first peak of every pattern, a
    slip that is not taken over.

    An angle that is NaN, not measured, stays NaN. The background is that of the measured angles
    alone: a row ends where its measurement ends, and gaps inside are bridged by straight lines.

    Parameters
    ----------
    |two_theta|
    method : {"snip", "arpls", "asls", "rolling_ball", "polynomial", "peak_window"}, \
            default="snip"
        How the background is found. ``"snip"`` works on all rows at once; ``"peak_window"`` is
        the published method; the others are those of pybaselines [3]_, row by row,
        ``"polynomial"`` being its modified polynomial fit.
    window : float, default=None
        Window in degrees, or in columns if ``two_theta`` is None. ``None`` means 2 degrees
        in SNIP and the rolling ball, for 4 degrees in arPLS and asLS, and for the published 0.6
        degrees in ``"peak_window"``; without angles for the same share of the columns as in a
        scan of 50 degrees. It is cut to what the number of columns allows. ``"polynomial"`` does
        not use it.
    poly_order : int, default=5
        Order of the polynomial; the other methods do not use it.
    clip : bool, default=True
        Set what is negative after the subtraction to zero.

    |grid_attributes|

    |oviedo_2019|
    .. [2] C. G. Ryan et al., "SNIP, a statistics-sensitive background treatment for the
       quantitative analysis of PIXE spectra in geoscience applications", Nucl. Instrum. Methods
       Phys. Res. B 34 (1988) 396, doi:10.1016/0168-583X(88)90063-8.
    .. [3] D. Erb, "pybaselines: a Python library of algorithms for the baseline correction of
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

    def _prepare(self, X):
        self._check_enough(X.shape[1], f"X has {X.shape[1]} columns")

    def _transform(self, X):
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
        """Background of rows that were measured at all of these columns."""
        n_angles = X.shape[1]
        self._check_enough(n_angles, f"a pattern was measured at {n_angles}")
        default = _WINDOWS.get(self.method, 2.0)
        points = window_points(self.window, self.two_theta, self.n_features_in_, default=default)
        if self.method == "peak_window":
            return peak_window_background(X, max(2, min(points, n_angles)))
        half_window = snip_half_window(points, n_angles)
        if self.method == "snip":
            return snip_background(X, snip_widths(half_window))
        from pybaselines import Baseline  # here, as SNIP is the default

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
