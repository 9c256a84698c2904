"""The folder of stopped and finished work: whole pieces, and no work of other settings."""

import json
import os
import threading
import time

import pytest

from skxrd._resumable import ResumableFolder, damage_named

KEY = "a" * 64
MADE_OF = {"seed": 0, "grid": [1.0, 2.0], "crystals": "12 crystals, 0a"}


def test_a_folder_is_made_and_found_again(tmp_path):
    assert ResumableFolder.find(tmp_path / "f", "patterns") is None
    folder = ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
    folder.write(KEY, {"scores": [1, 0.1, None]})
    for again in (
        ResumableFolder(tmp_path / "f", "patterns", MADE_OF),
        ResumableFolder.find(tmp_path / "f", "patterns"),
    ):
        assert again.read(KEY) == {"scores": [1, 0.1, None]}
        assert again.made_of == MADE_OF
    assert folder.read("b" * 64) is None
    mark = json.loads((tmp_path / "f" / "skxrd.json").read_text())
    assert mark == {"format": "skxrd folder 1", "holds": "patterns", "made_of": MADE_OF}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 1}, "f: holds patterns with seed = 0, not 1; use the same settings or another"),
        ({"seed": 0.0}, "with seed = 0, not 0.0"),
        ({"grid": [1.0]}, r"with grid = \[1.0, 2.0\], not \[1.0\]"),
        ({"step": 2}, "with step = None, not 2"),
    ],
)
def test_work_of_other_settings_is_refused(tmp_path, change, message):
    ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
    before = (tmp_path / "f" / "skxrd.json").read_bytes()
    with pytest.raises(ValueError, match=message):
        ResumableFolder(tmp_path / "f", "patterns", MADE_OF | change)
    assert (tmp_path / "f" / "skxrd.json").read_bytes() == before
    with pytest.raises(ValueError, match="with seed = 0, not None"):
        ResumableFolder(tmp_path / "f", "patterns", {"grid": [1.0, 2.0]})


def test_work_of_any_settings_may_share_a_folder(tmp_path):
    ResumableFolder(tmp_path / "f", "finished folds").write(KEY, {"a": 1})
    assert ResumableFolder(tmp_path / "f", "finished folds").read(KEY) == {"a": 1}


@pytest.mark.parametrize(
    "content",
    [
        {"notes.txt": "mine"},
        {"checkpoint.npz": ""},
        {f"{KEY[:32]}.fold": "skxrd fold 1"},  # a folder of an older version
        {"skxrd.json": '{"format": "skxrd folder 0"}'},
        {"skxrd.json": "{"},
        {"skxrd.json": "[]"},
    ],
)
def test_folders_of_others_and_of_other_versions_are_refused(tmp_path, content):
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    message = "was written by another version of skxrd, or holds something else"
    with pytest.raises(ValueError, match=message):
        ResumableFolder(tmp_path, "patterns", MADE_OF)
    with pytest.raises(ValueError, match=message):
        ResumableFolder.find(tmp_path, "patterns")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == content


def test_folders_of_another_kind_are_refused(tmp_path):
    ResumableFolder(tmp_path / "f", "a training", MADE_OF)
    with pytest.raises(ValueError, match="f: holds a training, not patterns; use another folder"):
        ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="file: is a file; name a folder for patterns"):
        ResumableFolder(tmp_path / "file", "patterns")
    with pytest.raises(FileNotFoundError, match="its folder does not exist; make it first"):
        ResumableFolder(tmp_path / "no" / "folder", "patterns")


@pytest.mark.parametrize("damage", ["cut", "foreign", "empty", "one digit", "renamed"])
def test_pieces_that_are_not_whole_count_as_missing(tmp_path, damage):
    folder = ResumableFolder(tmp_path / "f", "finished folds")
    folder.write(KEY, {"score": 0.5})
    (path,) = (tmp_path / "f").glob("*.piece")
    content = path.read_bytes()
    if damage == "renamed":
        path = path.rename(path.with_name("b" * 32 + ".piece"))
    path.write_bytes(
        {
            "cut": content[:-2],
            "foreign": b"something else\n{}",
            "empty": b"",
            "one digit": content.replace(b"0.5", b"1.5"),
            "renamed": content,
        }[damage]
    )
    assert folder.read(KEY) is None and folder.read("b" * 64) is None
    folder.write(KEY, {"score": 0.5})
    assert folder.read(KEY) == {"score": 0.5}


def test_a_run_killed_before_its_mark_was_in_place_goes_on(tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / ".0123.json").write_text('{"form')  # a temporary file
    assert ResumableFolder.find(tmp_path / "f", "patterns") is None
    assert ResumableFolder(tmp_path / "f", "patterns", MADE_OF).made_of == MADE_OF


def test_content_that_cannot_be_kept_leaves_nothing_behind(tmp_path):
    folder = ResumableFolder(tmp_path / "f", "finished folds")
    with pytest.raises(TypeError, match="not JSON serializable"):
        folder.write(KEY, {"score": object()})
    assert [path.name for path in folder.path.iterdir()] == ["skxrd.json"]


def test_several_may_begin_at_once(tmp_path):
    found, start = [], threading.Barrier(8)

    def begin(number):
        start.wait()
        folder = ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
        folder.write(f"{number}" * 64, number)
        found.append(folder.made_of)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [MADE_OF] * 8


def test_of_two_that_begin_at_once_with_other_settings_one_is_refused(tmp_path):
    found, start = [], threading.Barrier(8)

    def begin(number):
        start.wait()
        try:
            found.append(ResumableFolder(tmp_path / "f", "patterns", {"seed": number}).made_of)
        except ValueError as error:
            found.append(str(error))

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (mark,) = [one for one in found if isinstance(one, dict)]
    assert json.loads((tmp_path / "f" / "skxrd.json").read_text())["made_of"] == mark
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["skxrd.json"]


def test_temporary_files_of_runs_killed_long_ago_are_removed(tmp_path):
    ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
    old, new, other = (tmp_path / "f" / f".{name}.npz" for name in ("0a" * 16, "0b" * 16, "mine"))
    for path in (old, new, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (time.time() - 2e5,) * 2)
    ResumableFolder.find(tmp_path / "f", "patterns")  # readers remove nothing
    assert old.exists()
    ResumableFolder(tmp_path / "f", "patterns", MADE_OF)
    assert not old.exists() and new.exists() and other.exists()


def test_damage_is_named_but_missing_files_are_called_so(tmp_path):
    with pytest.raises(ValueError, match="part: is damaged; write it again .KeyError: 'hkl'"):
        with damage_named("part", "write it again"):
            {}["hkl"]
    with pytest.raises(FileNotFoundError, match="none"):
        with damage_named("part", "write it again"):
            (tmp_path / "none").read_bytes()
