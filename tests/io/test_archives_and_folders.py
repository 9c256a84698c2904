"""Folders and archives: one bad file costs only itself, companions are passed over."""

import io
import os
import warnings
import zipfile
import zlib

import numpy as np
import pytest

from skxrd import FormatError
from skxrd.io import SkippedFileWarning, read_pattern, read_patterns

SCAN = "10 5\n10.5 6\n11 7\n"


def archive(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


COMPANIONS = ["inst.prm", "fit.instprm", "README.txt", "notes.docx"]
COMPANIONS += ["desktop.ini", "a/Thumbs.db", "__MACOSX/a/._a.xy", ".DS_Store"]


def test_companions_in_archives_are_passed_over_as_in_folders(tmp_path):
    members = dict.fromkeys(COMPANIONS, "text") | {"a/1.xy": SCAN, "a/2.xy": SCAN}
    path = tmp_path / "scans.zip"
    path.write_bytes(archive(members))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [pattern.name for pattern in read_patterns(path)] == ["1", "2"]
    path.write_bytes(archive(members | {"a/quartz.cif": "text"}))
    with pytest.warns(SkippedFileWarning, match="it also holds a/quartz.cif, which is no pattern"):
        assert len(read_patterns(path)) == 2


def test_a_bad_member_costs_only_itself_where_errors_are_skipped(tmp_path):
    path = tmp_path / "scans.zip"
    path.write_bytes(archive({"1.xy": SCAN, "2.xy": "10\n11\n", "3.xrdml": "<xrdMeasurements>"}))
    with pytest.raises(FormatError, match=r"scans\.zip/2\.xy: has one column"):
        read_patterns(path)
    with pytest.warns(SkippedFileWarning) as caught:
        assert len(read_patterns(path, on_error="skip")) == 1
    left_out = [str(warning.message) for warning in caught]
    assert "2.xy: has one column" in left_out[0] and "3.xrdml: is not" in left_out[1]


def test_files_of_the_system_in_folders_are_passed_over(tmp_path):
    for name in ("b/desktop.ini", "b/Thumbs.db", "b/.DS_Store", "b/inst.prm", "b/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\0text")
    (tmp_path / "b" / "a.xy").write_text(SCAN)
    assert [pattern.name for pattern in read_patterns(tmp_path)] == ["a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes by name")
def test_pipes_and_devices_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.xy")
    for path in (tmp_path / "pipe.xy", "/dev/zero"):
        with pytest.raises(FormatError, match="is a (pipe|device), not an ordinary"):
            read_pattern(path)
    (tmp_path / "a.xy").write_text(SCAN)
    with pytest.warns(SkippedFileWarning, match=r"pipe\.xy: is a pipe"):
        assert len(read_patterns(tmp_path, on_error="skip")) == 1


def test_linked_folders_are_named(tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.xy").write_text(SCAN)
    (tmp_path / "more").mkdir()
    (tmp_path / "scans" / "link").symlink_to(tmp_path / "more", target_is_directory=True)
    with pytest.warns(SkippedFileWarning, match="link: is a link to a folder"):
        assert len(read_patterns(tmp_path / "scans")) == 1


def test_unknown_wavelengths_are_refused_before_any_file_is_read(tmp_path):
    (tmp_path / "a.xy").write_text(SCAN)
    with pytest.raises(ValueError, match=r"'CuKq' is not known; did you mean 'CuKa'\?"):
        read_patterns(tmp_path, wavelength="CuKq", on_error="skip")
    assert read_pattern(tmp_path / "a.xy", wavelength="Cu K-beta").wavelength == 1.392234


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is an old Excel workbook"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture"),
        (b"\xff\xfe1\x00\x00\xd8", "is damaged text in UTF-16"),
    ],
)
def test_documents_are_named(tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_pattern(tmp_path / "a")


def save_workbook(path, *sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)


ANGLES = [10, 10.1, 10.2, 10.3, 10.4, 10.5]


@pytest.mark.parametrize(
    "sheet",
    [
        [["No.", "2Theta", "bkg", "Counts"], *([i, a, 1, i] for i, a in enumerate(ANGLES))],
        [["wavelength", 1.5406], ["I", "2theta (deg)"], *([i, a] for i, a in enumerate(ANGLES))],
        [["2theta", "I", "esd"], *([str(a), f"{i}.0", 2] for i, a in enumerate(ANGLES))],
        [["2theta", "I"], *([a, i] for i, a in enumerate(ANGLES)), ["end", None]],
        [["run", 5, 2024], ["2theta", "I"], *([a, i] for i, a in enumerate(ANGLES))],
        [["Angle", "I"], *([a, i] for i, a in reversed(list(enumerate(ANGLES))))],
    ],
)
def test_names_decide_in_workbooks(tmp_path, sheet):
    save_workbook(tmp_path / "a.xlsx", sheet)
    pattern = read_pattern(tmp_path / "a.xlsx")
    np.testing.assert_allclose(pattern.two_theta, ANGLES)
    np.testing.assert_allclose(pattern.intensity, range(6))
    assert pattern.wavelength == (1.5406 if sheet[0][0] == "wavelength" else None)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["Q (1/A)", "I"], "a scattering vector, not 2 theta; pass wavelength"),
        (["Energy (keV)", "I"], "an energy, not 2 theta"),
        (["time", "I"], "names no angle among its columns 'time', 'I'"),
        (["2theta", "calc"], "names no measured intensity"),
    ],
)
def test_other_axes_in_workbooks_are_refused(tmp_path, names, message):
    save_workbook(tmp_path / "a.xlsx", [names, *([a, i] for i, a in enumerate(ANGLES))])
    with pytest.raises(FormatError, match=message):
        read_pattern(tmp_path / "a.xlsx")


