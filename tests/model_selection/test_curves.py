import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from skxrd import PowderPattern
from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection import (
    Study,
    TrainingKFold,
    confusion_of,
    default_classifiers,
    default_samplers,
    make_augmented,
    summarize,
    summarize_films,
)
from skxrd.model_selection._curve_data import coarsen, mixed_order

GRID = np.arange(10, 40, 0.1)
QUICK = {"n_splits": 4, "n_repeats": 1}


def study(X, y, groups, **options):
    """A quick study of rows on the grid."""
    data = {"data": X, "target": y, "groups": groups, "two_theta": GRID}
    return Study(data, **{**QUICK, **options})


class Remember(DummyClassifier):
    """Keeps what it was fitted to, and writes its size down in ``sizes``."""

    sizes = []

    def fit(self, X, y):
        self.sizes.append(
            (np.asarray(X).shape, dict(zip(*np.unique(y, return_counts=True), strict=True)))
        )
        return super().fit(X, y)


@pytest.fixture
def remember():
    Remember.sizes.clear()
    return Remember()


@pytest.fixture(scope="module")
def films():
    """Two peaks tell three classes; the simulated rows lack the second one."""
    rng = np.random.default_rng(0)
    y = np.array(["a"] * 12 + ["b"] * 8 + ["c"] * 4)
    y = np.concatenate([y, y])
    groups = np.repeat(["simulated", "experimental"], 24)
    centre = pd.Series(y).map({"a": 15, "b": 22, "c": 30}).to_numpy()[:, None]
    X = np.exp(-(((GRID - centre - rng.normal(0, 0.1, (48, 1))) / 0.3) ** 2))
    X += 0.05 + 0.01 * rng.uniform(size=X.shape)
    return X, y, groups


def test_augmentation_reaches_each_domain_by_itself(films, remember):
    X, y, groups = films
    table = study(X, y, groups).augmentation(
        {"majority": make_augmented(remember, GRID)}, n_simulated=[0, 30], n_experimental=[0, 9]
    )
    points = table.drop_duplicates(["n_simulated", "n_experimental"])
    assert points[["n_simulated", "n_experimental"]].to_numpy().tolist() == [
        [0, 0],
        [0, 9],
        [30, 0],
        [30, 9],
    ]
    sizes = [shape[0] for shape, _ in remember.sizes]
    assert sizes[::4] == [42, 51, 72, 81]
    assert (table["n_train"] == 42).all()
    assert len(table) == 4 * 24  # every film once a point
    before, after = remember.sizes[0][1], remember.sizes[4][1]
    assert {label: after[label] - before[label] for label in after} == {"a": 3, "b": 3, "c": 3}


def test_measured_rows_are_made_from_measured_ones(films):
    X, y, groups = films
    level = np.where(groups == "simulated", 1.0, 2.0)[:, None] * np.ones((1, 5))
    still = PhysicsAugmenter(scale_range=(1, 1), eliminate_fraction=0, shift_range=(0, 0))
    still.set_params(n_augmented={"simulated": 6, "experimental": 9})
    rows, labels = still.fit_resample(level, y, groups=groups)
    np.testing.assert_array_equal(rows[:48], level)
    assert sorted(rows[48:, 0]) == [1.0] * 6 + [2.0] * 9
    assert sorted(labels[48:]) == sorted("abc" * 5)


def test_case_2_takes_simulated_rows_only(films, remember):
    X, y, groups = films
    model = {"majority": make_augmented(remember, GRID)}
    data = {"data": X, "target": y, "groups": groups, "target_name": "system"}
    table = Study(data, n_repeats=1).augmentation(model, n_simulated=[12], case=2)
    assert remember.sizes[0][0][0] == 36
    assert sorted(table["row"]) == list(range(24, 48))
    assert set(table["target"]) == {"system"}
    with pytest.raises(ValueError, match="n_experimental holds 5 but Case 2 trains on no measured"):
        study(X, y, groups).augmentation(model, n_experimental=[5], case=2)


def test_pipelines_from_raw_patterns_work_too(films):
    X, y, groups = films
    raw = [PowderPattern(GRID, row, wavelength=1.54) for row in X]
    from skxrd.model_selection import make_film_pipeline

    model = make_film_pipeline(KNeighborsClassifier(1), GRID)
    table = study(raw, y, groups).augmentation(
        {"1-NN": model}, n_simulated=[20], n_experimental=[20]
    )
    assert table["correct"].mean() > 0.9


