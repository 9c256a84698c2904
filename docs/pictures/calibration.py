"""Figure of the page on probabilities: confidence against accuracy, before and after."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skxrd.datasets import load_halides, make_thin_films
from skxrd.metrics import expected_calibration_error, fit_temperature, scale_temperature
from skxrd.model_selection import make_preparation
from skxrd.preprocessing import PatternScaler
from skxrd.simulation import PowderSimulator

grid = np.arange(10, 50, 0.1)
halides = load_halides()
films = make_thin_films(700, two_theta=grid, random_state=0)
simulator = PowderSimulator(grid, wavelength="CuKa", fwhm=0.2, max_counts=1000, random_state=0)
powders = [simulator.simulate(crystal) for crystal in halides.data]
prepare = make_pipeline(make_preparation(grid, wavelength="CuKa"), PatternScaler(power=0.5))
model = LogisticRegression(C=300, max_iter=500)
model.fit(prepare.fit_transform(powders), halides.target)
probabilities = model.predict_proba(prepare.transform(films.data))
columns = np.searchsorted(model.classes_, films.target)
held, test = np.arange(0, 700, 2), np.arange(1, 700, 2)
temperature = fit_temperature(columns[held], probabilities[held])
scaled = scale_temperature(probabilities[test], temperature)

figure, ax = plt.subplots(figsize=(4.6, 4), layout="constrained")
ax.plot([0, 1], [0, 1], color="#999999", ls="--", lw=1, label="perfectly calibrated")
shown = (("as predicted", probabilities[test]), (f"temperature {temperature:.1f}", scaled))
for (name, p), color in zip(shown, ("#D55E00", "#0072B2"), strict=True):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == columns[test]
    order = np.array_split(np.argsort(confidence), 7)  # as many films in each point
    error = expected_calibration_error(columns[test], p)
    ax.plot(
        [confidence[part].mean() for part in order],
        [right[part].mean() for part in order],
        *("o-",),
        **{"color": color, "ms": 5, "label": f"{name}: error {error:.2f}"},
    )
ax.set_xlabel("highest probability")
ax.set_ylabel("share of correct predictions")
ax.legend(frameon=False, fontsize=9, loc="upper left")
ax.spines[["top", "right"]].set_visible(False)
