"""Figure of the page on powders: accuracy after each epoch of the recorded trainings."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

RESULTS = Path("..", "..", "benchmarks", "results", "powders")
TRAININGS = {  # results of the stages of each training
    "paper's conditions, random split of the known": {
        "build_symmetry_conv, four stages": (
            "network_known_random_ours",
            "network_known_random_ours_computed",
            "network_known_random_ours_spacings",
            "network_known_random_ours_longer",
        ),
        "build_powder_conv, as published": ("network_known_random_park",),
    },
    "measured conditions, split by formula, 112,680 structures": {
        "build_symmetry_conv, Muon, two stages": (
            "network_all_formula_ours_measured_muon",
            "network_all_formula_ours_measured_long",
        ),
        "its shallower version, Adam": ("network_all_formula_ours_measured",),
    },
}
COLOURS = ("#0b6e99", "#b04a2f")


def history_of(stages):
    """Entries of all epochs, and the epochs after which another stage begins."""
    each = [json.loads((RESULTS / f"{name}.json").read_text())["history"] for name in stages]
    ends = np.cumsum([len(history) for history in each])[:-1]
    return [entry for history in each for entry in history], ends


figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, (title, networks) in zip(axes, TRAININGS.items(), strict=True):
    for (label, stages), colour in zip(networks.items(), COLOURS, strict=True):
        history, ends = history_of(stages)
        epochs = range(1, len(history) + 1)
        for key, style in (("val_accuracy", "-"), ("accuracy", ":")):
            values = [100 * entry[key] for entry in history]
            ax.plot(epochs, values, style, color=colour, label=label if style == "-" else None)
        for end in ends:
            ax.axvline(end + 0.5, color="#d0d0d0", lw=0.8, zorder=0)
    ax.set_title(title, loc="left", fontsize=9)
    ax.set_xlabel("epoch")
    ax.legend(frameon=False, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("space group correct (%)")
