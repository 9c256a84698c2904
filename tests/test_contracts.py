"""Contracts of others: meta-estimators, metadata, frames, memory maps, threads and processes.

Small and easy patterns, which every classifier of the package learns at once: what counts is that
the tools of others take the estimators.
"""

import joblib
import numpy as np
import pytest
import sklearn
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.pipeline import make_pipeline
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import RFE, SequentialFeatureSelector
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_union
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.utils.validation import has_fit_parameter

from skxrd.augmentation import (
    NoiseAugmenter,
    PatternShifter,
    PeakEliminator,
    PeakHeightScaler,
    PhysicsAugmenter,
)
from skxrd.crystal import Crystal
from skxrd.model_selection import ExperimentalKFold, SimulatedKFold, SimulatedToExperimental
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.neural import (
    AllConvClassifier,
    FingerprintConvClassifier,
    PowderConvClassifier,
    ResidualConvClassifier,
)
from skxrd.powders import PretrainedSymmetryClassifier
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    StepCoarsener,
)
from skxrd.simulation import PowderSimulator

N_ANGLES = 20
CODES = np.arange(24) % 2
Y = np.array(["cubic", "hexagonal"])[CODES]
X = 0.1 * np.random.default_rng(0).random((24, N_ANGLES), dtype=np.float32)
X[np.arange(24), 3 + 6 * CODES] += 2
X[np.arange(24), 4 + 6 * CODES] += 1
GROUPS = np.repeat(["simulated", "experimental"], 12)

SHORT = {"epochs": 2, "batch_size": 4, "learning_rate": 0.02, "random_state": 0}
CLASSIFIERS = [
    DTWNeighborsClassifier(n_neighbors=1),
    make_pipeline(
        PatternScaler(),
        PhysicsAugmenter(n_augmented=8, shift_range=(0, 0), random_state=0),
        DTWNeighborsClassifier(n_neighbors=1),
    ),
    AllConvClassifier(kernel_sizes=(2, 2), **SHORT),
    ResidualConvClassifier(filters=8, **SHORT),
    PowderConvClassifier(
        filters=16, hidden_units=(32, 32), dropout=0.0, dense_dropout=0.0, **{**SHORT, "epochs": 6}
    ),
    FingerprintConvClassifier(filters=(8, 8), kernel_size=3, hidden_units=16, **SHORT),
]
SIMPLE = CLASSIFIERS[:3]  # one of each kind, where more would only take longer
TRANSFORMERS = [
    PatternStacker(),
    PatternScaler(),
    BackgroundSubtractor(),
    SavitzkyGolaySmoother(),
    StepCoarsener(),
    PeakHeightScaler(random_state=0),
    PeakEliminator(random_state=0),
    PatternShifter(random_state=0),
]
SAMPLERS = [PhysicsAugmenter(random_state=0), NoiseAugmenter(random_state=0)]
META = {
    "balanced bagging": lambda model: BalancedBaggingClassifier(
        model, n_estimators=2, random_state=0
    ),
    "bagging": lambda model: BaggingClassifier(model, n_estimators=2, random_state=0),
    "boosting": lambda model: AdaBoostClassifier(model, n_estimators=2),
    "calibration": lambda model: CalibratedClassifierCV(model, cv=2),
    "calibration of a fitted one": lambda model: CalibratedClassifierCV(
        FrozenEstimator(model), cv=2
    ),
    "elimination of columns": lambda model: RFE(model, n_features_to_select=10),
    "grid": lambda model: GridSearchCV(model, {}, cv=2),
    "halving grid": lambda model: HalvingGridSearchCV(model, {}, cv=2),
    "halving random": lambda model: HalvingRandomSearchCV(
        model, {}, cv=2, n_candidates=1, min_resources=12, random_state=0
    ),
    "one against one": OneVsOneClassifier,
    "one against the rest": OneVsRestClassifier,
    "output codes": lambda model: OutputCodeClassifier(model, random_state=0),
    "random search": lambda model: RandomizedSearchCV(model, {}, n_iter=1, cv=2),
    "self-training": lambda model: SelfTrainingClassifier(model, max_iter=2),
    "several outputs": MultiOutputClassifier,
    "stacking": lambda model: StackingClassifier([("a", model)], LogisticRegression(), cv=2),
    "stacking of a fitted one": lambda model: StackingClassifier(
        [("a", model)], LogisticRegression(), cv="prefit"
    ),
    "threshold": lambda model: FixedThresholdClassifier(model, threshold=0.4),
    "tuned threshold": lambda model: TunedThresholdClassifierCV(model, cv=2, thresholds=5),
    "voting": lambda model: VotingClassifier([("a", model), ("b", clone(model))], voting="soft"),
    "voting by majority": lambda model: VotingClassifier([("a", model), ("b", clone(model))]),
}
#: What does not work, with the error and the reason. Not tried: chains of classifiers, which append
#: labels to the angles of a pattern.
CANNOT = {
    "boosting": (
        "doesn't support sample_weight",
        "fit takes no weights of rows but for networks; samplers could not pass them on",
    ),
    "elimination of columns": (
        "should have `coef_` or `feature_importances_`",
        "an angle has no weight of its own; see SequentialFeatureSelector below",
    ),
}
# Keras itself triggers it when it saves weights
pickles = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept:DeprecationWarning"
)


