"""Case 2 and Case 3 on the measured AUTO-XRD films, for one set of crystals.

Run as ``python -m benchmarks.studies.crystal_sources NAME CRYSTALS N_VARIANTS [CLASSIFIERS]`` with
``SKXRD_DATA`` set; writes
``benchmarks/results/real_films_NAME.csv`` (one row a fold) and ``.json`` (summary and setting).
CRYSTALS is a file for ``read_crystals``, or ``bundled``. Nothing is chosen on test folds: settings
are the defaults of the package, and those of the tuned classifiers are chosen in training folds.
"""

import datetime
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import (
    default_classifiers,
    evaluate_cases,
    make_preparation,
    summarize_cases,
)

CLASSIFIERS = "a-CNN,SVM,k-NN,DTW k-NN,tuned SVM,majority"
SEED, N_REPEATS, N_JOBS, N_AUGMENTED = 0, 5, 2, 1000


def main(name, crystals, n_variants, classifiers=CLASSIFIERS):
    films = Path(os.environ["SKXRD_DATA"], "autoxrd/Datasets/Experimental")
    out = Path(__file__).parent / "results" / f"real_films_{name}"
    data = read_films_with_crystals(
        films,
        crystals=None if crystals == "bundled" else crystals,
        wavelength="CuKa",
        n_variants=int(n_variants),
        random_state=SEED,
    )
    print(data.summary)
    known = default_classifiers(data.two_theta, n_augmented=N_AUGMENTED, random_state=SEED)
    X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
    table = evaluate_cases(
        {name: known[name] for name in classifiers.split(",")},
        X,
        data.target,
        groups=data.groups,
        cases=(2, 3),
        n_repeats=N_REPEATS,
        target="space_group",
        n_jobs=N_JOBS,
        random_state=SEED,
        progress=lambda done, total, row: print(
            f"{done}/{total} case {row['case']} {row['classifier']} {row['accuracy']:.3f}",
            flush=True,
        ),
    )
    table.to_csv(out.with_suffix(".csv"), index=False, float_format="%.4f")
    summary = summarize_cases(table).round(4)
    out.with_suffix(".json").write_text(
        json.dumps(
            {
                "command": f"python -m benchmarks.studies.crystal_sources {name}"
                f" {Path(crystals).name} {n_variants} '{classifiers}'",
                "date": datetime.date.today().isoformat(),
                "data": data.summary,
                "seed": SEED,
                "n_repeats": N_REPEATS,
                "n_augmented": N_AUGMENTED,
                "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
                f"{platform.python_version()}",
                "versions": {
                    package: version(package)
                    for package in ("skxrd", "scikit-learn", "tensorflow", "keras", "numpy")
                },
                "summary": summary.to_dict("records"),
            },
            indent=1,
        )
        + "\n"
    )
    print(summary.to_string())


if __name__ == "__main__":
    main(*sys.argv[1:])
