"""A coarser step, as a faster scan would have it."""

from numbers import Real

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.utils.validation import check_is_fitted

from skxrd._compat import Interval
from skxrd._grid import check_increasing, keep_float32, median_step
from skxrd._shared_docs import share_docs
from skxrd.preprocessing._row_transformer import RowTransformer
from skxrd.preprocessing._shared_parameters import SHARED


def coarsen_patterns(X, two_theta, step):
    """Average neighbouring angles.

    Angles fall into bins of width ``step`` from the first one on; each bin becomes one angle, the
    mean of its angles, with the mean of its measured intensities. Averages keep every count, as a
    detector does that counts longer at each angle; picking every n-th point would throw counts
    away and miss narrow peaks.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns, NaN where an angle was not measured.
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees.
    step : float
        Width of the bins in degrees. One below the step of ``two_theta`` changes nothing.

    Returns
    -------
    X : ndarray of shape (n_patterns, n_bins)
        Averages; NaN in bins without a measured angle. The last bin may hold fewer angles.
    two_theta : ndarray of shape (n_bins,)
        Mean angle of every bin.

    Examples
    --------
    >>> from skxrd.preprocessing._coarsener import coarsen_patterns
    >>> coarsen_patterns([[1.0, 3.0, 5.0, 7.0, 9.0]], [10.0, 10.1, 10.2, 10.3, 10.4], 0.2)
    (array([[2., 6., 9.]]), array([10.05, 10.25, 10.4 ]))
    """
    X = keep_float32(X)
    angles = check_increasing(two_theta)
    first, size = _bins(angles, step)
    coarse = np.add.reduceat(angles, first) / size
    missing = np.isnan(X)
    if not missing.any():
        return np.add.reduceat(X, first, axis=1) / size.astype(X.dtype), coarse
    total = np.add.reduceat(np.where(missing, 0, X), first, axis=1)
    count = np.add.reduceat(~missing, first, axis=1, dtype=np.intp)
    mean = total / np.maximum(count, 1).astype(X.dtype)
    return np.where(count > 0, mean, X.dtype.type(np.nan)), coarse


def _bins(angles, step):
    """First angle of each bin, and its number of angles."""
    # A rounding error in the grid must not move an angle on an edge into the bin before.
    number = np.floor((angles - angles[0]) / step + 1e-6).astype(np.int64)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    return first, np.diff(np.append(first, angles.size))


@share_docs(SHARED)
class StepCoarsener(ClassNamePrefixFeaturesOutMixin, RowTransformer):
    """Average neighbouring angles: a coarser step for a classifier, or to learn how fast to scan.

    In a pipeline before :class:`skxrd.neural.AllConvClassifier` it sets how many degrees the
    filters of the network span. :mod:`skxrd.inspection` then shows maps on the fine angles.

    With twice the step a scan takes half the time, at equal counting time per angle; averages keep
    all counts of the fine scan, which a quicker scan would not have. What that costs in accuracy
    is the acquisition study of Oviedo et al. [1]_. Later steps that need degrees take
    ``coarse_two_theta_`` as their grid.

    Parameters
    ----------
    |two_theta|
    step : float, default=None
        New step in degrees, or in columns if ``two_theta`` is None. ``None`` means twice the
        median step.

    Attributes
    ----------
    two_theta_ : ndarray of shape (n_angles,)
        The angles of ``X``, or column numbers.
    coarse_two_theta_ : ndarray of shape (n_bins,)
        The angles of what ``transform`` returns.
    |features_in|

    |oviedo_2019|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.preprocessing import StepCoarsener
    >>> coarsener = StepCoarsener(np.arange(10, 60, 0.04), step=0.16)
    >>> coarsener.fit_transform(np.ones((3, 1250))).shape
    (3, 313)
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "step": [Interval(Real, 0, None, closed="neither"), None],
    }

    def __init__(self, two_theta=None, *, step=None):
        self.two_theta = two_theta
        self.step = step

    def spread(self, values):
        """Bring a class activation map of coarse patterns back onto the angles of ``X``.

        The value of a bin is divided among its angles in equal parts, so the sums of the map, which
        are class scores, stay the same.

        Parameters
        ----------
        values : array-like of shape (..., n_bins)
            Maps on ``coarse_two_theta_``.

        Returns
        -------
        ndarray of shape (..., n_angles)
            Maps on ``two_theta_``.
        """
        check_is_fitted(self)
        values = np.asarray(values)
        size = _bins(self.two_theta_, self._step())[1]
        if values.shape[-1:] != size.shape:
            raise ValueError(
                f"values has the shape {values.shape} but there are {size.size} coarse angles; "
                "pass a map of what transform returns."
            )
        return np.repeat(values / size, size, axis=-1)

    def _prepare(self, X):
        self.coarse_two_theta_ = self._coarsen(X[:1])[1]

    def _transform(self, X):
        return self._coarsen(X)[0]

    def _step(self):
        return 2 * median_step(self.two_theta_) if self.step is None else self.step

    def _coarsen(self, X):
        return coarsen_patterns(X, self.two_theta_, self._step())

    @property
    def _n_features_out(self):
        return self.coarse_two_theta_.size
