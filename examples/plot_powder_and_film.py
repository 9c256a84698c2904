"""
The same crystal as a powder and as a textured film
====================================================

A powder shows every reflection of a crystal. A film whose grains lie on one face shows the orders
of that face and little else. This is why a classifier trained only on powders fails on films. Both
patterns here are **simulated**.
"""

# %%
# The crystal
# -----------
# Cubic caesium lead bromide, from the bundled prototypes; :func:`skxrd.io.read_cif` reads any other
# crystal. Cell and space group alone determine where lines can occur.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import make_prototype
from skxrd.inspection import PatternDisplay
from skxrd.simulation import PowderSimulator

crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
print(crystal)

# %%
# A powder and a film
# -------------------
# One simulator for each specimen. The film has (100) texture, with a tenth of its grains oriented
# at random, and is slightly displaced from the goniometer axis. Both have the K-alpha doublet of a
# copper tube and peaks that broaden with the angle because of 60 nm crystallites and microstrain.
grid = np.arange(10, 60, 0.02)
scan = {
    "doublet": True,
    "profile": "thompson_cox_hastings",
    "caglioti_uvw": (0.02, -0.01, 0.01),
    "crystallite_size": 600,
    "microstrain": 0.001,
    "max_counts": 3000,
    "random_state": 0,
}
powder = PowderSimulator(grid, **scan).simulate(crystal)
film = PowderSimulator(
    grid,
    preferred_orientation=(1, 0, 0),
    march_r=0.3,
    random_fraction=0.1,
    sample_displacement=0.1,
    hump=0.05,
    **scan,
).simulate(crystal)

# %%
# The lines of a simulated pattern, with their Miller indices, are in its ``metadata``.
display = PatternDisplay.from_patterns(
    [powder, film], labels=["powder\n(simulated)", "film on (100)\n(simulated)"], offset=1.3
)
display.name_peaks(powder.metadata["reflections"], pattern=0)
display.name_peaks(film.metadata["reflections"], pattern=1)
plt.show()

# %%
# The March-Dollase factor tells how much each line gains or loses.
from skxrd.simulation import march_dollase

hkl = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 0, 0], [2, 1, 0], [2, 1, 1]])
for indices, weight in zip(hkl, march_dollase(crystal, hkl, (1, 0, 0), 0.3), strict=True):
    print(indices, f"{weight:.2f}")
