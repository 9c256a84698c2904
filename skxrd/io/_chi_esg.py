"""CHI of Fit2D and ESG of MAUD: profiles of detector images."""

import re
from functools import partial

import gemmi
import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import angles_of
from skxrd.io._build_pattern import check_stated, make_pattern, numbers
from skxrd.io._column_roles import ANGLES, column_role
from skxrd.io._powder_cif import read_block
from skxrd.io._skipped_parts import read_each

_COUNT = re.compile(r"\s*(\d+)(\s+\d+)?\s*")


def is_chi(content):
    """Whether content begins with a title, the names of two axes, and the number of points."""
    lines = content[:3000].decode("latin-1").splitlines()[:5]
    if len(lines) < 5 or not _COUNT.fullmatch(lines[3]):
        return False
    return column_role(lines[1]).kind is not None and len(lines[4].split()) in (2, 3)


def read_chi(path, content, wavelength):
    """Read a CHI text; its second line says what its first column is."""
    lines = content.decode("latin-1").splitlines()
    match = _COUNT.fullmatch(lines[3]) if len(lines) > 3 else None
    if match is None:
        raise FormatError(path, "does not state its number of points in its fourth line.")
    role, n_points = column_role(lines[1]), int(match[1])
    if role.kind not in ANGLES:
        raise FormatError(path, f"its axis is {lines[1].strip()[:60]!r}, which is no angle.")
    rows = [line for line in lines[4:] if line.strip()]
    values = numbers(path, " ".join(rows), "rows")
    width = len(rows[0].split()) if rows else 0
    if width < 2 or values.size != width * len(rows) or len(rows) != n_points:
        raise FormatError(path, f"has {len(rows)} rows for the {n_points} points that it states.")
    columns = values.reshape(-1, width)
    if not np.isfinite(columns).all():
        raise FormatError(path, "has missing or infinite values among its rows.")
    check_stated(path, None, wavelength)
    return [
        make_pattern(
            path,
            angles_of(path, columns[:, 0], role, None, wavelength),
            columns[:, 1],
            stated=None,
            wavelength=wavelength,
            sigma=columns[:, 2] if width > 2 else None,
            name=lines[0],
            format="chi",
        )
    ]


def is_esg(content):
    """Whether content is an ESG text: entries of a powder CIF file without a data block."""
    head = content[:5000]
    return b"_pd_block_id" in head and b"data_" not in head and b"loop_" in content


def read_esg(path, content, wavelength):
    """Read all profiles of an ESG text; what the first states holds for those after it."""
    text = content.decode("utf-8", "replace")
    parts = re.split(r"^(?=_pd_block_id\b)", text, flags=re.MULTILINE)
    try:
        blocks = [
            gemmi.cif.read_string(f"data_{number}\n{part}").sole_block()
            for number, part in enumerate(parts)
            if "_pd_block_id" in part
        ]
    except (ValueError, RuntimeError) as error:
        message = " ".join(str(error).split())
        raise FormatError(path, f"is no ESG file that can be read ({message}).") from error
    light = next((value for value in map(_light, blocks) if value), None)
    found = read_each(
        path, [partial(read_block, path, block, wavelength, light) for block in blocks], "profile"
    )
    return found


def _light(block):
    text = block.find_value("_diffrn_radiation_wavelength")
    value = gemmi.cif.as_number(text) if text else np.nan
    return float(value) if np.isfinite(value) else None
