"""
What is this powder?
====================

A scan from 15 to 70 degrees, **simulated** here instead of measured, and the answer of
``skxrd identify``: a verdict in words, the phases, probabilities of the symmetry that are
consistent from crystal system to space group, and sets that hold the true class in nine of ten
scans.
"""

# %%
# The scan
# --------
# Rutile with a little anatase, on a misaligned holder, with the background of air and a glass
# slide. Nothing of this is told to the identifier.
import numpy as np

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.simulation import PowderSimulator

rutile = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]], "P42/mnm"
)
anatase = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd"
)
conditions = {
    "doublet": True,
    "caglioti_uvw": (0.02, -0.004, 0.015),
    "crystallite_size": 500,
    "sample_displacement": 0.08,
    "impurities": [anatase],
    "impurity_fraction": 0.1,
    "hump": 0.08,
    "rise": 0.1,
    "max_counts": 2500,
    "random_state": 0,
}
scan = PowderSimulator(np.arange(15, 70, 0.025), **conditions).simulate(rutile)
print(scan)

# %%
# The verdict
# -----------
# :class:`skxrd.powders.PowderIdentifier` looks the scan up in the library of the package, asks the
# network of the package, and says what both together amount to.
from skxrd.powders import PowderIdentifier

identifier = PowderIdentifier()
found = identifier.identify([scan])[0]
print(found.verdict)
print(f"not in the library: {found.unknown:.2f}; several phases: {found.mixture:.2f}")
print("doubts:", "; ".join(found.doubts) or "none")
found.phase_table()[["phase", "formula", "space_group_number", "figure_of_merit", "a", "c"]]

# %%
# The phases
# ----------
# What was found explains the scan: dots are measured, the line is calculated, the line below is
# what is left.
import matplotlib.pyplot as plt

from skxrd.inspection import PhaseMatchDisplay

PhaseMatchDisplay.from_match(found.match, wavelength=scan.wavelength)
plt.show()

# %%
# The symmetry
# ------------
# The first classes of each level. Orange is in the 90 % set of the level. Space groups of a set
# belong to extinction groups of theirs, and these to crystal systems: the sets are nested.
from skxrd.crystal import SYMMETRY_LEVELS, space_group_symbol

figure, axes = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
for ax, level in zip(axes, SYMMETRY_LEVELS, strict=True):
    for place, (name, probability) in enumerate(found.ranking(level, top=5)):
        color = "#D55E00" if name in found.sets[level] else "#BBBBBB"
        ax.barh(place, probability, color=color, height=0.75)
        if level == "space_group":
            name = f"{name}  {space_group_symbol(name)}"
        ax.text(0, place, f" {name}  {probability:.2f}", va="center", fontsize=9, color="#111111")
    ax.set(xlim=(0, 1), yticks=[], xticks=[0, 0.5, 1])
    ax.invert_yaxis()
    ax.set_title(level.replace("_", " "), loc="left", fontsize=10)
    ax.spines[["top", "right", "left"]].set_visible(False)
plt.show()

# %%
# A phase that is not in the library
# ----------------------------------
# If only phases without titanium are allowed, the true one cannot be found. The verdict then names
# no phase, and the symmetry rests on relatives and on the network.
from skxrd.powders import PowderIdentifier

(other,) = PowderIdentifier(excluded_elements="Ti").identify([scan])
print(other.verdict)
print(f"not in the library: {other.unknown:.2f}")

# %%
# How much of a scan does it take?
# --------------------------------
# The same specimen, measured from 15 degrees to ever larger angles: what does the verdict say? If
# only the first lines were measured, many lattices fit them.
for end in (30, 38, 50, 70):
    part = scan.two_theta <= end
    short = PowderPattern(scan.two_theta[part], scan.intensity[part], scan.wavelength, "part")
    print(f"to {end} degrees: {identifier.identify([short])[0].verdict}")
