"""Heat maps of many patterns; ticks, indices, differences and units of a few."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.inspection import HeatMapDisplay, PatternDisplay

GRID = np.arange(10, 60, 0.05)
COPPER = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def _scan(place, name="", **metadata):
    counts = 10 + 1000 * np.exp(-(((GRID - place) / 0.2) ** 2))
    return PowderPattern(GRID, counts, wavelength=1.5406, name=name, metadata=metadata)


def test_rows_are_sorted_and_named():
    places = {"a10": 30, "a9": 50, "b1": 30.02, "a2": 49.98}
    scans = [_scan(place, name) for name, place in places.items()]
    given = HeatMapDisplay.from_patterns(scans)
    assert given.order_.tolist() == [0, 1, 2, 3]
    display = HeatMapDisplay.from_patterns(scans, order="name")
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == [
        "a2",
        "a9",
        "a10",
        "b1",
    ]
    similar = HeatMapDisplay.from_patterns(scans, order="similarity").order_.tolist()
    assert abs(similar.index(0) - similar.index(2)) == 1
    by_class = HeatMapDisplay.from_patterns(scans, y=["x", "y", "x", "y"], order="name")
    assert by_class.order_.tolist() == [0, 2, 3, 1]


def test_colours_are_where_the_peaks_are():
    short = PowderPattern(GRID[:400], np.ones(400), wavelength=1.5406)
    display = HeatMapDisplay.from_patterns([_scan(40), short])
    image = display.ax_.images[0].get_array()
    columns = np.linspace(GRID[0], GRID[-1], image.shape[1])
    assert columns[image[0].argmax()] == pytest.approx(40, abs=0.1)
    assert np.ma.getmaskarray(np.ma.masked_invalid(image[1]))[-1]  # not measured
    spacings = HeatMapDisplay.from_patterns([_scan(40)], x="d_spacing")
    first, last = spacings.ax_.get_xlim()
    assert first > last
    image = spacings.ax_.images[0].get_array()
    place = np.linspace(first, last, image.shape[1])[image[0].argmax()]
    assert place == pytest.approx(1.5406 / 2 / np.sin(np.radians(20)), abs=0.01)


def test_heat_map_says_what_is_wrong():
    with pytest.raises(ValueError, match="patterns is empty"):
        HeatMapDisplay.from_patterns([])
    with pytest.raises(ValueError, match="order is 'random'; use one of 'given', 'name'"):
        HeatMapDisplay.from_patterns([_scan(40)], order="random")
    with pytest.raises(ValueError, match="labels has 2 entries but there are 1 patterns"):
        HeatMapDisplay.from_patterns([_scan(40)], labels=["a", "b"])


def test_ticks_have_indices_and_differences_are_below():
    measured, calculated = _scan(43.3, "measured"), _scan(43.3, "calculated")
    display = PatternDisplay.from_patterns(
        [measured, calculated], normalize=False, offset=0, scale="sqrt"
    )
    before = display.ax_.get_ylim()[0]
    display.mark_crystals([COPPER], n_hkl=5).draw_difference()
    texts = [text.get_text() for text in display.ax_.texts]
    assert "$111$" in texts and "$200$" in texts
    assert display.ax_.get_ylim()[0] < before
    difference = display.ax_.lines[-1].get_ydata()
    assert np.ptp(difference) == pytest.approx(0, abs=1e-9)
    far = PowderPattern(GRID + 70, np.ones(GRID.size), wavelength=1.5406)
    apart = PatternDisplay.from_patterns([measured, far], offset=0)
    with pytest.raises(ValueError, match="have no angle in common"):
        apart.draw_difference()


def test_intensities_are_converted_to_one_unit():
    counts = _scan(40, "a", intensity_unit="counts", counting_time=2.0)
    rate = _scan(40, "b", intensity_unit="counts per second", counting_time=0.5)
    display = PatternDisplay.from_patterns(
        [counts, rate], normalize=False, offset=0, unit="counts per second"
    )
    tops = [line.get_ydata().max() for line in display.lines_]
    assert tops == pytest.approx([505, 1010], rel=1e-3)
    assert display.ax_.get_ylabel() == "intensity (counts per second)"
    with pytest.raises(ValueError, match="states counts and no counting time"):
        PatternDisplay.from_patterns(
            [_scan(40, "c", intensity_unit="counts")], unit="counts per second"
        )
    with pytest.raises(ValueError, match="unit is 'cps'; use one of 'counts'"):
        PatternDisplay.from_patterns([counts], unit="cps")
