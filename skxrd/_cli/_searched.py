"""What the commands that search a library for scans have in common."""

import click

from skxrd._names import archive_members

#: Word that names the library of the package.
BUNDLED = "bundled"

_OPTIONS = (
    click.option(
        "--elements",
        help="Elements of the specimen, such as Ti,O,Zn: only phases made of these and no others.",
    ),
    click.option(
        "--required-elements", help="Only phases that contain all of these elements, such as Ti,O."
    ),
    click.option("--excluded-elements", help="Only phases that contain none of these elements."),
    click.option(
        "--library",
        "libraries",
        multiple=True,
        help="Library of phases: a file of skxrd library build, or the word bundled; may be given "
        "several times. [default: bundled]",
    ),
)


def library_options(function):
    """Add the options that say which phases are searched."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def open_library(names):
    """Library of the files named."""
    from skxrd.search import PhaseLibrary, load_phase_library

    paths = []
    for name in names or [BUNDLED]:
        paths += load_phase_library().paths if name == BUNDLED else [name]
    return PhaseLibrary(*dict.fromkeys(paths))


def with_wavelength(patterns, left_out):
    """The patterns whose wavelength is known."""
    for pattern in patterns:
        if pattern.wavelength is None:
            left_out.append(
                f"{scan_name(pattern)}: states no wavelength; say what tube it was, e.g. "
                "--wavelength CuKa."
            )
    return [pattern for pattern in patterns if pattern.wavelength is not None]


def results_of(estimator, method, patterns):
    """Yield each pattern with what a method of lists says of it, or the error that it alone raises.

    ``estimator.n_jobs`` says how many are worked on at a time.
    """
    batch = 1 if estimator.n_jobs == 1 else 4 * estimator.n_jobs
    for start in range(0, len(patterns), batch):
        some = patterns[start : start + batch]
        try:
            found = method(some)
        except (ValueError, ArithmeticError):
            found = [_alone(method, pattern) for pattern in some]
        yield from zip(some, found, strict=True)


def _alone(method, pattern):
    try:
        return method([pattern])[0]
    except (ValueError, ArithmeticError) as error:
        return ValueError(error)


def scan_name(pattern):
    """Name of a scan in lists and tables: its file, and its number there if there are several."""
    from skxrd.datasets._scans import where

    return archive_members(where(pattern))
