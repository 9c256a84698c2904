"""Figure of the page on the three cases: training rows and test rows, fold by fold."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from skxrd.model_selection import ExperimentalKFold, SimulatedKFold, SimulatedToExperimental

films = ["series A"] * 6 + ["series B"] * 6 + ["experimental"] * 10
groups = np.array(["simulated"] * 24 + films)
y = np.arange(len(groups)) % 2
cases = {
    "Case 1": SimulatedKFold(4, random_state=0),
    "Case 2": SimulatedToExperimental(),
    "Case 3": ExperimentalKFold(4, random_state=0),
}

figure, axes = plt.subplots(
    3, 1, figsize=(7.6, 3.9), height_ratios=[4, 1.2, 4], sharex=True, layout="constrained"
)
colors = ["#F3F3F3", "#9DC3E0", "#D55E00"]
for ax, (name, splitter) in zip(axes, cases.items(), strict=True):
    folds = list(splitter.split(np.zeros((len(y), 1)), y, groups))
    part = np.zeros((len(folds), len(y)))
    for row, (train, test) in enumerate(folds):
        part[row, train], part[row, test] = 1, 2
    ax.pcolormesh(part, cmap=ListedColormap(colors), vmin=0, vmax=2, ec="w", lw=1)
    ax.invert_yaxis()
    ax.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=11)
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for edge in (24, 30, 36):
        ax.axvline(edge, color="#333333", lw=1.6 if edge == 24 else 0.8)
axes[-1].set_xticks([12, 27, 33, 41], ["simulated", "series A", "series B", "other films"])
names = ("not used", "training", "test")
handles = [
    Patch(fc=color, ec="#999999", label=name) for color, name in zip(colors, names, strict=True)
]
figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False, fontsize=9.5)
