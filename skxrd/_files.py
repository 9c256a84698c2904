"""Write files whole or not at all."""

import uuid
from contextlib import contextmanager
from pathlib import Path


def check_writable(path):
    """Raise at once if a file cannot be written there later.

    Parameters
    ----------
    path : path-like
        The file to be.

    Returns
    -------
    pathlib.Path
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path}: is a folder; name a file in it.")
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"{path}: its folder does not exist; make it first.")
    return path


@contextmanager
def replaced_file(path):
    """Yield a temporary path beside ``path`` and move it there on success.

    Parameters
    ----------
    path : path-like
        The file to write.

    Yields
    ------
    pathlib.Path
        Write here; after an error nothing is left of it and an older file stays as it was.
    """
    path = check_writable(path)
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
