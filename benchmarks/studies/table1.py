"""Table 1 of Oviedo et al. on the measured AUTO-XRD films: every classifier, Cases 1, 2 and 3.

Run as ``SKXRD_DATA=... python -m benchmarks.studies.table1 [--repeats 20] [--targets
space_group,...] [--classifiers NAMES] [--cases 1,2,3] [--against NAME] [--name table1] [--grouped]
[--keep FOLDER] [--report FILE.html]``. Finished folds are kept in FOLDER (by default in the
system's folder for temporary files), so that a run goes on where the last one stopped. Writes
``benchmarks/results/studies/NAME.csv`` (one row a fold), ``NAME_films.csv`` (each measured film:
how often it was right, as what it was taken otherwise) and ``NAME.json`` (accuracies, intervals
over films, settings; with ``--against`` by how much that classifier is ahead of each other one, on
the same films). Space groups: 85 films; dimensionality: the 73 of ``exp_d.csv``. ``--grouped``
keeps named series and near-twins on one side, Case 3 alone. Nothing is chosen on test folds:
settings are the defaults of the package, chosen on virtual films, and those of the tuned
classifiers are chosen in training folds.
"""

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.tools.record import RESULTS, record
from skxrd.datasets import fetch_autoxrd, read_films_with_crystals
from skxrd.model_selection import (
    Study,
    default_classifiers,
    group_near_twins,
    make_preparation,
    score_folds,
    summarize,
    summarize_films,
)
from skxrd.model_selection._leads import leads

SEED, N_JOBS, N_AUGMENTED = 0, 2, 2000
SLOW = ("tuned SVM", "tuned DTW k-NN")  # searches; run by name


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--targets", default="space_group,dimensionality")
    parser.add_argument("--classifiers")
    parser.add_argument("--cases", default="1,2,3")
    parser.add_argument("--against")
    parser.add_argument("--name", default="table1")
    parser.add_argument("--grouped", action="store_true")
    parser.add_argument("--keep", default=str(Path(tempfile.gettempdir(), "skxrd_table1")))
    parser.add_argument("--report")
    return parser.parse_args()


def show(done, total, row):
    """One line now and then."""
    if done % 20 == 0 or done == total:
        print(
            f"{done}/{total} case {row['case']} {row['classifier']} {row['accuracy']:.3f}",
            flush=True,
        )


def make_study(target, options):
    """Study of the measured films with bundled crystals."""
    settings = {
        "preparation": make_preparation,
        "n_repeats": options.repeats,
        "random_state": SEED,
        "n_jobs": N_JOBS,
        "folder": options.keep,
    }
    data = read_films_with_crystals(fetch_autoxrd(target=target), target=target, random_state=SEED)
    print(data.summary, flush=True)
    study = Study(data, **settings)
    if not options.grouped:
        return study
    series = group_near_twins(study.X, data.groups)
    return Study({**data, "groups": series}, grouped=True, **settings)


def chosen_classifiers(two_theta, names):
    """Classifiers with the given names; without names, all but the slow ones."""
    known = default_classifiers(two_theta, n_augmented=N_AUGMENTED, random_state=SEED)
    names = names.split(",") if names else set(known) - set(SLOW)
    return {name: known[name] for name in known if name in names}


def all_leads(predictions, name, groups):
    """How far a classifier is ahead of each other one, by target and case."""
    found = []
    for keys, part in predictions.groupby(["target", "case", "grouped"], sort=False):
        setting = dict(zip(("target", "case", "grouped"), keys, strict=True))
        for lead in leads(part, name, groups=groups, random_state=SEED):
            numbers = {key: round(lead[key], 4) for key in ("lead", "low", "high")}
            found.append({**setting, "classifier": name, **lead, **numbers})
    return found


def films_of(predictions, data):
    """What became of each measured film, with its name."""
    found = summarize_films(predictions[predictions["case"] > 1])
    return found.assign(name=[data["data"][row].name for row in found["row"]])


def main():
    options = arguments()
    cases = (3,) if options.grouped else tuple(map(int, options.cases.split(",")))
    studies, predictions, summaries, films, ahead, seconds = {}, {}, [], [], [], {}
    for target in options.targets.split(","):
        study = studies[target] = make_study(target, options)
        classifiers = chosen_classifiers(study.data["two_theta"], options.classifiers)
        start = time.perf_counter()
        found = study.cases(classifiers, cases=cases, progress=show)
        seconds[target] = round(time.perf_counter() - start, 1)
        predictions[target] = found
        groups = study.groups if options.grouped else None
        summaries.append(summarize(found, groups=groups, random_state=SEED))
        films.append(films_of(found, study.data))
        if options.against:
            ahead += all_leads(found, options.against, groups)
    table = score_folds(pd.concat(predictions.values(), ignore_index=True))
    table.to_csv(RESULTS / f"studies/{options.name}.csv", index=False, float_format="%.4f")
    pd.concat(films).to_csv(
        RESULTS / f"studies/{options.name}_films.csv", index=False, float_format="%.3f"
    )
    fitting = float((table["fit_seconds"] + table["predict_seconds"]).sum())
    record(
        f"studies/{options.name}",
        "python -m benchmarks.studies.table1"
        f" --repeats {options.repeats} --targets {options.targets}"
        f"{'' if options.cases == '1,2,3' else f' --cases {options.cases}'}"
        f"{' --grouped' if options.grouped else ''}"
        f"{f' --classifiers {options.classifiers!r}' if options.classifiers else ''}"
        f"{f' --against {options.against!r}' if options.against else ''}",
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        data={target: study.data["summary"] for target, study in studies.items()},
        seed=SEED,
        n_repeats=options.repeats,
        n_augmented=N_AUGMENTED,
        n_jobs=N_JOBS,
        seconds_of_this_sitting=seconds,
        seconds_of_all_folds=round(fitting, 1),
        minutes_on_two_cores=round(fitting / 2 / 60, 1),
        summary=pd.concat(summaries).round(4).to_dict("records"),
        **({"leads": ahead} if ahead else {}),
    )
    if options.report:
        write_report(options, studies, predictions)


def write_report(options, studies, predictions):
    """One page of all targets, with maps of the films."""
    from skxrd.report import make_report, study_maps

    maps = {
        target: study_maps(study, chosen_classifiers(study.data["two_theta"], options.classifiers))
        for target, study in studies.items()
    }
    page = make_report(
        pd.concat(predictions.values(), ignore_index=True),
        studies,
        maps=maps,
        title="Measured halide films",
        notes=[study.data["summary"] for study in studies.values()],
    )
    Path(options.report).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
