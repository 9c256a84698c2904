"""From crystals to diffraction patterns."""

from numbers import Integral, Real

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state

from skxrd._compat import HasMethods, Interval, StrOptions, fit_context
from skxrd._pattern import PowderPattern
from skxrd.simulation._conditions import DRAWN
from skxrd.simulation._listing import check_crystals
from skxrd.simulation._pattern_renderer import PatternRenderer

_RANGE = [Real, tuple, list, HasMethods("rvs")]  # draw_parameter checks what is drawn


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
        Grid of the patterns in degrees; it has to be given, ``None`` is an error in ``fit``.
    wavelength : float or str, default="CuKa"
        Angstrom, or a name such as ``"MoKa"``.
    doublet : bool, default=False
        Draw K-alpha1 and K-alpha2 as two lines; ``wavelength`` is then a name such as ``"CuKa"``,
        which otherwise means their mean.
    dispersion : bool, default=True
        Add the dispersion corrections f' and f'' to the form factors.
    profile : {"pseudo_voigt", "thompson_cox_hastings"}, default="pseudo_voigt"
        How widths add up. Pseudo-Voigt: those of instrument, size and strain are summed, and the
        Lorentzian share is ``eta`` (0 is a Gaussian, 1 a Lorentzian). Thompson-Cox-Hastings: the
        instrument is Gaussian, size and strain are Lorentzian, and ``eta`` follows.
    fwhm : float, range or distribution, default=0.15
        Instrumental full width at half maximum in degrees.
    caglioti_uvw : tuple of three floats, ranges or distributions, default=None
        U, V and W in square degrees of an instrumental width that depends on the angle, in place
        of ``fwhm``.
    eta : float, range or distribution, default=0.5
        Lorentzian share of the pseudo-Voigt profile, 0 to 1.
    crystallite_size : float, range or distribution, default=inf
        In angstrom; adds its Scherrer width.
    microstrain : float, range or distribution, default=0.0
        Relative spread of the spacings; adds a width that grows with the tangent.
    asymmetry : float, range or distribution, default=0.0
        Low-angle tails of peaks by axial divergence, in degrees.
    u_iso : float, range or distribution, default=0.02
        Displacement parameter in square angstrom of sites that have none; it is applied to
        reflection lists that are not damped yet.
    lattice_strain : float, range or distribution, default=0.0
        Relative change of all cell lengths: 0.01 is a cell 1 % larger.
    anisotropic_strain : float, range or distribution, default=0.0
        Standard deviation of the six components of a random strain, averaged so that the lattice
        keeps its symmetry.
    preferred_orientation : None, "random" or array-like of int (3,) or (n_axes, 3), default=None
        Planes that lie along the surface; ``"random"`` draws one of the four reflections of
        longest spacing for each pattern, as films grow on low-index planes.
    march_r : float, range or distribution, default=1.0
        March-Dollase parameter; 1 is a random powder, below 1 a textured film.
    random_fraction : float, range or distribution, default=0.0
        Share of a textured specimen that is a random powder.
    particle_statistics : float, range or distribution, default=0.0
        Relative standard deviation that a reflection of multiplicity 1 would have because few
        crystallites are in the right place; it falls with the square root of the multiplicity,
        which is 2 or more. Drawn for each phase; K-alpha1 and K-alpha2 share it.
    zero_shift : float, range or distribution, default=0.0
        Shift of all angles in degrees.
    sample_displacement : float, range or distribution, default=0.0
        Height error of the specimen in mm.
    goniometer_radius : float, default=240.0
        In mm.
    monochromator_two_theta : float, default=None
        Diffraction angle of a monochromator in degrees; ``None`` means none.
    impurities : list of Crystal or ReflectionList, default=None
        Phases of which each pattern gets one, drawn at random.
    impurity_fraction : float, range or distribution, default=0.0
        Highest impurity peak relative to the highest peak of the crystal.
    polynomial : float, range or distribution, default=0.0
        Height of a background of random polynomials of the sixth order relative to the highest
        peak.
    hump : float, range or distribution, default=0.0
        Height of the glass hump relative to the highest peak.
    hump_angle : float, range or distribution, default=24.0
        Position of its top in degrees; other amorphous parts of a specimen have it elsewhere.
    rise : float, range or distribution, default=0.0
        Height of the low-angle rise relative to the highest peak.
    max_counts : float, range or distribution, default=inf
        Expected counts at the highest peak; finite values add counting noise.
    subtract_background : bool, default=False
        Subtract the expected background after counting, and set what is negative to zero, as
        databases of scans do: the noise of the background stays.
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
        "doublet": ["boolean"],
        "dispersion": ["boolean"],
        "profile": [StrOptions({"pseudo_voigt", "thompson_cox_hastings"})],
        "caglioti_uvw": [tuple, list, None],
        **{name: _RANGE for name in DRAWN},
        "preferred_orientation": [StrOptions({"random"}), "array-like", None],
        "goniometer_radius": [Interval(Real, 0, None, closed="neither")],
        "monochromator_two_theta": [Interval(Real, 0, 180, closed="both"), None],
        "impurities": [list, None],
        "subtract_background": ["boolean"],
        "n_variants": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        two_theta=None,
        *,
        wavelength="CuKa",
        doublet=False,
        dispersion=True,
        profile="pseudo_voigt",
        fwhm=0.15,
        caglioti_uvw=None,
        eta=0.5,
        crystallite_size=np.inf,
        microstrain=0.0,
        asymmetry=0.0,
        u_iso=0.02,
        lattice_strain=0.0,
        anisotropic_strain=0.0,
        preferred_orientation=None,
        march_r=1.0,
        random_fraction=0.0,
        particle_statistics=0.0,
        zero_shift=0.0,
        sample_displacement=0.0,
        goniometer_radius=240.0,
        monochromator_two_theta=None,
        impurities=None,
        impurity_fraction=0.0,
        polynomial=0.0,
        hump=0.0,
        hump_angle=24.0,
        rise=0.0,
        max_counts=np.inf,
        subtract_background=False,
        n_variants=1,
        n_jobs=None,
        random_state=None,
    ):
        self.two_theta = two_theta
        self.wavelength = wavelength
        self.doublet = doublet
        self.dispersion = dispersion
        self.profile = profile
        self.fwhm = fwhm
        self.caglioti_uvw = caglioti_uvw
        self.eta = eta
        self.crystallite_size = crystallite_size
        self.microstrain = microstrain
        self.asymmetry = asymmetry
        self.u_iso = u_iso
        self.lattice_strain = lattice_strain
        self.anisotropic_strain = anisotropic_strain
        self.preferred_orientation = preferred_orientation
        self.march_r = march_r
        self.random_fraction = random_fraction
        self.particle_statistics = particle_statistics
        self.zero_shift = zero_shift
        self.sample_displacement = sample_displacement
        self.goniometer_radius = goniometer_radius
        self.monochromator_two_theta = monochromator_two_theta
        self.impurities = impurities
        self.impurity_fraction = impurity_fraction
        self.polynomial = polynomial
        self.hump = hump
        self.hump_angle = hump_angle
        self.rise = rise
        self.max_counts = max_counts
        self.subtract_background = subtract_background
        self.n_variants = n_variants
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X=None, y=None):
        """Check the parameters; nothing is learnt from the crystals.

        Parameters
        ----------
        X : list of Crystal or ReflectionList, default=None
            Ignored.
        y : Ignored
            Not used.

        Returns
        -------
        self : PowderSimulator
            The simulator itself.
        """
        self.two_theta_ = self._renderer().two_theta
        return self

    def transform(self, X):
        """Simulate the patterns of crystals.

        Parameters
        ----------
        X : list of Crystal or ReflectionList, or ReflectionStore
            The structures.

        Returns
        -------
        ndarray of shape (n_crystals * n_variants, n_angles)
        """
        renderer = self._renderer()
        check_crystals(X)
        rows = Parallel(n_jobs=self.n_jobs)(
            delayed(renderer.render_variants)(crystal, seed)
            for crystal, seed in zip(X, self._seeds(len(X)), strict=True)
        )
        return np.concatenate(rows)

    def simulate(self, crystal):
        """One pattern together with its lines, for plots and for naming peaks.

        Parameters
        ----------
        crystal : Crystal or ReflectionList
            The structure.

        Returns
        -------
        PowderPattern
            ``metadata["reflections"]`` has the lines in this pattern, as arrays with one entry for
            each: ``hkl``, ``multiplicity``, ``d_spacing`` (angstrom, strained), ``two_theta``
            (degrees, shifted), ``intensity`` (integrated), ``fwhm`` (degrees), ``eta`` and
            ``wavelength`` (angstrom).
        """
        renderer = self._renderer()
        check_crystals([crystal])
        rng = np.random.default_rng(self._seeds(1)[0])
        intensity, lines = renderer.render(crystal, rng)
        return PowderPattern(
            renderer.two_theta,
            intensity,
            wavelength=self.wavelength,
            name=crystal.name,
            metadata={"reflections": lines, "simulated": True},
        )

    @fit_context(prefer_skip_nested_validation=True)
    def _renderer(self):
        """Renderer with the present parameters, which are checked."""
        return PatternRenderer(self)

    def _seeds(self, n_crystals):
        return check_random_state(self.random_state).randint(2**31 - 1, size=n_crystals)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False  # lists of crystals
        return tags
