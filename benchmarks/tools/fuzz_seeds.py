"""Small files of every format that the pattern readers know, for fuzz_readers.py."""

import gzip
import io
import os
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import openpyxl

LARGEST, FIRST = 60_000, 20_000
ANGLES = 10 + 0.1 * np.arange(40)
COUNTS = 50 + np.arange(40) % 9
ROWS = "".join(f"{angle:.1f} {count}\n" for angle, count in zip(ANGLES, COUNTS, strict=True))
LISTED = "\n".join(" ".join(map(str, COUNTS[i : i + 8])) for i in range(0, 40, 8)) + "\n"
TEXTS = {
    "names.csv": "No.,2Theta,bkg,Counts,ESD\n" + ROWS.replace(" ", ",5,").replace("\n", ",2\n"),
    "cells.csv": '"2theta","I","b"\n' + ROWS.replace(" ", ',"1,0').replace("\n", '",\n'),
    "commas.txt": "2theta;I\n" + ROWS.replace(".", ",").replace(" ", ";1.0"),
    "vector.dat": "# Wavelength: 4e-11 m\n# q_nm^-1  I  sigma\n" + ROWS.replace("\n", " 3\n"),
    "radians.dat": "2theta (rad)\tI\n" + "".join(f"{a / 60}\t5\n" for a in ANGLES),
    "spacing.txt": "#lambda1: 1.54\nd(A) counts\n" + ROWS,
    "spec.dat": "#S 1 ascan\n#L Two Theta  H  Epoch  Det\n" + ROWS.replace(" ", " 1 2 "),
    "ranges.xy": '\'Id: "a" Anode: "Cu"\n' + ROWS + '\'Id: "b"\n' + ROWS,
    "export.txt": ";RAW4.00\n[RawHeader]\nAlpha1=1.54\nAnode=Cu\n\n[Data]\nAngle, PSD,\n"
    + ROWS.replace(" ", ", ").replace("\n", ",\n"),
    "header.xy": "".join(f"# entry {i}: {i}\n" for i in range(60)) + ROWS + "END\n",
    "touching.xy": ROWS.replace(" 5", "5", 1),
    "lines.dif": "2-THETA INTENSITY D-SPACING H K L\n20.8 16 4.2 1 0 0\n26.6 100 3.3 1 0 1\n",
    "a.chi": "a.tif\n 2-Theta Angle (Degrees)\n Intensity\n    40\n" + ROWS,
    "q.chi": "a.tif\n Q (Inverse Nanometres)\n Intensity\n    40  1\n" + ROWS,
    "a.esg": "_pd_block_id a|#0\n_diffrn_radiation_wavelength 0.4\nloop_\n"
    "_pd_proc_2theta_corrected\n_pd_meas_intensity_total\n" + ROWS,
    "free.dat": "10.0 0.1 13.9 title\n" + LISTED,
    "old.dat": "title\nlambda= 1.494, T= 5\n10.0 0.1 13.9 1e6\n" + LISTED + LISTED + "File='x'\n",
    "a.xdd": "/* c */\n10 0.1 13.9 2 CPS 1.5406 0\n" + LISTED,
    "a.mdi": "t\n 10.0 0.1 2.0 CU 1.540598 13.9  40\n" + LISTED,
    "a.asc": "*TYPE = Raw\n*XRAY_CHAR = K-ALPHA1\n*WAVE_LENGTH1 = 1.54056\n*BEGIN\n"
    "*SCAN_AXIS = 2theta/theta\n*START = 10\n*STEP = 0.1\n*COUNT = 40\n"
    + LISTED.replace(" ", ", ")
    + "*END\n*EOF\n",
    "prefix.xrdml": "<x:xrdMeasurements xmlns:x='urn:x'><x:xrdMeasurement><x:usedWavelength "
    "intended='K-Beta'><x:kBeta>1.39</x:kBeta></x:usedWavelength><x:scan scanAxis='Gonio'>"
    "<x:dataPoints><x:positions axis='2Theta' unit='rad'><x:listPositions>.1 .2 .3"
    "</x:listPositions></x:positions><x:commonBeamAttenuationFactor>9"
    "</x:commonBeamAttenuationFactor><x:countingTimes>1 2 3</x:countingTimes><x:counts>2 3 4"
    "</x:counts></x:dataPoints></x:scan></x:xrdMeasurement></x:xrdMeasurements>",
    "a.uxd": "_FILEVERSION=2\n_WL1=1.54\n_DRIVE='COUPLED'\n_STEPSIZE=0.1\n_START=10\n_2THETA=10\n"
    "_2THETACOUNTSTIME\n10.0 4 1\n10.1 5 2\n; (Data for Range number 2)\n_COUNTS\n4 5 6\n",
}


