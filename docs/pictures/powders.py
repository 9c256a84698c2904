"""Figure of the page on powders: one crystal as the network is given it, epoch after epoch."""

import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import Crystal
from skxrd.powders import powder_conditions
from skxrd.simulation import PowderSimulator

rutile = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]], "P42/mnm"
)
grid = np.linspace(10, 110, 5001)
figure, axes = plt.subplots(1, 3, figsize=(10, 4.2), sharex=True, layout="constrained")
for ax, level in zip(axes, ("paper", "measured", "processed"), strict=True):
    conditions = {**powder_conditions(level), "n_variants": 5, "random_state": 3}
    rows = PowderSimulator(grid, **conditions).fit_transform([rutile])
    for number, row in enumerate(rows):
        ax.plot(grid, row / row.max() - 1.1 * number, color="#333333", lw=0.6)
    ax.set_title(f'powder_conditions("{level}")', loc="left", fontsize=9)
    ax.set_xlabel("2θ (degrees)")
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
