"""NeXus and other HDF5 files, read with h5py."""

import io
from functools import partial

import numpy as np

from skxrd._files import FormatError
from skxrd.io._axis_angles import KEV_ANGSTROM, angles_of
from skxrd.io._build_pattern import line_wavelength, make_pattern
from skxrd.io._column_roles import ANGLES, column_role
from skxrd.io._excel import import_package
from skxrd.io._skipped_parts import read_each

_MOST_POINTS = 2_000_000  # of a data set
_MOST_OBJECTS = 5000  # groups and data sets
_LARGEST_CHUNK = 64_000_000  # bytes; a chunk is unpacked as a whole
_LONGEST_TEXT = 1000  # bytes of an attribute
_LIGHT = {"k_alpha_one": "alpha1", "k_alpha_two": "alpha2", "kbeta": "beta"}
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
            found = _Found(path, h5py)
            _refuse_links(path, h5py, file)
            found.walk(file)
    except FormatError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError) as error:
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


def _groups(h5py, top):
    """All groups that hard links reach from one, each once."""
    waiting, seen = [top], set()
    while waiting:
        group = waiting.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        yield group
        for name in sorted(group, reverse=True):
            if isinstance(group.get(name, getlink=True), h5py.HardLink):
                item = group[name]
                waiting += [item] if isinstance(item, h5py.Group) else []


def _refuse_links(path, h5py, file):
    """Raise an error if anything in a file refers to another file, or if it holds too much."""
    total = 0
    for group in _groups(h5py, file):
        for name in group:
            total += 1
            if total > _MOST_OBJECTS:
                raise FormatError(path, f"holds more than {_MOST_OBJECTS} objects.")
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise FormatError(path, f"links {name!r} to another file; merge them.")
            if not isinstance(link, h5py.HardLink):
                continue
            item = group[name]
            if not isinstance(item, h5py.Dataset):
                continue
            if item.external or item.is_virtual:
                raise FormatError(
                    path, f"keeps {name!r} in another file (external or virtual); merge them."
                )
            chunk = np.prod(item.chunks or (1,), dtype=float) * item.dtype.itemsize
            if chunk > _LARGEST_CHUNK:
                raise FormatError(path, f"packs {name!r} in chunks of {chunk / 1e6:.0f} MB.")


class _Found:
    """Curves, wavelength and radiation in an HDF5 file, met on a walk through its groups."""

    def __init__(self, path, h5py):
        self.path, self.h5py = path, h5py
        self.curves, self.light = [], {}
        self.wavelength = self.radiation = self.reason = None

    def walk(self, file):
        """Visit all groups; links within the file are followed to data sets."""
        for group in _groups(self.h5py, file):
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
        if plain in ("probe", "radiation") and kind in "OS":
            if item.dtype.itemsize <= _LONGEST_TEXT and "neutron" in str(item.asstr()[()]).lower():
                self.radiation = "neutron"
        if kind not in "fiu" or item.dtype.itemsize > 8:
            return
        value, unit = float(np.ravel(item[()])[0]), self._attribute(item, "units").lower()
        if plain in _LIGHT:
            self.light[_LIGHT[plain]] = value
        elif plain in ("wavelength", "incident_wavelength", "lambda") and value > 0:
            factor = _TO_ANGSTROM.get(unit)
            factor = 1e10 if unit == "" and value < 1e-6 else factor
            self.wavelength = value * factor if factor else None
        elif plain in ("energy", "incident_energy") and unit in ("kev", "ev") and value > 0:
            scale = 1.0 if unit == "kev" else 1e-3
            self.wavelength = self.wavelength or KEV_ANGSTROM / (value * scale)

    def _attribute(self, item, name):
        """Attribute of an object as text, "" if it is missing or large."""
        if name not in item.attrs:
            return ""
        identifier = item.attrs.get_id(name)
        if identifier.get_storage_size() > _LONGEST_TEXT:
            return ""
        value = item.attrs[name]
        value = value[0] if isinstance(value, np.ndarray) and value.size else value
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def _take_curves(self, group, datasets):
        """Curves of a group: data sets of one length with the roles of angle and intensity."""
        roles = {}
        signal = self._attribute(group, "signal")
        axes = self._attribute(group, "axes")
        for name, item in datasets.items():
            if item.dtype.kind not in "fiu" or not 1 < item.size <= _MOST_POINTS:
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
            if sizes + datasets[name].size > _MOST_POINTS:
                raise FormatError(self.path, f"holds more than {_MOST_POINTS} points.")
            errors = [
                other
                for other, role in roles.items()
                if role.kind == "error" and datasets[other].size == datasets[name].size
            ]
            self.curves.append(
                (
                    group.name,
                    _values(datasets[fits[0]]),
                    roles[fits[0]],
                    _values(datasets[name]),
                    _values(datasets[errors[0]]) if errors else None,
                )
            )


def _values(item):
    return np.ravel(item[()]).astype(np.float64)
