"""Options that several commands share, and the data and classifiers that they name."""

from pathlib import Path

import click

TARGETS = ("space_group", "dimensionality")
TARGET_NAMES = {"space_group": "space group", "dimensionality": "dimensionality"}

_DATA = (
    click.option(
        "--crystals",
        type=click.Path(path_type=Path),
        help="Candidate structures: CIF file, folder of CIF files or parquet table. "
        "[default: the bundled metal halides]",
    ),
    click.option("--wavelength", help="Of scans that state none: angstrom, or e.g. CuKa."),
    click.option(
        "--n-augmented",
        type=click.IntRange(0),
        default=1000,
        show_default=True,
        help="Patterns that augmentation adds in each training.",
    ),
    click.option(
        "--variants",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        help="Simulated patterns of each crystal: its powder, then textured ones.",
    ),
    click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
)


def data_options(function):
    """Add the options that :func:`load_data` and :func:`choose_classifiers` need."""
    for option in reversed(_DATA):
        function = option(function)
    return function


def load_data(measured, target, *, crystals, wavelength, variants, seed):
    """Simulated patterns and films of the same classes, with groups and the grid."""
    from skxrd.datasets import read_films_with_crystals

    data = read_films_with_crystals(
        measured,
        crystals=crystals,
        target=target,
        wavelength=number_or_name(wavelength),
        n_variants=variants,
        random_state=seed,
    )
    for line in data.left_out:
        click.echo(f"left out {line}")
    click.echo(data.summary)
    return data


def choose_classifiers(names, two_theta, n_augmented, seed):
    """Classifiers by name; case, blanks and hyphens do not matter."""
    from skxrd.model_selection import default_classifiers

    known = default_classifiers(two_theta, n_augmented=n_augmented, random_state=seed)
    plain = {"".join(filter(str.isalnum, name)).lower(): name for name in known}
    if names.strip().lower() == "all":
        return known
    chosen = {}
    for name in names.split(","):
        key = "".join(filter(str.isalnum, name)).lower()
        if key not in plain:
            raise ValueError(
                f"classifier {name.strip()!r} is not known; choose among {', '.join(known)}."
            )
        chosen[plain[key]] = known[plain[key]]
    return chosen


def number_or_name(wavelength):
    if wavelength is None:
        return None
    try:
        return float(wavelength)
    except ValueError:
        return wavelength
