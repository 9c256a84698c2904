"""``skxrd train``."""

from pathlib import Path

import click

from skxrd._cli._data import (
    TARGETS,
    check_inner_folds,
    choose_classifiers,
    data_options,
    load_data,
)
from skxrd._cli._printing import left_out_at_the_end, note, say
from skxrd._names import printable, shown


@click.command(short_help="Train a model on labelled scans and simulated patterns.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Model file. One that ends in .joblib is a pickle, which can run any code when it is "
    "loaded; any other name, such as model.skxrd, gives a file that holds no code.",
)
@click.option(
    "--target",
    type=click.Choice((*TARGETS, "folder")),
    default="space_group",
    show_default=True,
    help="What the names of the folders are: space groups, dimensionalities (0D to 3D), or labels "
    "of your own (folder), for which no crystals are simulated.",
)
@click.option(
    "--classifier",
    default="residual network",
    show_default=True,
    help="Classifier, such as SVM, k-NN, DTW k-NN, 1-NN cosine (most similar pattern), random "
    "forest or a-CNN; skxrd compare --help lists all.",
)
@click.option(
    "--calibration-folds",
    type=click.IntRange(0, 20),
    default=0,
    show_default=True,
    help="Parts into which the films are divided, e.g. 5; each is predicted once by a model "
    "trained on the others. skxrd predict then corrects its probabilities, and has --coverage. 0: "
    "none, which is faster.",
)
@data_options
def train(
    folder,
    output,
    target,
    classifier,
    calibration_folds,
    n_augmented,
    measured_share,
    **source,
):
    """Train on the scans of FOLDER (one folder a class) and on simulated patterns.

    The model file also keeps what skxrd predict needs to tell scans that are unlike all of the
    training and, with --calibration-folds, the predictions of films held out in turn.
    Scans that cannot be used are left out and listed at the end, with exit status 1.
    """
    from imblearn.pipeline import Pipeline

    from skxrd._cli._model_files import write
    from skxrd._files import check_outputs
    from skxrd.model_selection import make_preparation
    from skxrd.model_selection._sampling_pipeline import fit_with_groups
    from skxrd.model_selection._training_record import NAME as RECORD
    from skxrd.model_selection._training_record import make_record

    check_outputs({"-o": output}, [source["crystals"]] if source["crystals"] else [])
    if len(choose_classifiers(classifier, None, n_augmented, source["seed"])) != 1:
        raise ValueError(f"--classifier is {classifier!r}; name one.")
    with left_out_at_the_end() as left_out:
        data = load_data(folder, target, left_out, **source)
        check_outputs({"-o": output}, {p.metadata.get("path", "") for p in data.data})
        (chosen,) = choose_classifiers(
            classifier, data.two_theta, n_augmented, source["seed"], measured_share
        ).values()
        check_inner_folds(classifier, chosen, data.target, data.groups)
        prepare = make_preparation(data.two_theta, wavelength=data.wavelength)
        say(f"Training {classifier} on {len(data.target)} patterns ...")
        X = prepare.fit_transform(data.data)
        fit_with_groups(chosen, X, data.target, data.groups)
        held_out = _held_out(chosen, X, data, calibration_folds, source["seed"])
        record = make_record(prepare, data.two_theta, X, data.groups, held_out)
        chosen = getattr(chosen, "best_estimator_", chosen)  # of a search
        chosen = getattr(chosen, "estimator_", chosen)  # that which is weighted
        model = Pipeline([*prepare.steps, *_renamed(chosen.steps)])
        setattr(model, RECORD, record)
        write(model, output)
        say(f"{printable(', '.join(map(str, model.classes_)))}: model written to {shown(output)}")


def _held_out(classifier, X, data, n_splits, seed):
    """Predictions of films that were held out in turn; ``None`` if there are to be none."""
    from skxrd.model_selection._training_record import held_out_predictions

    if n_splits and not hasattr(classifier, "predict_proba"):
        note("the classifier has no probabilities: skxrd predict will give no prediction sets")
    if n_splits < 2 or not hasattr(classifier, "predict_proba"):
        return None
    say(f"Holding out films in {n_splits} folds for prediction sets ...")
    try:
        return held_out_predictions(
            classifier, X, data.target, data.groups, n_splits=n_splits, seed=seed
        )
    except ValueError as error:  # such as inner folds of too few films
        note(f"no prediction sets: {shown(error)}")
        return None


def _renamed(steps):
    """Steps under names that do not clash with those of the preparation."""
    return [(f"{name}-2" if name == "patternscaler" else name, step) for name, step in steps]
