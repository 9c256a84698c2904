"""
The face of crystals: classes, and what the network looks at
=============================================================

A diffraction image of a hundred atoms shows a crystal's symmetry at a glance, and still does when
half of the atoms are gone. A small convolutional network distinguishes the four cubic classes of
elements by such images, and its response maps show that it looks at the spots. After A. Ziletti
et al., Nature Communications 9 (2018) 2775, Figs. 2 and 5. All crystals here are **models**.
"""

# %%
# Fingerprints
# ------------
# One element, four structures. The block is rotated by 45 degrees about its first axis, so that the
# beam is along [011]; lengths are divided by the bond length. Rows of spots are (h00).
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skxrd.crystal import (
    AtomCluster,
    Crystal,
    conventional_supercell,
    displace_atoms,
    remove_atoms,
)
from skxrd.datasets import make_cubic_crystals
from skxrd.inspection import AttentiveResponseDisplay
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint

iron = {
    "fcc": Crystal([3.65, 3.65, 3.65, 90, 90, 90], ["Fe"], [[0, 0, 0]], "Fm-3m"),
    "diamond": Crystal([5.96, 5.96, 5.96, 90, 90, 90], ["Fe"], [[0, 0, 0]], "F d -3 m :1"),
    "bcc": Crystal([2.98, 2.98, 2.98, 90, 90, 90], ["Fe"], [[0, 0, 0]], "Im-3m"),
    "simple cubic": Crystal([2.58, 2.58, 2.58, 90, 90, 90], ["Fe"], [[0, 0, 0]], "Pm-3m"),
}
fingerprint = DiffractionFingerprint(flatten=False)
images = fingerprint.fit_transform(list(iron.values()))


def show(images, titles):
    """Draw images in a row, clipped at a third of the central spot."""
    _, axes = plt.subplots(1, len(images), figsize=(2.4 * len(images), 2.7), layout="constrained")
    for ax, image, title in zip(axes, images, titles, strict=True):
        ax.imshow(image, cmap="inferno", vmax=0.35)
        ax.set_title(title, fontsize=10)
        ax.set_axis_off()
    plt.show()


show(images, list(iron))

# %%
# Defects
# -------
# Half of the atoms removed, or all of them displaced by 0.15 angstrom along each axis: the spots
# stay where they are. The intensity they lose is spread over the whole image as a faint speckle.
block = conventional_supercell(iron["fcc"])
damaged = [
    block,
    remove_atoms(block, 0.5, random_state=0),
    displace_atoms(block, 0.15, random_state=0),
]
images = fingerprint.transform([AtomCluster.from_crystal(crystal) for crystal in damaged])
show(images, ["fcc", "50 % vacancies", "displaced by 0.15 Å"])

# %%
# The difference from the perfect crystal, red for more and blue for less. Vacancies add a speckle
# between the spots. Displaced atoms are also closer to their nearest neighbours, so that lengths
# are divided by less and all spots move slightly towards the centre.
_, axes = plt.subplots(1, 2, figsize=(5.2, 2.7), layout="constrained")
for ax, image, title in zip(axes, images[1:], ["vacancies", "displacements"], strict=True):
    ax.imshow(image - images[0], cmap="RdBu_r", vmin=-0.2, vmax=0.2)
    ax.set_title(f"{title}: difference", fontsize=10)
    ax.set_axis_off()
plt.show()

# %%
# Training on perfect crystals
# ----------------------------
# Four hundred model crystals of all elements, in primitive, conventional and multiple cells. The
# network is trained on perfect ones only.
cubic = make_cubic_crystals(400, random_state=0)
blocks = [conventional_supercell(crystal) for crystal in cubic.crystals]
flat = DiffractionFingerprint()
X = flat.fit_transform([AtomCluster.from_crystal(crystal) for crystal in blocks])
train, test = train_test_split(
    np.arange(len(X)), test_size=0.25, stratify=cubic.target, random_state=0
)
classifier = FingerprintConvClassifier(epochs=4, batch_size=16, random_state=0)
classifier.fit(X[train], cubic.target[train])
print(f"perfect crystals: {classifier.score(X[test], cubic.target[test]):.1%}")
for fraction in (0.1, 0.3, 0.5):
    defective = [remove_atoms(blocks[i], fraction, random_state=i) for i in test]
    clusters = [AtomCluster.from_crystal(crystal) for crystal in defective]
    score = classifier.score(flat.transform(clusters), cubic.target[test])
    print(f"{fraction:.0%} vacancies: {score:.1%}")

# %%
# What the filters respond to
# ---------------------------
# The strongest filters of each layer, projected back to the image of an fcc crystal. Below, the sum
# over the last layer for each class: these are the network's own images of the reciprocal lattices.
chosen = np.concatenate([test[cubic.target[test] == label][:10] for label in classifier.classes_])
row = int(np.flatnonzero(cubic.target[chosen] == "Fm-3m")[0])
AttentiveResponseDisplay.from_estimator(
    classifier, X[chosen], cubic.target[chosen], row=row, name=cubic.crystals[chosen[row]].name
)
plt.show()
