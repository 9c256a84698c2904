"""A damaged member of a zip archive costs only itself, whatever the damage."""

import io
import struct
import warnings
import zipfile

import pytest

from skxrd import FormatError
from skxrd.io import SkippedFileWarning, read_patterns

ROWS = "".join(f"{10 + i / 10:.1f} {100 + i}\n" for i in range(20))


def packed(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return bytearray(file.getvalue())


def entries(content, name):
    """Places of the local header of a member and of its entry in the directory."""
    local = content.rindex(b"PK\3\4", 0, content.index(name))
    return local, content.rindex(b"PK\1\2", 0, content.rindex(name))


def cut(content, local, entry):
    """Fewer bytes of data than stated, up to the header of the next member."""
    struct.pack_into("<I", content, entry + 20, 3)


def wrong_checksum(content, local, entry):
    struct.pack_into("<I", content, entry + 16, 12345)


def unknown_method(content, local, entry):
    struct.pack_into("<H", content, entry + 10, 97)


def encrypted(content, local, entry):
    struct.pack_into("<H", content, entry + 8, 1)
    struct.pack_into("<H", content, local + 6, 1)


def no_header(content, local, entry):
    content[local : local + 4] = b"XXXX"


def overwritten(content, local, entry):
    start = local + 30 + len("b.xy")
    content[start : start + 20] = bytes(20)


def giant(content, local, entry):
    struct.pack_into("<I", content, entry + 24, 2**31)


DAMAGES = (cut, wrong_checksum, unknown_method, encrypted, no_header, overwritten)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_member(tmp_path, damage):
    content = packed({"a.xy": ROWS, "b.xy": ROWS, "c.xy": ROWS})
    damage(content, *entries(content, b"b.xy"))
    path = tmp_path / "series.zip"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"series\.zip/b\.xy: it "):
        read_patterns(path)
    with pytest.warns(SkippedFileWarning, match=r"left out .*series\.zip/b\.xy: it "):
        patterns = read_patterns(path, on_error="skip")
    assert [pattern.name for pattern in patterns] == ["a", "c"]


def test_member_that_states_a_giant_size(tmp_path):
    content = packed({"a.xy": ROWS, "b.xy": ROWS})
    giant(content, *entries(content, b"b.xy"))
    (tmp_path / "series.zip").write_bytes(content)
    assert len(read_patterns(tmp_path)) == 2


def test_members_of_one_name(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.xy", ROWS)
            archive.writestr("a.xy", ROWS.replace(" 1", " 2"))
    path = tmp_path / "twice.zip"
    path.write_bytes(file.getvalue())
    assert [pattern.intensity[0] for pattern in read_patterns(path)] == [100, 200]


BRML = (
    '<RawData><DataRoute RouteFlag="Measured"><ScanInformation><ScanAxes>'
    '<ScanAxisInfo AxisId="TwoTheta"/></ScanAxes></ScanInformation>'
    "<Datum>1,1,10,5</Datum><Datum>1,1,11,7</Datum></DataRoute></RawData>"
)


@pytest.mark.parametrize(
    ("name", "members", "bad"),
    [
        ("a.brml", {f"E/RawData{i}.xml": BRML for i in range(3)}, b"E/RawData1.xml"),
        ("a.rasx", {f"Data{i}/Profile{i}.txt": ROWS for i in range(3)}, b"Data1/Profile1.txt"),
    ],
)
def test_damaged_member_of_an_instrument_archive(tmp_path, name, members, bad):
    content = packed(members)
    wrong_checksum(content, *entries(content, bad))
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.warns(SkippedFileWarning, match="scan 2: its member '.*1.*' is damaged"):
        assert len(read_patterns(path)) == 2