def test_a_default_search_has_no_sampling_step(films):
    X, y, groups = films
    tuned = default_classifiers(GRID)["tuned SVM"]
    with pytest.raises(ValueError, match=r"classifiers\['tuned SVM'\], a GridSearchCV, has 0 samp"):
        study(X, y, groups).samplers({"tuned SVM": tuned}, {"none": None})


def test_oversamplers_have_no_number(films):
    X, y, groups = films
    model = make_augmented(KNeighborsClassifier(1), GRID).set_params(physicsaugmenter=SMOTE())
    with pytest.raises(ValueError, match="samples with SMOTE, which has no n_augmented"):
        study(X, y, groups).augmentation({"1-NN": model})


def test_samplers_take_turns(films, remember):
    X, y, groups = films
    samplers = default_samplers(GRID, n_augmented=12)
    samplers["SMOTE"].set_params(k_neighbors=2)
    model = {"majority": make_augmented(remember, GRID)}
    table = study(X, y, groups).samplers(model, samplers)
    assert table["sampler"].unique().tolist() == list(samplers)
    assert [shape[0] for shape, _ in remember.sizes[::4]] == [42, 66, 66, 66, 63, 63]
    assert remember.sizes[-1][1] == {"a": 21, "b": 21, "c": 21}
    with pytest.raises(ValueError, match="samplers is empty; pass default_samplers"):
        study(X, y, groups).samplers(model, {})
    with pytest.raises(ValueError, match=r"samplers\['tree'\] is a DecisionTreeClassifier, which"):
        study(X, y, groups).samplers(model, {"tree": DecisionTreeClassifier()})


def test_films_come_in_nested_sets(films, remember):
    X, y, groups = films
    table = study(X, y, groups).films({"majority": remember})
    assert table["n_measured"].unique().tolist() == [0, 5, 10, 18]
    assert table.groupby("n_measured")["n_train"].unique().map(list).tolist() == [
        [24],
        [29],
        [34],
        [42],
    ]
    with pytest.raises(
        ValueError, match="n_measured holds 19 but the smallest training set has 18"
    ):
        study(X, y, groups).films({"majority": remember}, n_measured=[19])
    with pytest.raises(ValueError, match="n_measured holds 0 but no pattern is simulated"):
        measured = np.full(48, "experimental")
        study(X, y, measured).films({"1": remember}, n_measured=[0])


def test_beginnings_of_the_order_mix_the_classes():
    y = np.array(["a"] * 30 + ["b"] * 15 + ["c"] * 5)
    for seed in range(20):
        order = mixed_order(np.arange(50), y, np.random.default_rng(seed))
        assert sorted(order) == list(range(50))
        counts = pd.Series(y[order[:10]]).value_counts()
        assert counts["a"] in (5, 6, 7) and counts["b"] in (2, 3, 4) and counts["c"] <= 2


def test_measured_films_that_train_raise_the_accuracy(films):
    X, y, groups = films
    X = X.copy()
    X[:24] = -1  # simulated rows teach nothing
    table = study(X, y, groups).films({"1-NN": KNeighborsClassifier(1)}, n_measured=[0, 18])
    accuracy = summarize(table, "n_measured")["accuracy"]
    assert accuracy[0] < 0.6 < 0.9 < accuracy[1]


def test_coarse_scans_are_made_from_raw_patterns(films):
    X, y, groups = films
    shapes = []

    def estimators(grid):
        shapes.append((grid.size, round(float(grid[1] - grid[0]), 6)))
        return {"1-NN": KNeighborsClassifier(1)}

    raw = [PowderPattern(GRID, row, wavelength=1.54) for row in X]
    tables = {
        scan: study(raw, y, groups).steps(estimators, steps=[0.4, 0.1], scan=scan)
        for scan in ("step", "continuous")
    }
    assert shapes == [(300, 0.1), (75, 0.4)] * 2
    summary = summarize(tables["step"], ["step", "relative_time", "n_angles"])
    assert summary["relative_time"].tolist() == [1.0, 0.25]
    assert (summary["accuracy"] > 0.9).all()
    np.testing.assert_array_equal(
        *(table.query("step == 0.1")["predicted"] for table in tables.values())
    )