def names(estimators):
    return [type(estimator).__name__ for estimator in estimators]


each_classifier = pytest.mark.parametrize("model", CLASSIFIERS, ids=names(CLASSIFIERS))
each_simple = pytest.mark.parametrize("model", SIMPLE, ids=names(SIMPLE))
each_transformer = pytest.mark.parametrize("transformer", TRANSFORMERS, ids=names(TRANSFORMERS))
each_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=names(SAMPLERS))


def targets(name):
    """Labels that a meta-estimator is fitted to, and those it should predict."""
    if name == "several outputs":
        return (np.stack([Y, Y], axis=1),) * 2
    if name == "self-training":  # half of the labels are unknown
        return np.where(np.arange(24) % 4 < 2, CODES, -1), CODES
    return Y, Y


def takes_weights(model):
    """Whether ``fit`` takes weights of rows, as that of networks does."""
    return has_fit_parameter(model, "sample_weight")


def check_meta(model, name, rows=X):
    given, expected = targets(name)
    model = clone(model)
    if name.endswith("fitted one"):
        model.fit(rows, Y)
    if name in CANNOT and not (name == "boosting" and takes_weights(model)):
        with pytest.raises(ValueError, match=CANNOT[name][0]):
            META[name](model).fit(rows, given)
        return
    meta = META[name](model).fit(rows, given)
    assert (meta.predict(rows) == expected).mean() > 0.65
    if hasattr(meta, "predict_proba"):
        for probabilities in np.reshape(meta.predict_proba(rows), (-1, 24, 2)):
            np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("name", META)
@each_simple
def test_meta_estimators(model, name, routing):
    with sklearn.config_context(enable_metadata_routing=routing):
        check_meta(model, name)


@pytest.mark.parametrize("name", ["calibration", "grid", "one against the rest", "voting"])
@pytest.mark.parametrize("model", CLASSIFIERS[3:], ids=names(CLASSIFIERS[3:]))
def test_meta_estimators_of_other_networks(model, name):
    check_meta(model, name)


@each_classifier
def test_tools_of_model_selection(model):
    probabilities = cross_val_predict(model, X, Y, cv=2, method="predict_proba")
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    scores = cross_validate(model, X, Y, cv=2, scoring=["accuracy", "neg_log_loss"])
    assert np.isfinite(scores["test_neg_log_loss"]).all()
    curve = learning_curve(model, X, Y, cv=2, train_sizes=[0.5, 1.0], shuffle=True, random_state=0)
    assert np.isfinite(curve[2]).all()
    assert permutation_test_score(model, X, Y, cv=2, n_permutations=1)[0] > 0.5
    importance = permutation_importance(clone(model).fit(X, Y), X, Y, n_repeats=1, random_state=0)
    assert importance.importances_mean.shape == (N_ANGLES,)


