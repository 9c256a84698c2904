"""Curves of the measured AUTO-XRD films: augmentation, angle step, number of films, samplers.

Run as ``python -m benchmarks.studies.curves [augmentation step films samplers] [--classifiers
a-CNN] [--repeats 5] [--jobs 1] [--keep FOLDER]`` with ``SKXRD_DATA`` set; with ``--classifiers``
others of ``default_classifiers`` run in place of SVM and k-NN, on space groups alone. Finished
folds are kept in FOLDER (by default in the system's folder for temporary files), so that a run goes
on where the last one stopped. Writes ``benchmarks/results/studies/curves_PART.csv`` (one row a
fold) and ``.json`` (points of the curves with intervals, settings) after every block of a part, or
``curves_PART_NAME.*`` with the first of the given classifiers. Nothing is chosen on test folds:
classifiers have the package's default settings.
"""

import argparse
import re
import tempfile
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.studies.measured_films import (
    N_AUGMENTED,
    SEED,
    classifiers_by_name,
    measured_films,
    study_of,
)
from benchmarks.tools.record import RESULTS, record
from skxrd.model_selection import default_samplers, group_near_twins, summarize

STEPS = (0.04, 0.08, 0.16, 0.32, 0.64)
QUICK = ("SVM", "k-NN", "majority")
#: Columns that tell the points of each part apart.
POINTS = {
    "augmentation": ["n_simulated", "n_experimental"],
    "step": ["scan", "step", "relative_time"],
    "films": ["n_measured"],
    "samplers": ["sampler"],
}


def blocks(part, slow):
    """Blocks of a part: target, names of classifiers, most repeats, options of the curve.

    Large training sets take long, so their blocks have fewer repeats. ``slow`` are classifiers to
    run in place of the quick ones; it may be empty.
    """
    every, names = 99, slow or QUICK
    if part == "augmentation":
        numbers = {"n_simulated": (0, 2000), "n_experimental": (0, 100, 300, 700, 2000)}
        case_2 = {"n_simulated": (0, 500, 2000), "case": 2}
        names = slow or QUICK[:2]
        found = [("space_group", names, 3, numbers), ("space_group", names, 3, case_2)]
        found += [] if slow else [("dimensionality", names, 1, numbers)]
    elif part == "step":
        scans = ("step",) if slow else ("step", "continuous")
        found = [
            (target, names, every, {"steps": STEPS, "scan": scan})
            for target in (("space_group",) if slow else ("space_group", "dimensionality"))
            for scan in scans
        ]
    elif part == "films":
        shuffled = {"n_measured": (0, 5, 10, 20, 40, 65), "grouped": False}
        apart = {"n_measured": (0, 5, 10, 20, 40, 60), "grouped": True}
        found = [("space_group", names, every, shuffled)]
        found += [] if slow else [("space_group", names, every, apart)]
    else:
        found = [("space_group", slow or QUICK[:2], every, {})]
    return found


def run(part, study, names, options, progress):
    """Predictions of one block."""
    two_theta = study.data["two_theta"]
    if part == "step":
        return study.steps(partial(classifiers_by_name, names), progress=progress, **options)
    classifiers = classifiers_by_name(names, two_theta)
    if part == "samplers":
        samplers = default_samplers(two_theta, n_augmented=N_AUGMENTED)
        return study.samplers(classifiers, samplers, progress=progress, **options)
    return getattr(study, part)(classifiers, progress=progress, **options)


def load(target):
    """Films with near-twins named."""
    data = measured_films(target=target)
    return {**data, "groups": group_near_twins(study_of(data).X, data.groups)}


def write(part, tables, data, slow):
    """Write one row a fold, and the points of the curves."""
    table = pd.concat(tables, ignore_index=True)
    keys = ["case", "grouped", "target", "classifier", *POINTS[part]]
    table = table.assign(seconds=table["fit_seconds"] + table["predict_seconds"])
    folds = table.groupby([*keys, "repeat", "fold"], sort=False).agg(
        n_train=("n_train", "first"),
        n_test=("correct", "size"),
        n_correct=("correct", "sum"),
        seconds=("seconds", "first"),
    )
    slug = re.sub("[^a-z0-9]+", "_", slow[0].lower()) if slow else ""
    name = f"studies/curves_{part}{'_' * bool(slow)}{slug}"
    given = f" --classifiers '{','.join(slow)}'" if slow else ""
    folds.reset_index().to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.4g")
    record(
        name,
        f"python -m benchmarks.studies.curves {part}{given}",
        ("numpy", "scikit-learn", "imbalanced-learn", "tensorflow", "keras"),
        seed=SEED,
        n_splits=5,
        n_repeats="see the points",
        n_augmented="see the points" if part == "augmentation" else N_AUGMENTED,
        data={target: one["summary"] for target, one in data.items()},
        note="accuracy_low and accuracy_high are 95 % bootstrap intervals over films, accuracy_sd "
        "is over repeats. grouped: near-twins (cosine above 0.95) stay on one side of a split.",
        points=summarize(table, keys, random_state=SEED).round(4).to_dict("records"),
    )


def main():
    """Run what is missing, and write after every block."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=[])
    parser.add_argument("--classifiers", default="")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "skxrd_curves"))
    arguments = parser.parse_args()
    parts = arguments.parts or list(POINTS)
    unknown = sorted(set(parts) - set(POINTS))
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}; choose among {', '.join(POINTS)}")
    slow = tuple(name for name in arguments.classifiers.split(",") if name)
    loaded = {}
    for part in parts:
        tables, used = [], {}
        for target, names, most, options in blocks(part, slow):
            if target not in loaded:
                loaded[target] = load(target)
            used[target] = loaded[target]

            def show(done, total, row, part=part):
                keys = [row[name] for name in ("classifier", *POINTS[part])]
                print(part, f"{done}/{total}", *keys, f"{row['accuracy']:.3f}", flush=True)

            study = study_of(
                loaded[target],
                n_repeats=min(arguments.repeats, most),
                grouped=options.pop("grouped", False),
                n_jobs=arguments.jobs,
                folder=arguments.keep,
            )
            tables.append(run(part, study, names, options, show))
            write(part, tables, used, slow)


if __name__ == "__main__":
    main()
