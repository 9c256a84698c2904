"""Finished folds on disk, so that a study goes on where it was stopped."""

import hashlib
import json
from pathlib import Path

from skxrd._files import replaced_file

_FORMAT = "skxrd fold 1"


class FoldStore:
    """A folder with one small text file for each finished fold.

    A file is named by what made it (:func:`~skxrd._hashing.content_hash`), so a
    changed estimator, data set or split looks for another file. Its first line holds a digest of
    the rest: what is cut short or was not written here counts as missing.

    Parameters
    ----------
    folder : path-like
        The folder; it is made, its parent must exist.

    Raises
    ------
    FileNotFoundError
        If the parent folder does not exist.
    NotADirectoryError
        If there is a file of that name.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise NotADirectoryError(f"{folder}: is a file; name a folder for finished folds.")
        if not self.folder.absolute().parent.is_dir():
            raise FileNotFoundError(f"{folder}: its folder does not exist; make it first.")
        self.folder.mkdir(exist_ok=True)

    def read(self, key):
        """Return the content of a finished fold.

        Parameters
        ----------
        key : str
            Identity of the fold.

        Returns
        -------
        dict or None
            ``None`` if there is no such fold, or its file is not whole.
        """
        path = self._path(key)
        if not path.is_file():
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if head != _head(key, body):
            return None
        return json.loads(body)

    def write(self, key, content):
        """Keep a finished fold.

        Parameters
        ----------
        key : str
            Identity of the fold.
        content : dict
            What JSON can hold.
        """
        body = json.dumps(content).encode()
        with replaced_file(self._path(key)) as path:
            path.write_bytes(_head(key, body) + b"\n" + body)

    def _path(self, key):
        return self.folder / f"{key[:32]}.fold"


def _head(key, body):
    return f"{_FORMAT} {key} {hashlib.sha256(body).hexdigest()}".encode()
