"""Files that are written whole or not at all, through links, and names as they are shown."""

import os
import stat

import pytest

from skxrd._files import check_outputs, check_writable, replaced_file
from skxrd._names import archive_members, csv_cell, printable, shown


def write(path, text):
    with replaced_file(path) as temporary:
        temporary.write_text(text)


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "far").mkdir()
    for name, there in (("old.csv", True), ("new.csv", False)):
        target, link = tmp_path / "far" / name, tmp_path / name
        if there:
            target.write_text("before")
        link.symlink_to(target)
        write(link, "after")
        assert link.is_symlink() and target.read_text() == "after"
    assert sorted(path.name for path in (tmp_path / "far").iterdir()) == ["new.csv", "old.csv"]


def test_a_file_keeps_its_mode_and_its_other_names(tmp_path):
    path, twin = tmp_path / "a.csv", tmp_path / "twin.csv"
    path.write_text("before, and longer")
    path.chmod(0o640)
    write(path, "mode")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    os.link(path, twin)
    write(path, "twin")
    assert twin.read_text() == path.read_text() == "twin" and path.samefile(twin)


def test_special_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="pipe: is a pipe, not an ordinary file; name another"):
        check_writable(tmp_path / "pipe")
    with pytest.raises(OSError, match="null: is a device"):
        check_writable(os.devnull)
    (tmp_path / "link").symlink_to("none/a.csv")
    with pytest.raises(FileNotFoundError, match="link: its folder does not exist"):
        check_writable(tmp_path / "link")


def test_two_outputs_are_two_files_and_no_input(tmp_path):
    path = tmp_path / "a"
    (tmp_path / "link").symlink_to("a")
    for other in (path, tmp_path / ".." / tmp_path.name / "a", tmp_path / "link"):
        with pytest.raises(ValueError, match="--report and --csv are one file"):
            check_outputs({"--csv": path, "--report": other, "-o": None})
    path.write_text("10 1")
    with pytest.raises(ValueError, match="-o .*link: would replace the input .*a; name another"):
        check_outputs({"-o": tmp_path / "link"}, inputs=[path])
    with pytest.raises(OSError, match="/proc/a.csv: nothing can be written there"):
        check_outputs({"--csv": "/proc/a.csv"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "link"]


def test_no_temporary_file_stays(tmp_path):
    with pytest.raises(KeyboardInterrupt), replaced_file(tmp_path / "a") as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cs₃Bi₂Br₉ µ.xy", "Cs₃Bi₂Br₉ µ.xy"),
        ("a\nb\t\x1b[31m\x7f", r"a\nb\t\x1b[31m\x7f"),
        (b"\xff.xy".decode("utf-8", "surrogateescape"), r"\udcff.xy"),
        ("yx\u202e.exe\u2028", r"yx\u202e.exe\u2028"),
    ],
)
def test_names_are_printable(text, expected):
    assert printable(text) == expected
    printable(text).encode("utf-8")


@pytest.mark.parametrize("begin", "=+-@")
def test_cells_are_no_formulas(begin):
    assert csv_cell(f"{begin}1+1") == f"'{begin}1+1"
    assert csv_cell(-1.5) == -1.5
    assert csv_cell("P-1") == "P-1"


def test_members_of_archives(tmp_path):
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"")
    assert archive_members(f"{archive}/b/c.xy: has 1/2") == f"{archive}: b/c.xy: has 1/2"
    assert archive_members(f"{tmp_path}/c.xy: has 1/2") == f"{tmp_path}/c.xy: has 1/2"
    assert shown(f"{archive}/\x07") == f"{archive}: \\x07"
    assert archive_members("x" * 5000 + "/y") == "x" * 5000 + "/y"
