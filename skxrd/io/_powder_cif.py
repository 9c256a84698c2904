"""Patterns in powder CIF files, by gemmi."""

from functools import partial

import gemmi
import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import angles_of
from skxrd.io._build_pattern import make_pattern
from skxrd.io._column_roles import Role
from skxrd.io._skipped_parts import read_each

_ANGLES = ("pd_proc_2theta_corrected", "pd_meas_2theta_corrected", "pd_meas_2theta_scan")
_OTHER_AXES = {"pd_proc_d_spacing": "d", "pd_proc_recip_len_q": "q"}
_RANGES = ("pd_meas_2theta_range", "pd_proc_2theta_range")
_INTENSITIES = (
    "pd_meas_counts_total",
    "pd_meas_intensity_total",
    "pd_proc_intensity_total",
    "pd_proc_intensity_net",
)
_PROBES = ("diffrn_radiation_probe", "diffrn_radiation_type", "expt_type_radiation_probe")


def is_powder_cif(content):
    """Whether content is a CIF text with measured or processed powder data."""
    return b"data_" in content and (
        b"_pd_meas" in content or b"_pd_proc_2theta" in content or b"_pd_proc_intensity" in content
    )


def read_powder_cif(path, content, wavelength):
    """Read the patterns of all blocks that hold intensities over 2 theta."""
    try:
        document = gemmi.cif.read_string(content.decode("utf-8", "replace"))
    except (ValueError, RuntimeError) as error:
        message = " ".join(str(error).split())
        raise FormatError(path, f"is not a CIF file that can be read ({message}).") from error
    blocks = [(block, _columns(block)) for block in document]
    measured = [
        partial(read_block, path, block, wavelength)
        for block, columns in blocks
        if any(name in columns for name in _INTENSITIES)
    ]
    if not measured:
        calculated = any("pd_calc_intensity_total" in columns for _, columns in blocks)
        raise FormatError(
            path,
            "holds calculated intensities only, no measured ones."
            if calculated
            else "is a CIF file without intensities over 2 theta; it describes crystals only.",
        )
    return read_each(path, measured, "pattern")


def _columns(block):
    """Loop and position of each tag of the loops of a block."""
    columns = {}
    for item in block:
        if item.loop is not None:
            for position, tag in enumerate(item.loop.tags):
                columns[_old_style(tag)] = item.loop, position
    return columns


def read_block(path, block, wavelength, light=None):
    """Pattern of a block; ``light`` is the wavelength that holds where it states none."""
    columns = _columns(block)
    counts = next((columns[name] for name in _INTENSITIES if name in columns), None)
    if counts is None:
        raise FormatError(path, f"block {block.name!r} has no measured intensities.")
    intensity = _numbers(counts)
    stated = _value(block, "diffrn_radiation_wavelength") or light
    two_theta = _angles(path, block, columns, intensity.size, stated, wavelength)
    if two_theta.size != intensity.size:
        raise FormatError(
            path,
            f"block {block.name!r} has {intensity.size} intensities for {two_theta.size} angles.",
        )
    known = np.isfinite(two_theta) & np.isfinite(intensity)
    probe = " ".join(_text(block, tag) or "" for tag in _PROBES).lower()
    return make_pattern(
        path,
        two_theta[known],
        intensity[known],
        stated=stated,
        wavelength=wavelength,
        name=(_text(block, "pd_block_id") or "") if light is not None else block.name,
        anode=_text(block, "diffrn_source_target"),
        radiation="neutron" if "neutron" in probe else None,
        format="pdcif",
    )


def _angles(path, block, columns, n_points, stated, wavelength):
    angles = next((columns[name] for name in _ANGLES if name in columns), None)
    if angles is not None:
        return _numbers(angles)
    found = _range(path, block, n_points)
    if found is not None:
        return found
    for name, kind in _OTHER_AXES.items():
        if name in columns and "pd_meas_time_of_flight" not in columns:
            values = _numbers(columns[name])
            return angles_of(path, values, Role(kind, 1.0, f"_{name}"), stated, wavelength)
    raise FormatError(
        path,
        f"block {block.name!r} has intensities over something other than 2 theta, such as time of "
        "flight or spacings.",
    )


def _range(path, block, n_points):
    for prefix in _RANGES:
        first, last, step = (_value(block, f"{prefix}_{end}") for end in ("min", "max", "inc"))
        if first is not None and last is not None:
            if step and last < first:
                step = -abs(step)
            if step and abs(first + step * (n_points - 1) - last) > 0.51 * abs(step):
                raise FormatError(
                    path,
                    f"block {block.name!r} states angles from {first:g} to {last:g} in steps of "
                    f"{step:g}, which its {n_points} intensities do not fit.",
                )
            return np.linspace(first, last, n_points)
    return None


def _old_style(tag):
    """Tag as the first dictionary writes it, without the leading underscore."""
    return tag.lower().lstrip("_").replace(".", "_")


def _numbers(column):
    loop, position = column
    width = len(loop.tags)
    return np.array([gemmi.cif.as_number(value) for value in loop.values[position::width]])


def _text(block, name):
    for item in block:
        if item.pair is not None and _old_style(item.pair[0]) == name:
            return gemmi.cif.as_string(item.pair[1])
        if item.loop is not None and name in map(_old_style, item.loop.tags):
            return gemmi.cif.as_string(
                item.loop.values[list(map(_old_style, item.loop.tags)).index(name)]
            )
    return None


def _value(block, name):
    text = _text(block, name)
    value = gemmi.cif.as_number(text) if text else np.nan
    return float(value) if np.isfinite(value) else None
