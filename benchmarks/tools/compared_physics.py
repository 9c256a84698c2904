"""Crystals, patterns and what is done to them, for ``compare_versions.py``."""

import os
from pathlib import Path

import numpy as np
from version_names import find

GRID = np.linspace(10, 70, 1501)


def one_of_each_prototype():
    """Crystals by name of the prototype."""
    PROTOTYPES, make_prototype = find("PROTOTYPES"), find("make_prototype")
    ions = {"A": "Cs", "B": "Bi", "C": "Ag", "X": "I"}
    return {
        name: make_prototype(name, **{site: ions[site] for site in entry.formula if site in ions})
        for name, entry in PROTOTYPES.items()
    }


def crystals_of(made):
    """Crystals of a data set under either of its names."""
    return made["crystals"] if "crystals" in made else made["data"]


def atoms(name, crystal):
    """Cell, sites and symmetry of a crystal as arrays."""
    return {
        f"{name} cell": np.asarray(crystal.cell, dtype=float),
        f"{name} elements": np.asarray(crystal.elements, dtype=str),
        f"{name} positions": np.asarray(crystal.frac_coords, dtype=float),
        f"{name} occupancy": np.asarray(crystal.occupancy, dtype=float),
        f"{name} u_iso": np.asarray(crystal.u_iso, dtype=float),
        f"{name} symbol": np.array(str(crystal.space_group_symbol)),
    }


def lines(name, found):
    """Columns of a list of reflections."""
    columns = ("hkl", "multiplicity", "d_spacing", "two_theta", "intensity", "structure_factor")
    return {
        f"{name} {column}": np.asarray(getattr(found, column))
        for column in columns
        if hasattr(found, column)
    }


def crystals():
    """Prototypes, their symmetry, edits, defects, reflections and spacings."""
    make_cluster, ReflectionList = find("make_cluster"), find("ReflectionList")
    reflections, dimensionality = find("reflections"), find("dimensionality")
    found = {}
    for name, crystal in one_of_each_prototype().items():
        found |= atoms(name, crystal) | atoms(f"{name} expanded", crystal.expand())
        found |= lines(name, reflections(crystal, "CuKa", (5, 60), u_iso=0.01, doublet=True))
        found |= lines(
            f"{name} Mo", reflections(crystal, 0.71, (5, 30), monochromator_two_theta=26.6)
        )
        found[f"{name} spacings"] = find("longest_spacings")(
            ReflectionList.from_crystal(crystal), 6
        )
        found[f"{name} dimensionality"] = np.array(dimensionality(crystal))
        found |= atoms(f"{name} found symmetry", find("find_symmetry")(crystal.expand(), 0.01))
        found[f"{name} structure factors"] = find("structure_factors")(
            crystal, [[1, 0, 0], [1, 1, 0], [2, 0, 2]], wavelength=1.5406, u_iso=0.02
        )
    for name in ("cubic perovskite", "dimers", "monoclinic layers Pc"):
        crystal = one_of_each_prototype()[name]
        wide = find("make_supercell")(crystal, (2, 1, 1))
        found |= atoms(f"{name} supercell", wide)
        found |= atoms(f"{name} displaced", find("displace_atoms")(wide, 0.05, 0))
        found |= atoms(f"{name} removed", find("remove_atoms")(wide, 0.3, 0))
        found |= atoms(f"{name} warm", find("add_thermal_disorder")(wide, 0.05, 0))
        found |= atoms(f"{name} replaced", find("substitute")(crystal, {"I": "Br"}))
        cluster = make_cluster(crystal, 64)
        found[f"{name} cluster"] = np.asarray(cluster.positions)
    halides = find("load_halides")()
    for number in range(0, len(halides.data), 9):
        found |= atoms(f"halide {number}", halides.data[number])
    for make in ("make_cubic_crystals", "make_structure_types"):
        made = find(make)(12, random_state=0)
        for number, crystal in enumerate(crystals_of(made)):
            found |= atoms(f"{make} {number}", crystal)
        found[f"{make} classes"] = np.asarray(made.target)
    numbers = np.arange(1, 231)
    found["extinction groups"] = np.array([find("extinction_group")(n) for n in numbers])
    for level in find("SYMMETRY_LEVELS"):
        found[f"codes {level}"] = find("symmetry_codes")(numbers, level)
    return found


CONDITIONS = {
    "plain": {},
    "doublet": {"doublet": True, "profile": "pseudo_voigt", "eta": 0.3, "fwhm": 0.08},
    "no dispersion": {"dispersion": False, "u_iso": 0.0},
    "monochromator": {"monochromator_two_theta": 26.6, "caglioti_uvw": (0.05, -0.01, 0.01)},
    "small crystallites": {"crystallite_size": 300.0, "microstrain": 0.002},
    "asymmetric": {"asymmetry": 0.03, "fwhm": 0.06},
    "textured": {"preferred_orientation": (0, 0, 1), "march_r": 0.4, "random_fraction": 0.2},
    "randomly textured": {"preferred_orientation": "random", "march_r": (0.2, 1.0)},
    "strained": {"lattice_strain": (-0.02, 0.02), "anisotropic_strain": (0.0, 0.004)},
    "misaligned": {"zero_shift": (-0.1, 0.1), "sample_displacement": (-0.2, 0.2)},
    "background": {"polynomial": (0.0, 0.4), "hump": (0.1, 0.3), "rise": (0.0, 0.3)},
    "counted": {"max_counts": 1000.0},
    "molybdenum": {"wavelength": "MoKa"},
    "variants": {"n_variants": 3, "march_r": (0.3, 1.0), "preferred_orientation": (1, 1, 0)},
}


