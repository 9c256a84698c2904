"""
The three augmentations
=======================

Oviedo et al. (2019) change training patterns in three ways: peaks are scaled (Eq. 1), eliminated
(Eq. 2) and shifted (Eq. 3), like those of films by preferred orientation, strain and composition.
It makes a difference what is taken as "a periodic set of peaks".
"""

# %%
# A simulated powder
# ------------------
import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import make_prototype
from skxrd.simulation import PowderSimulator

two_theta = np.arange(10, 60, 0.04)
crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
powder = PowderSimulator(two_theta, fwhm=0.3).simulate(crystal)
X = powder.intensity[None, :] / powder.intensity.max()

# %%
# One equation at a time
# ----------------------
# There are transformers for a plain scikit-learn pipeline: ``fit_transform`` changes training rows,
# ``transform`` leaves all others unchanged. Grey is the powder, blue the changed pattern.
from skxrd.augmentation import PatternShifter, PeakEliminator, PeakHeightScaler

steps = {
    "Eq. 1: scaled": PeakHeightScaler(two_theta, region="harmonic", random_state=3),
    "Eq. 2: eliminated": PeakEliminator(
        two_theta, region="harmonic", eliminate_fraction=0.4, random_state=1
    ),
    "Eq. 3: shifted": PatternShifter(two_theta, shift_range=(0.5, 0.8), random_state=0),
}


def draw(ax, changed, title):
    """Draw the powder in grey and a changed pattern in blue."""
    ax.fill_between(two_theta, X[0], color="#DDDDDD", lw=0)
    ax.plot(two_theta, changed, color="#0072B2", lw=1.0)
    ax.set_title(title, loc="left", fontsize=9.5)
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)


figure, axes = plt.subplots(3, 1, figsize=(7.5, 5.2), sharex=True, layout="constrained")
for ax, (title, step) in zip(axes, steps.items(), strict=True):
    draw(ax, step.fit_transform(X)[0], title)
    assert np.array_equal(step.transform(X), X)  # a test pattern stays as it is
axes[-1].set_xlabel("2θ (degrees)")
plt.show()

# %%
# Blocks, peaks, harmonics
# ------------------------
# The published program scales fixed blocks of angles, which cuts peaks in half. With
# ``region="peak"``, peaks stay whole. Harmonics, the orders of one plane, change together, because
# a grain that is tilted away from (100) is also tilted away from (200): here this can be seen at
# 15, 30 and 46 degrees.
figure, axes = plt.subplots(3, 1, figsize=(7.5, 5.2), sharex=True, layout="constrained")
for ax, region in zip(axes, ("block", "peak", "harmonic"), strict=True):
    scaler = PeakHeightScaler(two_theta, region=region, random_state=2)
    draw(ax, scaler.fit_transform(X)[0], f'region="{region}"')
axes[-1].set_xlabel("2θ (degrees)")
plt.show()

# %%
# All three at once, many times
# -----------------------------
# :class:`~skxrd.augmentation.PhysicsAugmenter` applies all three and adds rows: a sampler of
# imbalanced-learn, which a pipeline applies to training rows only.
from skxrd.augmentation import PhysicsAugmenter

augmenter = PhysicsAugmenter(two_theta, n_augmented=60, keep_original=False, random_state=0)
rows, _ = augmenter.fit_resample(np.vstack([X, X]), ["a", "b"])
_, ax = plt.subplots(figsize=(7.5, 3.4), layout="constrained")
ax.imshow(
    rows,
    aspect="auto",
    extent=(10, 60, len(rows), 0),
    cmap="magma",
    vmax=1,
    interpolation="nearest",
)
ax.set_xlabel("2θ (degrees)")
ax.set_ylabel("augmented pattern")
plt.show()