def test_choice_of_columns():
    selector = SequentialFeatureSelector(SIMPLE[0], n_features_to_select=1, cv=2).fit(X, Y)
    assert selector.get_support().nonzero()[0] in (3, 4, 9, 10)


@pytest.mark.parametrize("routing", [False, True])
@each_simple
def test_groups_reach_the_splitters(model, routing):
    with sklearn.config_context(enable_metadata_routing=routing):
        groups = {"params": {"groups": GROUPS}} if routing else {"groups": GROUPS}
        for cv, n_folds in (
            (SimulatedKFold(2, random_state=0), 2),
            (SimulatedToExperimental(), 1),
            (ExperimentalKFold(2, random_state=0), 2),
        ):
            assert len(cross_val_score(model, X, Y, cv=cv, **groups)) == n_folds
            search = GridSearchCV(model, {}, cv=cv).fit(X, Y, groups=GROUPS)
            assert search.n_splits_ == n_folds


@each_transformer
def test_unions_and_column_transformers(transformer):
    rows = clone(transformer).fit_transform(X, Y)
    union = make_union("passthrough", clone(transformer)).fit_transform(X, Y)
    np.testing.assert_array_equal(union, np.hstack([X, rows]))
    halves = make_column_transformer(
        (clone(transformer), slice(0, 10)), (clone(transformer), slice(10, 20))
    ).fit_transform(X, Y)
    assert halves.shape == rows.shape and np.isfinite(halves).all()


def frames(library):
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    columns = [f"{10 + angle / 10:g}" for angle in range(N_ANGLES)]
    return module, module.DataFrame(dict(zip(columns, X.T, strict=True))), module.Series(Y)


@pytest.mark.parametrize("library", ["pandas", "polars"])
@each_classifier
def test_classifiers_take_frames(model, library):
    _, frame, labels = frames(library)
    expected = clone(model).fit(X, Y).predict_proba(X)
    fitted = clone(model).fit(frame, labels)
    assert list(fitted.feature_names_in_) == list(frame.columns)
    np.testing.assert_array_equal(fitted.predict_proba(frame), expected)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(frame[list(frame.columns)[::-1]])


