import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.io import read_pattern, write_pattern

RNG = np.random.default_rng(0)
PATTERN = PowderPattern(
    np.cumsum(RNG.random(50)) / 3,
    RNG.normal(size=50) * 10.0 ** RNG.integers(-20, 20, 50),
    wavelength="CuKa",
    name="film",
    metadata={"sigma": RNG.random(50)},
)


@pytest.mark.parametrize("ending", [".xy", ".xye", ".csv"])
@pytest.mark.parametrize("wavelength", ["CuKa", None])
def test_what_is_written_is_read_back_exactly(tmp_path, ending, wavelength):
    pattern = PowderPattern(
        PATTERN.two_theta, PATTERN.intensity, wavelength, "film", PATTERN.metadata
    )
    write_pattern(pattern, tmp_path / f"film{ending}")
    again = read_pattern(tmp_path / f"film{ending}")
    np.testing.assert_array_equal(again.two_theta, pattern.two_theta)
    np.testing.assert_array_equal(again.intensity, pattern.intensity)
    assert again.wavelength == pattern.wavelength
    if ending == ".xye":
        np.testing.assert_array_equal(again.metadata["sigma"], pattern.metadata["sigma"])


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match=r"written as .xy, .xye or .csv, not '.raw'"):
        write_pattern(PATTERN, tmp_path / "film.raw")
    bare = PowderPattern([1.0, 2.0], [3, 4], name="bare")
    with pytest.raises(ValueError, match=r"pattern 'bare' has no metadata\['sigma'\]"):
        write_pattern(bare, tmp_path / "film.xye")
    assert not list(tmp_path.iterdir())
