"""Whether class activation maps point at what the networks use, on measured films.

Run as ``SKXRD_DATA=... python -m benchmarks.studies.map_faithfulness``; writes
``benchmarks/results/studies/map_faithfulness.json``. Case 3 with bundled powders, one repeat of
five folds: each film is held out once, and its 25 regions are deleted, and inserted, in the order
of its map and in ten random orders. Values are means over the films; ``better`` is the share of
films whose area is better than that of random orders.
"""

import numpy as np
from sklearn.base import clone

from benchmarks.studies.measured_films import (
    N_AUGMENTED,
    SEED,
    classifiers_by_name,
    measured_films,
    study_of,
)
from benchmarks.tools.record import record
from skxrd.inspection import map_faithfulness
from skxrd.model_selection import ExperimentalKFold

NETWORKS = ("a-CNN", "residual network")


def faithfulness(estimator, X, y, groups, against):
    """Areas of the held-out films, one column a film."""
    areas = []
    for train, test in ExperimentalKFold(5, random_state=SEED).split(X, y, groups):
        model = clone(estimator).fit(X[train], y[train])
        classifier = model[-1]
        rows = X[test]
        for _, step in model.steps[:-1]:
            if not hasattr(step, "fit_resample"):
                rows = step.transform(rows)
        found = map_faithfulness(classifier, rows, against=against, random_state=SEED)
        areas.append(
            [found.deletion, found.random_deletion, found.insertion, found.random_insertion]
        )
    return np.concatenate(areas, axis=1)


def main():
    data = measured_films()
    X = study_of(data).X
    known = classifiers_by_name(NETWORKS, data.two_theta)
    results = {}
    for name in NETWORKS:
        for against in (None, "rest"):
            deletion, random_deletion, insertion, random_insertion = faithfulness(
                known[name], X, data.target, data.groups, against
            )
            results[f"{name}, map of the class{'' if against is None else ' less the rest'}"] = {
                "deletion": round(float(deletion.mean()), 4),
                "random_deletion": round(float(random_deletion.mean()), 4),
                "deletion_better": round(float((deletion < random_deletion).mean()), 3),
                "insertion": round(float(insertion.mean()), 4),
                "random_insertion": round(float(random_insertion.mean()), 4),
                "insertion_better": round(float((insertion > random_insertion).mean()), 3),
            }
            print(name, against, results, flush=True)
    record(
        "studies/map_faithfulness",
        "python -m benchmarks.studies.map_faithfulness",
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        data=data.summary,
        seed=SEED,
        n_augmented=N_AUGMENTED,
        results=results,
    )


if __name__ == "__main__":
    main()
