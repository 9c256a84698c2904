"""Eq. 3 as a transformer."""

from numbers import Real

import numpy as np

from skxrd._compat import Interval
from skxrd._grid import degrees_or_columns
from skxrd._shared_docs import share_docs
from skxrd.augmentation._perturber import RowPerturber
from skxrd.augmentation._sampling import check_range
from skxrd.augmentation._shared_parameters import SHARED
from skxrd.augmentation._texture import check_has_degrees
from skxrd.augmentation._transforms import move_randomly


@share_docs(SHARED)
class PatternShifter(RowPerturber):
    r"""Move the peaks of every training pattern a little: Eq. 3 of Oviedo et al. [1]_.

    .. math:: f(2\theta - \varepsilon), \qquad
              \varepsilon = \varepsilon_0 - 2 e \tan\theta - \frac{2 s \cos\theta}{R}

    with a constant shift, a lattice strain e and a sample displacement s, each drawn uniformly
    for each pattern.

    |training_rows_only=moves|

    Parameters
    ----------
    |two_theta|
    shift_range : tuple of two floats, default=None
        Range of the constant shift in degrees, or in columns if ``two_theta`` is None. ``None``
        means (-0.2, 0.2) degrees, and without angles for 0.4 % of the columns, which is 0.2
        of 50 degrees.
    |strain|
    |random_state|

    |grid_attributes|

    |oviedo_2019|

    Examples
    --------
    >>> from skxrd.augmentation import PatternShifter
    >>> X = [[0.0, 0.0, 8.0, 0.0]]
    >>> shifter = PatternShifter([10.0, 11.0, 12.0, 13.0], shift_range=(0.25, 0.25))
    >>> shifter.fit_transform(X), shifter.transform(X)
    (array([[0., 0., 6., 2.]]), array([[0., 0., 8., 0.]]))
    """

    _parameter_constraints: dict = {
        **RowPerturber._parameter_constraints,
        "shift_range": ["array-like", None],
        "strain_range": ["array-like"],
        "displacement_range": ["array-like"],
        "goniometer_radius": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        shift_range=None,
        strain_range=(0.0, 0.0),
        displacement_range=(0.0, 0.0),
        goniometer_radius=240.0,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.shift_range = shift_range
        self.strain_range = strain_range
        self.displacement_range = displacement_range
        self.goniometer_radius = goniometer_radius
        self.random_state = random_state

    def _ranges(self):
        largest = 0.2 * np.array([-1, 1])
        n_angles = self.n_features_in_
        return {
            "shift": degrees_or_columns(
                self.shift_range, self.two_theta, n_angles, default=largest
            ),
            "strain": self.strain_range,
            "displacement": self.displacement_range,
        }

    def _prepare(self, X):
        for kind, pair in self._ranges().items():
            check_range(f"{kind}_range", pair)
            if kind != "shift" and np.any(pair):
                check_has_degrees(f"{kind}_range", self.two_theta)

    def _perturb(self, X, rng, out):
        ranges = {kind: pair for kind, pair in self._ranges().items() if np.any(pair)}
        if ranges:
            move_randomly(X, out, rng, ranges, self.two_theta_, self.goniometer_radius)
        else:
            out[:] = X
