"""Case 3 with no, noisy and physical augmentation side by side.

Run as ``python -m benchmarks.studies.augmentation_comparison [--data 'real;virtual'] [--classifiers
SVM,a-CNN] [--repeats 20] [--keep FOLDER]`` with ``SKXRD_DATA`` set for the real films. Finished
folds are kept in FOLDER (by default in the system's folder for temporary files), so that a run goes
on where the last one stopped. Writes ``benchmarks/results/studies/augmentation_comparison.csv``
(one row a fold) and ``.json`` (means, standard errors and settings) after each data set.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from benchmarks.studies.measured_films import N_AUGMENTED, SEED, measured_films, study_of
from benchmarks.tools.record import RESULTS, record
from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import default_classifiers, score_folds

N_SPLITS, N_VIRTUAL = 5, 3
#: What real films do, taken from the ranges that simulated films are drawn with, and impurity lines
#: of lead iodide (its first orders of 001).
FILM_EFFECTS = {
    "shift_range": (-0.05, 0.05),
    "strain_range": (-0.005, 0.005),
    "displacement_range": (-0.1, 0.1),
    "broadening_range": (0.0, 0.15),
    "n_impurity_lines": 2,
    "impurity_range": (0.02, 0.3),
    "impurity_d_spacings": (6.986, 3.493, 2.329),
    "hump_range": (0.0, 0.02),
    "counts_range": (300, 10000),
    "n_spikes": 1,
    "spike_range": (0.02, 0.2),
}
#: The real films again, but films that look alike stay on one side of a split.
APART = "real, twins apart"
TWIN_COSINE = 0.95
VARIANTS = ("none", "noise", "block", "peak", "harmonic", "harmonic + film effects")


def make_study(data, **options):
    """Study of one data set."""
    if data.startswith("virtual"):
        films = read_films_with_crystals(random_state=100 + int(data.split()[1]))
    else:
        films = measured_films()
    study = study_of(films, n_splits=N_SPLITS, **options)
    if data != APART:
        return study
    series = twin_groups(study.X, study.groups)
    return study_of({**films, "groups": series}, n_splits=N_SPLITS, grouped=True, **options)


def twin_groups(X, groups):
    """Name the films of a chain of twins alike: rows with a cosine of at least TWIN_COSINE.

    The splits, and so the recorded accuracies, follow from these names; ``group_near_twins`` gives
    lone films another name.
    """
    films = np.flatnonzero(groups != "simulated")
    rows = X[films] / np.linalg.norm(X[films], axis=1, keepdims=True)
    _, chain = connected_components(rows @ rows.T >= TWIN_COSINE)
    named = groups.astype(object)
    named[films] = [f"twins {number}" for number in chain]
    return named.astype(str)


def samplers(two_theta, wavelength):
    """Ways to add training rows, by name."""
    found = {"none": None, "noise": NoiseAugmenter(n_augmented=N_AUGMENTED)}
    for variant in VARIANTS[2:]:
        region, _, effects = variant.partition(" + ")
        settings = {**FILM_EFFECTS, "wavelength": wavelength} if effects else {}
        found[variant] = PhysicsAugmenter(
            two_theta, n_augmented=N_AUGMENTED, region=region, **settings
        )
    return found


def summarize_repeats(table):
    """Means over repeats and their standard errors, and the gain over none, paired by repeat."""
    keys = ["kind", "classifier", "augmentation"]
    table = table.assign(kind=table["data"].str.replace(r" \d+$", "", regex=True))
    # every film is tested once a repeat, so the folds of a repeat are weighted by their size
    weighted = table.assign(accuracy=table["accuracy"] * table["n_test"])
    by_repeat = weighted.groupby([*keys, "data", "repeat"], sort=False)
    by_repeat = by_repeat.agg(
        accuracy=("accuracy", "sum"),
        n_test=("n_test", "sum"),
        f1_macro=("f1_macro", "mean"),
        seconds=("seconds", "mean"),
    )
    by_repeat["accuracy"] /= by_repeat["n_test"]
    base = by_repeat.xs("none", level="augmentation")["accuracy"]
    joined = by_repeat.reset_index()
    index = pd.MultiIndex.from_frame(joined[["kind", "classifier", "data", "repeat"]])
    joined["gain"] = joined["accuracy"].to_numpy() - base.reindex(index).to_numpy()
    summary = joined.groupby(keys, sort=False).agg(
        n_repeats=("accuracy", "size"),
        accuracy=("accuracy", "mean"),
        accuracy_se=("accuracy", "sem"),
        f1_macro=("f1_macro", "mean"),
        f1_macro_se=("f1_macro", "sem"),
        gain_over_none=("gain", "mean"),
        gain_se=("gain", "sem"),
        seconds_a_fold=("seconds", "mean"),
    )
    return in_order(summary.reset_index(), keys)


def in_order(table, keys):
    """Rows sorted by keys, ways to augment in the order of the list."""
    rank = {variant: place for place, variant in enumerate(VARIANTS)}
    return table.sort_values(
        keys, key=lambda column: column.map(rank) if column.name == "augmentation" else column
    )


def write(parts, summaries):
    """Write table and summary of the data sets that were run."""
    table = pd.concat(parts, ignore_index=True)
    table = in_order(table, ["data", "classifier", "augmentation", "repeat", "fold"])
    table.to_csv(RESULTS / "studies/augmentation_comparison.csv", index=False, float_format="%.4f")
    record(
        "studies/augmentation_comparison",
        "python -m benchmarks.studies.augmentation_comparison",
        ("numpy", "scikit-learn", "imbalanced-learn", "tensorflow", "keras"),
        seed=SEED,
        case=f"3, shuffled {N_SPLITS}-fold; twins: films of a chain of cosines of at least "
        f"{TWIN_COSINE} are kept together where the name of the data says so",
        data=summaries,
        n_augmented=N_AUGMENTED,
        film_effects=FILM_EFFECTS,
        note="Standard errors are over repeats, which share the films: they tell how well the "
        "mean over splits and seeds is known, not how another set of films would fare.",
        summary=[
            {key: None if pd.isna(value) else value for key, value in row.items()}
            for row in summarize_repeats(table).round(4).to_dict("records")
        ],
    )


def fold_table(predictions, data):
    """One row a fold."""
    names = {"sampler": "augmentation"}
    keys = ["classifier", "augmentation", "repeat", "fold"]
    sizes = predictions.rename(columns=names).groupby(keys, sort=False).size().rename("n_test")
    folds = score_folds(predictions).rename(columns=names)
    folds = folds.assign(data=data, seconds=folds["fit_seconds"] + folds["predict_seconds"])
    folds = folds.join(sizes, on=keys)
    return folds[["data", *keys, "n_test", "accuracy", "f1_macro", "seconds"]]


def show(done, total, row):
    """One line now and then."""
    if done % 10 == 0 or done == total:
        keys = [row[name] for name in ("classifier", "sampler", "repeat")]
        print(f"{done}/{total}", *keys, f"{row['accuracy']:.3f}", flush=True)


def main():
    """Run what is missing and write after every data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=f"real;virtual;{APART}")
    parser.add_argument("--classifiers", default="SVM,a-CNN")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "skxrd_study"))
    arguments = parser.parse_args()
    parts, summaries = [], {}
    for kind in arguments.data.split(";"):
        for data in [f"virtual {i}" for i in range(N_VIRTUAL)] if kind == "virtual" else [kind]:
            study = make_study(data, n_repeats=arguments.repeats, folder=arguments.keep)
            two_theta, wavelength = study.data["two_theta"], study.data["wavelength"]
            known = default_classifiers(two_theta)
            classifiers = {name: known[name] for name in arguments.classifiers.split(",")}
            print(data, study.data["summary"], flush=True)
            predictions = study.samplers(
                classifiers, samplers(two_theta, wavelength), progress=show
            )
            parts.append(fold_table(predictions, data))
            summaries[data] = study.data["summary"]
            write(parts, summaries)


if __name__ == "__main__":
    main()
