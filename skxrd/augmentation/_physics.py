"""The sampler that adds patterns of films grown a little differently."""

from numbers import Integral, Real

import numpy as np

from skxrd._compat import Interval, StrOptions
from skxrd._grid import check_wavelength, degrees_or_columns
from skxrd._shared_docs import share_docs
from skxrd.augmentation._film_effects import (
    add_counting_noise,
    add_glass_hump,
    add_impurity_lines,
    add_spikes,
    broaden_patterns,
)
from skxrd.augmentation._regions import block_regions
from skxrd.augmentation._sampling import RowSampler, check_range
from skxrd.augmentation._shared_parameters import SHARED
from skxrd.augmentation._texture import (
    BLOCK_WIDTHS,
    TEXTURE_DEFAULTS,
    check_has_degrees,
    make_texture,
    scale_randomly,
)
from skxrd.augmentation._transforms import move_randomly

_LARGEST_SHIFT = {"peak": 0.2, "harmonic": 0.2, "block": 0.8}  # degrees; default of shift_range


@share_docs(SHARED)
class PhysicsAugmenter(RowSampler):
    r"""Add patterns changed in texture and lattice spacing, as real films are.

    Every added row is a copy of a row of the same class that goes through the transformations of
    Oviedo et al. [1]_: some regions are scaled (Eq. 1), others eliminated (Eq. 2), and the whole
    is shifted along the angle (Eq. 3). It is a sampler: in :class:`imblearn.pipeline.Pipeline`
    it acts on training rows only. Subtract the background first, otherwise it is scaled too.

    ``region`` selects what is scaled or eliminated as one:

    * ``"peak"``: whole peaks, found in the pattern and cut at the minima between them only. A peak
      rises and falls by at least 2 % of the range of the pattern, and by at least eight standard
      deviations of its noise (from the median difference of neighbouring intensities), but at most
      by half the range;
    * ``"harmonic"``: all orders of an orientation, the peaks at d, d/2, d/3, ..., as preferred
      orientation does; needs ``two_theta``. From low angles upwards every peak that is not yet
      taken starts a family, joined by the nearest peak where sin(theta) is twice, three times, ...
      its own, within 0.2 degrees and 2 % of the distance to the next order. The wavelength is not
      needed: it cancels in these ratios;
    * ``"block"``: fixed angular blocks, the published way, which cut peaks. Scaling and elimination
      have blocks of their own widths and are drawn independently of each other.

    Texture multiplies the intensity of an orientation by up to r^-3 along and down to r^1.5
    across the axis (March-Dollase), 8 and 0.35 for r = 0.5, and a strong one removes lines
    altogether: hence the default ``scale_range``, whose ends have a similar ratio. A strain
    or change of composition of 0.5 % moves a line at 30 degrees by 0.15, and a film 0.1 mm too
    high on a circle of 240 mm radius by 0.05: hence the default ``shift_range``.

    The block mode's defaults are those of the published program in degrees: for scans of 1,350
    angles in steps of 0.04 it scales 100 blocks of 13 angles by factors uniform in (0, 1), sets
    each of 300 blocks of 4 angles to zero with probability 1/3, and shifts by up to 20 angles.
    Not taken over are its slips: angles beyond the last whole block were always zero, and shifts
    to higher angles blanked the end of the pattern in place of moving it.

    After texture and shift come, in this order and each off by default: broadening, impurity
    lines, a glass hump, counting noise, spikes. An angle that is NaN, not measured, stays NaN;
    everything is computed from the measured ones.

    Parameters
    ----------
    |two_theta|
    |n_augmented|
    region : {"peak", "harmonic", "block"}, default=None
        What is scaled or eliminated as one. ``None`` means ``"harmonic"`` if there are
        angles, otherwise for ``"peak"``.
    block_width : float or tuple of two floats, default=None
        Width of the blocks in degrees, or in columns if ``two_theta`` is None; two numbers are
        that of scaling and that of elimination. ``None`` means (0.52, 0.16) degrees, and
        without angles for the same share of the columns as of 50 degrees.
    |scaling|
    eliminate_fraction : float, default=None
        Probability that a region is eliminated; except for blocks, a scaled one is not. ``None``
        means 0.2, for blocks for 1/3. A row of which nothing would be left keeps its
        regions.
    shift_range : tuple of two floats, default=None
        Range of the constant shift epsilon of Eq. 3 in degrees, or in columns if ``two_theta`` is
        None. ``None`` means (-0.2, 0.2) degrees, for blocks for (-0.8, 0.8), and without
        angles for the same share of the columns as of 50 degrees.
    |strain|
    broadening_range : tuple of two floats, default=(0.0, 0.0)
        Range of the full width at half maximum, in the unit of ``two_theta``, of a Gaussian that
        the row is convolved with.
    n_impurity_lines : int, default=0
        Largest number of lines of a foreign phase; a row gets from none to that many.
    impurity_range : tuple of two floats, default=(0.02, 0.3)
        Range of their height as a share of the row's maximum.
    impurity_d_spacings : array-like, default=None
        Spacings in angstrom that the lines are drawn from, such as 6.98 and 3.49 of lead iodide;
        ``None`` puts them at any angle.
    wavelength : float or str, default=None
        Wavelength in angstrom or its name; needed with ``impurity_d_spacings`` only.
    hump_range : tuple of two floats, default=(0.0, 0.0)
        Range of the height of a glass hump as a share of the row's maximum. Needs ``two_theta``.
    counts_range : tuple of two floats, default=None
        Range of the counts at the row's maximum; intensities then are Poisson draws. ``None``
        draws none.
    n_spikes : int, default=0
        Largest number of bright points; a row gets from none to that many.
    spike_range : tuple of two floats, default=(0.05, 0.5)
        Range of their height as a share of the row's maximum.
    |balance|
    |random_state|

    Attributes
    ----------
    |two_theta_|
    region_ : str
        The kind of region.
    |sampled|
    |features_in|

    Raises
    ------
    ValueError
        If a range falls or has a wrong sign, the two fractions of peaks or harmonics exceed 1
        together, or ``region="harmonic"``, strain, displacement or a hump has no angles.

    See Also
    --------
    NoiseAugmenter : The traditional way, noise.
    PeakHeightScaler, PeakEliminator, PatternShifter : One of the three at a time, row for row.

    |oviedo_2019|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import PhysicsAugmenter
    >>> two_theta = np.arange(10, 40, 0.05)
    >>> X = np.exp(-(((two_theta - np.array([[15], [20], [30]])) / 0.1) ** 2))
    >>> augmenter = PhysicsAugmenter(two_theta, n_augmented=100, random_state=0)
    >>> X_new, y_new = augmenter.fit_resample(X, ["cubic", "cubic", "tetragonal"])
    >>> X_new.shape, y_new.count("cubic"), y_new.count("tetragonal")
    ((103, 600), 52, 51)
    """

    _parameter_constraints: dict = {
        **RowSampler._parameter_constraints,
        "two_theta": ["array-like", None],
        "region": [StrOptions(set(TEXTURE_DEFAULTS)), None],
        "block_width": [Interval(Real, 0, None, closed="neither"), "array-like", None],
        "scale_range": ["array-like", None],
        "scale_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "eliminate_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "shift_range": ["array-like", None],
        "strain_range": ["array-like"],
        "displacement_range": ["array-like"],
        "goniometer_radius": [Interval(Real, 0, None, closed="neither")],
        "broadening_range": ["array-like"],
        "n_impurity_lines": [Interval(Integral, 0, None, closed="left")],
        "impurity_range": ["array-like"],
        "impurity_d_spacings": ["array-like", None],
        "wavelength": [Real, str, None],
        "hump_range": ["array-like"],
        "counts_range": ["array-like", None],
        "n_spikes": [Interval(Integral, 0, None, closed="left")],
        "spike_range": ["array-like"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        n_augmented=2000,
        per_class=False,
        region=None,
        block_width=None,
        scale_range=None,
        scale_fraction=None,
        eliminate_fraction=None,
        shift_range=None,
        strain_range=(0.0, 0.0),
        displacement_range=(0.0, 0.0),
        goniometer_radius=240.0,
        broadening_range=(0.0, 0.0),
        n_impurity_lines=0,
        impurity_range=(0.02, 0.3),
        impurity_d_spacings=None,
        wavelength=None,
        hump_range=(0.0, 0.0),
        counts_range=None,
        n_spikes=0,
        spike_range=(0.05, 0.5),
        balance=True,
        keep_original=True,
        max_simulated=None,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.n_augmented = n_augmented
        self.per_class = per_class
        self.region = region
        self.block_width = block_width
        self.scale_range = scale_range
        self.scale_fraction = scale_fraction
        self.eliminate_fraction = eliminate_fraction
        self.shift_range = shift_range
        self.strain_range = strain_range
        self.displacement_range = displacement_range
        self.goniometer_radius = goniometer_radius
        self.broadening_range = broadening_range
        self.n_impurity_lines = n_impurity_lines
        self.impurity_range = impurity_range
        self.impurity_d_spacings = impurity_d_spacings
        self.wavelength = wavelength
        self.hump_range = hump_range
        self.counts_range = counts_range
        self.n_spikes = n_spikes
        self.spike_range = spike_range
        self.balance = balance
        self.keep_original = keep_original
        self.max_simulated = max_simulated
        self.random_state = random_state

    def _texture(self):
        return make_texture(
            self.region_,
            scale_range=self.scale_range,
            scale_fraction=self.scale_fraction,
            eliminate_fraction=self.eliminate_fraction,
        )

    def _degrees(self, value, default):
        return degrees_or_columns(value, self.two_theta, self.n_features_in_, default=default)

    def _moves(self):
        """Ranges of those kinds of shift that are not off."""
        largest = _LARGEST_SHIFT[self.region_]
        ranges = {
            "shift": self._degrees(self.shift_range, largest * np.array([-1, 1])),
            "strain": self.strain_range,
            "displacement": self.displacement_range,
        }
        return {kind: pair for kind, pair in ranges.items() if np.any(pair)}

    def _check_parameters(self):
        self.region_ = self.region
        if self.region is None:
            self.region_ = "peak" if self.two_theta is None else "harmonic"
        self._texture().check(self.two_theta)
        if self.shift_range is not None:
            check_range("shift_range", self.shift_range)
        for name in ("strain_range", "displacement_range"):
            check_range(name, getattr(self, name))
        for name in ("broadening_range", "impurity_range", "hump_range", "spike_range"):
            check_range(name, getattr(self, name), not_negative=True)
        if self.counts_range is not None:
            check_range("counts_range", self.counts_range, positive=True)
        for name in ("strain_range", "displacement_range", "hump_range"):
            if np.any(getattr(self, name)):
                check_has_degrees(name, self.two_theta)
        if self.n_impurity_lines and self.impurity_d_spacings is not None:
            check_has_degrees("impurity_d_spacings", self.two_theta)
            check_wavelength(self.wavelength)

    def _constants(self):
        """Blocks of scaling and of elimination."""
        widths = self._degrees(self.block_width, np.array(BLOCK_WIDTHS))
        widths = np.broadcast_to(np.asarray(widths, dtype=np.float64), 2)
        return [block_regions(self.two_theta_, width) for width in widths]

    def _draws_counts(self):
        return self.counts_range is not None

    def _order(self, source):
        # Copies of one row follow each other: its peaks are then found once.
        return None if self.region_ == "block" else np.argsort(source, kind="stable")

    def _perturb(self, X, source, rng, out, blocks):
        angles, moves = self.two_theta_, self._moves()
        scaled = np.empty_like(out) if moves else out
        scale_randomly(X, source, scaled, rng, self._texture(), angles, blocks)
        if moves:
            move_randomly(scaled, out, rng, moves, angles, self.goniometer_radius)
        self._add_effects(out, rng)

    def _add_effects(self, rows, rng):
        """Change rows in place by those effects that are not off, one after another."""
        angles = self.two_theta_
        if np.any(self.broadening_range):
            fwhm = rng.uniform(*self.broadening_range, len(rows))
            rows[:] = broaden_patterns(rows, fwhm, angles)
        if self.n_impurity_lines:
            rows[:] = add_impurity_lines(
                rows,
                angles,
                rng,
                n_lines=self.n_impurity_lines,
                height_range=self.impurity_range,
                fwhm=self._degrees(None, 0.2),
                d_spacings=self.impurity_d_spacings,
                wavelength=self.wavelength,
            )
        if np.any(self.hump_range):
            rows[:] = add_glass_hump(rows, angles, rng, height_range=self.hump_range)
        if self.counts_range is not None:
            rows[:] = add_counting_noise(rows, rng, counts_range=self.counts_range)
        if self.n_spikes:
            spikes = {"n_spikes": self.n_spikes, "height_range": self.spike_range}
            rows[:] = add_spikes(rows, rng, **spikes)
