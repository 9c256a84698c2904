"""The step as part of the a-CNN: chosen inside the training folds, Case 3, space groups.

The recipe is the published one: 2,000 rows made from simulated and 2,000 from measured training
rows, Adam at 0.001 with batches of 128, at most 100 epochs. The filters of the network span 120
columns, so the step sets how many degrees they see. ``chosen`` takes the step by cross-validation
over the measured rows of each training set; the fixed steps beside it show what each would have
given, and are no choice: their accuracies are those of the test folds.

Run as ``python -m benchmarks.studies.step_choice --repeats 2 --keep FOLDER`` with ``SKXRD_DATA``
set; writes ``benchmarks/results/studies/step_choice.json``. With ``--keep`` finished folds are not
run again, also with more repeats.
"""

import argparse
from functools import partial

import numpy as np
from sklearn.model_selection import GridSearchCV

from benchmarks.studies.measured_films import SEED, measured_films, study_of
from benchmarks.tools.record import record
from skxrd.model_selection import TrainingKFold, make_augmented, summarize
from skxrd.neural import AllConvClassifier

STEPS = (0.04, 0.08, 0.16, 0.32)
N_AUGMENTED = {"simulated": 2000, "experimental": 2000}
INNER = {"n_splits": 3, "n_repeats": 1}


def classifiers(two_theta):
    """The a-CNN at each step, and with the step chosen in the training folds."""
    make = partial(
        make_augmented,
        AllConvClassifier(random_state=SEED),
        two_theta,
        n_augmented=N_AUGMENTED,
        random_state=SEED,
    )
    found = {f"step {step}": make(step=step) for step in STEPS}
    grid = {"stepcoarsener__step": list(STEPS)}
    search = GridSearchCV(make(step=STEPS[0]), grid, cv=TrainingKFold(**INNER))
    return {**found, "chosen": search}


def chosen_steps(predictions):
    """How often each step was chosen: that whose fit gives the same probabilities."""
    columns = [name for name in predictions if name.startswith("probability_")]
    counts = dict.fromkeys(map(str, STEPS), 0)
    for _, fold in predictions.groupby(["repeat", "fold"]):
        parts = {name: part[columns].to_numpy() for name, part in fold.groupby("classifier")}
        for step in STEPS:
            if np.array_equal(parts[f"step {step}"], parts["chosen"]):
                counts[str(step)] += 1
                break
    return counts


def show(n_done, n_all, fold):
    """Print a line for each finished fold."""
    print(f"{n_done}/{n_all} {fold['classifier']} {fold['repeat']}.{fold['fold']}", end=" ")
    print(f"{fold['accuracy']:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--keep", help="folder of finished folds")
    options = parser.parse_args()
    data = measured_films()
    print(data.summary, flush=True)
    study = study_of(data, n_repeats=options.repeats, folder=options.keep)
    predictions = study.cases(classifiers(data.two_theta), cases=[3], progress=show)
    summary = summarize(predictions, by=["classifier"])
    print(summary.to_string())
    by_repeat = predictions.groupby(["classifier", "repeat"])["correct"].mean().unstack()
    record(
        "studies/step_choice",
        f"python -m benchmarks.studies.step_choice --repeats {options.repeats}",
        ("tensorflow", "keras", "scikit-learn", "numpy"),
        films=data.summary,
        n_repeats=options.repeats,
        n_augmented=N_AUGMENTED,
        inner_folds=INNER,
        accuracy={
            name: {"mean": round(row.mean(), 4), "repeats": row.round(4).tolist()}
            for name, row in by_repeat.iterrows()
        },
        chosen=chosen_steps(predictions),
    )


if __name__ == "__main__":
    main()
