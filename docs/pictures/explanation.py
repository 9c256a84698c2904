"""Figure of the page on inspection: the decisive regions of a film, and their planes."""

import matplotlib.pyplot as plt
import numpy as np

from skxrd.datasets import load_halides, read_films_with_crystals
from skxrd.inspection import explain_prediction
from skxrd.model_selection import make_film_pipeline
from skxrd.neural import ResidualConvClassifier

data = read_films_with_crystals(random_state=0)
model = make_film_pipeline(
    ResidualConvClassifier(data.two_theta, epochs=15, random_state=0),
    data.two_theta,
    wavelength=data.wavelength,
    n_augmented=0,
)
new = np.flatnonzero(data.groups != "simulated")[::8]
train = np.setdiff1d(np.arange(len(data.data)), new)
model.fit([data.data[i] for i in train], data.target[train])
unseen = [data.data[i] for i in new]
probabilities = model.predict_proba(unseen)
right = model.classes_[probabilities.argmax(axis=1)] == data.target[new]
row = int(np.where(right, probabilities.max(axis=1), 0).argmax())
film = unseen[row]
table = explain_prediction(model, film, crystals=load_halides().data, n_regions=6)

predicted = model.classes_[probabilities[row].argmax()]
figure, ax = plt.subplots(figsize=(7.6, 3.4), layout="constrained")
ax.plot(film.two_theta, film.intensity / film.intensity.max(), color="#333333", lw=0.8)
most = table["score"].abs().max()
for region in table.itertuples():
    own = region.evidence_for == predicted
    strength = 0.1 + 0.4 * abs(region.score) / most
    color = "#D55E00" if own else "#0072B2"
    ax.axvspan(region.first, region.last, color=color, alpha=strength, lw=0)
    if region.hkl:
        hkl = " ".join(map(str, region.hkl))
        ax.text(region.highest, 1.06 if own else 1.13, hkl, ha="center", fontsize=9, color=color)
other = next((label for label in table["evidence_for"] if label != predicted), "the runner-up")
title = f"orange: evidence for {predicted}, blue: evidence for {other}"
ax.set_title(title, loc="left", fontsize=10, pad=26)
ax.set_xlim(10, 50)
ax.set_xlabel("2θ (degrees)")
ax.set_yticks([])
ax.spines[["top", "right", "left"]].set_visible(False)
