"""
Simulate a pattern and index its peaks
======================================

Which plane does a peak belong to, and where does it move when the composition changes? Caesium lead
halides from chloride to iodide, all **simulated**: the lattice expands, every line moves to lower
angles, and the strongest line changes.
"""

# %%
# Crystals
# --------
# A cell, elements, positions and a space group. :func:`skxrd.io.read_cif` reads them from a file;
# :func:`skxrd.crystal.substitute` puts other elements, or mixtures of them, on the same sites and
# scales the cell with the radii.
from skxrd.crystal import Crystal, reflections, substitute

bromide = Crystal(
    [5.87] * 3 + [90] * 3, ["Cs", "Pb", "Br"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]], "Pm-3m"
)
series = {
    "CsPbCl3": substitute(bromide, {"Br": "Cl"}),
    "Cl and Br": substitute(bromide, {"Br": {"Cl": 0.5, "Br": 0.5}}),
    "CsPbBr3": bromide,
    "Br and I": substitute(bromide, {"Br": {"Br": 0.5, "I": 0.5}}),
    "CsPbI3": substitute(bromide, {"Br": "I"}),
}

# %%
# Reflections
# -----------
# Every pattern is computed from a list of Miller indices, multiplicities, spacings, structure
# factors and angles.
lines = reflections(bromide, "CuKa", (10, 45))
for row in zip(lines.hkl, lines.multiplicity, lines.d_spacing, lines.two_theta, strict=True):
    hkl, multiplicity, spacing, angle = row
    print(hkl, f"{multiplicity:3d} planes, d = {spacing:.3f} Å, 2θ = {angle:.2f}°")

# %%
# Patterns
# --------
# Each dashed line joins the peaks of one plane. Their heights depend on the contrast between the
# ions: (110) is the strongest line of the chloride, (200) that of the iodide.
import matplotlib.pyplot as plt
import numpy as np

from skxrd.inspection import PatternDisplay
from skxrd.simulation import PowderSimulator

simulator = PowderSimulator(np.arange(10, 45, 0.02), fwhm=0.12)
patterns = [simulator.simulate(crystal) for crystal in series.values()]
display = PatternDisplay.from_patterns(patterns, labels=list(series), offset=1.25)
display.name_peaks(patterns[0].metadata["reflections"], pattern=0, least=0.01)
angles = [reflections(crystal, "CuKa", (10, 45)).two_theta for crystal in series.values()]
levels = 1.25 * np.arange(len(series))[::-1]
for plane in range(min(map(len, angles))):
    places = [row[plane] for row in angles]
    display.ax_.plot(places, levels, ls="--", lw=0.7, color="#999999", zorder=0)
display.ax_.set_title("simulated", loc="left", color="#666666", fontsize=9)
display.ax_.set_xlim(10, 45)
plt.show()
