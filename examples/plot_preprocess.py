"""
What preprocessing does to a scan
=================================

A glass hump, counting noise and an unknown thickness make a scan hard to classify. Three steps
remove them: background subtraction, smoothing and scaling. The film is virtual (**simulated**), so
the pattern without background and noise is known.
"""

# %%
# A film as measured, and without background and noise
# ----------------------------------------------------
import matplotlib.pyplot as plt
import numpy as np

from skxrd.crystal import make_prototype
from skxrd.simulation import PowderSimulator

two_theta = np.arange(10, 60, 0.04)
crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
specimen = {"doublet": True, "fwhm": 0.2, "preferred_orientation": (1, 0, 0), "march_r": 0.6}
measured = PowderSimulator(
    two_theta, hump=0.25, rise=0.1, max_counts=1500, random_state=0, **specimen
).simulate(crystal)
perfect = PowderSimulator(two_theta, **specimen).simulate(crystal)

# %%
# The steps
# ---------
# SNIP clips every peak narrower than its window and leaves the background. The Savitzky-Golay
# filter fits parabolas in a sliding window. The square root makes counting noise equally large
# everywhere and enhances weak lines.
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
)

raw = PatternStacker(two_theta).fit_transform([measured])
background = BackgroundSubtractor(two_theta)
smoother = SavitzkyGolaySmoother(two_theta)
flat = background.fit_transform(raw)
smooth = smoother.fit_transform(flat)
prepared = PatternScaler(power=0.5).fit_transform(smooth)
ideal = PatternScaler(power=0.5).fit_transform(perfect.intensity[None, :])

figure, axes = plt.subplots(3, 1, figsize=(7.5, 6.4), sharex=True, layout="constrained")
axes[0].plot(two_theta, raw[0], color="#333333", lw=0.7, label="simulated scan")
axes[0].plot(two_theta, (raw - flat)[0], color="#D55E00", lw=1.4, label="background")
axes[1].plot(two_theta, flat[0], color="#BBBBBB", lw=0.7, label="background subtracted")
axes[1].plot(two_theta, smooth[0], color="#0072B2", lw=1.0, label="and smoothed")
axes[2].fill_between(two_theta, ideal[0], color="#E69F00", alpha=0.4, lw=0, label="truth")
axes[2].plot(two_theta, prepared[0], color="#333333", lw=0.8, label="prepared, square root")
for ax, label in zip(axes, ("intensity", "intensity", "scaled"), strict=True):
    ax.set_ylabel(label)
    ax.legend(frameon=False, fontsize=8.5, loc="upper right")
    ax.spines[["top", "right"]].set_visible(False)
axes[2].set_xlabel("2θ (degrees)")
plt.show()

# %%
# Too narrow, too wide
# --------------------
# A window as narrow as a peak treats the peak as background, and a very wide one leaves the hump.
# The following remains of the strongest line, and of the hump at 24 degrees, where there is no
# line:
hump = np.abs(two_theta - 24) < 1
for window in (0.2, 0.5, 1, 2, 4, 10):
    left = BackgroundSubtractor(two_theta, window=window).fit_transform(raw)[0]
    print(f"{window:5.1f} degrees: line {left.max():4.0%}, hump {left[hump].mean():5.1%}")
