"""Films in folders, and the command as a user runs it."""

import numpy as np
import pytest
from click.testing import CliRunner

from skxrd._cli import main
from skxrd.datasets import make_thin_films

GRID = np.arange(10, 40, 0.1)


@pytest.fixture(scope="session")
def run():
    """Run the command; standard output and error are together in ``output``."""

    def run(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


@pytest.fixture(scope="session")
def make_films():
    """Write 15 virtual films of three classes into folders of these."""

    def make_films(folder):
        made = make_thin_films(35, two_theta=GRID, random_state=0)
        for pattern, label in zip(made.data, made.target, strict=True):
            if label in ("Pm-3m", "Fm-3m", "P-3m1"):
                path = folder / label / f"{pattern.name}.xy"
                path.parent.mkdir(exist_ok=True)
                np.savetxt(path, np.column_stack([GRID, pattern.intensity]), fmt="%.4f")
        return folder

    return make_films


@pytest.fixture(scope="session")
def films(make_films, tmp_path_factory):
    """A folder of class folders with 15 films."""
    return make_films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="session")
def model(films, run, tmp_path_factory):
    """Path of a trained 1-NN in a file without code."""
    path = tmp_path_factory.mktemp("model") / "model.skxrd"
    result = run(
        *("train", films, "-o", path, "--wavelength", "CuKa"),
        *("--classifier", "1-NN cosine", "--n-augmented", 0),
    )
    assert result.exit_code == 0, result.output
    return path
