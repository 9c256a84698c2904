"""Figure of the page on search: a simulated mixture with the phases found in it."""

import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import Crystal
from skxrd.inspection import PhaseMatchDisplay
from skxrd.search import PhaseSearch
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
    impurities=[anatase],
    impurity_fraction=0.33,
    max_counts=4000,
    random_state=0,
)
scan = simulator.simulate(zincite)
(match,) = PhaseSearch(elements="Ti,Zn,O").match([scan])
PhaseMatchDisplay.from_match(match, wavelength=scan.wavelength)
plt.show()
