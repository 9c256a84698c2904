"""The report of a comparison: whole, self-contained, honest about what is simulated."""

import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.utils import Bunch

from skxrd import PowderPattern
from skxrd.datasets import load_halides
from skxrd.inspection import ActivationMapDisplay
from skxrd.inspection._held_out_maps import has_maps, held_out_maps
from skxrd.model_selection import ExperimentalKFold, Study, default_classifiers
from skxrd.neural import AllConvClassifier
from skxrd.preprocessing import PatternStacker
from skxrd.report import make_report, study_maps
from skxrd.report._film_sections import nearest_films
from skxrd.report._html_parts import pattern
from skxrd.report._report_data import ReportData
from skxrd.simulation import PowderSimulator

GRID = np.arange(10, 40, 0.1)
EMPTY = {"meta", "br", "img", "line", "circle", "path", "hr", "input", "link"}


class Checker(HTMLParser):
    """Tags that are closed in the order in which they were opened, and what is loaded."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.tags, self.links, self.ids = [], [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.loaded += [value for name, value in attributes if name == "src"]
        self.links += [value for name, value in attributes if name == "href"]
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in EMPTY and tag not in ("li", "p", "td", "th", "tr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY and tag not in ("li", "p", "td", "th", "tr"):
            assert self.open.pop() == tag


def check(html):
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    assert "script" not in checker.tags
    assert all(value.startswith("data:") for value in checker.loaded)
    assert checker.links == [f"#{name}" for name in checker.ids]
    assert not re.search(r"https?://|@import|url\(", html)
    return checker


@pytest.fixture(scope="module")
def halides():
    wanted = {"Pm-3m": 4, "Fm-3m": 4}
    chosen = []
    for crystal in load_halides().data:
        if wanted.get(crystal.space_group_symbol, 0):
            wanted[crystal.space_group_symbol] -= 1
            chosen.append(crystal)
    return chosen


@pytest.fixture(scope="module")
def study(halides):
    """Simulated powders and noisy copies as films; one film has the other class's label."""
    labels = np.array([crystal.space_group_symbol for crystal in halides])
    X = PowderSimulator(GRID).fit_transform(halides)
    X = X / X.max(axis=1, keepdims=True)
    rng = np.random.default_rng(0)
    films = np.clip(np.tile(X, (2, 1)) + rng.normal(0, 0.01, (16, GRID.size)), 0, None)
    y = np.concatenate([labels, labels, labels])
    y[8] = "Fm-3m" if y[8] == "Pm-3m" else "Pm-3m"
    groups = np.repeat(["simulated", "experimental"], [8, 16])
    data = {
        "data": [
            PowderPattern(GRID, values, 1.5406, f"film <{row}> & co")
            for row, values in enumerate(np.vstack([X, films]))
        ],
        "target": y,
        "target_name": "space_group",
        "groups": groups,
        "two_theta": GRID,
        "wavelength": 1.5406,
        "summary": "16 films",
        "crystals": halides,
        "crystal_labels": labels.tolist(),
    }
    estimators = {"1-NN cosine": KNeighborsClassifier(1, metric="cosine"), "SVM": SVC()}
    estimators |= {"majority": DummyClassifier(), "k-<NN>": KNeighborsClassifier(3)}
    study = Study(data, preparation=PatternStacker, n_splits=3, n_repeats=2)
    return study.cases(estimators), study


def report(compared, **options):
    predictions, study = compared
    return make_report(predictions, {"space_group": study}, n_bootstrap=50, **options)


def test_the_page_is_whole_and_needs_nothing_else(study):
    html = report(study, title="Films & <more>", notes=["seed 0"])
    checker = check(html)
    assert html.startswith("<!DOCTYPE html>")
    assert "<title>Films &amp; &lt;more&gt;</title>" in html
    assert 'name="viewport"' in html
    assert checker.tags.count("details") == 16 + 1  # films of Case 3, the other matrices
    for case in (1, 2, 3):
        assert f"Case {case}: " in html
    assert html.count('tr class="baseline"') == 2 * 3
    assert re.search(r"\d\.\d\d <span class=soft>\[\d\.\d\d, \d\.\d\d\]", html)


def test_every_name_is_escaped(study):
    html = report(study)
    assert "film &lt;9&gt; &amp; co" in html
    assert "film <" not in html
    assert "k-&lt;NN&gt;" in html
    assert "k-<NN>" not in html


