"""What objects show of themselves in a notebook, and as tables."""

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.crystal import Crystal, reflections
from skxrd.model_selection import Study
from skxrd.search._phase_match import PhaseMatch

GRID = np.arange(10, 60, 0.01)
COPPER = Crystal([3.61] * 3 + [90] * 3, ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu<b>")


def test_patterns_and_crystals_show_picture_and_facts():
    counts = 10 + 1000 * np.exp(-(((GRID - 40) / 0.2) ** 2))
    html = PowderPattern(
        GRID, counts, "CuKa1", "<film>", {"intensity_unit": "counts"}
    )._repr_html_()
    assert "&lt;film&gt;" in html and "<film>" not in html
    assert "1.54059 Å" in html and "up to 1010 counts" in html
    assert html.count("<svg") == 1 and len(html) < 20_000
    html = COPPER._repr_html_()
    assert "Cu&lt;b&gt;" in html and "Fm-3m (225)" in html and "<path" in html
    assert "unknown" in PowderPattern(GRID, counts)._repr_html_()


def test_results_show_themselves():
    html = PhaseMatch("glass", remark="has no peaks")._repr_html_()
    assert "glass" in html and "has no peaks" in html and "<svg" not in html
    data = {"data": np.eye(4), "target": ["a", "a", "b", "b"]}
    study = Study({**data, "groups": ["simulated", "simulated", "experimental", "experimental"]})
    assert "2 simulated, 2 measured" in study._repr_html_()


def test_patterns_and_reflections_as_tables():
    table = PowderPattern([10.0, 20.0], [3, 4], "CuKa1").to_frame()
    assert table.columns.tolist() == ["two_theta", "d", "intensity"]
    assert table["d"][1] == pytest.approx(1.540593 / 2 / np.sin(np.radians(10)), rel=1e-5)
    assert PowderPattern([10.0], [3]).to_frame()["d"].isna().all()
    lines = reflections(COPPER, "CuKa1", (30, 60)).to_frame()
    assert lines[["h", "k", "l"]].values.tolist() == [[1, 1, 1], [2, 0, 0]]
    assert lines["relative"].max() == 100
