"""Case 2 and Case 3 on the measured AUTO-XRD films, for one set of crystals.

Run as ``python -m benchmarks.studies.crystal_sources NAME CRYSTALS N_VARIANTS [CLASSIFIERS
[ELEMENTS]]`` with ``SKXRD_DATA`` set; writes ``crystal_sources_NAME.csv`` (one row a fold) and
``.json`` (summary and setting) in ``benchmarks/results/studies``. CRYSTALS is a file for
``read_crystals``, or ``bundled``; N_VARIANTS patterns are simulated of each crystal, one powder and
textured ones; with ELEMENTS, such as ``Cs,Pb,I``, of crystals made of these alone. Nothing is
chosen on test folds: settings are the defaults of the package, and those of the tuned classifiers
are chosen in training folds.
"""

import sys
from pathlib import Path

from benchmarks.studies.measured_films import (
    N_AUGMENTED,
    SEED,
    classifiers_by_name,
    measured_films,
    study_of,
)
from benchmarks.tools.record import RESULTS, record
from skxrd.model_selection import score_folds, summarize

CLASSIFIERS = "a-CNN,SVM,k-NN,DTW k-NN,tuned SVM,majority"
N_REPEATS, N_JOBS = 5, 2


def show(done, total, row):
    print(
        f"{done}/{total} case {row['case']} {row['classifier']} {row['accuracy']:.3f}", flush=True
    )


def main(name, crystals, n_variants, classifiers=CLASSIFIERS, elements=None):
    data = measured_films(
        crystals=None if crystals == "bundled" else crystals,
        elements=elements,
        n_variants=int(n_variants),
    )
    print(data.summary, data.crystals_summary, sep="\n")
    study = study_of(data, n_repeats=N_REPEATS, n_jobs=N_JOBS)
    chosen = classifiers_by_name(classifiers.split(","), data.two_theta)
    predictions = study.cases(chosen, cases=(2, 3), progress=show)
    path = RESULTS / f"studies/crystal_sources_{name}.csv"
    score_folds(predictions).to_csv(path, index=False, float_format="%.4f")
    record(
        f"studies/crystal_sources_{name}",
        f"python -m benchmarks.studies.crystal_sources {name}"
        f" {Path(crystals).name} {n_variants} '{classifiers}'{f' {elements}' if elements else ''}",
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        data=data.summary,
        crystals=data.crystals_summary,
        seed=SEED,
        n_repeats=N_REPEATS,
        n_augmented=N_AUGMENTED,
        summary=summarize(predictions).round(4).to_dict("records"),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
