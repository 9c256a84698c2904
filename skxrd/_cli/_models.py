"""``skxrd train``, ``predict`` and ``explain``."""

from pathlib import Path

import click

from skxrd._cli._data import TARGETS, choose_classifiers, data_options, load_data


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--target", type=click.Choice(TARGETS), default="space_group", show_default=True)
@click.option("--classifier", default="residual network", show_default=True)
@data_options
def train(folder, output, target, classifier, n_augmented, **source):
    """Train on the scans of FOLDER (one folder a class) and on simulated patterns."""
    import joblib
    from imblearn.pipeline import Pipeline

    from skxrd._compat import takes_groups
    from skxrd._files import check_writable, replaced_file
    from skxrd.model_selection import make_preparation

    check_writable(output)
    data = load_data(folder, target, **source)
    chosen = choose_classifiers(classifier, data.two_theta, n_augmented, source["seed"])
    chosen = list(chosen.values())
    if len(chosen) != 1:
        raise ValueError(f"--classifier is {classifier!r}; name one.")
    (chosen,) = chosen
    prepare = make_preparation(data.two_theta, wavelength=data.wavelength)
    click.echo(f"Training {classifier} on {len(data.target)} patterns ...")
    X = prepare.fit_transform(data.data)
    fit_params = {"groups": data.groups} if takes_groups(chosen) else {}
    chosen.fit(X, data.target, **fit_params)
    chosen = getattr(chosen, "best_estimator_", chosen)  # of a search
    model = Pipeline([*prepare.steps, *_renamed(chosen.steps)])
    with replaced_file(output) as path:
        joblib.dump(model, path)
    click.echo(f"{', '.join(map(str, model.classes_))}: model written to {output}")


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
def predict(model, files):
    """Predict the class of each of FILES (or folders) with a trained MODEL.

    A model file can run any code: load only the ones you trust.
    """
    from skxrd.io import read_patterns

    model = _load_model(model)
    patterns = read_patterns(list(files), wavelength=_wavelength(model))
    predicted = model.predict(patterns)
    certain = model.predict_proba(patterns) if hasattr(model, "predict_proba") else None
    for row, pattern in enumerate(patterns):
        line = f"{pattern.metadata['path']}: {predicted[row]}"
        if certain is not None:
            order = certain[row].argsort()[::-1][:3]
            line += "  " + ", ".join(
                f"{model.classes_[code]} {certain[row, code]:.2f}" for code in order
            )
        click.echo(line)


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--true", "label", help="True class, whose average map is drawn too.")
def explain(model, file, output, label):
    """Draw the scan FILE with its class activation map and the average map of its class."""
    import matplotlib

    from skxrd._files import check_writable, replaced_file
    from skxrd.inspection import ActivationMapDisplay
    from skxrd.io import read_pattern

    matplotlib.use("Agg")
    check_writable(output)
    model = _load_model(model)
    pattern = read_pattern(file, wavelength=_wavelength(model))
    display = ActivationMapDisplay.from_estimator(model, pattern, label)
    with replaced_file(output) as path:
        display.figure_.savefig(path, dpi=150)
    click.echo(f"{file}: {display.predicted} ({display.probability:.2f}), map in {output}")


def _renamed(steps):
    """Steps under names that do not clash with those of the preparation."""
    return [(f"{name}-2" if name == "patternscaler" else name, step) for name, step in steps]


def _load_model(path):
    import joblib

    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such model; make one with skxrd train.")
    try:
        return joblib.load(path)
    except (EOFError, KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{path}: is no complete model file ({error}); train again.") from error


def _wavelength(model):
    return getattr(model[0], "wavelength_", None)