def simulation():
    """Powders under many conditions, and the functions that they are made of."""
    crystals = list(one_of_each_prototype().values())
    PowderSimulator, powder_conditions = find("PowderSimulator"), find("powder_conditions")
    found = {
        name: PowderSimulator(GRID, random_state=1, **options).fit_transform(crystals)
        for name, options in CONDITIONS.items()
    }
    mixed = {"impurities": crystals[:2], "impurity_fraction": (0.05, 0.2)}
    found["impurities"] = PowderSimulator(GRID, random_state=1, **mixed).fit_transform(crystals)
    for kind in ("paper", "measured"):
        simulator = PowderSimulator(GRID, random_state=2, **powder_conditions(kind))
        found[f"conditions {kind}"] = simulator.fit_transform(crystals)
    listed = [find("ReflectionList").from_crystal(crystal) for crystal in crystals]
    found["lists"] = PowderSimulator(GRID, random_state=1).fit_transform(listed)
    pattern = PowderSimulator(GRID, random_state=1, max_counts=500).simulate(crystals[0])
    found["one pattern"] = pattern.intensity
    films = find("make_thin_films")(21, two_theta=GRID, random_state=0)
    found["films"] = np.array([pattern.intensity for pattern in films.data])
    found["classes of films"] = np.asarray(films.target)
    angles = np.array([12.0, 30.0, 60.0, 120.0])
    found["Lorentz-polarization"] = find("lorentz_polarization")(angles)
    found["Caglioti"] = find("caglioti_width")(angles, (0.05, -0.01, 0.01))
    found["Scherrer"] = find("scherrer_width")(angles, 200.0, 1.54)
    found["March-Dollase"] = find("march_dollase")(
        crystals[0], [[1, 0, 0], [1, 1, 1]], (0, 0, 1), 0.4
    )
    found["pseudo-Voigt"] = find("pseudo_voigt")(np.linspace(-1, 1, 21), 0.2, 0.4)
    found["Thompson-Cox-Hastings"] = np.asarray(
        find("thompson_cox_hastings")(np.array([0.1, 0.2]), np.array([0.05, 0.3]))
    )
    return found


def fingerprints():
    """Fingerprints of prototypes, perfect and with atoms displaced or gone."""
    crystals = [one_of_each_prototype()[name] for name in ("cubic perovskite", "dimers")]
    crystals += list(crystals_of(find("make_cubic_crystals")(6, random_state=0)))
    DiffractionFingerprint = find("DiffractionFingerprint")
    found = {}
    for name, options in {
        "default": {},
        "averaged": {"average": True, "rotations": ((45.0, 0.0, 0.0), (0.0, 45.0, 0.0))},
        "cube": {"shape": "cube", "n_atoms": 90},
    }.items():
        fingerprint = DiffractionFingerprint(n_pixels=32, **options)
        found[name] = fingerprint.fit_transform(crystals)
    cells = [find("make_supercell")(crystal, (2, 2, 2)) for crystal in crystals]
    defects = {
        "vacancies": [find("remove_atoms")(one, 0.4, 0) for one in cells],
        "displaced": [find("displace_atoms")(one, 0.1, 0) for one in cells],
        "warm": [find("add_thermal_disorder")(one, 0.1, 0) for one in cells],
    }
    for name, changed in defects.items():
        found[name] = DiffractionFingerprint(n_pixels=32).fit_transform(changed)
    return found


def patterns_to_change():
    """Rows with noise, background and a gap, and their classes."""
    crystals = list(one_of_each_prototype().values()) * 2
    options = {"max_counts": 2000.0, "polynomial": (0.0, 0.3), "fwhm": 0.2, "random_state": 3}
    X = find("PowderSimulator")(GRID, **options).fit_transform(crystals)
    return X, np.repeat(["a", "b", "c", "d"], 5)


