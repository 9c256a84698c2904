"""Virtual thin films: simulated scans with the imperfections of real ones."""

from numbers import Integral, Real

import numpy as np
from scipy.stats import loguniform
from sklearn.utils import Bunch, check_random_state

from skxrd._compat import Interval, StrOptions, validate_params
from skxrd._grid import is_doublet
from skxrd._pattern import PowderPattern
from skxrd.crystal import Crystal
from skxrd.datasets._halides import load_halides
from skxrd.simulation import PowderSimulator

_DESCR = """Virtual thin films
------------------

{n_films} diffraction scans of thin films. They are SIMULATED, not measured: each is drawn from one
of the given crystals with random texture (March-Dollase about a low-index axis), lattice strain,
sample displacement, crystallite size, lines of lead iodide as an impurity, a glass hump, a
low-angle rise and counting noise. They replace measured films where none are available, and the
accuracy on them is no measure of the accuracy on real films.
"""
# Profiles, background and counting statistics of any scan, as ranges
SCAN = {
    "fwhm": (0.08, 0.2),
    "eta": (0.3, 0.8),
    "crystallite_size": loguniform(300, 2000),
    "hump": (0.0, 0.2),
    "rise": (0.0, 0.3),
    "max_counts": loguniform(300, 10000),
}
# Preferred orientation, strain and height of films, as ranges
TEXTURE = {
    "preferred_orientation": "random",
    "march_r": loguniform(0.25, 1.0),
    "random_fraction": (0.0, 0.5),
    "lattice_strain": (-0.005, 0.005),
    "anisotropic_strain": (0.0, 0.002),
    "sample_displacement": (-0.1, 0.1),
}
# PbI2, polytype 2H: B. Palosz and E. Salje, J. Appl. Cryst. 22 (1989) 622,
# doi:10.1107/S0021889889006916
_LEAD_IODIDE = Crystal(
    [4.558, 4.558, 6.986, 90, 90, 120],
    ["Pb", "I"],
    [[0, 0, 0], [1 / 3, 2 / 3, 0.2675]],
    "P-3m1",
    name="PbI2",
)


@validate_params(
    {
        "n_films": [Interval(Integral, 1, None, closed="left")],
        "crystals": [list, None],
        "two_theta": ["array-like", None],
        "wavelength": [Real, str],
        "target": [StrOptions({"space_group", "dimensionality"})],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_thin_films(
    n_films=84,
    *,
    crystals=None,
    two_theta=None,
    wavelength="CuKa",
    target="space_group",
    random_state=None,
    return_X_y=False,
):
    """Make virtual thin films of crystals (simulated scans).

    The films are simulated and are called so wherever they appear. The classes have equal shares
    of them.

    Parameters
    ----------
    n_films : int, default=84
        Number of films.
    crystals : list of Crystal, default=None
        What the films are made of; ``None`` takes :func:`load_halides`. For
        ``target="dimensionality"`` their ``metadata`` must have it.
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the scans in degrees; ``None`` takes 10 to 60 in steps of 0.04.
    wavelength : float or str, default="CuKa"
        Angstrom, or a name.
    target : {"space_group", "dimensionality"}, default="space_group"
        What the labels are.
    random_state : int, RandomState instance or None, default=None
        Seed.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` alone.

    Returns
    -------
    data : Bunch
        With the attributes

        data : list of PowderPattern
            The scans, with the crystal's name in ``metadata["crystal"]``.
        target : ndarray of str, shape (n_films,)
            Labels.
        target_names : list of str
            Distinct labels.
        two_theta : ndarray of shape (n_angles,)
            The grid.
        groups : ndarray of str, shape (n_films,)
            Each film has its own name, ``"virtual film 1"`` and so on.
        DESCR : str
            Description.

    Examples
    --------
    >>> from skxrd.datasets import make_thin_films
    >>> films = make_thin_films(7, random_state=0)
    >>> len(films.data), len(set(films.target)), str(films.groups[0])
    (7, 7, 'virtual film 1')
    """
    if crystals is None:
        crystals = load_halides().data
    if two_theta is None:
        two_theta = np.arange(10, 60, 0.04)
    rng = check_random_state(random_state)
    labels = np.array([_label(crystal, target) for crystal in crystals])
    names = np.unique(labels)
    drawn = [
        int(rng.choice(np.flatnonzero(labels == names[film % len(names)])))
        for film in range(n_films)
    ]
    simulator = PowderSimulator(
        two_theta,
        wavelength=wavelength,
        doublet=is_doublet(wavelength),
        **SCAN,
        **TEXTURE,
        impurities=[_LEAD_IODIDE],
        impurity_fraction=(0.0, 0.1),
        random_state=rng,
    )
    patterns = simulator.fit_transform([crystals[i] for i in drawn])
    data = [
        PowderPattern(
            two_theta,
            intensity,
            wavelength,
            f"virtual film {number}",
            {"crystal": crystals[i].name, "simulated": True},
        )
        for number, (i, intensity) in enumerate(zip(drawn, patterns, strict=True), start=1)
    ]
    if return_X_y:
        return data, labels[drawn]
    return Bunch(
        data=data,
        target=labels[drawn],
        target_names=names.tolist(),
        two_theta=np.asarray(two_theta, dtype=np.float64),
        groups=np.array([pattern.name for pattern in data]),
        DESCR=_DESCR.format(n_films=n_films),
    )


def _label(crystal, target):
    if target == "space_group":
        return crystal.space_group_symbol
    if "dimensionality" not in crystal.metadata:
        raise ValueError(
            f"crystal {crystal.name!r} has no metadata['dimensionality']; set it, or use "
            "target='space_group'."
        )
    return crystal.metadata["dimensionality"]
