"""What scans of thin films differ in, as ranges that simulated ones are drawn from."""

from scipy.stats import loguniform

#: Profiles, background and counting statistics of any scan.
SCAN = {
    "fwhm": (0.08, 0.2),
    "eta": (0.3, 0.8),
    "crystallite_size": loguniform(300, 2000),
    "hump": (0.0, 0.2),
    "rise": (0.0, 0.3),
    "max_counts": loguniform(300, 10000),
}
#: Preferred orientation, strain and height of films.
TEXTURE = {
    "preferred_orientation": "random",
    "march_r": loguniform(0.25, 1.0),
    "random_fraction": (0.0, 0.5),
    "lattice_strain": (-0.005, 0.005),
    "anisotropic_strain": (0.0, 0.002),
    "sample_displacement": (-0.1, 0.1),
}
