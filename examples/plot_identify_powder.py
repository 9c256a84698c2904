"""
Which symmetry does an unknown powder have?
===========================================

A scan from 15 to 70 degrees of a powder with an impurity, **simulated** here instead of measured,
and the network that comes with the package. It predicts crystal system, extinction group and space
group with probabilities that are consistent with one another; ``skxrd identify scan.xrdml`` prints
the same for a file.
"""

# %%
# The scan
# --------
# Rutile with some anatase, on a misaligned holder, with the background of air and a glass slide.
# The classifier is given none of this information.
import numpy as np

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
    "impurity_fraction": 0.06,
    "hump": 0.08,
    "rise": 0.1,
    "max_counts": 2500,
    "random_state": 0,
}
scan = PowderSimulator(np.arange(15, 70, 0.025), **conditions).simulate(rutile)
print(scan)

# %%
# The answer
# ----------
# The network has a fixed grid of angles. :class:`skxrd.preprocessing.PatternStacker` brings any
# scan onto it, whatever its step and wavelength, and marks the angles that were not measured.
from skxrd.powders import load_symmetry_classifier
from skxrd.preprocessing import PatternStacker

classifier = load_symmetry_classifier("space_group")
stacker = PatternStacker(classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask")
X = stacker.fit_transform([scan])
levels = classifier.predict_levels(X)
print("warnings:", classifier.find_warnings(X)[0] or "none")

# %%
# The first five of each level
# ----------------------------
# Orange marks the truth, if it is among them; it need not be the first, and the model card states
# how often it is. Treat the list as the start of a search. Absent lines distinguish extinction
# groups; space groups of one extinction group differ by intensities only, and share its
# probability.
import matplotlib.pyplot as plt

from skxrd.crystal import SYMMETRY_LEVELS, space_group_symbol, symmetry_classes, symmetry_codes

truth = {level: symmetry_codes([136], level)[0] for level in SYMMETRY_LEVELS}
figure = plt.figure(figsize=(9, 5.6), layout="constrained")
panels = figure.subplot_mosaic([["scan"] * 3, list(SYMMETRY_LEVELS)], height_ratios=[1, 1.1])
ax = panels["scan"]
ax.axvspan(10, 15, color="#EEEEEE", lw=0)
ax.axvspan(70, 110, color="#EEEEEE", lw=0)
ax.text(90, 0.5, "not measured", ha="center", color="#999999", transform=ax.get_xaxis_transform())
ax.plot(scan.two_theta, scan.intensity, color="#333333", lw=0.7)
ax.set(xlim=(10, 110), yticks=[], xlabel="2θ (degrees), Cu Kα")
ax.set_title("simulated scan", loc="left", color="#666666", fontsize=9)
for level in SYMMETRY_LEVELS:
    ax, (probabilities,) = panels[level], levels[level]
    first = probabilities.argsort()[::-1][:5]
    colors = ["#D55E00" if code == truth[level] else "#BBBBBB" for code in first]
    ax.barh(range(5), probabilities[first], color=colors, height=0.75)
    for place, code in enumerate(first):
        name = symmetry_classes(level)[code]
        if level == "space_group":
            name = f"{name}  {space_group_symbol(name)}"
        text = f" {name}  {probabilities[code]:.2f}"
        ax.text(0, place, text, va="center", fontsize=9, color="#111111")
    ax.set(xlim=(0, 1), yticks=[], xticks=[0, 0.5, 1])
    ax.invert_yaxis()
    ax.set_title(level.replace("_", " "), loc="left", fontsize=10)
for ax in panels.values():
    ax.spines[["top", "right", "left"]].set_visible(False)
plt.show()

# %%
# How much of a scan does it take?
# --------------------------------
# The same specimen, measured from 15 degrees to ever larger angles: what probability does the true
# class get? If only the first lines were measured, many lattices fit them.
ends = np.arange(30, 111, 4)
whole = PowderSimulator(np.arange(15, 110, 0.025), **conditions).simulate(rutile)
rows = np.repeat(stacker.transform([whole]), ends.size, axis=0)
rows[classifier.two_theta_ > ends[:, None]] = np.nan
figure, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
for color, (level, probabilities) in zip(
    ("#009E73", "#0072B2", "#D55E00"), classifier.predict_levels(rows).items(), strict=True
):
    ax.plot(ends, probabilities[:, truth[level]], "o-", color=color, ms=4, label=level)
ax.legend([level.replace("_", " ") for level in SYMMETRY_LEVELS], frameon=False)
ax.set(ylim=(0, 1), xlabel="last measured angle (degrees)", ylabel="probability of the true class")
ax.set_title("simulated", loc="left", color="#666666", fontsize=9)
ax.spines[["top", "right"]].set_visible(False)
plt.show()
