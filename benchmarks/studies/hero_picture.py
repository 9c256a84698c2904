"""Draw ``docs/images/explained_film.png``: a measured film and the reflections that name its class.

The residual network is trained on the other 84 measured films and the 204 simulated powders, with
the default settings; the film, Cs3Bi2Br9, and films of its series are held out. The film was chosen
because README has shown it from the first day, not for its map.

Run as ``python -m benchmarks.studies.hero_picture`` with ``SKXRD_DATA`` set.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

from benchmarks.studies.measured_films import SEED, measured_films, study_of
from skxrd.datasets import load_halides
from skxrd.inspection import explain_prediction
from skxrd.inspection._explanation import contrast_map
from skxrd.inspection._pipeline_input import mapped_input
from skxrd.inspection._style import AGAINST, FOR
from skxrd.model_selection import group_near_twins, make_film_pipeline
from skxrd.neural import ResidualConvClassifier
from skxrd.preprocessing import find_peaks

PATH = Path(__file__).parents[2] / "docs/images/explained_film.png"
FILM = "Cs3Bi2Br9_2-Theta_Omega"


def held_out_model(data, row):
    """Network trained without the film and those like it."""
    series = group_near_twins(study_of(data).X, data.groups)
    alike = np.flatnonzero((series == series[row]) & (series != "experimental"))
    train = np.setdiff1d(np.arange(len(data.data)), [row, *alike])
    network = ResidualConvClassifier(data.two_theta, random_state=SEED)
    model = make_film_pipeline(
        network, data.two_theta, wavelength=data.wavelength, n_augmented=0, random_state=SEED
    )
    groups = data.groups[train]
    return model.fit(
        [data.data[i] for i in train], data.target[train], physicsaugmenter__groups=groups
    )


def main():
    data = measured_films()
    (row,) = [i for i, pattern in enumerate(data.data) if pattern.name == FILM]
    film = data.data[row]
    model = held_out_model(data, row)
    probabilities = model.predict_proba([film])[0]
    predicted, share = model.classes_[probabilities.argmax()], probabilities.max()
    table = explain_prediction(model, film, crystals=load_halides().data, n_regions=7)
    given = mapped_input(model, film)
    values = contrast_map(given.classifier, given.row, "runner-up")[2]
    draw(film, table, predicted, given.two_theta, values)
    print(f"{FILM}: {data.target[row]}, predicted {predicted} {share:.2f}")
    print(table.round(2).to_string())


def draw(film, table, predicted, two_theta, values):
    """The measured scan on a square-root scale, coloured by the map, and reflections by name."""
    figure, ax = plt.subplots(figsize=(8.4, 3.6), layout="constrained")
    inside = (film.two_theta >= two_theta[0]) & (film.two_theta <= two_theta[-1])
    angles, counts = film.two_theta[inside], np.maximum(film.intensity[inside], 0)
    ax.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))
    ax.plot(angles, counts, color="#222222", lw=0.9, zorder=3)
    values = values / np.abs(values).max()
    heights = np.interp(two_theta, angles, counts)
    step = two_theta[1] - two_theta[0]
    for color, part in ((FOR, values), (AGAINST, -values)):
        shown = np.flatnonzero(part > 0.03)
        rgba = np.column_stack(
            [np.tile(to_rgb(color), (len(shown), 1)), np.minimum(0.1 + 0.9 * part[shown], 1)]
        )
        ax.bar(two_theta[shown], heights[shown], step, color=rgba, lw=0, zorder=2)
    top = counts.max()
    peaks = find_peaks(film)["two_theta"].to_numpy()
    for region in table.itertuples():
        if region.hkl and np.abs(peaks - region.highest).min() < 0.3:
            ax.text(
                region.highest,
                1.15 * np.interp(region.highest, angles, counts) + 60,
                " ".join(map(str, region.hkl)),
                ha="center",
                va="bottom",
                fontsize=9,
                color=FOR if region.evidence_for == predicted else AGAINST,
            )
    other = next((name for name in table["evidence_for"] if name != predicted), None)
    ax.text(0.99, 0.95, f"for {predicted}", color=FOR, transform=ax.transAxes, ha="right", va="top")
    if other is not None:
        ax.text(
            0.99, 0.87, f"for {other}", color=AGAINST, transform=ax.transAxes, ha="right", va="top"
        )
    ax.set_ylim(0, 1.3 * top)
    ax.set_xlim(angles[0], angles[-1])
    ax.set_xlabel(r"2$\theta$ (degrees), Cu K$\alpha$")
    ax.set_ylabel("counts, square-root scale")
    ax.set_title(f"a measured film that did not train the network: {predicted}", loc="left")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    figure.savefig(PATH, dpi=110)


if __name__ == "__main__":
    main()
