"""Eq. 2 as a transformer."""

from numbers import Real

from skxrd._compat import Interval
from skxrd._shared_docs import share_docs
from skxrd.augmentation._perturber import RegionPerturber
from skxrd.augmentation._shared_parameters import SHARED
from skxrd.augmentation._texture import BLOCK_WIDTHS, make_texture


@share_docs(SHARED)
class PeakEliminator(RegionPerturber):
    r"""Remove random peaks of every training pattern: Eq. 2 of Oviedo et al. [1]_.

    .. math:: \Phi^2_S = 0 \, f|_S + f|_{I \setminus S}

    |training_rows_only=removes|
    A row of which nothing would be left stays as it is.

    Parameters
    ----------
    |two_theta|
    |block_width=0.16|
    eliminate_fraction : float, default=None
        Probability that a region is removed. ``None`` means 0.2, for blocks for 1/3.
    |random_state|

    |grid_attributes|

    |oviedo_2019|

    Examples
    --------
    >>> from skxrd.augmentation import PeakEliminator
    >>> X = [[0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0]]
    >>> PeakEliminator(eliminate_fraction=0.5, random_state=0).fit_transform(X)
    array([[0., 0., 4., 0., 0., 0., 0., 0., 0., 0.]])
    """

    _parameter_constraints: dict = {
        **RegionPerturber._parameter_constraints,
        "eliminate_fraction": [Interval(Real, 0, 1, closed="both"), None],
    }
    _default_block_width = BLOCK_WIDTHS[1]

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
        return make_texture(
            self.region,
            scale_range=(1, 1),
            scale_fraction=0,
            eliminate_fraction=self.eliminate_fraction,
        )
