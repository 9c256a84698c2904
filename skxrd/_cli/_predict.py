"""``skxrd predict`` and ``skxrd explain``."""

from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from skxrd._cli._data import read_named_crystals, read_scans
from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._names import archive_members, printable, shown

_WAVELENGTH = click.option(
    "--wavelength",
    help="Wavelength of scans that state none: in angstrom, or CuKa, CuKa1, CoKa, ... [default: "
    "that of the training scans]",
)


@click.command(short_help="Predict the class of scans with a trained model.")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@_WAVELENGTH
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Print, for each scan, the classes among which the true one is for this share of scans, "
    "such as 0.9. Needs a model of skxrd train --calibration-folds.",
)
@click.option(
    "--csv", type=click.Path(path_type=Path), help="Write a table with one row for each scan."
)
def predict(model, files, wavelength, coverage, csv):
    """Predict the class of each of FILES (or folders) with a trained MODEL.

    A scan that is unlike all training scans (p at most 0.05, or stranger than each film if there
    are few) is called so, and so is one that trained the model. --coverage needs films that were
    held out in skxrd train.

    Scans of other wavelengths are converted through the lattice spacing. Where a scan lacks less
    than one step of the angles of the model at either end, its outermost intensity is taken. Scans
    that lack more, or cannot be used for another reason, are left out and listed at the end, with
    exit status 1, or 2 if there is no other.

    A joblib file can run any code: load only the ones you trust.
    """
    from skxrd._cli._model_files import load
    from skxrd._cli._predictions import Judgement
    from skxrd._files import check_outputs

    check_outputs({"--csv": csv}, inputs=[model, *files])
    name, model = model, load(model, to_predict=True)
    if coverage is not None:
        _check_sets(name, model)
    with left_out_at_the_end() as left_out:
        patterns = read_scans(files, wavelength or _wavelength(model), left_out)
        with _trouble_of(name):
            patterns, rows = _prepared(model, patterns, left_out)
            if not patterns:
                raise nothing_done(left_out, "no scan could be predicted.")
            judged = Judgement(model, patterns, rows, coverage)
        for row, pattern in enumerate(patterns):
            say(f"{_where(pattern)}: {judged.line(row)}")
        if csv is not None:
            check_outputs({"--csv": csv}, inputs={p.metadata.get("path", "") for p in patterns})
            judged.write(csv, [_where(pattern) for pattern in patterns])
            say(f"{len(patterns)} rows written to {shown(csv)}")


@click.command(short_help="Draw which angles support the class that a model predicts.")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Picture to write: .png, .svg, .pdf, ...",
)
@click.option(
    "--true",
    "label",
    help="True class, if it is known: its average map is drawn too. "
    "Space groups are spelt as the folders of skxrd train may be.",
)
@click.option(
    "--crystals",
    type=click.Path(path_type=Path),
    help="CIF file or folder, or the word bundled for the 204 bundled halides: peaks get the "
    "Miller indices of the best crystal of the class.",
)
@click.option(
    "--scale",
    type=click.Choice(["linear", "sqrt", "log"]),
    default="sqrt",
    show_default=True,
    help="Scale of the measured intensities; sqrt and log show weak peaks.",
)
@_WAVELENGTH
def explain(model, file, output, label, crystals, scale, wavelength):
    """Draw the scan FILE with its class activation map and the average map of its class.

    Orange angles are evidence for the predicted class, blue ones against it. The format of the
    picture is that of the ending of its name, such as .png, .pdf or .svg.
    """
    import matplotlib

    from skxrd._cli._model_files import load, load_again
    from skxrd._files import check_outputs, replaced_file

    matplotlib.use("Agg")
    check_outputs({"-o": output}, inputs=[model, file])
    check_picture(output)
    listed = None if crystals is None else read_named_crystals(crystals)
    name, model = model, load(model, to_predict=True)
    left_out = []
    patterns = read_scans([file], wavelength or _wavelength(model), left_out)
    if len(patterns) > 1:
        raise ValueError(f"{file}: holds {len(patterns)} scans; name a file with one.")
    with _trouble_of(name):
        label = None if label is None else _true_class(label, model)
        patterns, _ = _prepared(model, patterns, left_out)
        if not patterns:
            raise ValueError(left_out[0])
        (pattern,) = patterns
        from skxrd.inspection import ActivationMapDisplay

        title = printable(pattern.name).replace("$", r"\$")  # no formula
        display = ActivationMapDisplay.from_estimator(
            load_again(name, model), pattern, label, name=title, scale=scale
        )
    if listed is not None and not display.name_reflections(listed).crystal_:
        say("no crystal has a line at any of the peaks; none is named")
    with replaced_file(output) as path:
        display.figure_.savefig(path, dpi=150)
    say(
        f"{_where(pattern)}: {printable(str(display.predicted))} ({display.probability:.2f}), map "
        f"in {shown(output)}"
    )


def _prepared(model, patterns, left_out):
    """The patterns that the model can use, and their rows as they reach its classifier."""
    from skxrd.datasets._scans import where
    from skxrd.datasets._usable_films import reaching_the_ends, why_not_stacked

    def keep(patterns, why_not):
        reasons = [why_not(pattern) for pattern in patterns]
        pairs = list(zip(patterns, reasons, strict=True))
        left_out.extend(f"{where(pattern)}: {why}" for pattern, why in pairs if why is not None)
        return [pattern for pattern, why in pairs if why is None]

    def why_not_prepared(pattern):
        try:
            model[:-1].transform([pattern])
        except ValueError as error:
            return str(error)

    patterns = [reaching_the_ends(pattern, model[0]) for pattern in patterns]
    patterns = keep(patterns, partial(why_not_stacked, model[0], needs="the model needs"))
    try:
        return patterns, model[:-1].transform(patterns) if patterns else None
    except ValueError:
        patterns = keep(patterns, why_not_prepared)
    return patterns, model[:-1].transform(patterns) if patterns else None


@contextmanager
def _trouble_of(path):
    """Turn what a model of something else raises into one line."""
    try:
        yield
    except (AttributeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise ValueError(
            f"{path}: cannot predict ({type(error).__name__}: {error}); it is no model of skxrd "
            "train, or one of another version: train again."
        ) from error


def check_picture(path):
    """Raise before the work if matplotlib cannot write a file of this ending."""
    from matplotlib.backend_bases import FigureCanvasBase

    endings = sorted(FigureCanvasBase.get_supported_filetypes())
    if path.suffix.lower().removeprefix(".") not in endings:
        raise ValueError(
            f"{path}: no picture can be written to a file of this ending; use one of "
            f"{', '.join(endings)}."
        )


def _where(pattern):
    from skxrd.datasets._scans import where

    return printable(archive_members(where(pattern)))


def _check_sets(path, model):
    """Raise before the work if a model has nothing that prediction sets could be made of."""
    from skxrd.model_selection._training_record import record_of

    record = record_of(model)
    if record is None or not len(record["columns"]) or not hasattr(model, "predict_proba"):
        raise ValueError(
            f"{path}: holds no predictions of films that were held out, which --coverage needs; "
            "train again with skxrd train --calibration-folds 5 and a classifier that has "
            "probabilities, or leave --coverage out."
        )


def _true_class(text, model):
    """Class of a model that the user means."""
    from skxrd.datasets._class_folders import class_among

    label = class_among(text, model.classes_)
    if label is None:
        raise ValueError(
            f"--true is {text}, which is no class of the model; name one of "
            f"{', '.join(map(str, model.classes_))}."
        )
    return label


def _wavelength(model):
    return getattr(model[0], "wavelength_", None)
