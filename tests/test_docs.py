"""The site knows every public name, page and gallery script, and the pitfalls are what they say."""

import importlib.util
import inspect
import re
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

import skxrd

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BENCHMARKS = "benchmarks/README.md"
pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not installed")


def _from_docs(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def listed():
    """Names that the API reference lists, by module."""
    module, names, in_table = None, {}, False
    for line in _from_docs("reference").reference_page().splitlines():
        if line.startswith(".. currentmodule::"):
            module = line.split("::")[1].strip()
        elif line.startswith(".. autosummary::"):
            in_table = True
        elif line and not line.startswith(" "):
            in_table = False
        elif in_table and re.fullmatch(r"   \w+", line):
            names.setdefault(module, []).append(line.strip())
    return names


@pytest.mark.parametrize("room", skxrd._SUBPACKAGES)
def test_every_public_name_is_in_the_reference(room, listed):
    assert sorted(listed[f"skxrd.{room}"]) == sorted(getattr(skxrd, room).__all__)


@pytest.mark.parametrize("room", skxrd._SUBPACKAGES)
def test_every_public_name_is_explained_on_a_page(room):
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]  # the generated reference is no .md file
    words = {word for page in pages for word in re.findall(r"\w+", page.read_text("utf-8"))}
    missing = sorted(set(getattr(skxrd, room).__all__) - words)
    assert not missing, f"explain {missing} on a page of docs/, or make them private"


def test_the_reference_leads_to_pages_of_the_guide():
    for page in re.findall(r":doc:`(\w+)`", _from_docs("reference").reference_page()):
        assert (DOCS / f"{page}.md").is_file(), f"docs/_ext/reference.py: {page}"


def test_top_level_names_are_in_the_reference(listed):
    own = [name for name in skxrd.__all__ if inspect.isclass(getattr(skxrd, name))]
    assert sorted(listed["skxrd"]) == sorted(own)


def _reachable():
    """Pages that tables of contents lead to, from the start page on."""
    found, waiting = set(), ["index"]
    while waiting:
        page = waiting.pop()
        path = DOCS / f"{page}.md"
        if page in found or not path.is_file():
            continue
        found.add(page)
        for block in re.findall(
            r"```\{toctree\}\n(.*?)```", path.read_text(encoding="utf-8"), re.S
        ):
            lines = block.splitlines()
            entries = [line for line in lines if line and not line.startswith(":")]
            waiting += [re.sub(r"^.*<(.*)>$", r"\1", entry) for entry in entries]
    return found


def test_every_page_is_reachable():
    assert {path.stem for path in DOCS.glob("*.md")} == _reachable()


@pytest.mark.parametrize("page", ["unknown_powder", "own_films", "paper_method"])
def test_the_three_ways_in_stay_short(page):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    for block in ("```sh\n", "```python\n", ":::{caution}\n"):
        assert text.count(block) == 1, f"{page}.md: one {block.strip()} block"
    assert len(re.findall(r"^!\[|^\.\. plot::", text, re.M)) == 1, f"{page}.md: one picture"
    assert len(_prose(DOCS / f"{page}.md").split()) < 350


def test_readme_fits_on_a_page():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 80


def test_no_page_is_overwritten_by_one_that_sphinx_writes():
    assert not {path.stem for path in DOCS.glob("*.md")} & {"search", "genindex", "py-modindex"}


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.stem)
def test_every_example_has_its_place_in_the_story(path):
    story = _from_docs("story")
    assert path.name.startswith("plot_"), "the gallery runs plot_*.py only"
    place = int(story.StoryOrder("")(path.name).split()[0])
    assert place < len(story.STORY), f"give {path.stem} a place in docs/_ext/story.py"


def test_pitfalls_are_what_they_say():
    text = (DOCS / "pitfalls.md").read_text(encoding="utf-8")
    names = {}
    for code in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(code, "docs/pitfalls.md", "exec"), names)
    assert names["augmented_first"] > 0.95
    assert abs(names["in_the_pipeline"] - 0.5) < 0.15
    assert names["with_twins"] > 0.97
    assert names["twins_apart"] < names["with_twins"] - 0.3
    assert list(names["trained"]) == [True, False]
    assert names["twins"][-1] == names["twins"][0]
    assert names["as_they_are"] < 0.2
    assert names["converted"] > 0.9
    assert "molybdenum" in names["refused"]
    assert names["by_rows"] < 0.2
    assert names["by_degrees"][0, 1] > 0.95
    assert "outside" in names["not_measured"]
    assert names["on_powders"] > 0.95
    assert names["on_films"] < 0.75
    assert names["still_sure"] < 0.1
    assert np.mean(names["tuned"]) > 0.55
    assert abs(np.mean(names["nested"]) - 0.5) < 0.1


PAGES = sorted(DOCS.glob("*.md")) + [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", BENCHMARKS)
]


