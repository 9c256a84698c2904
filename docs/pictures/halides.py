"""Figure of the page on the bundled halides: a powder and a virtual film of each class."""

import matplotlib.pyplot as plt
import numpy as np

from skxrd.datasets import load_halides, make_thin_films
from skxrd.simulation import PowderSimulator

grid = np.arange(10, 50, 0.04)
crystals = {crystal.name: crystal for crystal in load_halides().data}
films = make_thin_films(28, two_theta=grid, random_state=3)
labels = sorted(set(films.target))
figure, axes = plt.subplots(len(labels), 1, figsize=(7.6, 7), sharex=True, layout="constrained")
for ax, label in zip(axes, labels, strict=True):
    film = films.data[list(films.target).index(label)]
    name = film.metadata["crystal"]
    powder = PowderSimulator(grid, fwhm=0.2).simulate(crystals[name]).intensity
    ax.fill_between(grid, powder / powder.max(), color="#E69F00", alpha=0.6, lw=0)
    ax.plot(grid, film.intensity / film.intensity.max(), color="#333333", lw=0.7)
    ax.text(0.995, 0.75, name, transform=ax.transAxes, ha="right", fontsize=9)
    ax.set_ylabel(label, rotation=0, ha="right", va="center")
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
axes[-1].set_xlabel("2θ (degrees)")