def test_a_step_scan_leaves_angles_out_and_a_continuous_one_averages_them():
    X, grid = np.arange(10.0)[np.newaxis], np.arange(10, 15, 0.5)
    rows, angles = coarsen(X, grid, 1.0, "step")
    assert (rows[0].tolist(), angles.tolist()) == ([0, 2, 4, 6, 8], [10, 11, 12, 13, 14])
    rows, angles = coarsen(X, grid, 1.0, "continuous")
    assert rows[0].tolist() == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert angles.tolist() == [10.25, 11.25, 12.25, 13.25, 14.25]


@pytest.mark.parametrize("step", [0.05, 20.0])
def test_steps_lie_between_the_grid_and_half_its_range(films, step):
    X, y, groups = films
    with pytest.raises(ValueError, match=f"steps holds {step:g}; give steps from 0.1, that of"):
        study(X, y, groups).steps({"1": KNeighborsClassifier(1)}, steps=[step])


def test_grid_is_that_of_the_patterns(films):
    X, y, groups = films
    with pytest.raises(ValueError, match=r"shape \(48, 299\) but two_theta has 300 angles"):
        study(X[:, 1:], y, groups).steps({"1": KNeighborsClassifier(1)}, steps=[0.1])


@pytest.mark.slow
def test_workers_and_progress_do_not_change_the_numbers(films):
    X, y, groups = films
    model = {"tree": make_augmented(DecisionTreeClassifier(max_features=5), GRID, n_augmented=9)}
    options = {"n_simulated": [0, 9], "n_experimental": [9]}
    calls = []
    tables = [
        study(X, y, groups, n_jobs=n).augmentation(
            model, progress=lambda *row: calls.append(row), **options
        )
        for n in (1, 2)
    ]
    seconds = ["fit_seconds", "predict_seconds"]
    pd.testing.assert_frame_equal(*(table.drop(columns=seconds) for table in tables))
    assert calls[7][:2] == (8, 8) and len(calls) == 16
    assert {"classifier", "n_simulated", "repeat", "fold", "accuracy"} <= set(calls[0][2])
    other = study(X, y, groups, random_state=7).augmentation(model, **options)
    assert not other["row"].equals(tables[0]["row"])


def test_finished_folds_are_not_run_again(films, tmp_path):
    X, y, groups = films
    kept = study(X, y, groups, folder=tmp_path / "folds")
    model = {"majority": make_augmented(DummyClassifier(), GRID)}
    first = kept.augmentation(model, n_simulated=[0, 9], n_experimental=[0])
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "folds").glob("*.piece")}
    assert len(times) == 8
    second = kept.augmentation(model, n_simulated=[0, 9], n_experimental=[0, 5])
    assert len(list((tmp_path / "folds").glob("*.piece"))) == 16
    assert {path: path.stat().st_mtime_ns for path in times} == times
    pd.testing.assert_frame_equal(first, second.query("n_experimental == 0").reset_index(drop=True))


def test_predictions_fit_the_tables_of_the_cases(films):
    X, y, groups = films
    table = study(X, y, groups).films({"1-NN": KNeighborsClassifier(1)}, n_measured=[18])
    assert confusion_of(table, "1-NN", case=3).to_numpy().sum() == 24
    assert len(summarize_films(table)) == 24


def test_a_search_inside_a_fold_gets_the_groups(films):
    X, y, groups = films
    search = GridSearchCV(
        KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=TrainingKFold(2, n_repeats=1)
    )
    table = study(X, y, groups).films({"search": search}, n_measured=[18])
    assert table["correct"].mean() > 0.9


def test_summary_pools_the_films_of_a_repeat():
    table = pd.DataFrame(
        {
            "step": 0.1,
            "repeat": np.repeat([0, 1], 4),
            "fold": [0, 0, 0, 1] * 2,
            "row": [0, 1, 2, 3] * 2,
            "true": list("aaab") * 2,
            "predicted": list("aaaa") + list("aabb"),
            "fit_seconds": [1.0, 1.0, 1.0, 2.0] * 2,
            "predict_seconds": [0.0, 0.0, 0.0, 1.0] * 2,
        }
    )
    point = summarize(table, "step").iloc[0]
    assert point["accuracy"] == pytest.approx(0.75)
    assert point["accuracy_sd"] == 0
    assert point["balanced_accuracy"] == pytest.approx((0.5 + (2 / 3 + 1) / 2) / 2)
    assert point["f1_macro"] == pytest.approx(((6 / 7 + 0) / 2 + (4 / 5 + 2 / 3) / 2) / 2)
    assert point["accuracy_low"] < 0.75 < point["accuracy_high"] <= 1
    assert (point["n_films"], point["n_repeats"], point["n_folds"]) == (4, 2, 4)
    assert point["seconds"] == 2.0
    with pytest.raises(ValueError, match="no column 'width'; their columns are step, repeat"):
        summarize(table, ["step", "width"])


