import os

import numpy as np
import pytest

from skxrd import FormatError, PowderPattern
from skxrd.io import SkippedFileWarning, read_pattern, read_patterns

ROWS = "10.0 120\n10.1 118.5\n10.2 1310\n"


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS.replace("\n", "\r\n"),
        ROWS.replace(" ", "\t"),
        ROWS.replace(" ", ", "),
        ROWS.replace(" ", ";"),
        ROWS.replace(".", ",").replace(" ", ";"),
        ROWS.replace(".", ",").replace(" ", "\t"),
        ROWS.replace(".", ","),
        "2theta intensity\n" + ROWS,
        "# a comment\n\n" + ROWS,
        "\ufeff" + ROWS,
        "   10.0   1.2D+02\n   10.1   1.185D2\n   10.2   1.31d+03\n",
        "10.0 120 1\n10.1 118.5 2\n10.2 1310 3\n",
        "10.0 120\n10.1 118.5 \n10.2 1310 \n\n\n",
    ],
)
def test_text_of_many_kinds_reads_the_same(tmp_path, text):
    path = tmp_path / "film.xy"
    path.write_text(text, encoding="utf-8", newline="")
    pattern = read_pattern(path)
    np.testing.assert_allclose(pattern.two_theta, [10.0, 10.1, 10.2])
    np.testing.assert_allclose(pattern.intensity, [120, 118.5, 1310])
    assert (pattern.name, pattern.wavelength) == ("film", None)


def test_columns_that_touch_are_split_where_the_step_confirms_it(tmp_path):
    path = tmp_path / "film.xy"
    path.write_text("14.0000  98\n14.0500 998\n14.10001023\n14.1500 997\n")
    pattern = read_pattern(path)
    np.testing.assert_allclose(pattern.intensity, [98, 998, 1023, 997])
    assert pattern.metadata["repaired_lines"] == [3]


def test_the_third_column_is_the_standard_deviation(tmp_path):
    path = tmp_path / "film.xye"
    path.write_text("10 5 1\n11 6 2\n")
    assert read_pattern(path, wavelength="CuKa").metadata["sigma"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "film.xy: is empty"),
        ("10\n11\n12\n", "has one column of numbers; a pattern needs two"),
        ("10 1\n11 x\n", "line 2 has text where numbers belong: '11 x'"),
        ("10 1\n11 nan\n", r"row 2 of its numbers holds a missing value \(11, nan\)"),
        ("10 1\n11 inf\n", "holds a missing value"),
        ("12 1\n11 1\n13 1\n", r"its angle falls at row 2 \(12, then 11\)"),
        ("10 1\n10 1\n11 1\n", "its angle repeats at row 2"),
        ("10 1\n", "has 1 row of numbers"),
        ("10 1\n11\n", "line 2 has one number where others have 2"),
        ("no numbers here\n", "has no row of numbers"),
        ("a\0b", "is binary, not text"),
    ],
)
def test_broken_files_name_file_and_remedy(tmp_path, content, message):
    path = tmp_path / "film.xy"
    path.write_text(content)
    with pytest.raises(FormatError, match=message):
        read_pattern(path)
    with pytest.raises(FormatError, match="film.xy"):
        read_pattern(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.xy"):
        read_pattern(tmp_path / "nothing.xy")
    with pytest.raises(FormatError, match="is a folder; use read_patterns"):
        read_pattern(tmp_path)


@pytest.fixture
def folder(tmp_path):
    for name in ("cubic/2.xy", "cubic/10.xy", "hexagonal/batch/a.xy"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ROWS)
    (tmp_path / "README.md").write_text("about these scans")
    (tmp_path / "cubic" / ".hidden").write_text("x")
    return tmp_path


def test_folders_are_read_in_natural_order_with_their_labels(folder):
    patterns, labels = read_patterns(folder, labels="folder", wavelength="CuKa")
    assert [pattern.name for pattern in patterns] == ["2", "10", "a"]
    assert labels.tolist() == ["cubic", "cubic", "hexagonal"]


def test_bad_files_raise_or_are_left_out_with_a_warning(folder):
    (folder / "cubic" / "bad.xy").write_text("10\n11\n")
    with pytest.raises(FormatError, match=r"bad\.xy: has one column"):
        read_patterns(folder)
    with pytest.warns(SkippedFileWarning, match=r"left out .*bad\.xy: has one column"):
        assert len(read_patterns(folder, on_error="skip")) == 3


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="there are no pattern files; put scans there"):
        read_patterns(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no such file or folder"):
        read_patterns(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("two_theta", "intensity", "message"),
    [
        ([10, 11], [1], "'p': intensity has shape"),
        ([10, 11], [1, np.nan], "'p': intensity is nan at 11 deg"),
        ([11, 10], [1, 2], "'p': two_theta falls at position 1"),
    ],
)
def test_patterns_check_themselves(two_theta, intensity, message):
    with pytest.raises(ValueError, match=message):
        PowderPattern(two_theta, intensity, name="p")


def test_unreadable_and_special_files_cost_only_themselves(tmp_path):
    (tmp_path / "a.xy").write_text("10 1\n11 2\n")
    os.mkfifo(tmp_path / "pipe.xy")  # reading it would wait for ever
    with pytest.warns(SkippedFileWarning, match="pipe.xy: is a pipe, not an ordinary file"):
        patterns = read_patterns([tmp_path / "pipe.xy", tmp_path / "a.xy"], on_error="skip")
    assert [pattern.name for pattern in patterns] == ["a"]
    with pytest.raises(FormatError, match="null: is a device"):
        read_pattern(os.devnull)
