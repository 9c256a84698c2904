"""What the commands that search a library for scans have in common."""

import click

from skxrd._cli._processes import bound_workers
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


def open_library(names, elements, required_elements, excluded_elements):
    """Library of the files named, and a mask of the phases that the elements allow, or None."""
    from skxrd.search import PhaseLibrary, load_phase_library
    from skxrd.search._phase_elements import allowed_phases

    library, paths = load_phase_library(), []
    for name in names:
        paths += library.paths if name == BUNDLED else [name]
    if names:
        library = PhaseLibrary(*dict.fromkeys(paths))
    return library, allowed_phases(library, elements, required_elements, excluded_elements)


def with_wavelength(patterns, left_out):
    """The patterns whose wavelength is known."""
    for pattern in patterns:
        if pattern.wavelength is None:
            left_out.append(
                f"{scan_name(pattern)}: states no wavelength; say what tube it was, e.g. "
                "--wavelength CuKa."
            )
    return [pattern for pattern in patterns if pattern.wavelength is not None]


def scans_at_once(jobs, n_scans):
    """How many scans are worked on at a time."""
    if n_scans < 2:
        return 1
    import joblib  # here, as one scan does without

    at_once = joblib.effective_n_jobs(jobs or min(joblib.cpu_count(), 4))
    return max(1, min(at_once, n_scans))


def results_of(function, patterns, n_jobs):
    """Yield each pattern with what a function says of it, or the error that it raises."""
    if n_jobs == 1:
        for pattern in patterns:
            yield pattern, _attempt(function, pattern)
        return
    import joblib

    call = joblib.delayed(_attempt)
    for start in range(0, len(patterns), 4 * n_jobs):
        some = patterns[start : start + 4 * n_jobs]
        with bound_workers():
            found = joblib.Parallel(n_jobs)(call(function, pattern) for pattern in some)
        yield from zip(some, found, strict=True)


def _attempt(function, pattern):
    try:
        return function(pattern)
    except (ValueError, ArithmeticError) as error:
        return ValueError(error)


def scan_name(pattern):
    """Name of a scan in lists and tables: its file, and its number there if there are several."""
    from skxrd.datasets._scans import where

    return archive_members(where(pattern))
