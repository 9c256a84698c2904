"""Every public estimator under the common checks of scikit-learn and imbalanced-learn."""

import inspect

import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

import skxrd
from skxrd.augmentation import (
    NoiseAugmenter,
    PatternShifter,
    PeakEliminator,
    PeakHeightScaler,
    PhysicsAugmenter,
)
from skxrd.model_selection import DomainWeightedClassifier
from skxrd.neighbors import DTWNeighborsClassifier, PatternNoveltyDetector
from skxrd.neural import (
    AllConvClassifier,
    FingerprintConvClassifier,
    PowderConvClassifier,
    ResidualConvClassifier,
)
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    StepCoarsener,
)

ESTIMATORS = [
    PatternStacker(),
    BackgroundSubtractor(),
    SavitzkyGolaySmoother(),
    PatternScaler(),
    StepCoarsener(),
    PhysicsAugmenter(random_state=0),
    NoiseAugmenter(random_state=0),
    PeakHeightScaler(random_state=0),
    PeakEliminator(random_state=0),
    PatternShifter(random_state=0),
    # more and larger steps than the default's, so that three epochs learn the checks' data
    AllConvClassifier(epochs=3, batch_size=8, learning_rate=0.01, random_state=0),
    PowderConvClassifier(
        filters=8,
        hidden_units=(32, 32),
        dropout=0.0,
        dense_dropout=0.0,
        epochs=10,
        batch_size=8,
        learning_rate=0.01,
        random_state=0,
    ),
    ResidualConvClassifier(filters=8, epochs=5, batch_size=8, learning_rate=0.01, random_state=0),
    FingerprintConvClassifier(random_state=0),
    DTWNeighborsClassifier(),
    PatternNoveltyDetector(),
    DomainWeightedClassifier(LogisticRegression()),
]
# Estimators that start from lists of crystals, which the common checks cannot make.
FROM_OBJECTS = {"DiffractionFingerprint", "PowderSimulator"}
# their classes are those of a training or a library, and the common checks bring their own
PRETRAINED = {"PhaseSearch", "PowderIdentifier", "PretrainedSymmetryClassifier"}
_DENSE = {"check_samplers_pandas_sparse": "dense only: a pattern has no sparse form"}
_PERTURBS = dict.fromkeys(
    ["check_transformer_general", "check_transformer_data_not_an_array"],
    "fit_transform perturbs rows and transform does not, as with TargetEncoder",
)
_SCIKERAS = {
    "check_estimator_tags_renamed": "scikeras has tags of old; ours are corrected",
    "check_mixin_order": "scikeras names the mixin last; the tags it loses are corrected",
    "check_do_not_raise_errors_in_init_or_set_params": (
        "the check gives the constructor the ** of scikeras' names as if it were a parameter"
    ),
    "check_sample_weight_equivalence_on_dense_data": (
        "rows are drawn in batches: a row that comes twice is in other batches than one of weight 2"
    ),
}
EXPECTED_FAILURES = {
    "AllConvClassifier": _SCIKERAS,
    "FingerprintConvClassifier": _SCIKERAS,
    "PowderConvClassifier": _SCIKERAS,
    "ResidualConvClassifier": _SCIKERAS,
    "PhysicsAugmenter": _DENSE,
    "NoiseAugmenter": _DENSE,
    "PeakHeightScaler": _PERTURBS,
    "PeakEliminator": _PERTURBS,
}


def expected_failures(estimator):
    return EXPECTED_FAILURES.get(type(estimator).__name__, {})


def public_estimators():
    for room in skxrd._SUBPACKAGES:
        module = getattr(skxrd, room)
        for name in module.__all__:
            entry = getattr(module, name)
            if inspect.isclass(entry) and issubclass(entry, BaseEstimator):
                yield name


def test_the_list_is_complete():
    listed = {type(estimator).__name__ for estimator in ESTIMATORS} | FROM_OBJECTS | PRETRAINED
    assert set(public_estimators()) == listed


@pytest.mark.parametrize("name", sorted(FROM_OBJECTS))
def test_tags_tell_the_checks_that_lists_of_crystals_are_taken(name):
    with pytest.warns(SkipTestWarning, match=f"Can't test estimator {name}"):
        results = check_estimator(getattr(skxrd.simulation, name)())
    assert {result["status"] for result in results} <= {"passed"}


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=expected_failures)
def test_scikit_learn_common_checks(estimator, check):
    check(estimator)


def _sampler_checks():
    from imblearn.utils import estimator_checks

    # a list, since pytest refuses the generator that imbalanced-learn hands out
    for sampler in (PhysicsAugmenter(random_state=0), NoiseAugmenter(random_state=0)):
        sampler_name = type(sampler).__name__
        for check in estimator_checks._yield_all_checks(sampler):
            name = getattr(check, "func", check).__name__
            reason = EXPECTED_FAILURES[sampler_name].get(name)
            marks = [pytest.mark.xfail(reason=reason)] if reason else []
            yield pytest.param(sampler, check, id=f"{sampler_name}-{name}", marks=marks)


@pytest.mark.parametrize(("sampler", "check"), list(_sampler_checks()))
def test_imbalanced_learn_common_checks(sampler, check):
    check(type(sampler).__name__, sampler)
