"""The a-CNN with physical, noisy and no augmentation: as many rows, as many steps.

Run as ``SKXRD_DATA=... python -m benchmarks.studies.network_augmentation [--repeats 20] [--grouped]
[--keep FOLDER]``. Case 3 on the measured films: the a-CNN as it is compared by default (steps of
0.16 degrees, at most 50 simulated rows of a class), trained for 100 epochs without stopping early
on 2,000 rows made from simulated and 2,000 from measured patterns. ``copies`` repeats rows as they
are: the same number of rows and steps without any augmentation. ``none`` has the rows alone, and so
fewer steps. ``--grouped`` keeps near-twins on one side of a split. Writes
``benchmarks/results/studies/network_augmentation.csv`` (one row a fold) and ``.json`` (accuracies,
and by how much physics is ahead, with intervals over films), or ``network_augmentation_grouped.*``.
Finished folds are kept in FOLDER, so that a run goes on where the last one stopped.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.studies.measured_films import (
    N_AUGMENTED,
    SEED,
    classifiers_by_name,
    measured_films,
    study_of,
)
from benchmarks.tools.record import RESULTS, record
from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.model_selection import group_near_twins, score_folds, summarize
from skxrd.model_selection._leads import leads

N_EPOCHS, N_SPLITS, MAX_SIMULATED = 100, 5, 50


def samplers(two_theta):
    """Ways to add rows, by name."""
    options = {
        "n_augmented": {"simulated": N_AUGMENTED, "experimental": N_AUGMENTED},
        "max_simulated": MAX_SIMULATED,
    }
    return {
        "none": NoiseAugmenter(n_augmented=0, max_simulated=MAX_SIMULATED),
        "copies": NoiseAugmenter(level_range=(0, 0), **options),
        "noise": NoiseAugmenter(**options),
        "blocks": PhysicsAugmenter(two_theta, region="block", **options),
        "physics": PhysicsAugmenter(two_theta, **options),
    }


def show(done, total, row):
    """One line now and then."""
    if done % 20 == 0 or done == total:
        print(f"{done}/{total} {row['sampler']} {row['accuracy']:.3f}", flush=True)


def rounded(rows):
    """Rows of a table with numbers of four digits."""
    return [
        {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--grouped", action="store_true")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "skxrd_study"))
    arguments = parser.parse_args()
    data = measured_films()
    if arguments.grouped:
        data = {**data, "groups": group_near_twins(study_of(data).X, data.groups)}
    study = study_of(
        data,
        n_splits=N_SPLITS,
        n_repeats=arguments.repeats,
        grouped=arguments.grouped,
        n_jobs=arguments.jobs,
        folder=arguments.keep,
    )
    two_theta = study.data["two_theta"]
    network = classifiers_by_name(["a-CNN"], two_theta)["a-CNN"]
    network = network.set_params(
        allconvclassifier__patience=None, allconvclassifier__epochs=N_EPOCHS
    )
    table = study.samplers({"a-CNN": network}, samplers(two_theta), progress=show)
    folds = score_folds(table)
    name = "studies/network_augmentation" + "_grouped" * arguments.grouped
    folds.to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.4g")
    named = table.assign(classifier=table["sampler"])
    groups = study.groups if arguments.grouped else None
    record(
        name,
        f"SKXRD_DATA=... python -m {__spec__.name}" + " --grouped" * arguments.grouped,
        ("numpy", "scikit-learn", "imbalanced-learn", "tensorflow", "keras"),
        seed=SEED,
        data=study.data["summary"],
        n_repeats=arguments.repeats,
        n_epochs=N_EPOCHS,
        accuracies=rounded(summarize(table, by=["sampler"]).reset_index().to_dict("records")),
        leads=rounded(leads(named, "physics", groups=groups, random_state=SEED)),
        leads_of_noise=rounded(leads(named, "noise", groups=groups, random_state=SEED)),
    )


if __name__ == "__main__":
    main()