def test_the_mislabelled_film_is_named_with_what_its_data_show(study):
    html = report(study)
    part = html[html.index("Always misclassified") : html.index("Each pattern")]
    assert "film &lt;8&gt;" in part
    assert "near-twin with another label" in part
    assert re.search("of the peak height|orientations with a main line|known causes", part)
    assert "not proof" in part
    assert 'class="wrong"' in html[html.index("Each pattern") :]


def test_simulated_films_are_called_so(study):
    predictions, films = study
    assert "The films of this page are simulated" not in report(study)
    virtual = report(
        (predictions, Study({**films.data, "virtual": True}, preparation=PatternStacker))
    )
    assert "The films of this page are simulated" in virtual
    assert "measured films" not in virtual.replace("about measured films", "")


def test_grouped_splits_stand_beside_shuffled_ones(study):
    predictions, films = study
    grouped = predictions[predictions["case"] == 3].assign(grouped=True)
    html = report((pd.concat([predictions, grouped]), films))
    check(html)
    assert html.count("split film by film</h3>") == 1
    assert html.count("near-twins kept together</h3>") == 1


def test_case_1_alone_has_no_films_to_explain(study):
    predictions, films = study
    check(report((predictions[predictions["case"] == 1], films)))


def test_maps_and_curves_are_drawn(study):
    display = ActivationMapDisplay(
        GRID,
        study[1].X[9],
        np.sin(GRID),
        np.cos(GRID),
        predicted="Pm-3m",
        probability=0.75,
        true="Fm-3m",
        true_average_map=np.ones_like(GRID),
    )
    figure, _ = plt.subplots()
    html = report(
        study,
        maps={"space_group": Bunch(classifier="a-CNN", displays={9: display})},
        figures=[("Step", "Accuracy <against> step", figure)],
    )
    plt.close(figure)
    checker = check(html)
    assert "a-CNN: map for Pm-3m, probability 0.75" in html
    assert "average map of Fm-3m, the true class" in html
    assert checker.tags.count("img") == 1
    assert "Accuracy &lt;against&gt; step" in html


def test_films_of_a_target_are_asked_for(study):
    with pytest.raises(ValueError, match="studies has no 'space_group'; give a Study for each"):
        make_report(study[0], {})


def test_no_peak_is_lost_in_a_small_picture():
    intensity = np.zeros(10_000)
    intensity[7777] = 1.0
    svg = pattern(np.linspace(10, 110, 10_000), intensity, label="2θ")
    heights = [float(y) for y in re.findall(r"[ML ]\d+\.\d (\d+\.\d)", svg)]
    assert min(heights) == pytest.approx(8.0)
    assert len(svg) < 12_000


def test_nearest_films_tell_twins_with_other_labels(study):
    films = ReportData.from_study(study[1])
    (fact,) = nearest_films(films, 8)
    assert "near-twin with another label" in fact
    (fact,) = nearest_films(films, 9)
    assert "near-twin" not in fact


def test_which_classifiers_have_maps():
    known = default_classifiers()
    assert has_maps(known["a-CNN"])
    assert not has_maps(known["SVM"])
    assert not has_maps(known["tuned SVM"])


def test_held_out_maps_are_of_networks_that_did_not_see_the_film(study):
    data = study[1]
    network = AllConvClassifier(GRID, epochs=2, random_state=0)
    splitter = ExperimentalKFold(2, random_state=0)
    names = [pattern.name for pattern in data.data["data"]]
    maps = held_out_maps(network, data.X, data.y, groups=data.groups, cv=splitter, names=names)
    assert sorted(maps) == list(range(8, 24))
    train, test = next(splitter.split(data.X, data.y, data.groups))
    row = int(test[0])
    model = AllConvClassifier(GRID, epochs=2, random_state=0).fit(data.X[train], data.y[train])
    expected = model.cam(data.X[[row]])[0]
    np.testing.assert_allclose(maps[row].activation_map, expected, rtol=1e-3, atol=1e-6)
    assert maps[row].name == f"film <{row}> & co"
    with pytest.raises(TypeError, match="has no class activation maps"):
        held_out_maps(KNeighborsClassifier(1), data.X, data.y, groups=data.groups, cv=splitter)
    assert study_maps(data, {"SVM": SVC()}) is None
    of_study = study_maps(data, {"SVM": SVC(), "a-CNN": network}, case=2)
    assert (of_study.classifier, sorted(of_study.displays)) == ("a-CNN", list(range(8, 24)))
    assert of_study.displays[9].name == "film <9> & co"
