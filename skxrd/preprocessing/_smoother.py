"""Noise reduction that keeps the peaks' shape."""

from numbers import Integral, Real

from scipy.signal import savgol_filter
from sklearn.base import OneToOneFeatureMixin

from skxrd._compat import Interval
from skxrd._grid import window_points
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._missing_angles import apply_to_spans
from skxrd.preprocessing._row_transformer import RowTransformer
from skxrd.preprocessing._shared_parameters import SHARED


@share_docs(SHARED)
class SavitzkyGolaySmoother(OneToOneFeatureMixin, RowTransformer):
    """Smooth every pattern by sliding polynomial fits.

    Each value is replaced by that of the least-squares polynomial through the points of the window
    around it [1]_. The window is counted in points of the grid, rounded to an odd number, at least
    the smallest that holds the polynomial and at most the number of columns. A window of
    ``polyorder + 1`` points changes nothing.

    An angle that is NaN, not measured, stays NaN. A row ends where its measurement ends, and gaps
    inside it are bridged by straight lines.

    Parameters
    ----------
    |two_theta|
    window : float, default=None
        Full window in degrees, or in columns if ``two_theta`` is None. ``None`` means 0.2
        degrees, and without angles for 0.4 % of the columns, which is 0.2 of 50 degrees. Gaussian
        peaks of 0.15 degree full width at half maximum then lose 5 % of their height, those of
        0.3 degree 0.5 %; a window of 0.3 degree would take 13 % and 1.5 %.
    polyorder : int, default=2
        Order of the polynomial.

    Attributes
    ----------
    |two_theta_|
    window_length_ : int
        Points in the window.
    |features_in|

    References
    ----------
    .. [1] A. Savitzky, M. J. E. Golay, "Smoothing and differentiation of data by simplified least
       squares procedures", Anal. Chem. 36 (1964) 1627, doi:10.1021/ac60214a047.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.preprocessing import SavitzkyGolaySmoother
    >>> two_theta = np.linspace(10, 20, 501)
    >>> noise = np.random.RandomState(0).normal(size=(1, 501))
    >>> smoother = SavitzkyGolaySmoother(two_theta, window=0.4).fit(noise)
    >>> smoother.window_length_, bool(smoother.transform(noise).std() < 0.4)
    (21, True)
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "window": [Interval(Real, 0, None, closed="neither"), None],
        "polyorder": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(self, two_theta=None, *, window=None, polyorder=2):
        self.two_theta = two_theta
        self.window = window
        self.polyorder = polyorder

    def _prepare(self, X):
        n_angles = X.shape[1]
        points = window_points(self.window, self.two_theta, n_angles, default=0.2)
        points = max(points, self.polyorder + 1) // 2 * 2 + 1
        self.window_length_ = min(points, n_angles - 1 + n_angles % 2)

    def _transform(self, X):
        return apply_to_spans(self._smooth, X)

    def _smooth(self, X, columns):
        n_angles = X.shape[1]
        length = min(self.window_length_, n_angles - 1 + n_angles % 2)
        return savgol_filter(X, length, min(self.polyorder, length - 1), axis=1)
