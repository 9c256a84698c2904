"""A folder that knows what made it: stopped work goes on, and no work is taken for another."""

import hashlib
import json
import os
import re
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

from skxrd._files import replaced_file

_FORMAT = "skxrd folder 1"
_MARK = "skxrd.json"
_TEMPORARY = re.compile(r"\.[0-9a-f]{32}(\.|$)")
_DAY = 86400  # seconds after which a temporary file belongs to a run that was killed


@contextmanager
def damage_named(path, remedy):
    """Raise whatever a damaged file raises as a ValueError that names the file and the remedy."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ValueError(f"{path}: is damaged; {remedy} ({problem}).") from error


class ResumableFolder:
    """Folder of unfinished or finished work, made if it is not there; its parent must exist.

    ``what`` completes the sentence "holds ...", such as "patterns". ``made_of`` has the settings
    and content hashes that the work follows from, as values that JSON keeps; ``None`` lets work of
    any settings share the folder, whose pieces are then told apart by their keys. The file
    ``skxrd.json`` records both, and a folder of anything else is refused with a ValueError.
    """

    def __init__(self, path, what, made_of=None):
        self.path, self.what = Path(path), what
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(f"{path}: is a file; name a folder for {what}.")
        if not self.path.absolute().parent.is_dir():
            raise FileNotFoundError(f"{path}: its folder does not exist; make it first.")
        mark = _read_mark(self.path, what)
        if mark is None:
            self.path.mkdir(exist_ok=True)
            mark = _make_mark(self.path, {"format": _FORMAT, "holds": what, "made_of": made_of})
        self.made_of = mark["made_of"]
        if made_of is not None:
            self.compare(made_of)
        self._remove_temporary()

    @classmethod
    def find(cls, path, what):
        """Folder that is there already, or ``None`` if there is none or it is empty."""
        mark = _read_mark(Path(path), what)
        if mark is None:
            return None
        folder = cls.__new__(cls)
        folder.path, folder.what, folder.made_of = Path(path), what, mark["made_of"]
        return folder

    def compare(self, made_of, recorded=None):
        """Raise a ValueError if ``made_of`` is not what is recorded, in ``skxrd.json`` or here."""
        recorded = (self.made_of if recorded is None else recorded) or {}
        for name in made_of | recorded:
            there, here = recorded.get(name), made_of.get(name)
            if json.dumps(there, sort_keys=True) != json.dumps(here, sort_keys=True):
                raise ValueError(
                    f"{self.path}: holds {self.what} with {name} = {there}, not {here}; use the "
                    "same settings or another folder."
                )

    def read(self, key):
        """Content of a finished piece; ``None`` if there is none or its file is not whole."""
        path = self._piece(key)
        if not path.is_file():
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        return json.loads(body) if head == _head(key, body) else None

    def write(self, key, content):
        """Keep a finished piece: what JSON can hold, under a key that can be part of a name."""
        body = json.dumps(content).encode()
        with replaced_file(self._piece(key)) as temporary:
            temporary.write_bytes(_head(key, body) + b"\n" + body)

    def _piece(self, key):
        return self.path / f"{key[:32]}.piece"

    def _remove_temporary(self):
        """Remove the files that runs killed a day ago or earlier were about to write."""
        for file in self.path.iterdir():
            if _TEMPORARY.match(file.name):
                with suppress(FileNotFoundError):  # another process has just moved it
                    if file.stat().st_mtime < time.time() - _DAY:
                        file.unlink()


def _make_mark(path, mark):
    """Mark of a folder, written unless another process was first, whose mark counts then."""
    temporary = path / f".{uuid.uuid4().hex}.json"
    try:
        temporary.write_text(json.dumps(mark, indent=1), encoding="utf-8")
        os.link(temporary, path / _MARK)
    except FileExistsError:
        return _read_mark(path, mark["holds"])
    except OSError:  # file systems without links: of two at once, the later counts
        temporary.replace(path / _MARK)
    finally:
        temporary.unlink(missing_ok=True)
    return mark


def _read_mark(path, what):
    """Content of the mark of a folder that holds ``what``; ``None`` if nothing is there."""
    # names before the mark: another process writes its mark before all else
    names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
    try:
        mark = json.loads((path / _MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if all(name.startswith(".") for name in names):  # such as temporary files of a killed run
            return None
        mark = None
    except ValueError:
        mark = None
    if not isinstance(mark, dict) or mark.get("format") != _FORMAT:
        raise ValueError(
            f"{path}: was written by another version of skxrd, or holds something else; nothing in "
            "it is used or changed. Use an empty or a new folder."
        )
    if mark["holds"] != what:
        raise ValueError(f"{path}: holds {mark['holds']}, not {what}; use another folder.")
    return mark


def _head(key, body):
    """First line of a piece, which says what it is and whether the rest is whole."""
    return f"skxrd piece 1 {key} {hashlib.sha256(body).hexdigest()}".encode()
