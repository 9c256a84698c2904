"""Picture of the page on powders: accuracy behind each epoch of the trainings on record."""

import json
from pathlib import Path

import matplotlib.pyplot as plt

RESULTS = Path("..", "..", "benchmarks", "results")
TRAININGS = {
    "paper's conditions, random split, 38,861 structures": {
        "build_symmetry_conv": ("powder_scale_known_random_ours", "#0b6e99"),
        "build_powder_conv, as published": ("powder_scale_known_random_park", "#b04a2f"),
    },
    "measured conditions, split by formula, 112,680 structures": {
        "build_symmetry_conv, Muon": ("powder_scale_all_formula_ours_measured_muon", "#0b6e99"),
        "its shallower version, Adam": ("powder_scale_all_formula_ours_measured", "#8a8a8a"),
    },
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, (title, networks) in zip(axes, TRAININGS.items(), strict=True):
    for label, (name, colour) in networks.items():
        history = json.loads((RESULTS / f"{name}.json").read_text())["history"]
        epochs = range(1, len(history) + 1)
        for key, style in (("val_accuracy", "-"), ("accuracy", ":")):
            values = [100 * entry[key] for entry in history]
            ax.plot(epochs, values, style, color=colour, label=label if style == "-" else None)
    ax.set_title(title, loc="left", fontsize=9)
    ax.set_xlabel("epoch")
    ax.legend(frameon=False, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("space group right (%)")
