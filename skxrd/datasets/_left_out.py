"""What was left out of a batch, and why: nothing vanishes without a word."""

import os
import warnings
from contextlib import contextmanager

from skxrd._files import special_kind
from skxrd.io import SkippedFileWarning


@contextmanager
def recorded_reasons():
    """Give a list that has, after the block, what was left out in it, each with the reason."""
    reasons, others = [], []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", SkippedFileWarning)
            yield reasons
    finally:
        for warned in caught:
            if not issubclass(warned.category, SkippedFileWarning):
                others.append(warned)
                continue
            for error in getattr(warned.message, "skipped", [warned.message]):
                reasons.append(str(error).removeprefix("left out "))
        for warned in others:
            warnings.warn_explicit(
                warned.message,
                warned.category,
                warned.filename,
                warned.lineno,
                source=warned.source,
            )


def unread_entries(folder, *, class_folders=False):
    """Yield the reason for each entry of a folder that no reader gets to, at any depth.

    These are folders that are links or cannot be opened, links to nothing and special files; with
    ``class_folders`` also scans that lie beside the folders of the classes.
    """
    if not os.path.isdir(folder):
        return
    failed = []
    for parent, folders, files in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            path = os.path.join(parent, name)
            if os.path.islink(path):
                yield f"{path}: is a link to a folder, which is not followed; name that folder."
        for name in sorted(files):
            path = os.path.join(parent, name)
            if name.startswith("."):
                continue
            if not os.path.exists(path):
                yield f"{path}: is a link to nothing."
            elif not os.path.isfile(path):
                yield f"{path}: is {special_kind(os.stat(path))}, not an ordinary file."
            elif class_folders and parent == os.fspath(folder) and _holds_pattern(path):
                yield f"{path}: is in no folder of a class."
    for error in failed:
        yield f"{error.filename}: cannot be opened ({error.strerror})."


def _holds_pattern(path):
    """Whether a file is one that a folder of scans would give."""
    from skxrd.io import read_patterns

    with recorded_reasons():
        try:
            read_patterns(path)
        except (ValueError, OSError):
            return False
    return True


def all_left_out(reasons, folder, *, class_folders=False):
    """What no reader gets to, then what readers left out besides."""
    unread = list(unread_entries(folder, class_folders=class_folders))
    named = {reason.partition(": ")[0] for reason in unread}
    return unread + [reason for reason in reasons if reason.partition(": ")[0] not in named]