def samples():
    """Name and content of measured files, and the first part of large ones."""
    root = Path(os.environ["SKXRD_DATA"])
    files = [path for path in sorted((root / "instrument_files").rglob("*")) if path.is_file()]
    files += sorted((root / "dara_xrdml").rglob("*.xrdml"))[:3]
    files += sorted((root / "xerus_ras").rglob("*.ras"))
    for path in files:
        content = path.read_bytes()
        if content:
            yield path.name, content if len(content) < LARGEST else content[:FIRST]


def made():
    """Name and content of files made here, packed and encoded in several ways."""
    for name, text in TEXTS.items():
        yield name, text.encode()
    yield "a16.csv", TEXTS["names.csv"].encode("utf-16")
    yield (
        "a16.xrdml",
        ("<?xml version='1.0' encoding='UTF-16'?>" + TEXTS["prefix.xrdml"]).encode("utf-16"),
    )
    yield "a.xrdml.gz", gzip.compress(TEXTS["prefix.xrdml"].encode())
    yield "a.raw", _raw3()
    yield "b.raw", _raw1()
    for version in (b"V3RD", b"V5RD"):
        yield "a.rd", _rd(version)
    yield "a.brml", _packed({"E/RawData0.xml": _brml(), "E/RawData1.xml": _brml()})
    profile = ROWS.replace("\n", " 1\n")
    conditions = "<C><ScanInformation><AxisName>TwoTheta</AxisName></ScanInformation></C>"
    members = {"Data0/Profile0.txt": profile, "Data0/MesurementConditions0.xml": conditions}
    yield "a.rasx", _packed(members)
    yield "a.zip", _packed({"a.xy": ROWS, "b.csv": TEXTS["names.csv"], "notes.txt": "x"})
    yield "a.xlsx", _workbook()
    yield from _hdf5()


def _raw3():
    header, part = bytearray(712), bytearray(304)
    header[:7] = b"RAW1.01"
    struct.pack_into("<i", header, 12, 2)
    struct.pack_into("<4d", header, 624, 1.5406, 1.5444, 1.3922, 0.5)
    struct.pack_into("<ii", part, 0, 304, 20)
    struct.pack_into("<d", part, 16, 10.0)
    struct.pack_into("<d", part, 176, 0.1)
    struct.pack_into("<ii", part, 248, 1, 12)
    data = b"".join(struct.pack("<fd", 5, 10 + i) for i in range(20))
    return bytes(header) + 2 * (bytes(part) + data)


def _raw1():
    part = bytearray(156)
    part[:4] = b"RAW "
    struct.pack_into("<iff", part, 4, 3, 4.0, 0.5)
    struct.pack_into("<f", part, 24, 10.0)
    struct.pack_into("<I", part, 152, 1)
    part = bytes(part) + np.array([3, 4, 5], "<f4").tobytes()
    return part + part


def _rd(version):
    header = bytearray(250 if version == b"V3RD" else 810)
    header[:4] = version
    struct.pack_into("<3d", header, 94, 1.5406, 1.5444, 0.5)
    struct.pack_into("<3d", header, 214, 0.1, 10.0, 13.9)
    return bytes(header) + (10 * COUNTS).astype("<u2").tobytes()


def _brml():
    rows = "".join(f"<Datum>1,1,{angle},{angle / 2},5,7</Datum>" for angle in ANGLES)
    return (
        '<RawData><WaveLengthAlpha1 Value="1.54"/><DataRoute RouteFlag="Measured"><ScanInformation>'
        '<ScanAxes><ScanAxisInfo AxisId="TwoTheta"/></ScanAxes></ScanInformation><DataViews>'
        '<RawDataView Start="0" Length="1" LogicName="MeasuredTime"/>'
        '<RawDataView Start="4" Length="1"><Recording Category="Count"/></RawDataView></DataViews>'
        f"{rows}</DataRoute></RawData>"
    )


def _packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _workbook():
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["2theta", "I", "esd"])
    for angle, count in zip(ANGLES.tolist(), COUNTS.tolist(), strict=True):
        book.active.append([angle, count, 1])
    book.save(file)
    return file.getvalue()


def _hdf5():
    for name, options in (("a.nxs", {}), ("b.h5", {"chunks": (10,), "compression": "gzip"})):
        file = io.BytesIO()
        with h5py.File(file, "w") as top:
            group = top.create_group("entry/data")
            group.attrs.update({"signal": "intensity", "axes": "two_theta"})
            group.create_dataset("two_theta", data=ANGLES, **options).attrs["units"] = "deg"
            group.create_dataset("intensity", data=COUNTS, **options)
            top["entry/wavelength"] = 1.54
            top["link"] = h5py.SoftLink("/entry/data")
        yield name, file.getvalue()
