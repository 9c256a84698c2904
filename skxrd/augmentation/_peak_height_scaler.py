"""Eq. 1 as a transformer."""

from numbers import Real

from skxrd._compat import Interval
from skxrd._shared_docs import share_docs
from skxrd.augmentation._perturber import RegionPerturber
from skxrd.augmentation._shared_parameters import SHARED
from skxrd.augmentation._texture import BLOCK_WIDTHS, make_texture


@share_docs(SHARED)
class PeakHeightScaler(RegionPerturber):
    r"""Scale random peaks of every training pattern: Eq. 1 of Oviedo et al. [1]_.

    .. math:: \Phi^1_{S,c} = c \, f|_S + f|_{I \setminus S}

    |training_rows_only=scales|

    Parameters
    ----------
    |two_theta|
    |block_width=0.52|
    |scaling|
    |random_state|

    |grid_attributes|

    See Also
    --------
    skxrd.preprocessing.PatternScaler : Scales whole patterns, at prediction too.

    |oviedo_2019|

    Examples
    --------
    >>> from skxrd.augmentation import PeakHeightScaler
    >>> X = [[0.0, 4.0, 0.0, 2.0, 0.0]]
    >>> scaler = PeakHeightScaler(scale_range=(0.5, 0.5), scale_fraction=1)
    >>> scaler.fit_transform(X)
    array([[0., 2., 0., 1., 0.]])
    >>> scaler.transform(X)
    array([[0., 4., 0., 2., 0.]])
    """

    _parameter_constraints: dict = {
        **RegionPerturber._parameter_constraints,
        "scale_range": ["array-like", None],
        "scale_fraction": [Interval(Real, 0, 1, closed="both"), None],
    }
    _default_block_width = BLOCK_WIDTHS[0]

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
        return make_texture(
            self.region,
            scale_range=self.scale_range,
            scale_fraction=self.scale_fraction,
            eliminate_fraction=0,
        )