def _prose(path):
    """Text of a page without its code."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.S | re.M)


def _anchors(path):
    """Anchors of the headings of a page, as GitHub and the site make them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    titles = re.findall(r"^#{1,3} (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_to_files_and_headings(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(path)):
        if re.match(r"(https?|mailto):", link):
            continue
        name, _, anchor = link.partition("#")
        script = re.fullmatch(r"gallery/(plot_\w+)\.rst", name)
        if script:  # written by the build of the site
            assert (ROOT / "examples" / f"{script[1]}.py").is_file(), f"{path.name}: {link}"
        elif name not in ("gallery/index.rst", "api.rst"):
            target = path.parent / name if name else path
            assert target.exists(), f"{path.name}: {link} leads to no file"
            if anchor:
                assert anchor in _anchors(target), f"{path.name}: {link} leads to no heading"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_that_pages_name_are_there(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"\b(?:examples/)?(plot_\w+\.py)", text):
        assert (ROOT / "examples" / name).is_file(), f"{path.name}: {name}"
    for name in re.findall(r"\bbenchmarks/[a-z_\d/]+\.(?:py|json|csv)\b", text):
        assert (ROOT / name).is_file(), f"{path.name}: {name}"
    for name in re.findall(r"^\.\. plot:: (\S+)", text, re.M):
        assert (path.parent / name).is_file(), f"{path.name}: {name}"


def _benchmark_rows():
    """Scripts, results and citations: the cells of the table of the benchmarks' README."""
    text = (ROOT / BENCHMARKS).read_text(encoding="utf-8")
    table = text.split("\n## ")[1]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return rows[2:]


def test_every_benchmark_and_result_has_its_row():
    folder = ROOT / "benchmarks"
    text = (ROOT / BENCHMARKS).read_text(encoding="utf-8")
    scripts, patterns = set(), []
    for script, results, _ in _benchmark_rows():
        scripts |= set(re.findall(r"`([\w/]+\.py)`", script))
        if not results.startswith("writes"):
            patterns += re.findall(r"`([^`]+)`", results)
    results = {str(path.relative_to(folder / "results")) for path in folder.glob("results/*/*.*")}
    for name in results:
        assert any(fnmatch(name, pattern) for pattern in patterns), f"results/{name}: no row"
    for pattern in patterns:
        assert any(fnmatch(name, pattern) for name in results), f"{pattern}: no result"
    for script in scripts:
        assert (folder / script).is_file(), f"{script} is not there"
    named = text.partition("Without a row:")[2].partition("\n\n")[0]
    for path in folder.glob("*/*.py"):
        name = str(path.relative_to(folder))
        assert name in scripts or name in named or path.name.startswith(PARTS_OF_COMPARISON), name


#: scripts that ``compare_versions.py`` runs
PARTS_OF_COMPARISON = ("compared_", "version_")


def test_pages_say_what_the_benchmarks_quote():
    for _, _, citations in _benchmark_rows():
        for name, link, quotes in re.findall(
            r"(?:\[([^\]]+)\]\(([^)#]+)[^)]*\)|README)([^;]*)", citations
        ):
            path = ROOT / "benchmarks" / (link or "../README.md")
            words = " ".join(path.read_text(encoding="utf-8").replace("*", "").split())
            for quote in re.findall(r'"([^"]+)"', quotes):
                assert quote in words, f"{name or 'README'} no longer says {quote!r}"


NO_PICTURE = {
    "cheat_sheet": "commands",
    "contract": "rules",
    "glossary": "words",
    "identify": "that of its example in the gallery",
    "instrument_files": "a table",
    "robustness": "a table",
}


def test_every_page_of_the_guide_shows_a_picture():
    blocks = re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / "guide.md").read_text("utf-8"), re.S)
    pages = {line for block in blocks for line in block.split("\n") if re.fullmatch(r"\w+", line)}
    for page in pages - set(NO_PICTURE):
        text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
        assert re.search(r"^!\[|^\.\. plot::", text, re.M), f"{page}.md shows no picture"


# what the papers number, their supporting information as far as their text names it
NUMBERED = {
    "Oviedo": "Eq. 1, Eq. 2, Eq. 3, Eq. 4, Eq. 5, Eq. 6, Fig. 1a, Fig. 1b, Fig. 2, Fig. 3, Fig. 4, "
    "Fig. 5, Fig. S1, Fig. S2, Table 1, Table S1, Table S2, Table S3, Table S4, Table S5, Table S6",
    "Park": "Eq. 1, Fig. 1, Fig. 2, Fig. 3, Fig. 4",
    "Ziletti": "Eq. 1, Eq. 2, Fig. 1, Fig. 2, Fig. 3, Fig. 4a, Fig. 4b, Fig. 5a, Fig. 5b, Table 1",
}


@pytest.mark.parametrize("paper", sorted(NUMBERED))
def test_every_number_of_a_paper_has_its_row(paper):
    text = (DOCS / "from_the_papers.md").read_text(encoding="utf-8")
    section = next(part for part in text.split("\n## ") if part.startswith(paper))
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    for item in NUMBERED[paper].split(", "):
        kind, number = item.split(" ")
        pattern = (
            rf"{kind[:-1] if kind == 'Eq.' else kind.rstrip('.')}s?\.? (?:[\w., ]*, )?{number}\b"
        )
        assert any(re.search(pattern, cell) for cell in cells), f"{paper}: no row for {item}"


def test_the_papers_lead_to_names_and_scripts_that_exist():
    text = (DOCS / "from_the_papers.md").read_text(encoding="utf-8")
    names = {name for room in skxrd._SUBPACKAGES for name in getattr(skxrd, room).__all__}
    others = {"SMOTE", "space_group_number"}  # of imbalanced-learn; an attribute
    for code in re.findall(r"`([^`]+)`", text):
        if re.match(r"(plot_|benchmarks/|examples/)", code):
            path = ROOT / code if "/" in code else ROOT / "examples" / code
            assert path.exists(), f"{code} is not there"
        elif re.fullmatch(r"[A-Za-z]\w+(\(.*\)|\.\w+)?", code):
            assert re.match(r"\w+", code)[0] in names | others | {"make_pipeline"}, code