@pytest.mark.parametrize("library", ["pandas", "polars"])
@each_transformer
def test_transformers_take_and_return_frames(transformer, library):
    module, frame, _ = frames(library)
    expected = clone(transformer).fit(X).transform(X)
    changed = clone(transformer).set_output(transform=library).fit(frame).transform(frame)
    assert isinstance(changed, module.DataFrame)
    np.testing.assert_array_equal(changed.to_numpy(), expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
@each_sampler
def test_samplers_take_frames(sampler, library):
    module, frame, labels = frames(library)
    expected = clone(sampler).fit_resample(X, Y)
    found = clone(sampler).fit_resample(frame, labels)
    assert isinstance(found[0], module.DataFrame) and isinstance(found[1], module.Series)
    assert list(found[0].columns) == list(frame.columns)
    np.testing.assert_array_equal(np.asarray(found[0]), expected[0])
    np.testing.assert_array_equal(np.asarray(found[1]), expected[1])


@pytest.fixture
def mapped(tmp_path):
    """Rows and labels on disk that cannot be written to."""
    joblib.dump((X, Y), tmp_path / "rows")
    return joblib.load(tmp_path / "rows", mmap_mode="r")


@each_classifier
def test_classifiers_take_memory_maps_and_half_precision(model, mapped):
    rows, labels = mapped
    assert not rows.flags.writeable
    expected = clone(model).fit(X, Y).predict_proba(X)
    fitted = clone(model).fit(rows, labels)
    np.testing.assert_array_equal(fitted.predict_proba(rows), expected)
    half = X.astype(np.float16)
    full = half.astype(np.float32)
    expected = clone(model).fit(full, Y).predict_proba(full)
    np.testing.assert_array_equal(clone(model).fit(half, Y).predict_proba(half), expected)


@each_transformer
def test_transformers_take_memory_maps_and_half_precision(transformer, mapped):
    expected = clone(transformer).fit_transform(X)
    np.testing.assert_array_equal(clone(transformer).fit_transform(mapped[0]), expected)
    half = X.astype(np.float16)
    expected = clone(transformer).fit_transform(half.astype(np.float32))
    np.testing.assert_array_equal(clone(transformer).fit_transform(half), expected, strict=True)


@each_sampler
def test_samplers_take_memory_maps_and_half_precision(sampler, mapped):
    expected = clone(sampler).fit_resample(X, Y)
    found = clone(sampler).fit_resample(*mapped)
    np.testing.assert_array_equal(found[0], expected[0])
    half = X.astype(np.float16)
    expected = clone(sampler).fit_resample(half.astype(np.float32), Y)
    np.testing.assert_array_equal(clone(sampler).fit_resample(half, Y)[0], expected[0], strict=True)


@pickles
@each_classifier
def test_fitted_classifiers_predict_from_a_memory_map(model, tmp_path):
    fitted = clone(model).fit(X, Y)
    joblib.dump(fitted, tmp_path / "model")
    again = joblib.load(tmp_path / "model", mmap_mode="r")
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


SCORED = {"cv": 3, "scoring": "neg_log_loss"}


def scores(model):
    return cross_val_score(model, X, Y, **SCORED)


@each_classifier
def test_threads_give_the_same(model):
    with joblib.parallel_config("threading", n_jobs=3):
        found = scores(model)
    np.testing.assert_array_equal(found, scores(model))


@pickles
def test_processes_give_the_same():
    jobs = [joblib.delayed(cross_val_score)(model, X, Y, **SCORED) for model in SIMPLE]
    found = joblib.Parallel(n_jobs=2)(jobs)
    np.testing.assert_array_equal(found, [scores(model) for model in SIMPLE])


def test_dask_gives_the_same():
    pytest.importorskip("distributed", reason="dask is not installed")
    from distributed import Client

    with Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None):
        with joblib.parallel_config("dask"):
            found = [scores(model) for model in SIMPLE]
    np.testing.assert_array_equal(found, [scores(model) for model in SIMPLE])


@pytest.fixture(scope="module")
def powders():
    """A trained network that was fitted to two labels, and rows of their classes."""
    grid = np.arange(15, 70, 0.05)
    cubic = Crystal([3.615, 3.615, 3.615, 90, 90, 90], ["Cu"], [[0, 0, 0]], "Fm-3m")
    hexagonal = Crystal([3.2, 3.2, 5.2, 90, 90, 120], ["Mg"], [[1 / 3, 2 / 3, 0.25]], "P6_3/mmc")
    rows = PowderSimulator(grid, wavelength="CuKa").fit_transform([cubic, hexagonal])[CODES]
    model = PretrainedSymmetryClassifier(grid, level="crystal_system", wavelength="CuKa")
    return model.fit(rows, Y), rows


# it takes weights of rows and ignores them; random codes ask what it has not learned
TRAINED_META = [name for name in META if name not in ("boosting", "output codes")]


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("name", TRAINED_META)
def test_meta_estimators_of_a_trained_network(powders, name, routing):
    with sklearn.config_context(enable_metadata_routing=routing):
        check_meta(powders[0], name, powders[1])


def test_tools_of_model_selection_take_a_trained_network(powders):
    model, rows = powders
    probabilities = cross_val_predict(model, rows, Y, cv=2, method="predict_proba")
    np.testing.assert_array_equal(probabilities, model.predict_proba(rows))
    for scoring in ("neg_log_loss", "roc_auc"):
        assert np.isfinite(cross_val_score(model, rows, Y, cv=2, scoring=scoring)).all()
