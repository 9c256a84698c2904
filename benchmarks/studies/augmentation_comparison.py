"""Case 3 with no, noisy and physical augmentation side by side.

Run as ``python -m benchmarks.studies.augmentation_comparison [--data 'real;virtual'] [--classifiers
SVM,a-CNN] [--repeats 20] [--keep FOLDER]`` with ``SKXRD_DATA`` set for the real films. Finished
folds are kept in FOLDER (by default in the system's folder for temporary files), so that a run goes
on where the last one stopped; ``benchmarks/results/studies/augmentation_comparison.csv`` (one row a
fold) and ``.json`` (means, standard errors and settings) are written from what is there, whenever
the run has done another repeat. Rows are prepared once: a pattern's preparation depends on itself
alone.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from benchmarks.tools.record import RESULTS, record

N_SPLITS, N_AUGMENTED, SEED, N_VIRTUAL = 5, 1000, 0, 3
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


def prepared_rows(data, folder):
    """Rows, labels, domains, angles and wavelength of one data set, made once and kept."""
    if data == APART:
        content = dict(prepared_rows("real", folder))
        return {**content, "groups": twin_groups(content["X"], content["groups"])}
    path = folder / f"{data}.npz"
    if not path.exists():
        from skxrd.datasets import read_films_with_crystals
        from skxrd.model_selection import make_preparation

        if data == "real":
            films = Path(os.environ["SKXRD_DATA"], "autoxrd/Datasets/Experimental")
            loaded = read_films_with_crystals(films, wavelength="CuKa", random_state=SEED)
        else:
            loaded = read_films_with_crystals(random_state=100 + int(data.split()[1]))
        X = make_preparation(loaded.two_theta, wavelength=loaded.wavelength).fit_transform(
            loaded.data
        )
        np.savez(
            path,
            X=X,
            y=loaded.target,
            groups=np.where(loaded.groups == "simulated", "simulated", "experimental"),
            two_theta=loaded.two_theta,
            wavelength=loaded.wavelength,
            summary=loaded.summary,
        )
    return np.load(path)


def twin_groups(X, groups):
    """Name the films of a chain of twins alike: rows with a cosine of at least TWIN_COSINE."""
    films = np.flatnonzero(groups != "simulated")
    rows = X[films] / np.linalg.norm(X[films], axis=1, keepdims=True)
    _, chain = connected_components(rows @ rows.T >= TWIN_COSINE)
    named = groups.astype(object)
    named[films] = [f"twins {number}" for number in chain]
    return named.astype(str)


def make_model(classifier, variant, two_theta, wavelength, seed):
    """Augmentation, square root and classifier, as ``default_classifiers`` has them."""
    from imblearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer
    from sklearn.svm import SVC

    from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
    from skxrd.neural import AllConvClassifier
    from skxrd.preprocessing import PatternScaler

    if variant == "none":
        augmenter = "passthrough"
    elif variant == "noise":
        augmenter = NoiseAugmenter(n_augmented=N_AUGMENTED, random_state=seed)
    else:
        region, _, effects = variant.partition(" + ")
        settings = {**FILM_EFFECTS, "wavelength": wavelength} if effects else {}
        augmenter = PhysicsAugmenter(
            two_theta, n_augmented=N_AUGMENTED, region=region, random_state=seed, **settings
        )
    if classifier == "SVM":
        last = [Normalizer(), SVC(C=10.0)]
    else:
        last = [
            AllConvClassifier(
                two_theta, epochs=40, batch_size=32, learning_rate=2e-3, random_state=seed
            )
        ]
    return make_pipeline(augmenter, PatternScaler(power=0.5), *last)


def run_repeat(task):
    """All folds of one classifier, variant and repeat."""
    data, classifier, variant, repeat, folder = task
    from sklearn.metrics import f1_score

    from skxrd.model_selection import ExperimentalKFold

    content = prepared_rows(data, folder)
    X, y, groups = content["X"], content["y"], content["groups"]
    rows = []
    folds = ExperimentalKFold(N_SPLITS, random_state=SEED + repeat).split(X, y, groups)
    for fold, (train, test) in enumerate(folds):
        model = make_model(
            classifier, variant, content["two_theta"], float(content["wavelength"]), SEED + repeat
        )
        start = time.perf_counter()
        predicted = model.fit(X[train], y[train]).predict(X[test])
        rows.append(
            {
                "data": data,
                "classifier": classifier,
                "augmentation": variant,
                "repeat": repeat,
                "fold": fold,
                "n_test": len(test),
                "accuracy": float(np.mean(predicted == y[test])),
                "f1_macro": float(f1_score(y[test], predicted, average="macro", zero_division=0)),
                "seconds": time.perf_counter() - start,
            }
        )
    return rows


def summarize(table):
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
    grouped = joined.groupby(keys, sort=False)
    summary = grouped.agg(
        n_repeats=("accuracy", "size"),
        accuracy=("accuracy", "mean"),
        accuracy_se=("accuracy", "sem"),
        f1_macro=("f1_macro", "mean"),
        f1_macro_se=("f1_macro", "sem"),
        gain_over_none=("gain", "mean"),
        gain_se=("gain", "sem"),
        seconds_a_fold=("seconds", "mean"),
    ).reset_index()
    rank = {variant: place for place, variant in enumerate(VARIANTS)}
    return summary.sort_values(
        keys, key=lambda column: column.map(rank) if column.name == "augmentation" else column
    )


def write(folder):
    """Write table and summary of all folds that are kept."""
    rows = [json.loads(line) for line in (folder / "folds.jsonl").read_text().splitlines() if line]
    table = pd.DataFrame(rows)
    rank = {variant: place for place, variant in enumerate(VARIANTS)}
    table = table.sort_values(
        ["data", "classifier", "augmentation", "repeat", "fold"],
        key=lambda column: column.map(rank) if column.name == "augmentation" else column,
    )
    table.to_csv(RESULTS / "studies/augmentation_comparison.csv", index=False, float_format="%.4f")
    summary = summarize(table).round(4)
    record(
        "studies/augmentation_comparison",
        "python -m benchmarks.studies.augmentation_comparison",
        ("numpy", "scikit-learn", "imbalanced-learn", "tensorflow", "keras"),
        seed=SEED,
        case=f"3, shuffled {N_SPLITS}-fold; twins: films of a chain of cosines of at least "
        f"{TWIN_COSINE} are kept together where the name of the data says so",
        data={data: str(prepared_rows(data, folder)["summary"]) for data in table["data"].unique()},
        n_augmented=N_AUGMENTED,
        film_effects=FILM_EFFECTS,
        note="Standard errors are over repeats, which share the films: they tell how well the "
        "mean over splits and seeds is known, not how another set of films would fare.",
        summary=[
            {key: None if pd.isna(value) else value for key, value in row.items()}
            for row in summary.to_dict("records")
        ],
    )


def main():
    """Run what is missing and write after every repeat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=f"real;virtual;{APART}")
    parser.add_argument("--classifiers", default="SVM,a-CNN")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "skxrd_study"))
    arguments = parser.parse_args()
    folder = arguments.keep
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "folds.jsonl"
    kept.touch()
    done = {
        (row["data"], row["classifier"], row["augmentation"], row["repeat"])
        for row in map(json.loads, kept.read_text().splitlines())
    }
    tasks = []
    for kind in arguments.data.split(";"):
        sets = [f"virtual {i}" for i in range(N_VIRTUAL)] if kind == "virtual" else [kind]
        for classifier in arguments.classifiers.split(","):
            for repeat in range(arguments.repeats):
                for data in sets:
                    for variant in VARIANTS:
                        if (data, classifier, variant, repeat) not in done:
                            tasks.append((data, classifier, variant, repeat, folder))
    # Fresh processes now and then: every training of a network leaves some memory behind.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=12) as pool:
        for task, rows in zip(tasks, pool.imap(run_repeat, tasks), strict=True):
            with kept.open("a") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
            print(
                *task[:4], round(float(np.mean([row["accuracy"] for row in rows])), 3), flush=True
            )
            if task[2] == VARIANTS[-1]:
                write(folder)
    write(folder)


if __name__ == "__main__":
    main()
