"""Options that several commands share, and the data and classifiers that they name."""

from pathlib import Path

import click

from skxrd._cli._printing import noted_warnings, say
from skxrd._names import shown

TARGETS = ("space_group", "dimensionality")
_BUNDLED = "bundled"

_DATA = (
    click.option(
        "--crystals",
        type=click.Path(path_type=Path),
        help="Candidate structures: CIF file, folder of CIF files or parquet table. "
        "[default: the bundled metal halides]",
    ),
    click.option(
        "--elements",
        help="Only crystals made of these elements, such as Cs,Pb,I. [default: all]",
    ),
    click.option(
        "--wavelength",
        help="Wavelength of scans that state none: in angstrom, or CuKa, CuKa1, CoKa, MoKa, ...",
    ),
    click.option(
        "--n-augmented",
        type=click.IntRange(0, 100_000),  # memory
        default=2000,
        show_default=True,
        help="Altered copies (shifted, strained, textured, noisy) that are made of the simulated "
        "patterns for each training, and as many of the measured ones.",
    ),
    click.option(
        "--measured-share",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        help="Weight of the measured patterns in each training as a share of all, e.g. 0.5. "
        "[default: their share by number]",
    ),
    click.option(
        "--variants",
        type=click.IntRange(1, 1000),
        default=1,
        show_default=True,
        help="Number of simulated patterns of each crystal: a powder, and from 2 on textured ones.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**31),
        default=0,
        show_default=True,
        help="Number that all random choices follow from: the same number, the same result.",
    ),
)


def data_options(function):
    """Add the options that :func:`load_data` and :func:`choose_classifiers` need."""
    for option in reversed(_DATA):
        function = option(function)
    return function


def load_data(measured, target, left_out, *, crystals, elements, wavelength, variants, seed):
    """Simulated patterns and films of the same classes, with groups and the grid.

    Labels of the target ``"folder"`` are the user's own, which no crystal has: films alone.
    """
    from skxrd.datasets import read_films_with_crystals

    wavelength = number_or_name(wavelength)
    if target == "folder":
        if crystals is not None or elements is not None:
            given = "--crystals" if elements is None else "--elements"
            raise ValueError(
                f"{given} is given, but crystals have no classes of --target folder; leave it out, "
                "or use --target space_group."
            )
        data = _films_alone(measured, wavelength)
    else:
        data = read_films_with_crystals(
            measured,
            crystals=crystals,
            elements=elements,
            target=target,
            wavelength=wavelength,
            n_variants=variants,
            random_state=seed,
        )
    left_out += data.left_out
    say(shown(data.summary))
    if "crystals_summary" in data:
        say(shown(data.crystals_summary))
    if len(data.target_names) < 2:
        raise ValueError(
            f"all films are of one class, {data.target_names[0]}; a classifier needs two or more: "
            "add films of another class in a folder of its own."
        )
    return data


def _films_alone(measured, wavelength):
    """Films with the names of their folders as labels."""
    import numpy as np
    from sklearn.utils import Bunch

    from skxrd.datasets import read_class_folders
    from skxrd.datasets._usable_films import usable_films

    films = usable_films(
        read_class_folders(measured, target="folder", wavelength=wavelength, on_error="skip")
    )
    names, counts = np.unique(films.target, return_counts=True)
    classes = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
    first, last = films.two_theta[[0, -1]]
    summary = f"{len(films.data)} measured films ({classes}), {first:g} to {last:g} degrees"
    return Bunch(**{**films, "target_names": names.tolist(), "summary": summary})


def read_scans(paths, wavelength, left_out):
    """Patterns of files and folders; whatever cannot be read is listed in ``left_out``."""
    from skxrd._grid import check_wavelength
    from skxrd.datasets._left_out import all_left_out, recorded_reasons
    from skxrd.io._scan_files import read_files  # read_patterns without scikit-learn's checks

    wavelength = number_or_name(wavelength)
    if wavelength is not None:
        check_wavelength(wavelength)
    patterns = []
    for path in dict.fromkeys(paths):
        reasons = []
        try:
            with recorded_reasons() as reasons:
                patterns += read_files(path, wavelength, on_error="skip")[0]
        except (ValueError, OSError) as error:
            if not reasons:  # else the error repeats the first of them
                reasons.append(str(error))
        left_out += all_left_out(reasons, path)
    return patterns


def read_named_crystals(path):
    """Crystals of a file or folder; the bundled halides where the path is their word."""
    if str(path) == _BUNDLED:
        from skxrd.datasets import load_halides

        return load_halides().data
    from skxrd.io import read_crystals

    with noted_warnings():
        return read_crystals(path, on_error="skip")


def choose_classifiers(names, two_theta, n_augmented, seed, measured_share=None):
    """Classifiers by name; case, blanks and hyphens do not matter."""
    from skxrd.model_selection._domain_weights import weighted_classifier
    from skxrd.model_selection._pipelines import BASELINES, CLASSIFIERS, named_classifiers

    plain = {"".join(filter(str.isalnum, name)).lower(): name for name in CLASSIFIERS}
    chosen = []
    for name in CLASSIFIERS if names.strip().lower() == "all" else names.split(","):
        key = "".join(filter(str.isalnum, name)).lower()
        if key not in plain:
            raise ValueError(
                f"classifier {name.strip()!r} is not known; choose among {', '.join(CLASSIFIERS)}."
            )
        chosen.append(plain[key])
    known = named_classifiers(chosen, two_theta, n_augmented=n_augmented, random_state=seed)
    if measured_share is None:
        return known
    return {
        name: one if name in BASELINES else weighted_classifier(one, measured_share)
        for name, one in known.items()
    }


def check_inner_folds(name, classifier, y, groups):
    """Raise before the training if a search cannot split these training rows."""
    folds = getattr(classifier, "cv", None)
    if folds is None:
        return
    try:
        for _ in folds.split(y, y, groups):
            pass
    except ValueError as error:
        raise ValueError(
            f"classifier {name!r} chooses its settings in {folds.n_splits} folds of the training "
            f"patterns, and {error}"
        ) from error


def number_or_name(wavelength):
    """Wavelength as it was typed, as a number if it is one."""
    if wavelength is None:
        return None
    try:
        return float(wavelength)
    except ValueError:
        return wavelength
