"""Parts of a file that hold no pattern: each costs only itself."""

import warnings

from skxrd._files import FormatError

_MOST_PARTS = 5000  # of a file


class SkippedFileWarning(UserWarning):
    """A file, scan or structure that was left out, with the reason."""


def warn_left_out(path, what, problem):
    """Warn that a part of a file was left out."""
    mark = ":" if problem.startswith("its member") else ""
    warnings.warn(f"left out {path}: {what}{mark} {problem}", SkippedFileWarning, stacklevel=4)


def read_each(path, parts, what="scan"):
    """Patterns of the parts of a file, each a function; parts without one are left out.

    If no part holds a pattern, the error of the first is raised.
    """
    if len(parts) > _MOST_PARTS:
        raise FormatError(path, f"holds {len(parts)} of {what}; split it into files.")
    patterns, problems = [], []
    for number, read in enumerate(parts, start=1):
        try:
            patterns.append(read())
        except FormatError as error:
            problems.append((number, error))
    if problems and not patterns:
        raise problems[0][1]
    for number, error in problems:
        warn_left_out(path, f"{what} {number}", error.problem)
    return patterns
