"""Each measured figure of README and guide is in the result that the page names."""

import importlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not (ROOT / "benchmarks/tools/quoted_numbers.py").is_file(),
    reason="the benchmarks are not here",
)


@pytest.fixture(scope="module")
def numbers():
    sys.path.insert(0, str(ROOT))
    yield importlib.import_module("benchmarks.tools.quoted_numbers")
    sys.path.remove(str(ROOT))


def test_every_figure_has_its_result(numbers):
    found = [
        f"{path.relative_to(ROOT)}:{line}: {message}"
        for path in numbers.pages()
        for line, message in numbers.check(path.read_text(encoding="utf-8"))[0]
    ]
    assert not found, "\n".join(["python -m benchmarks.tools.quoted_numbers:", *found])


SVM = "study.json > summary > SVM"
RESULT = {
    "date": "0.999",
    "summary": [
        {"classifier": "SVM", "accuracy": 0.8935, "n_films": 85},
        {"classifier": "k-NN", "accuracy": 0.8467, "n_films": 85},
    ],
    "seconds": 0.195,
    "n_points": 2749,
    "data": "73 films",
}


@pytest.fixture
def known(numbers, tmp_path, monkeypatch):
    """The checks with one result, whatever was measured lately."""
    (tmp_path / "study.json").write_text(json.dumps(RESULT))
    monkeypatch.setattr(numbers, "RESULTS", tmp_path)
    for cached in (numbers.content, numbers.quoted_from):
        cached.cache_clear()
    yield numbers
    for cached in (numbers.content, numbers.quoted_from):
        cached.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "It has 0.999 of them.",
        f"It has 0.999. <!-- result: {SVM} -->",
        "Read in 12 ms.",
        "Found in 17 % of the scans.",
        "Only 7 of 8 are right.",
        "| kind | number |\n|---|---|\n| powder | 17 |",
        "It takes two minutes.",
        f"It has 0.999<!-- {SVM} > accuracy -->.",
        f"It has<!-- {SVM} > accuracy -->.",
        f"It has 0.9<!-- {SVM} -->.",
        f"It has 0.85. <!-- result: {SVM} -->",
        "It has 0.9. <!-- result: no_such.json -->",
        f"It has 0.9. <!-- result: {SVM} > nothing -->",
        "It has none. <!-- setting: 0.16 -->",
        "* one of 0.999\n* two <!-- setting: 0.999 -->",
        f"| a |\n|---|\n| 0.893 <!-- result: {SVM} > n_films --> |\n<!-- result: {SVM} -->",
        "<!-- table: causes -->\nold\n<!-- end -->",
    ],
)
def test_a_figure_without_its_result_is_found(known, text):
    assert known.check(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Steps of 0.04 to 0.16 degrees, cells of 5.87 angstrom, at 40 kV.",
        "See Fig. 3.2, Table 1.1, Python 3.11, [page](a.md#0.5) and doi:10.1038/s41524.",
        "`0.25` and\n\n```python\nx = 0.25\n```\n",
        "A 90 % set, 95 % intervals.",
        f"It has 0.893. <!-- result: {SVM} > accuracy -->",
        f"It has 89.3 %. <!-- result: {SVM} > accuracy -->",
        f"It has 0.9, of 0.95. <!-- result: {SVM} > accuracy; cited: 0.95 -->",
        "Tried 0.5 <!-- setting --> times.",
        "In 0.195 s, or 195 ms. <!-- result: study.json -->",
        "Of 2,749 points, about 2,700. <!-- result: study.json; setting: 2,700 -->",
        "Of 0.85, 7 of 73. <!-- result: study.json > k-NN; study.json > data; setting: 7 -->",
    ],
)
def test_what_needs_no_result_or_has_it_passes(known, text):
    assert known.check(text)[0] == []


def test_single_figures_and_tables_are_replaced(known):
    text = f"It has 0.999<!-- {SVM} > accuracy --> and 99 %<!-- {SVM} > accuracy -->."
    _, replace = known.check(text)
    for start, end, new in sorted(replace, reverse=True):
        text = text[:start] + new + text[end:]
    assert known.check(text) == ([], [])
    assert "0.999" not in text
