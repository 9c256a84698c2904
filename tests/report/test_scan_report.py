"""The page of what was found in scans: whole, self-contained, safe and small."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.report import make_scan_report
from skxrd.report._scan_curves import coded, even_curves, points_for
from skxrd.search._phase_match import MatchedPhase, PhaseMatch

GRID = np.arange(20, 60, 0.02)
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _peaks(*places):
    return sum(1000 * np.exp(-(((GRID - place) / 0.1) ** 2)) for place in places)


def _phase(name, places):
    facts = {
        "name": name, "formula": "SiO2", "space_group_symbol": "P3221", "space_group_number": 154,
        "reference": "J. Test 1 (2000) 1", "source": "test",
    }  # fmt: skip
    return MatchedPhase(
        phase=0, facts=facts, figure_of_merit=0.9, explained=0.5, weight_fraction=0.5,
        cell=np.array([4.9, 4.9, 5.4, 90, 90, 120]), cell_su=np.array([1e-3] * 3 + [0] * 3),
        shift=0.0, width=0.1, n_matched=2, n_expected=2, certain=True, texture=None,
        look_alikes=(), intensity=_peaks(*places), line_angles=np.array(places),
        line_hkl=np.array([[1, 0, n] for n in range(len(places))]),
    )  # fmt: skip


@pytest.fixture
def found():
    """A scan of two phases with a third, unknown peak, and what a search says of it."""
    names, lines = ("quartz</script>", "zincite"), ([26.6, 50.1], [31.8, 36.2])
    phases = tuple(_phase(name, places) for name, places in zip(names, lines, strict=True))
    measured = _peaks(26.6, 50.1, 31.8, 36.2, 55.0)
    match = PhaseMatch("mixture", GRID, measured, sum(one.intensity for one in phases), phases, 0.9)
    counts = np.random.default_rng(0).poisson(measured + 20)
    return PowderPattern(GRID, counts, "CuKa1", "mixture"), match


class _Checker(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.links, self.ids, self.data = [], [], [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.loaded += [values[name] for name in ("src", "srcset") if name in values]
        self.links += [values["href"]] if "href" in values else []
        self.ids += [values["id"]] if "id" in values else []
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "script" and values.get("type") == "application/json":
            self.data.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script" and data.startswith("{"):
            self.data[-1] = json.loads(data)


def _check(html):
    checker = _Checker()
    checker.feed(html)
    assert checker.open == [] and checker.loaded == []
    assert all(link[1:] in checker.ids for link in checker.links)
    assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(h|fetch\(|XMLHttp", html)
    return checker


def test_page_of_one_scan(found):
    html = make_scan_report([found[0]], [found[1]], notes=["skxrd search <x>"])
    (drawing,) = _check(html).data
    assert "skxrd search &lt;x&gt;" in html and "quartz&lt;/script&gt; 1 0 0" in html
    assert (
        "two phases: " in html
        and "0.50 by weight" in html
        and "peaks that no phase explains: 55.00 deg" in html
    )
    assert "a 4.9000(10), c 5.4000(10)" in html and "J. Test 1 (2000) 1" in html
    assert [phase["n"] for phase in drawing["p"]] == ["quartz</script>", "zincite"]
    assert "weight fraction</th>" in html and "<td>50.0 %" not in html
    assert drawing["u"] == [55.0] and drawing["w"] == pytest.approx(1.54059, abs=1e-4)
    codes = [DIGITS.index(char) for char in drawing["m"]]
    values = np.array(codes[::2]) * 64 + np.array(codes[1::2])
    assert abs(drawing["x"] + drawing["s"] * values.argmax() - 26.6) < 25
    assert values.max() == 4094 and len(drawing["c"]) == len(drawing["m"])


def test_page_of_a_folder(found):
    pattern, match = found
    glass = PowderPattern(GRID, np.ones(GRID.size), None, "glass")
    nothing = PhaseMatch("glass", remark="has no peaks")
    other = SimpleNamespace(rankings={
        "crystal_system": [("cubic", 0.7)], "extinction_group": [("cubic P - - -", 0.6)],
        "space_group": [(221, 0.5), (200, 0.2)],
    }, warnings=["begins at 20 degrees"])  # fmt: skip
    fused = SimpleNamespace(
        name="fused", verdict="quartz, P3221 (154): 0.97", doubts=(), match=match,
        sets={"space_group": [154, 152]},
        ranking=lambda level, top: [(154, 0.97)] if level == "space_group" else [],
    )  # fmt: skip
    html = make_scan_report(
        [pattern, glass, pattern, pattern], [match, nothing, other, fused], left_out=["a.txt: bad"]
    )
    checker = _check(html)
    assert len(checker.data) == 5 and checker.data[0]["o"][0] == [0, 1, 2, 3]
    assert "has no peaks" in html and "wavelength unknown" in html and "a.txt: bad" in html
    assert "probably cubic (0.70); most probable space group 221 Pm-3m (0.50)" in html
    assert "begins at 20 degrees" in html and "90 % set: 154 P3221, 152 P3121" in html
    assert "quartz, P3221 (154): 0.97" in html
    assert "<h3>Symmetry of quartz&lt;/script&gt;, the first phase</h3>" in html


def test_a_phase_that_is_not_certain(found):
    pattern, match = found
    one = replace(match.phases[0], certain=False, cell_su=np.array([0.2] * 3 + [0] * 3))
    html = make_scan_report([pattern], [replace(match, phases=(one,))])
    assert "perhaps one phase: " in html and "come near" not in html
    assert "cell not determined" in html and "4.9" not in html.split("cell not determined")[0][-80:]


def test_folders_of_the_sender_are_left_out(found):
    pattern, match = found
    paths = [f"/home/me/run 1/{name}" for name in ("a/1.xy", "a2.xy")]
    matches = [replace(match, name=path) for path in paths]
    scans = [replace(pattern, metadata={"path": path}) for path in paths]
    html = make_scan_report(scans, matches, left_out=["/home/me/run 1/b.xy: is empty."])
    assert "/home/me" not in html
    assert "a/1.xy" in html and "a2.xy" in html and "b.xy: is empty." in html


def test_two_hundred_scans_stay_small(found):
    html = make_scan_report([found[0]] * 200, [found[1]] * 200)
    assert len(html.encode()) < 5e6


def test_answers_must_fit_the_patterns(found):
    with pytest.raises(ValueError, match="1 patterns and 0 answers"):
        make_scan_report([found[0]], [])


def test_curves_keep_areas_and_gaps():
    first, step, (even,) = even_curves(GRID, [_peaks(30, 40)], 300)
    assert (first, len(even)) == (20, 300)
    assert even.sum() * step == pytest.approx(_peaks(30, 40).sum() * 0.02, rel=1e-3)
    gap = (GRID < 30) | (GRID > 40)
    _, step, (even,) = even_curves(GRID[gap], [np.ones(gap.sum())], 4000)
    places = 20 + step * np.arange(even.size)
    assert np.isnan(even[(places > 30.1) & (places < 39.9)]).all()
    assert np.isfinite(even[(places < 29.9) | (places > 40.1)]).all()
    assert coded(np.array([0.0, 1.0, np.nan]), 0, 1) == "AA_-__"
    assert points_for(1) > points_for(400) >= 500
