"""A network that was trained before, in a file that runs without Keras."""

import os
from functools import cached_property
from pathlib import Path

import numpy as np

from skxrd._grid import check_wavelength, convert_two_theta
from skxrd.powders._onnx_content import asks_for_files
from skxrd.preprocessing._common_grid import resample_pattern

#: What the metadata of a file say it is.
FORMAT = "skxrd symmetry network 1"
BUNDLED = Path(__file__).parent / "data" / "powder_symmetry.onnx"
_ROWS_AT_ONCE = 64  # bounds the memory of a prediction
_FLOOR = 0.01  # share of the angles below the level that is subtracted; see identify_backgrounds.py
_SIZES = (0.96, 0.98, 1.0, 1.02, 1.04)  # of cells, over which probabilities are averaged
_LARGEST = 500 * 10**6  # bytes of a file
_MOST_ANGLES = 100_000
_SAME = 1e-4  # degrees, or share of the wavelength, within which grids are one


class TrainedNetwork:
    """Network of an ONNX file, given as bytes and by its name, with the grid it was trained on.

    Pickles hold the content of the file; the runtime is started anew in each process.
    """

    def __init__(self, content, name):
        self.content, self.name = content, name
        try:
            outside = asks_for_files(content)
        except ValueError as error:
            raise ValueError(_no_network(name)) from error
        if outside:
            raise ValueError(f"{name}: asks for values in other files; only whole ones are read.")
        card = self.session.get_modelmeta().custom_metadata_map
        if card.get("format") != FORMAT:
            raise ValueError(_no_network(name))
        self.card = dict(card)
        try:
            self._read_card()
        except (KeyError, ValueError) as error:
            raise ValueError(_no_network(name)) from error

    def _read_card(self):
        """Take the grid from the card, and raise if the network has another one."""
        card = self.card
        first, last = float(card["two_theta_first"]), float(card["two_theta_last"])
        n_angles = int(card["n_angles"])
        if not (0 <= first < last <= 180 and 2 <= n_angles <= _MOST_ANGLES):
            raise ValueError(f"the grid is {n_angles} angles from {first:g} to {last:g}")
        self.two_theta = np.linspace(first, last, n_angles)
        self.wavelength = check_wavelength(float(card["wavelength"]))
        self.max_first_angle = float(card["begins_by"])
        self.min_last_angle = float(card["ends_behind"])
        (given,), (found,) = self.session.get_inputs(), self.session.get_outputs()
        if (given.name, given.shape[1:], found.shape[1:]) != ("patterns", [n_angles], [230]):
            raise ValueError(f"the network goes from {given.shape} to {found.shape}")

    @classmethod
    def read(cls, path=None):
        """Read a file, or the one that comes with the package."""
        path = BUNDLED if path is None else Path(path)
        if not path.is_file():
            raise FileNotFoundError(f"{path}: there is no such network.")
        size = path.stat().st_size
        if size > _LARGEST:
            raise ValueError(f"{path}: has {size / 1e6:.0f} MB; no such network is that large.")
        return cls(path.read_bytes(), str(path))

    @cached_property
    def session(self):
        """Session of the runtime."""
        runtime, errors = _runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1  # no pool of threads, which a fork would break
        options.inter_op_num_threads = 1
        try:
            return runtime.InferenceSession(
                self.content, options, providers=["CPUExecutionProvider"]
            )
        except errors as error:
            raise ValueError(_no_network(self.name)) from error

    def __getstate__(self):
        return {key: value for key, value in self.__dict__.items() if key != "session"}

    def predict(self, rows):
        """Probabilities of the 230 space groups, float32, of rows on the grid of the network.

        Rows have any scale and NaN where nothing was measured. The level below which 1 % of the
        intensities lie is subtracted: no training pattern has a constant background as high as that
        of some detectors. Probabilities are means over the pattern and those that cells up to 4 %
        smaller and larger would give, as a cell has the same symmetry at any size.
        """
        starts = range(0, len(rows), _ROWS_AT_ONCE)
        return np.concatenate([self._of_any_size(rows[i : i + _ROWS_AT_ONCE]) for i in starts])

    def _of_any_size(self, rows):
        """Means of the probabilities over sizes of the cell."""
        rows = rows - np.nanquantile(rows, _FLOOR, axis=1, keepdims=True)
        found = [self.run(self._of_cell(rows, size)) for size in _SIZES]
        return np.mean(found, axis=0)

    def _of_cell(self, rows, size):
        """The rows as a cell with axes ``size`` times as long would give them.

        A row of which more than half would leave the grid stays as it is.
        """
        if size == 1:
            return rows
        sines = size * np.sin(np.radians(self.two_theta / 2))
        angles = 2 * np.degrees(np.arcsin(np.where(sines <= 1, sines, np.nan)))
        outside = {"left": np.nan, "right": np.nan}
        resized = np.stack([np.interp(angles, self.two_theta, row, **outside) for row in rows])
        measured, left = ((~np.isnan(some)).sum(axis=1) for some in (rows, resized))
        return np.where((2 * left < measured)[:, None], rows, resized)

    def run(self, rows):
        """Probabilities by one pass of the network, of rows of any scale."""
        highest = np.nanmax(rows, axis=1, keepdims=True)
        rows = (rows / np.where(highest > 0, highest, 1)).astype(np.float32)
        try:
            return self.session.run(None, {"patterns": rows})[0]
        except _runtime()[1] as error:
            raise ValueError(_no_network(self.name)) from error

    def on_grid(self, X, two_theta, wavelength):
        """Rows on the grid of the network and at its wavelength in angstrom, NaN where missing."""
        if abs(self.wavelength / wavelength - 1) > _SAME:
            two_theta = convert_two_theta(two_theta, wavelength, self.wavelength)
        elif two_theta.size == self.two_theta.size:
            if np.abs(two_theta - self.two_theta).max() < _SAME:
                return X
        rows = np.full((len(X), self.two_theta.size), np.nan)
        for row, values in zip(rows, X, strict=True):
            there = ~np.isnan(two_theta) & ~np.isnan(values)
            if there.sum() > 1:
                row[:] = resample_pattern(two_theta[there], values[there], self.two_theta)
        return rows


def _runtime():
    """The ONNX runtime, and what it raises on a file that is none of ours."""
    # before the import, or the runtime writes an identifier of the device into the user's cache
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    # here, as importing skxrd.powders does not load the runtime
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented")
    names += ("RuntimeException",)
    return onnxruntime, tuple(getattr(raised, name) for name in names)


def _no_network(name):
    """Message for a file of something else."""
    return f"{name}: is no network written by export_symmetry_network, or it is damaged."
