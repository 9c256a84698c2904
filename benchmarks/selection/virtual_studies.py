"""Virtual studies: simulated films that are as hard to classify as the measured ones.

Each study has 85 virtual (simulated) films with the class counts of the measured collection, in
series of near-twins, of crystals whose cells are off and most of which are not in the library that
the powders come from. How hard the studies are was set with the SVM and the nearest neighbour
alone, on studies 100 to 102, to about what these score on measured films.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from scipy.stats import loguniform
from sklearn.utils import Bunch

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.datasets import load_halides, read_films_with_crystals
from skxrd.model_selection import make_preparation
from skxrd.simulation import PowderSimulator

TWO_THETA = np.arange(10, 60, 0.04)
#: Films of each class, as many as were measured.
COUNTS = {
    "Pm-3m": 44,
    "I4/mcm": 17,
    "P-3m1": 13,
    "Fm-3m": 4,
    "P63/mmc": 4,
    "Pc": 2,
    "P21/c": 1,
}
SERIES = [1, 1, 1, 1, 2, 3, 5]  # sizes that series are drawn from
IN_LIBRARY = 0.3  # share of the films' crystals that the library may keep
CELL, AXIS = 0.015, 0.005  # relative error of the cell, and of its last axis beside it
DRIFT = 0.001  # of the cell from film to film of a series (composition)
SECOND_PHASE = 0.4  # share of series with another crystal, of whatever class, in it
TINT = 0.25  # ratios of peaks within a series, standard deviation of the logarithm
SCAN = {
    "fwhm": (0.08, 0.25),
    "eta": (0.3, 0.8),
    "crystallite_size": loguniform(200, 2000),
    "hump": (0.0, 0.4),
    "rise": (0.0, 0.3),
    "preferred_orientation": "random",
    "march_r": loguniform(0.15, 1.0),
    "random_fraction": (0.0, 0.5),
    "anisotropic_strain": (0.0, 0.002),
    "sample_displacement": (-0.15, 0.15),
    "impurity_fraction": (0.0, 0.6),
}
COUNTS_RANGE = loguniform(200, 10000)  # of the highest point


def make_study(number):
    """Rows of virtual films and of the powders of a library that lacks most of their crystals."""
    rng = np.random.default_rng([6, number])
    halides = load_halides()
    known, held = np.ones(len(halides.data), dtype=bool), []
    films, labels = [], []
    for label, count in COUNTS.items():
        candidates = rng.permutation(np.flatnonzero(halides.target == label))
        left, used = count, 0
        while left:
            size = min(left, int(rng.choice(SERIES)))
            source = candidates[used % len(candidates)]
            used += 1
            if rng.random() > IN_LIBRARY and known[candidates].sum() > 2:
                known[source] = False
                held.append(source)
            films += make_series(halides.data, source, size, rng)
            labels += [label] * size
            left -= size
    data = read_films_with_crystals(
        Bunch(
            data=films,
            target=np.array(labels),
            groups=np.full(len(films), "experimental"),
        ),
        crystals=[crystal for crystal, keep in zip(halides.data, known, strict=True) if keep],
        random_state=int(rng.integers(2**31)),
    )
    X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
    simulated = data.groups == "simulated"
    counts = Counter(data.target[~simulated])
    return Bunch(
        X=X,
        y=data.target,
        groups=data.groups,
        two_theta=data.two_theta,
        summary=f"{len(films)} virtual (simulated) films ("
        + ", ".join(f"{name} {count}" for name, count in counts.most_common())
        + f") and {simulated.sum()} simulated powders; {len(held)} crystals held out",
    )


def make_series(crystals, source, size, rng):
    """Scans of one crystal whose cell is off, alike in texture and background."""
    phases = [load_lead_iodide()]
    if rng.random() < SECOND_PHASE:
        phases = [crystals[rng.integers(len(crystals))]]
    crystal, seed = with_cell(crystals[source], CELL, AXIS, rng), int(rng.integers(2**31))
    films = []
    for _ in range(size):
        simulator = PowderSimulator(
            TWO_THETA, doublet=True, impurities=phases, random_state=seed, **SCAN
        )
        scan = simulator.fit_transform([with_cell(crystal, DRIFT, 0, rng)])[0]
        knots = rng.normal(0, TINT, 10)
        scan = scan * np.exp(np.interp(TWO_THETA, np.linspace(10, 60, 10), knots))
        counts = COUNTS_RANGE.rvs(random_state=rng)
        scan = rng.poisson(np.maximum(scan / scan.max() * counts, 0)).astype(float)
        films.append(PowderPattern(TWO_THETA, scan, "CuKa", "virtual film", {"simulated": True}))
    return films


def with_cell(crystal, cell, axis, rng):
    """The crystal with another cell of the same symmetry."""
    factors = np.ones(6)
    factors[:3] += rng.normal(0, cell)
    other = rng.normal(0, axis) if axis else 0.0
    if crystal.crystal_system != "cubic":
        factors[2] += other
    return replace(crystal, cell=crystal.cell * factors)


def load_lead_iodide():
    """PbI2, polytype 2H (B. Palosz and E. Salje, 1989, doi:10.1107/S0021889889006916)."""
    sites = [[0, 0, 0], [1 / 3, 2 / 3, 0.2675]]
    return Crystal([4.558, 4.558, 6.986, 90, 90, 120], ["Pb", "I"], sites, "P-3m1", name="PbI2")
