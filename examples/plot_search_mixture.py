"""
Which phases are in a mixture?
==============================

Look up a powder instead of classifying it: a scan of two minerals, **simulated** here instead of
measured, and a library of phases. ``skxrd search scan.xrdml`` does the same for a file.
"""

# %%
# The scan
# --------
# Zincite with so much anatase that its strongest line is a third as high, displaced on its holder,
# with a hump of glass below the peaks. The search is given none of this information.
import numpy as np

from skxrd.crystal import Crystal
from skxrd.simulation import PowderSimulator

anatase = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd"
)
zincite = Crystal(
    [3.249, 3.249, 5.204, 90, 90, 120],
    ["Zn", "O"],
    [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.3821]],
    "P63mc",
)
simulator = PowderSimulator(
    np.arange(15, 90, 0.02),
    doublet=True,
    crystallite_size=400,
    sample_displacement=0.05,
    impurities=[anatase],
    impurity_fraction=0.33,
    hump=0.05,
    max_counts=4000,
    random_state=0,
)
scan = simulator.simulate(zincite)

# %%
# The answer
# ----------
# The bundled library has minerals, each with the article of its structure, and known inorganic
# compounds. Elements that you know exclude most of what merely looks alike.
from skxrd.search import PhaseSearch

search = PhaseSearch(elements="Ti,Zn,O")
table = search.search([scan])
print(table[["phase", "formula", "space_group_symbol", "explained", "weight_fraction"]])

# %%
# Scan and phases
# ---------------
# Dots are the scan without its background, the line is the sum of the phases; each has its row of
# ticks. On the scale of square roots, weak lines show.
import matplotlib.pyplot as plt

from skxrd.inspection import PhaseMatchDisplay

(match,) = search.match([scan])
display = PhaseMatchDisplay.from_match(match, wavelength=scan.wavelength)
display.ax_.set_title("simulated mixture", loc="left", fontsize=10)
plt.show()

# %%
# What nobody looked for
# ----------------------
# If only one phase may be named, the lines of the other are marked: something is still in there.
(one,) = search.set_params(max_phases=1).match([scan])
print("peaks that no phase explains:", one.unexplained.round(2))
display = PhaseMatchDisplay.from_match(one, wavelength=scan.wavelength)
display.ax_.set_title("simulated mixture, one phase named", loc="left", fontsize=10)
plt.show()