def test_words_and_thousands_in_workbooks(tmp_path):
    rows = [["2theta", "I"], *([str(a), f"1,{i}00.5"] for i, a in enumerate(ANGLES))]
    save_workbook(tmp_path / "a.xlsx", rows)
    np.testing.assert_allclose(read_pattern(tmp_path / "a.xlsx").intensity[:2], [1000.5, 1100.5])
    rows = [["2theta", "I"], *([a, i if i != 3 else "bad"] for i, a in enumerate(ANGLES))]
    save_workbook(tmp_path / "a.xlsx", rows)
    with pytest.raises(FormatError, match="line 5 has 'bad' where a number belongs"):
        read_pattern(tmp_path / "a.xlsx")


def test_pairs_of_columns_and_gaps_in_workbooks(tmp_path):
    rows = [[a, i, a + 1, i + 9] for i, a in enumerate(ANGLES)]
    rows[2][1] = None
    save_workbook(tmp_path / "a.xlsx", [["2theta", "I cold", "2theta", "I hot"], *rows], [["note"]])
    cold, hot = read_patterns(tmp_path / "a.xlsx")
    np.testing.assert_allclose(cold.two_theta, np.delete(ANGLES, 2))
    np.testing.assert_allclose(hot.two_theta, np.array(ANGLES) + 1)
    assert hot.metadata["sample_name"] == "I hot"


@pytest.fixture
def hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")

    def make(fill):
        path = tmp_path / "a.h5"
        with h5py.File(path, "w") as file:
            fill(file, h5py)
        return path

    return make


def test_units_and_names_decide_in_hdf5(hdf5):
    def fill(file, h5py):
        group = file.create_group("entry/integrate/results")
        group["radial"] = [5.0, 6.0, 7.0]
        group["radial"].attrs["units"] = "q_nm^-1"
        group["intensity"] = [1.0, 2.0, 3.0]
        file["entry/wavelength"] = 1e-10
        file["entry/wavelength"].attrs["units"] = "m"
        file["entry/source/probe"] = "neutron"

    pattern = read_pattern(hdf5(fill))
    sine = np.array([0.5, 0.6, 0.7]) / (4 * np.pi)
    np.testing.assert_allclose(pattern.two_theta, 2 * np.degrees(np.arcsin(sine)))
    assert (pattern.wavelength, pattern.metadata["radiation"]) == (1, "neutron")


