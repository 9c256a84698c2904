"""Eq. 3 as a transformer."""

from numbers import Real

import numpy as np

from skxrd._compat import Interval
from skxrd.augmentation._perturber import RowPerturber
from skxrd.augmentation._sampling import check_range
from skxrd.augmentation._texture import check_has_degrees
from skxrd.augmentation._transforms import move_rows, unit_moves


class PatternShifter(RowPerturber):
    r"""Move the peaks of every training pattern a little: Eq. 3 of Oviedo et al. [1]_.

    .. math:: f(2\theta - \varepsilon), \qquad
              \varepsilon = \varepsilon_0 - 2 e \tan\theta - \frac{2 s \cos\theta}{R}

    with a constant shift, a lattice strain e and a sample displacement s, each drawn uniformly
    for each pattern (:func:`shift_patterns`). ``fit_transform`` moves, ``transform`` returns rows
    as they are, as in scikit-learn's ``TargetEncoder``: so in a plain
    :class:`sklearn.pipeline.Pipeline` training rows are perturbed and rows to classify are not.
    ``fit(X).transform(X)`` is therefore not ``fit_transform(X)``. An angle that is NaN, not
    measured, stays NaN.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles in degrees; ``None`` stands for the column index.
    shift_range : tuple of two floats, default=None
        Range of the constant shift in degrees, or in columns if ``two_theta`` is None. ``None``
        stands for (-0.2, 0.2) degrees, and without angles for 0.4 % of the columns, which is 0.2
        of 50 degrees.
    strain_range : tuple of two floats, default=(0.0, 0.0)
        Range of the lattice strain. Needs ``two_theta``.
    displacement_range : tuple of two floats, default=(0.0, 0.0)
        Range of the sample displacement in mm, positive away from the source. Needs
        ``two_theta``.
    goniometer_radius : float, default=240.0
        R in mm.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws.

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
    .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
       datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019) 60,
       doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> from skxrd.augmentation import PatternShifter
    >>> X = [[0.0, 0.0, 8.0, 0.0]]
    >>> shifter = PatternShifter([10.0, 11.0, 12.0, 13.0], shift_range=(0.25, 0.25))
    >>> shifter.fit_transform(X), shifter.transform(X)
    (array([[0., 0., 6., 2.]]), array([[0., 0., 8., 0.]]))
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "shift_range": ["array-like", None],
        "strain_range": ["array-like"],
        "displacement_range": ["array-like"],
        "goniometer_radius": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
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
        return {
            "shift": self._degrees(self.shift_range, 0.2 * np.array([-1, 1])),
            "strain": self.strain_range,
            "displacement": self.displacement_range,
        }

    def _check_parameters(self):
        for kind, pair in self._ranges().items():
            check_range(f"{kind}_range", pair)
            if kind != "shift" and np.any(pair):
                check_has_degrees(f"{kind}_range", self.two_theta)

    def _perturb(self, X, rng, out):
        ranges = {kind: pair for kind, pair in self._ranges().items() if np.any(pair)}
        if not ranges:
            out[:] = X
            return
        amounts = np.stack([rng.uniform(*pair, len(X)) for pair in ranges.values()], axis=1)
        moves = unit_moves(self.two_theta_, self.goniometer_radius, list(ranges))
        move_rows(X, amounts, moves, self.two_theta_, out)
