import numpy as np
import pandas as pd
import pytest

from skxrd.inspection import CurveDisplay, EmbeddingDisplay


def make_table(x, values, classifiers=("SVM", "majority")):
    """Predictions of 20 films, right for the share that the value of x has."""
    share = {"SVM": {values[0]: 0.9, values[-1]: 0.7}, "majority": {}}
    rows = []
    for name in classifiers:
        for value in values:
            right = round(20 * share[name].get(value, 0.5))
            for repeat in (0, 1):
                rows += [
                    {
                        "classifier": name,
                        x: value,
                        "repeat": repeat,
                        "fold": 0,
                        "row": row,
                        "true": "a",
                        "predicted": "a" if row < right else "b",
                        "fit_seconds": 0.1,
                        "predict_seconds": 0.0,
                    }
                    for row in range(20)
                ]
    return pd.DataFrame(rows)


def test_curve_and_baseline():
    display = CurveDisplay.from_table(make_table("n_measured", [0, 30]), "n_measured")
    display.figure_.canvas.draw()
    assert len(display.lines_) == 1
    np.testing.assert_allclose(display.score[0], [0.9, 0.7])
    assert display.baseline == 0.5
    assert (display.low[0] < display.score[0]).all() and (display.high[0] > 0.7).all()
    assert display.ax_.get_xlabel() == "measured films in training"
    assert display.ax_.get_xscale() == "linear"
    assert -5 < display.ax_.get_xlim()[0] < 0 and 30 < display.ax_.get_xlim()[1] < 35
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["SVM", "majority"]
    low, high = display.ax_.get_ylim()
    assert low < 0.5 and 0.9 < high <= 1.02


def test_steps_are_logarithmic_with_the_time_above():
    table = make_table("step", [0.04, 0.16, 0.64])
    table["relative_time"] = 0.04 / table["step"]
    display = CurveDisplay.from_table(table, "step", interval="repeats")
    display.figure_.canvas.draw()
    assert display.ax_.get_xscale() == "log"
    assert [tick.get_text() for tick in display.ax_.get_xticklabels()] == ["0.04", "0.16", "0.64"]
    top = display.time_ax_
    assert [tick.get_text() for tick in top.get_xticklabels()] == ["100 %", "25 %", "6.2 %"]
    assert top.get_xlim() == display.ax_.get_xlim()
    np.testing.assert_allclose(display.low[0], display.high[0])  # repeats are the same


def test_names_stand_side_by_side():
    table = make_table("sampler", ["none", "random oversampling", "SMOTE"])
    display = CurveDisplay.from_table(table, "sampler", score="balanced_accuracy", baseline=0.25)
    names = [tick.get_text() for tick in display.ax_.get_xticklabels()]
    assert names == ["none", "random\noversampling", "SMOTE"]
    assert display.lines_[0].get_linewidth() == 0
    assert display.low is None and display.baseline == 0.25
    assert display.ax_.get_ylabel() == "balanced accuracy"
    assert len(display.lines_) == 2  # majority is a curve where the baseline is a number


def test_curves_by_two_columns_are_named_by_both():
    table = pd.concat(
        make_table("n_experimental", [0, 700], classifiers=["SVM"]).assign(n_simulated=number)
        for number in (0, 2000)
    )
    display = CurveDisplay.from_table(
        table, "n_experimental", curves=["classifier", "n_simulated"], baseline=None
    )
    assert display.labels == ["0 made from simulated", "2000 made from simulated"]
    assert display.baseline is None


def test_a_baseline_that_varies_is_a_curve():
    table = make_table("n_measured", [0, 30])
    trivial = (table["classifier"] == "majority") & (table["n_measured"] == 0)
    table.loc[trivial, "predicted"] = "b"
    display = CurveDisplay.from_table(table, "n_measured")
    np.testing.assert_allclose(display.baseline, [[0, 30], [0, 0.5]])
    assert display.ax_.get_ylim()[0] <= 0
    assert len(display.lines_) == 1 and len(display.ax_.get_lines()) == 2


def test_a_baseline_that_varies_over_names_is_one_line():
    table = make_table("sampler", ["none", "random oversampling", "SMOTE"])
    trivial = (table["classifier"] == "majority") & (table["sampler"] == "none")
    table.loc[trivial, "predicted"] = "b"
    display = CurveDisplay.from_table(table, "sampler")
    assert display.baseline == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("score", "interval", "bars"),
    [
        ("f1_macro", "films", True),
        ("f1_macro", "repeats", False),
        ("balanced_accuracy", "films", False),
        ("accuracy", "repeats", True),
    ],
)
def test_bars_are_drawn_where_the_summary_has_them(score, interval, bars):
    table = make_table("n_measured", [0, 30])
    table.loc[table["repeat"] == 1, "predicted"] = "b"
    display = CurveDisplay.from_table(table, "n_measured", score=score, interval=interval)
    assert (display.low is not None) == bars
    if bars:
        assert (display.low[0] < display.score[0]).all()
        assert (display.high[0] > display.score[0]).all()


def test_a_summary_is_drawn_as_it_is():
    points = pd.DataFrame({"classifier": "SVM", "step": [0.1, 0.2], "accuracy": [0.9, 0.8]})
    with pytest.raises(ValueError, match="no column 'accuracy_low' for intervals; pass interval="):
        CurveDisplay.from_table(points, "step")
    display = CurveDisplay.from_table(points, "step", interval=None)
    np.testing.assert_array_equal(display.score[0], [0.9, 0.8])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": "kappa"}, "score is 'kappa'; choose among accuracy, balanced_accuracy, f1"),
        ({"interval": "folds"}, "interval is 'folds'; choose among films, repeats, None"),
        ({"x": "width"}, "table has no column 'width'; its columns are classifier, step"),
    ],
)
def test_arguments_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        CurveDisplay.from_table(make_table("step", [0.1, 0.2]), **{"x": "step", **change})


@pytest.fixture(scope="module")
def clusters():
    rng = np.random.default_rng(0)
    centre = np.repeat(np.eye(3), 10, axis=0)
    X = np.abs(centre + 0.05 * rng.normal(size=(30, 3)))
    return X, np.repeat(["a", "b", "c"], 10), np.tile(["simulated", "experimental"], 15)


def test_neighbours_stay_neighbours(clusters):
    X, y, groups = clusters
    display = EmbeddingDisplay.from_patterns(X, y, groups=groups, perplexity=5)
    display.figure_.canvas.draw()
    distance = np.linalg.norm(display.positions[:, None] - display.positions, axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (y[distance.argmin(axis=1)] == y).all()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["a", "b", "c", "measured", "simulated"]
    points = [len(part.get_offsets()) for part in display.ax_.collections]
    assert points == [5] * 6
    again = EmbeddingDisplay.from_patterns(X, y, perplexity=5)
    np.testing.assert_array_equal(again.positions, display.positions)


def test_embedding_checks_its_arguments(clusters):
    X, y, groups = clusters
    with pytest.raises(ValueError, match="perplexity is 30 but there are 30 patterns; use a small"):
        EmbeddingDisplay.from_patterns(X, y)
    with pytest.raises(ValueError, match="groups has 3 entries for 30 patterns; give one each"):
        EmbeddingDisplay(X[:, :2], y, groups=groups[:3]).plot()
