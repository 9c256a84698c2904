"""Eqs. 1 and 2 with random factors, as the sampler and the transformers share them."""

from dataclasses import dataclass

import numpy as np

from skxrd.augmentation._regions import check_degrees, harmonic_regions, peak_regions
from skxrd.augmentation._sampling import check_range
from skxrd.augmentation._transforms import scale_taken_blocks, scale_taken_rows

_FILM = {"scale_range": (0.2, 5.0), "scale_fraction": 0.5, "eliminate_fraction": 0.2}
_PUBLISHED = {"scale_range": (0.0, 1.0), "scale_fraction": 1.0, "eliminate_fraction": 1 / 3}
#: Settings that are None, for each kind of region.
TEXTURE_DEFAULTS = {"peak": _FILM, "harmonic": _FILM, "block": _PUBLISHED}
#: Widths of the published blocks in degrees: 13 (scaling) and 4 (elimination) angles 0.04 apart.
BLOCK_WIDTHS = (0.52, 0.16)


@dataclass(frozen=True)
class Texture:
    """What is scaled (Eq. 1) or eliminated (Eq. 2) as one, by what factors, and how likely."""

    region: str
    scale_range: tuple
    scale_fraction: float
    eliminate_fraction: float

    def check(self, two_theta):
        """Raise where the settings do not fit each other or the angles."""
        if self.region == "harmonic":
            remedy = "pass two_theta in degrees or choose region='peak'"
            check_has_degrees("region='harmonic'", two_theta, remedy)
        if self.region == "block":
            check_range("scale_range", self.scale_range, not_negative=True)
            return
        check_range("scale_range", self.scale_range, positive=True)
        if self.scale_fraction + self.eliminate_fraction > 1 + 1e-12:
            raise ValueError(
                f"scale_fraction {self.scale_fraction:g} and eliminate_fraction "
                f"{self.eliminate_fraction:g} exceed 1 together; a region is either scaled or "
                "eliminated, lower one of them."
            )


def make_texture(region, **settings):
    """Texture of a kind of region; settings that are None take its defaults."""
    defaults = TEXTURE_DEFAULTS[region]
    given = {name: value for name, value in settings.items() if value is not None}
    return Texture(region, **{**defaults, **given})


def check_has_degrees(what, two_theta, remedy="pass two_theta in degrees"):
    """Raise unless there are diffraction angles."""
    if two_theta is None:
        raise ValueError(f"{what} needs angles but two_theta is None; {remedy}.")
    check_degrees(two_theta, what)


def scale_randomly(X, take, out, rng, texture, angles, blocks):
    """Write rows ``take`` of X, which misses nothing, into ``out``, with regions scaled or removed.

    ``blocks`` are the regions of scaling and of elimination, each of shape (n_angles,); only block
    textures use them. Equal rows are best taken one after another: peaks are then found once.
    """
    if texture.region == "block":
        scaled, eliminated = blocks
        factors, kept = _draw_block_factors(len(take), scaled, eliminated, texture, rng)
        kept, factors = kept.astype(X.dtype), factors.astype(X.dtype, copy=False)
        scale_taken_blocks(X, take, scaled, factors, eliminated, kept, out)
        return
    used, place = np.unique(take, return_inverse=True)
    rows = X[used]
    exact = rows.astype(np.float64, copy=False)  # or rounding decides how many regions are drawn
    regions = peak_regions(exact) if texture.region == "peak" else harmonic_regions(exact, angles)
    factors = draw_factors(len(take), int(regions.max()) + 1, texture, rng)
    scale_taken_rows(rows, place, regions, factors.astype(X.dtype, copy=False), out)


def draw_factors(n_patterns, n_regions, texture, rng):
    """Factor of every region, the c of Eq. 1 or the 0 of Eq. 2, shape (n_patterns, n_regions).

    The logarithm of c is uniform: halving is as likely as doubling. No region is both scaled and
    eliminated.
    """
    low, high = np.log(texture.scale_range)
    lot = rng.uniform(size=(n_patterns, n_regions))
    factors = np.exp(rng.uniform(low, high, size=lot.shape))
    factors[lot >= texture.scale_fraction] = 1
    factors[lot >= 1 - texture.eliminate_fraction] = 0
    return factors


def _draw_block_factors(n_patterns, scaled, eliminated, texture, rng):
    """Uniform factors of the blocks of scaling, and whether those of elimination are kept."""
    low, high = texture.scale_range
    shape = (n_patterns, int(scaled[-1]) + 1)
    factors = low + (high - low) * rng.random(shape, dtype=np.float32)
    if texture.scale_fraction < 1:
        factors[rng.random(shape, dtype=np.float32) >= texture.scale_fraction] = 1
    lot = rng.random((n_patterns, int(eliminated[-1]) + 1), dtype=np.float32)
    return factors, lot >= texture.eliminate_fraction
