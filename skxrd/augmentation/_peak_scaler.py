"""Eq. 1 as a transformer."""

from numbers import Real

import numpy as np

from skxrd._compat import Interval, StrOptions
from skxrd.augmentation._perturber import RowPerturber
from skxrd.augmentation._regions import block_regions
from skxrd.augmentation._texture import (
    BLOCK_WIDTHS,
    TEXTURE_DEFAULTS,
    check_texture,
    scale_randomly,
)


class PeakScaler(RowPerturber):
    r"""Scale random peaks of every training pattern: Eq. 1 of Oviedo et al. [1]_.

    .. math:: \Phi^1_{S,c} = c \, f|_S + f|_{I \setminus S}

    ``fit_transform`` scales, ``transform`` returns rows as they are, as in scikit-learn's
    ``TargetEncoder``: so in a plain :class:`sklearn.pipeline.Pipeline` training rows are
    perturbed and rows to classify are not. ``fit(X).transform(X)`` is therefore not
    ``fit_transform(X)``. An angle that is NaN, not measured, stays NaN.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles in degrees; ``None`` stands for the column index.
    region : {"peak", "harmonic", "block"}, default="peak"
        What is scaled as one; see :class:`PhysicsAugmenter`.
    block_width : float, default=None
        Width of the blocks in degrees, or in columns if ``two_theta`` is None. ``None`` stands
        for 0.52 degrees, and without angles for the same share of the columns as of 50 degrees.
    scale_range : tuple of two floats, default=None
        Range of c; (1, 1) scales nothing. For blocks c is uniform, otherwise its logarithm is.
        ``None`` stands for (0.2, 5), for blocks for (0, 1).
    scale_fraction : float, default=None
        Probability that a region is scaled. ``None`` stands for 0.5, for blocks for 1.
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
    >>> from skxrd.augmentation import PeakScaler
    >>> X = [[0.0, 4.0, 0.0, 2.0, 0.0]]
    >>> scaler = PeakScaler(scale_range=(0.5, 0.5), scale_fraction=1)
    >>> scaler.fit_transform(X)
    array([[0., 2., 0., 1., 0.]])
    >>> scaler.transform(X)
    array([[0., 4., 0., 2., 0.]])
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "region": [StrOptions(set(TEXTURE_DEFAULTS))],
        "block_width": [Interval(Real, 0, None, closed="neither"), None],
        "scale_range": ["array-like", None],
        "scale_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        region="peak",
        block_width=None,
        scale_range=None,
        scale_fraction=None,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.region = region
        self.block_width = block_width
        self.scale_range = scale_range
        self.scale_fraction = scale_fraction
        self.random_state = random_state

    def _texture(self):
        given = {name: getattr(self, name) for name in ("scale_range", "scale_fraction")}
        default = TEXTURE_DEFAULTS[self.region]
        return {
            **{name: default[name] if value is None else value for name, value in given.items()},
            "eliminate_fraction": 0,
        }

    def _check_parameters(self):
        check_texture(self.region, self.two_theta, **self._texture())

    def _perturb(self, X, rng, out):
        width = self._degrees(self.block_width, BLOCK_WIDTHS[0])
        scale_randomly(
            X,
            np.arange(len(X)),
            out,
            rng,
            region=self.region,
            angles=self.two_theta_,
            blocks=[block_regions(self.two_theta_, width)] * 2,
            **self._texture(),
        )
