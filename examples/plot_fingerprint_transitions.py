"""
When does a crystal stop being itself? Two transitions
=======================================================

Remove the atoms from the centres of body-centred cubic cells, one after the other, and a simple
cubic crystal is left. Displace all atoms until they touch, and no crystal is left. A network that
was trained only on perfect crystals shows where the change occurs. After A. Ziletti et al., Nature
Communications 9 (2018) 2775, Fig. 4. All crystals here are **models**.
"""

# %%
# The network
# -----------
import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import (
    AtomCluster,
    add_thermal_disorder,
    conventional_supercell,
    remove_body_centres,
)
from skxrd.datasets import make_cubic_crystals
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint

cubic = make_cubic_crystals(400, random_state=0)
fingerprint = DiffractionFingerprint()
classifier = FingerprintConvClassifier(epochs=4, batch_size=16, random_state=0)
classifier.fit(fingerprint.fit_transform(cubic.crystals), cubic.target)
fresh = make_cubic_crystals(80, random_state=1)
bcc = [
    conventional_supercell(crystal)
    for crystal in fresh.crystals
    if crystal.metadata["structure_type"] == "bcc"
]
print(f"{len(bcc)} other body-centred cubic crystals")


def probabilities(change, steps):
    """Mean and standard deviation of the probabilities over crystals, for each step."""
    found = []
    for step in steps:
        clusters = [
            AtomCluster.from_crystal(change(crystal, step, random_state=number))
            for number, crystal in enumerate(bcc)
        ]
        found.append(classifier.predict_proba(fingerprint.transform(clusters)))
    return np.mean(found, axis=1), np.std(found, axis=1)


COLORS = {"Fd-3m": "#009E73", "Fm-3m": "#E69F00", "Im-3m": "#0072B2", "Pm-3m": "#D55E00"}
NAMES = {"Fd-3m": "diamond", "Fm-3m": "fcc", "Im-3m": "bcc", "Pm-3m": "simple cubic"}


def draw(ax, steps, mean, deviation):
    """Draw the probability of each class with a band of one standard deviation."""
    for column, label in enumerate(classifier.classes_):
        low = np.clip(mean[:, column] - deviation[:, column], 0, 1)
        high = np.clip(mean[:, column] + deviation[:, column], 0, 1)
        ax.fill_between(steps, low, high, color=COLORS[label], alpha=0.2, lw=0)
        ax.plot(steps, mean[:, column], color=COLORS[label], marker="o", ms=3, label=NAMES[label])
    ax.set_ylabel("probability")
    ax.legend(frameon=False, fontsize=9)


def show_images(ax, crystals, titles):
    """Draw fingerprints above a curve."""
    images = DiffractionFingerprint(flatten=False).fit_transform(
        [AtomCluster.from_crystal(crystal) for crystal in crystals]
    )
    ax.set_axis_off()
    for number, (image, title) in enumerate(zip(images, titles, strict=True)):
        part = ax.inset_axes((number / len(images) + 0.04, 0, 0.9 / len(images), 0.9))
        part.imshow(image, cmap="inferno", vmax=0.35)
        part.set_title(title, fontsize=9)
        part.set_axis_off()


# %%
# From body-centred to simple cubic
# ---------------------------------
# Even if more than half of the centres are missing, the network still predicts a body-centred cubic
# crystal. Then the prediction changes, within a fifth of the way.
steps = np.linspace(0, 1, 11)
mean, deviation = probabilities(remove_body_centres, steps)
figure, (above, below) = plt.subplots(
    2, 1, figsize=(6, 5.5), height_ratios=[1.2, 2], layout="constrained"
)
show_images(
    above,
    [remove_body_centres(bcc[0], f, random_state=0) for f in (0, 0.7, 1)],
    ["bcc", "70 % of centres removed", "simple cubic"],
)
draw(below, 100 * steps, mean, deviation)
below.set_xlabel("body centres removed (%)")
plt.show()

# %%
# From order to disorder
# ----------------------
# The Lindemann parameter is the root mean square displacement divided by the bond length; most
# crystals melt when it reaches 0.1 to 0.2, the grey band. If atoms are displaced independently and
# at random, the spots become weaker but stay where they are, so the network changes its prediction
# a little later: near 0.2 its probabilities begin to spread, and at the end they mean little.
steps = np.linspace(0, 0.4, 11)
mean, deviation = probabilities(add_thermal_disorder, steps)
figure, (above, below) = plt.subplots(
    2, 1, figsize=(6, 5.5), height_ratios=[1.2, 2], layout="constrained"
)
show_images(
    above,
    [add_thermal_disorder(bcc[0], step, random_state=0) for step in (0, 0.15, 0.35)],
    ["perfect", "Lindemann 0.15", "0.35"],
)
below.axvspan(0.1, 0.2, color="0.9")
draw(below, steps, mean, deviation)
below.set_xlabel("Lindemann parameter")
plt.show()
