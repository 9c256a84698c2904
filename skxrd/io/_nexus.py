"""NeXus and other HDF5 files, read with h5py."""

import io
import zlib
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import KEV_ANGSTROM, angles_of
from skxrd.io._build_pattern import line_wavelength, make_pattern
from skxrd.io._column_roles import ANGLES, column_role
from skxrd.io._excel import import_package
from skxrd.io._hdf5_texts import STRING, VARIABLE, attribute_texts, text_at
from skxrd.io._safe_hdf5 import MOST_POINTS, iter_groups, read_values, refuse_links
from skxrd.io._skipped_parts import read_each

# Which error the library raises depends on where the damage is
_DAMAGED = (OSError, RuntimeError, LookupError, ValueError, TypeError, ArithmeticError, zlib.error)
_LONGEST_TEXT = 1000  # bytes of a value
_LIGHT = {"k_alpha_one": "alpha1", "k_alpha_two": "alpha2", "kbeta": "beta"}
_WAVELENGTHS = ("wavelength", "incident_wavelength", "lambda")
_ENERGIES = ("energy", "incident_energy")
_VALUES = {*_LIGHT, *_WAVELENGTHS, *_ENERGIES}
_TO_ANGSTROM = {"": 1.0, "a": 1.0, "angstrom": 1.0, "angstroms": 1.0, "nm": 10.0, "m": 1e10}


def is_nexus(content):
    """Whether content is an HDF5 file."""
    return content.startswith(b"\x89HDF\r\n")


def read_nexus(path, content, wavelength):
    """Read the groups of an HDF5 file that hold intensities over angles.

    Names and units say which data set is which. Data in other files is not read: external storage,
    external links and virtual data sets are refused.
    """
    h5py = import_package(path, "h5py", "a NeXus file")
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            found = _Found(path, h5py, content)
            refuse_links(path, h5py, file)
            found.walk(file)
    except FormatError:
        raise
    except _DAMAGED as error:
        message = " ".join(str(error).split())
        raise FormatError(path, f"is a damaged HDF5 file ({message}).") from error
    if not found.curves:
        raise FormatError(
            path, found.reason or "has no group with two_theta and intensity of the same length."
        )
    stated = found.wavelength or line_wavelength(
        "", found.light.get("alpha1"), found.light.get("alpha2")
    )
    parts = [partial(_pattern, path, curve, stated, found, wavelength) for curve in found.curves]
    return read_each(path, parts, "group")


def _pattern(path, curve, stated, found, wavelength):
    name, axis, role, intensity, sigma = curve
    if not np.isfinite(axis).all():
        raise FormatError(path, f"has missing or infinite values in {name}.")
    return make_pattern(
        path,
        angles_of(path, axis, role, stated, wavelength),
        intensity,
        stated=stated,
        wavelength=wavelength,
        sigma=sigma,
        radiation=found.radiation,
        format="nexus",
    )


class _Found:
    """Curves, wavelength and radiation in an HDF5 file, met on a walk through its groups."""

    def __init__(self, path, h5py, content):
        self.path, self.h5py, self.content = path, h5py, content
        self.curves, self.light = [], {}
        self.wavelength = self.radiation = self.reason = None

    def walk(self, file):
        """Visit all groups; links within the file are followed to data sets."""
        for group in iter_groups(self.h5py, file):
            datasets = {}
            for name in sorted(group):
                item = group.get(name)
                if isinstance(item, self.h5py.Dataset):
                    datasets[name] = item
                    self._take_value(name, item)
            self._take_curves(group, datasets)

    def _take_value(self, name, item):
        """Wavelength, energy or radiation from a data set of one value."""
        if item.size != 1:
            return
        kind, plain = item.dtype.kind, name.lower()
        if plain in ("probe", "radiation") and kind in "OS" and item.id.get_offset():
            place = item.id.get_offset()
            value = self.content[place : place + _LONGEST_TEXT]
            size = 16 if kind == "O" else item.dtype.itemsize
            text = text_at(self.content, value[:size], VARIABLE if kind == "O" else STRING)
            self.radiation = "neutron" if "neutron" in text.lower() else self.radiation
        if kind not in "fiu" or plain not in _VALUES:
            return
        (value,) = read_values(self.path, item, len(self.content)).tolist()
        unit = self._attribute(item, "units").lower()
        if plain in _LIGHT:
            self.light[_LIGHT[plain]] = value
        elif plain in _WAVELENGTHS and value > 0:
            factor = _TO_ANGSTROM.get(unit)
            factor = 1e10 if unit == "" and value < 1e-6 else factor
            self.wavelength = value * factor if factor else None
        elif plain in _ENERGIES and unit in ("kev", "ev") and value > 0:
            scale = 1.0 if unit == "kev" else 1e-3
            self.wavelength = self.wavelength or KEV_ANGSTROM / (value * scale)

    def _attribute(self, item, name):
        """Attribute of an object as text, "" if it has none of that name."""
        if name not in item.attrs:
            return ""
        texts = attribute_texts(self.content, self.h5py.h5o.get_info(item.id).addr)
        if name not in texts:
            raise FormatError(
                self.path,
                f"keeps the attribute {name!r} of {item.name!r} in a way that is not read.",
            )
        return texts[name]

    def _take_curves(self, group, datasets):
        """Curves of a group: data sets of one length with the roles of angle and intensity."""
        roles = {}
        signal = self._attribute(group, "signal")
        axes = self._attribute(group, "axes")
        for name, item in datasets.items():
            if item.dtype.kind not in "fiu" or not 1 < item.size <= MOST_POINTS:
                continue
            if max(item.shape) != item.size:
                continue  # an image or a map
            title = self._attribute(item, "long_name")
            role = column_role(name, self._attribute(item, "units"))
            if role.kind is None and title:
                role = column_role(title, self._attribute(item, "units"))
            roles[name] = role
        angles = [name for name, role in roles.items() if role.kind in ANGLES]
        angles.sort(key=lambda name: (roles[name].kind != "two_theta", name != axes, name))
        counts = [name for name, role in roles.items() if role.kind == "intensity"]
        marked = [name for name in roles if self._attribute(datasets[name], "signal") == "1"]
        signal = marked[0] if len(marked) == 1 and signal not in roles else signal
        if signal in roles and signal not in angles and roles[signal].kind in (None, "intensity"):
            counts = [signal]
        elif "intensity" in counts:
            counts = ["intensity"]
        for name in sorted(counts)[:1]:
            fits = [axis for axis in angles if datasets[axis].size == datasets[name].size]
            if not fits:
                others = sorted(other for other in roles if other != name)
                self.reason = (
                    f"has intensities in {datasets[name].name!r} but no 2 theta of the same length "
                    f"beside them, only {', '.join(map(repr, others)) or 'nothing'}."
                )
                continue
            sizes = sum(curve[1].size for curve in self.curves)
            if sizes + datasets[name].size > MOST_POINTS:
                raise FormatError(self.path, f"holds more than {MOST_POINTS} points.")
            errors = [
                other
                for other, role in roles.items()
                if role.kind == "error" and datasets[other].size == datasets[name].size
            ]
            self.curves.append(
                (
                    group.name,
                    self._values(datasets[fits[0]]),
                    roles[fits[0]],
                    self._values(datasets[name]),
                    self._values(datasets[errors[0]]) if errors else None,
                )
            )

    def _values(self, item):
        return read_values(self.path, item, len(self.content))