def test_interval_of_films_is_that_of_a_proportion():
    rng = np.random.default_rng(0)
    truth = rng.uniform(size=100) < 0.8
    table = pd.DataFrame(
        {
            "step": 1.0,
            "repeat": np.repeat([0, 1, 2], 100),  # the same films three times are still 100
            "row": np.tile(np.arange(100), 3),
            "true": "a",
            "predicted": np.tile(np.where(truth, "a", "b"), 3),
            "fold": 0,
            "fit_seconds": 0.0,
            "predict_seconds": 0.0,
        }
    )
    point = summarize(table, "step").iloc[0]
    half = 1.96 * np.sqrt(truth.mean() * (1 - truth.mean()) / 100)
    assert point["accuracy_high"] - point["accuracy_low"] == pytest.approx(2 * half, rel=0.15)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"classifiers": {}}, "classifiers is empty"),
        ({"case": 1}, "case is 1; use 2 or 3"),
        ({"n_simulated": [-1]}, "n_simulated holds -1; give whole numbers from 0 on"),
        ({"n_experimental": [2.5]}, "n_experimental holds 2.5; give whole numbers"),
        ({"n_simulated": []}, "n_simulated is empty"),
        ({"groups": ["simulated"]}, "groups has 1 entries for 48 patterns"),
        ({"groups": None}, "groups is None; pass one string a pattern"),
        ({"X": np.eye(2)}, "data has 2 patterns but target has 48 entries"),
        ({"n_repeats": 0}, "'n_repeats' parameter of Study must be an int in the range"),
    ],
)
def test_arguments_are_checked(films, change, message):
    X, y, groups = films
    options = {"classifiers": {"1": make_augmented(KNeighborsClassifier(1))}, "X": X}
    options |= {"groups": groups, "n_repeats": 1, **change}
    with pytest.raises(ValueError, match=message):
        one = study(options.pop("X"), y, options.pop("groups"), n_repeats=options.pop("n_repeats"))
        one.augmentation(**options)


def test_a_study_needs_its_fields_and_a_known_scan(films):
    X, y, groups = films
    with pytest.raises(ValueError, match="data has no 'groups'; pass data, target and groups"):
        Study({"data": X, "target": y})
    with pytest.raises(ValueError, match="data has no 'two_theta'; pass the grid"):
        Study({"data": X, "target": y, "groups": groups}).steps({"1": KNeighborsClassifier(1)})
    with pytest.raises(ValueError, match="scan is 'fast'; use 'step' or 'continuous'"):
        study(X, y, groups).steps({"1": KNeighborsClassifier(1)}, steps=[0.2], scan="fast")


def test_case_1_uses_the_powders_alone(films):
    X, y, groups = films
    powder = np.arange(48) % 2 == 0
    data = {"data": X, "target": y, "groups": groups, "powder": powder & (groups == "simulated")}
    table = Study(data, n_splits=2, n_repeats=1).cases({"1": KNeighborsClassifier(1)})
    tested = table.groupby("case")["row"].agg(lambda rows: sorted(set(rows)))
    assert tested[1] == list(range(0, 24, 2))
    assert tested[2] == tested[3] == list(range(24, 48))


def test_rows_are_prepared_once(films):
    X, y, groups = films
    calls = []

    def prepare(grid):
        calls.append(len(grid))
        return FunctionTransformer(np.sqrt)

    one = study(X, y, groups, preparation=prepare)
    one.cases({"1": KNeighborsClassifier(1)}, cases=[2])
    one.cases({"1": KNeighborsClassifier(1)}, cases=[2])
    np.testing.assert_array_equal(one.X, np.sqrt(X))
    assert calls == [300]
