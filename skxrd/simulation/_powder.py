"""From crystals to diffraction patterns."""

from dataclasses import replace
from numbers import Integral, Real

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state

from skxrd._compat import HasMethods, Interval, StrOptions, fit_context
from skxrd._grid import check_increasing, check_wavelength, d_to_two_theta
from skxrd._pattern import PowderPattern
from skxrd.crystal import Crystal, reflections
from skxrd.simulation._background import count_photons, glass_hump, low_angle_rise
from skxrd.simulation._corrections import (
    displacement_shift,
    lorentz_polarization,
    march_dollase,
    scherrer_width,
)
from skxrd.simulation._parameters import draw_parameter
from skxrd.simulation._profiles import render_peaks

_RANGE = [Real, tuple, list, HasMethods("rvs")]  # draw_parameter checks what is drawn
_MARGIN = 2.0  # degrees beyond the grid from which peaks still reach into it
_N_AXES = 4  # a random texture axis is one of this many reflections of longest spacing


class PowderSimulator(TransformerMixin, BaseEstimator):
    r"""Simulate powder and textured-film patterns of crystals.

    The integrated intensity of a reflection is

    .. math:: I = m\,|F|^2\,LP(2\theta)\,W

    with multiplicity m, structure factor F, Lorentz-polarisation factor LP and March-Dollase
    texture factor W; each is drawn as a pseudo-Voigt peak. The highest point that Bragg peaks
    reach on the grid is 1.

    Every physical parameter is a number, a ``(low, high)`` range from which each pattern draws
    uniformly, or a frozen scipy.stats distribution.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Grid of the patterns in degrees; it has to be given, ``fit`` refuses ``None``.
    wavelength : float or str, default="CuKa"
        Angstrom, or a name such as ``"MoKa"``.
    fwhm : float, range or distribution, default=0.15
        Instrumental full width at half maximum in degrees.
    eta : float, range or distribution, default=0.5
        Lorentzian share of the pseudo-Voigt profile, 0 to 1.
    crystallite_size : float, range or distribution, default=inf
        In angstrom; its Scherrer width is added to ``fwhm``.
    lattice_strain : float, range or distribution, default=0.0
        Relative change of all cell lengths: 0.01 is a cell 1 % larger.
    preferred_orientation : None, "random" or array-like of int (3,), default=None
        Planes that lie along the surface; ``"random"`` draws one of the four reflections of
        longest spacing for each pattern, as films grow on low-index planes.
    march_r : float, range or distribution, default=1.0
        March-Dollase parameter; 1 is a random powder, below 1 a textured film.
    zero_shift : float, range or distribution, default=0.0
        Shift of all angles in degrees.
    sample_displacement : float, range or distribution, default=0.0
        Height error of the specimen in mm.
    goniometer_radius : float, default=240.0
        In mm.
    monochromator_two_theta : float, default=None
        Diffraction angle of a monochromator in degrees; ``None`` means none.
    u_iso : float, default=0.02
        Displacement parameter in square angstrom of sites that state none.
    impurities : list of Crystal, default=None
        Phases of which each pattern gets one, drawn at random.
    impurity_fraction : float, range or distribution, default=0.0
        Highest impurity peak relative to the highest peak of the crystal.
    hump : float, range or distribution, default=0.0
        Height of the glass hump relative to the highest peak.
    rise : float, range or distribution, default=0.0
        Height of the low-angle rise relative to the highest peak.
    max_counts : float, range or distribution, default=inf
        Expected counts at the highest peak; finite values add counting noise.
    n_variants : int, default=1
        Patterns of each crystal; those of crystal i are rows ``i * n_variants`` and following.
    n_jobs : int, default=None
        Number of joblib workers. The patterns do not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seed of all draws.

    Attributes
    ----------
    two_theta_ : ndarray of shape (n_angles,)
        The grid.

    Raises
    ------
    ValueError
        If a parameter leaves its range, or no reflection of a crystal falls on the grid.

    References
    ----------
    .. [1] V. K. Pecharsky and P. Y. Zavalij, Fundamentals of Powder Diffraction and Structural
       Characterization of Materials, 2nd ed., Springer (2009), doi:10.1007/978-0-387-09579-0.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import Crystal
    >>> from skxrd.simulation import PowderSimulator
    >>> nacl = Crystal([5.64] * 3 + [90] * 3, ["Na", "Cl"], [[0] * 3, [0.5] * 3], "Fm-3m")
    >>> grid = np.arange(20, 80, 0.02)
    >>> X = PowderSimulator(grid).fit_transform([nacl])
    >>> X.shape, float(grid[X[0].argmax()].round(1))
    ((1, 3000), 31.7)
    """

    _parameter_constraints: dict = {
        "two_theta": ["array-like", None],
        "wavelength": [Real, str],
        **{
            name: _RANGE
            for name in (
                "fwhm",
                "eta",
                "crystallite_size",
                "lattice_strain",
                "march_r",
                "zero_shift",
                "sample_displacement",
                "impurity_fraction",
                "hump",
                "rise",
                "max_counts",
            )
        },
        "preferred_orientation": [StrOptions({"random"}), "array-like", None],
        "goniometer_radius": [Interval(Real, 0, None, closed="neither")],
        "monochromator_two_theta": [Interval(Real, 0, 180, closed="both"), None],
        "u_iso": [Interval(Real, 0, None, closed="left")],
        "impurities": [list, None],
        "n_variants": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        wavelength="CuKa",
        fwhm=0.15,
        eta=0.5,
        crystallite_size=np.inf,
        lattice_strain=0.0,
        preferred_orientation=None,
        march_r=1.0,
        zero_shift=0.0,
        sample_displacement=0.0,
        goniometer_radius=240.0,
        monochromator_two_theta=None,
        u_iso=0.02,
        impurities=None,
        impurity_fraction=0.0,
        hump=0.0,
        rise=0.0,
        max_counts=np.inf,
        n_variants=1,
        n_jobs=None,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.wavelength = wavelength
        self.fwhm = fwhm
        self.eta = eta
        self.crystallite_size = crystallite_size
        self.lattice_strain = lattice_strain
        self.preferred_orientation = preferred_orientation
        self.march_r = march_r
        self.zero_shift = zero_shift
        self.sample_displacement = sample_displacement
        self.goniometer_radius = goniometer_radius
        self.monochromator_two_theta = monochromator_two_theta
        self.u_iso = u_iso
        self.impurities = impurities
        self.impurity_fraction = impurity_fraction
        self.hump = hump
        self.rise = rise
        self.max_counts = max_counts
        self.n_variants = n_variants
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X=None, y=None):
        """Check the parameters; nothing is learnt from the crystals.

        Parameters
        ----------
        X : list of Crystal, default=None
            Ignored.
        y : Ignored
            Not used.

        Returns
        -------
        self : PowderSimulator
            The simulator itself.
        """
        if self.two_theta is None:
            raise ValueError(
                "two_theta is None; give the grid to simulate on, e.g. np.arange(10, 60, 0.04)."
            )
        check_wavelength(self.wavelength)
        self.two_theta_ = check_increasing(self.two_theta)
        return self

    def transform(self, X):
        """Simulate the patterns of crystals.

        Parameters
        ----------
        X : list of Crystal
            The structures.

        Returns
        -------
        ndarray of shape (n_crystals * n_variants, n_angles)
        """
        self.fit()
        seeds = self._seeds(_check_crystals(X))
        rows = Parallel(n_jobs=self.n_jobs)(
            delayed(self._variants)(crystal, seed) for crystal, seed in zip(X, seeds, strict=True)
        )
        return np.concatenate(rows)

    def simulate(self, crystal):
        """One pattern with the reflections behind it, for plots and for naming peaks.

        Parameters
        ----------
        crystal : Crystal
            The structure.

        Returns
        -------
        PowderPattern
            Its ``metadata["reflections"]`` are the :class:`~skxrd.crystal.Reflections` with the
            angles at which they stand in this pattern.
        """
        self.fit()
        found = self._reflections(crystal)
        rng = np.random.default_rng(self._seeds([crystal])[0])
        intensity, position = self._render(crystal, found, rng)
        return PowderPattern(
            self.two_theta_,
            intensity,
            wavelength=self.wavelength,
            name=crystal.name,
            metadata={"reflections": replace(found, two_theta=position), "simulated": True},
        )

    def _seeds(self, crystals):
        return check_random_state(self.random_state).randint(2**31 - 1, size=len(crystals))

    def _reflections(self, crystal):
        first, last = self.two_theta_[[0, -1]]
        span = (max(first - _MARGIN, 0.1), min(last + _MARGIN, 179.9))
        return reflections(crystal, self.wavelength, span, u_iso=self.u_iso)

    def _variants(self, crystal, seed):
        rng = np.random.default_rng(seed)
        found = self._reflections(crystal)
        return np.array([self._render(crystal, found, rng)[0] for _ in range(self.n_variants)])

    def _render(self, crystal, found, rng):
        """One pattern of drawn parameters, and where its reflections stand."""
        draw = {
            name: draw_parameter(name, getattr(self, name), rng, low=low, high=high)
            for name, low, high in (
                ("fwhm", 1e-4, 180),
                ("eta", 0, 1),
                ("crystallite_size", 1, np.inf),
                ("lattice_strain", -0.5, 0.5),
                ("march_r", 0.01, 100),
                ("zero_shift", -90, 90),
                ("sample_displacement", -100, 100),
                ("impurity_fraction", 0, np.inf),
                ("hump", 0, np.inf),
                ("rise", 0, np.inf),
                ("max_counts", 0, np.inf),
            )
        }
        position, area = self._sticks(crystal, found, rng, draw)
        pattern = self._peaks(crystal.name, position, area, draw)
        if self.impurities and draw["impurity_fraction"] > 0:
            impurity = self.impurities[rng.integers(len(self.impurities))]
            sticks = self._sticks(impurity, self._reflections(impurity), rng, draw)
            extra = self._peaks(impurity.name, *sticks, draw)
            pattern += draw["impurity_fraction"] * extra
        pattern += draw["hump"] * glass_hump(self.two_theta_)
        pattern += draw["rise"] * low_angle_rise(self.two_theta_)
        if np.isfinite(draw["max_counts"]):
            pattern = count_photons(pattern * draw["max_counts"], rng) / draw["max_counts"]
        return pattern, position

    def _sticks(self, crystal, found, rng, draw):
        area = found.intensity * lorentz_polarization(
            found.two_theta, monochromator_two_theta=self.monochromator_two_theta
        )
        axis = self.preferred_orientation
        if isinstance(axis, str):
            visible = np.flatnonzero(area > 1e-3 * area.max())[:_N_AXES]
            axis = found.hkl[rng.choice(visible)]
        if axis is not None and draw["march_r"] != 1:
            area = area * march_dollase(crystal, found.hkl, axis, draw["march_r"])
        position = d_to_two_theta(found.d_spacing * (1 + draw["lattice_strain"]), self.wavelength)
        position = position + draw["zero_shift"]
        position += displacement_shift(
            position, draw["sample_displacement"], self.goniometer_radius
        )
        return position, area

    def _peaks(self, name, position, area, draw):
        inside = np.isfinite(position)
        width = draw["fwhm"] + scherrer_width(
            position[inside], draw["crystallite_size"], self.wavelength
        )
        pattern = render_peaks(self.two_theta_, position[inside], area[inside], width, draw["eta"])
        highest = pattern.max()
        if not highest > 0:
            raise ValueError(
                f"crystal {name!r} has no reflection from {self.two_theta_[0]:g} to "
                f"{self.two_theta_[-1]:g} degrees; widen two_theta."
            )
        return pattern / highest


def _check_crystals(X):
    if not isinstance(X, (list, tuple)) or not X:
        raise ValueError(f"X is {type(X).__name__}; pass a list of at least one Crystal.")
    for position, item in enumerate(X):
        if not isinstance(item, Crystal):
            raise ValueError(f"X[{position}] is {type(item).__name__}; pass a list of Crystal.")
    return X