@pytest.mark.parametrize("version", ["earliest", "latest"])
@pytest.mark.parametrize("unit", ["rad", b"rad"])
def test_units_of_hdf5_files_of_any_version(tmp_path, version, unit):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w", libver=version) as file:
        for number in range(7):
            file.attrs[f"note {number}"] = "x" * 70
        angles = file.create_dataset("x", data=[0.5, 0.6, 0.7])
        angles.attrs.update({"first": 1, "second": "a", "units": unit, "long_name": "two theta"})
        file["counts"] = [1, 2, 3]
        file["counts"].attrs["signal"] = 1
        file["source/probe"] = np.bytes_("neutron")
    pattern = read_pattern(tmp_path / "a.h5")
    np.testing.assert_allclose(pattern.two_theta, np.degrees([0.5, 0.6, 0.7]))
    assert pattern.metadata["radiation"] == "neutron"


def test_links_within_hdf5_files_are_followed_and_other_axes_refused(hdf5):
    def linked(file, h5py):
        file["detector/polar_angle"] = [0.5, 0.6, 0.7]
        file["detector/polar_angle"].attrs["units"] = "rad"
        file["detector/counts"] = [1, 2, 3]
        file["data/tth"] = h5py.SoftLink("/detector/polar_angle")
        del file["detector/counts"]
        file["data/counts"] = [1, 2, 3]
        file["data/time"] = [1, 2, 3]

    np.testing.assert_allclose(read_pattern(hdf5(linked)).two_theta, np.degrees([0.5, 0.6, 0.7]))

    def of_time(file, h5py):
        file["data/time_of_flight"] = [1.0, 2.0, 3.0]
        file["data/counts"] = [1, 2, 3]

    with pytest.raises(FormatError, match="no 2 theta of the same length beside them, only 'time"):
        read_pattern(hdf5(of_time))


def test_hdf5_files_that_refer_to_others_are_refused(hdf5, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(range(48)))

    def angles(file):
        file["data/two_theta"] = [10.0, 11.0, 12.0]

    def external(file, h5py):
        angles(file)
        file["data"].create_dataset("intensity", (3,), "<f8", external=[(str(secret), 0, 24)])

    def link(file, h5py):
        angles(file)
        file["data/intensity"] = h5py.ExternalLink(str(secret), "/x")

    def virtual(file, h5py):
        angles(file)
        layout = h5py.VirtualLayout((3,), "<f8")
        layout[:] = h5py.VirtualSource(str(secret), "x", (3,))
        file["data"].create_virtual_dataset("intensity", layout)

    for fill, message in (
        (external, "keeps 'intensity' in another file"),
        (link, "links 'intensity' to another file"),
        (virtual, "keeps 'intensity' in another file"),
    ):
        with pytest.raises(FormatError, match=message):
            read_pattern(hdf5(fill))


def test_large_chunks_and_data_sets_are_not_unpacked(hdf5):
    def chunk(file, h5py):
        file["two_theta"] = [10.0, 11.0]
        file.create_dataset(
            "intensity", (2,), "<f8", chunks=(10**7,), maxshape=(None,), compression="gzip"
        )

    with pytest.raises(FormatError, match="packs '/intensity' in chunks of 80 MB"):
        read_pattern(hdf5(chunk))

    def bomb(file, h5py):
        file["two_theta"] = [10.0, 11.0]
        data = file.create_dataset("intensity", (2,), "<f8", chunks=(2,), compression="gzip")
        data.id.write_direct_chunk((0,), zlib.compress(bytes(10**7)))

    with pytest.raises(FormatError, match="unpacks '/intensity' to more than it should hold"):
        read_pattern(hdf5(bomb))

    def long(file, h5py):
        for name in ("two_theta", "intensity"):
            file.create_dataset(name, (10**9,), "<f8", chunks=(10**5,), compression="gzip")

    with pytest.raises(FormatError, match="has no group with two_theta and intensity"):
        read_pattern(hdf5(long))
