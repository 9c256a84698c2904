"""Eq. 2 as a transformer."""

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


class PeakEliminator(RowPerturber):
    r"""Remove random peaks of every training pattern: Eq. 2 of Oviedo et al. [1]_.

    .. math:: \Phi^2_S = 0 \, f|_S + f|_{I \setminus S}

    ``fit_transform`` removes, ``transform`` returns rows as they are, as in scikit-learn's
    ``TargetEncoder``: so in a plain :class:`sklearn.pipeline.Pipeline` training rows are
    perturbed and rows to classify are not. ``fit(X).transform(X)`` is therefore not
    ``fit_transform(X)``. A row of which nothing would be left stays as it is. An angle that is
    NaN, not measured, stays NaN.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles in degrees; ``None`` stands for the column index.
    region : {"peak", "harmonic", "block"}, default="peak"
        What is removed as one; see :class:`PhysicsAugmenter`.
    block_width : float, default=None
        Width of the blocks in degrees, or in columns if ``two_theta`` is None. ``None`` stands
        for 0.16 degrees, and without angles for the same share of the columns as of 50 degrees.
    eliminate_fraction : float, default=None
        Probability that a region is removed. ``None`` stands for 0.2, for blocks for 1/3.
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
    >>> from skxrd.augmentation import PeakEliminator
    >>> X = [[0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0]]
    >>> PeakEliminator(eliminate_fraction=0.5, random_state=0).fit_transform(X)
    array([[0., 0., 4., 0., 0., 0., 0., 0., 0., 0.]])
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "region": [StrOptions(set(TEXTURE_DEFAULTS))],
        "block_width": [Interval(Real, 0, None, closed="neither"), None],
        "eliminate_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        region="peak",
        block_width=None,
        eliminate_fraction=None,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.region = region
        self.block_width = block_width
        self.eliminate_fraction = eliminate_fraction
        self.random_state = random_state

    def _texture(self):
        fraction = self.eliminate_fraction
        if fraction is None:
            fraction = TEXTURE_DEFAULTS[self.region]["eliminate_fraction"]
        return {"scale_range": (1, 1), "scale_fraction": 0, "eliminate_fraction": fraction}

    def _check_parameters(self):
        check_texture(self.region, self.two_theta, **self._texture())

    def _perturb(self, X, rng, out):
        width = self._degrees(self.block_width, BLOCK_WIDTHS[1])
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
