"""Folders of a user's own scans: mixed instruments, and nothing that vanishes."""

import os

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skxrd import PowderPattern
from skxrd.crystal import make_prototype
from skxrd.datasets import read_class_folders
from skxrd.datasets._class_folders import class_among
from skxrd.datasets._left_out import unread_entries
from skxrd.datasets._usable_films import on_common_grid
from skxrd.io import write_pattern
from skxrd.model_selection import make_film_pipeline
from skxrd.simulation import PowderSimulator

TUBES = {"CuKa": np.arange(8, 60, 0.05), "CoKa": np.arange(10, 72, 0.05)}


def test_scans_of_two_instruments_are_one_collection(tmp_path):
    kinds = {"bromide": "Br", "chloride": "Cl"}
    for name, halide in kinds.items():
        crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X=halide)
        (tmp_path / name).mkdir()
        for tube, grid in TUBES.items():
            simulated = PowderSimulator(grid, wavelength=tube, random_state=0).simulate(crystal)
            for number in range(2 if tube == "CuKa" else 1):
                write_pattern(simulated, tmp_path / name / f"{tube} {number}.xy")
    films = read_class_folders(tmp_path, wavelength="MoKa")  # fills gaps, of which there are none
    assert round(films.wavelength, 4) == 1.5419
    assert films.two_theta[0] >= 8.6  # of cobalt's 10 degrees
    model = make_film_pipeline(
        KNeighborsClassifier(1), films.two_theta, wavelength=films.wavelength, n_augmented=0
    )
    cobalt = np.array([pattern.wavelength > 1.7 for pattern in films.data])
    copper = [pattern for pattern, is_cobalt in zip(films.data, cobalt, strict=True) if ~is_cobalt]
    model.fit(copper, films.target[~cobalt])
    assert model.score(films.data, films.target) == 1


def test_one_wavelength_changes_nothing():
    patterns = [PowderPattern(np.arange(10, 30, 0.1), np.arange(200), 1.5406) for _ in range(3)]
    near = PowderPattern(np.arange(10, 30, 0.1), np.arange(200), 1.54056)  # rounded otherwise
    one = on_common_grid(patterns, "aab", ["experimental"] * 3)
    other = on_common_grid([*patterns, near], "aabb", ["experimental"] * 4)
    np.testing.assert_array_equal(one.two_theta, other.two_theta)
    assert one.left_out == other.left_out == []


def test_folders_without_rights_are_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (reason,) = unread_entries(tmp_path)
    assert reason == f"{tmp_path / 'closed'}: cannot be opened (Permission denied)."


def test_a_class_is_found_by_the_name_of_its_folder():
    films = ["Fm-3m", "I4/mcm", "P-3m1", "P21/c", "P63/mmc", "Pc", "Pm-3m"]
    for name, label in {"I4Imcm": "I4/mcm", "pm-3m": "Pm-3m", "P3m1": "P-3m1", "62": None}.items():
        assert class_among(name, films) == label
    assert class_among("P3m1", ["P-3m1", "P6/mmm"]) is None  # of other films it is what it says
    assert class_among("63mmc", ["0D", "2D"]) is None and class_among("P61mmc", ["0D"]) == "0D"
    assert class_among("my best", ["my best", "other"]) == "my best"