def augmentation():
    """Samplers and transformers with every effect, and the functions below them."""
    X, y = patterns_to_change()
    effects = {
        "default": {},
        "blocks": {"region": "block"},
        "peaks": {"region": "peak", "per_class": True},
        "harmonics": {"region": "harmonic", "balance": False},
        "positions": {"strain_range": (-0.01, 0.01), "displacement_range": (-0.3, 0.3)},
        "shapes": {"broadening_range": (0.1, 0.3), "hump_range": (0.0, 0.5)},
        "impurities": {"n_impurity_lines": 3, "wavelength": "CuKa"},
        "impurity spacings": {
            "n_impurity_lines": 2,
            "impurity_d_spacings": [3.3, 2.5, 2.1],
            "wavelength": "CuKa",
        },
        "noise": {"counts_range": (100, 1000), "n_spikes": 2},
    }
    found = {}
    for name, options in effects.items():
        sampler = find("PhysicsAugmenter")(GRID, n_augmented=24, random_state=4, **options)
        found[name], found[f"{name} classes"] = sampler.fit_resample(X, y)
    for noise in ("gaussian", "poisson"):
        sampler = find("NoiseAugmenter")(noise=noise, n_augmented=24, random_state=4)
        found[noise], found[f"{noise} classes"] = sampler.fit_resample(X, y)
    for region in ("peak", "block", "harmonic"):
        for name in (("PeakHeightScaler", "PeakScaler"), ("PeakEliminator",)):
            changer = find(*name)(GRID, region=region, random_state=5)
            found[f"{name[-1]} {region}"] = changer.fit_transform(X, y)
    shifter = find("PatternShifter")(GRID, strain_range=(-0.01, 0.01), random_state=5)
    found["PatternShifter"] = shifter.fit_transform(X, y)
    found["shifted"] = find("shift_patterns")(X, 0.13, GRID, strain=0.002, displacement=0.1)
    found["regions"] = np.asarray(find("harmonic_regions")(X, GRID))
    return found


def preprocessing():
    """Backgrounds, smoothing, scaling, coarse steps and common grids, with angles missing."""
    X, _ = patterns_to_change()
    X = np.concatenate([X, 3 * X[:4]])
    X[-2:, :200], X[-3, 700:720] = np.nan, np.nan
    BackgroundSubtractor = find("BackgroundSubtractor")
    found = {
        f"background {method} {window} {dtype.__name__}": BackgroundSubtractor(
            GRID, method=method, window=window, clip=dtype is float
        ).fit_transform(X.astype(dtype))
        for method in ("snip", "rolling_ball", "arpls", "asls", "peak_window", "polynomial")
        for window in (None, 1.5)
        for dtype in (float, np.float32)
    }
    smoother, scaler = find("SavitzkyGolaySmoother"), find("PatternScaler")
    for dtype in (float, np.float32):
        rows, name = X.astype(dtype), dtype.__name__
        found[f"smooth {name}"] = smoother(GRID).fit_transform(rows)
        found[f"smoother {name}"] = smoother(GRID, window=0.8, polyorder=3).fit_transform(rows)
        found[f"coarse {name}"] = find("StepCoarsener")(GRID, step=0.13).fit_transform(rows)
        for method in ("max", "minmax", "area", "l2"):
            scaled = scaler(method=method, power=0.5).fit_transform(np.abs(rows))
            found[f"{method} {name}"] = scaled
    PowderPattern, PatternStacker = find("PowderPattern"), find("PatternStacker")
    patterns = [
        PowderPattern(GRID, np.nan_to_num(X[0]), wavelength=1.5406),
        PowderPattern(np.arange(5, 40, 0.013), np.arange(2693) % 300 + 1.0, wavelength=0.7107),
        PowderPattern(np.arange(12, 62, 0.05), np.arange(1000) % 37 + 1.0, wavelength="CuKa"),
    ]
    grid = np.arange(14, 56, 0.03)
    found["stacked"] = PatternStacker(grid, wavelength="CuKa1").fit_transform(patterns)
    wide = PatternStacker(np.arange(5, 90, 0.05), wavelength="CuKa", outside="mask")
    found["masked"] = wide.fit_transform(patterns)
    found["without doublet"] = find("strip_doublet")(patterns[2]).intensity
    found["common grid"], _ = find("common_two_theta")([patterns[0], patterns[2]])
    return found


def reading():
    """Every scan of the instrument files, and some crystals, if ``SKXRD_DATA`` is set."""
    if "SKXRD_DATA" not in os.environ:
        return {}
    data, read_patterns = Path(os.environ["SKXRD_DATA"]), find("read_patterns")
    found = {}
    folders = ("instrument_files", "dara_xrdml", "xerus_ras")
    files = [path for folder in folders for path in (data / folder).rglob("*") if path.is_file()]
    for path in sorted(files):
        name = str(path.relative_to(data))
        try:
            patterns = read_patterns(path)
        except (ValueError, OSError) as error:
            found[f"{name} refused"] = np.array(type(error).__name__)
            continue
        for number, pattern in enumerate(patterns):
            found[f"{name} {number} two_theta"] = pattern.two_theta
            found[f"{name} {number} intensity"] = pattern.intensity
            wavelength = np.nan if pattern.wavelength is None else pattern.wavelength
            found[f"{name} {number} wavelength"] = np.array(float(wavelength))
    for path in sorted(data.glob("zeolite_cifs/**/*.cif"))[:20]:
        for number, crystal in enumerate(find("read_crystals")(path, on_error="skip")):
            found |= atoms(f"{path.name} {number}", crystal)
    return found
