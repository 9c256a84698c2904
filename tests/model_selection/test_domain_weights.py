"""The share of measured rows in a training, by weights or by rows, and the majority of films."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from skxrd.augmentation import NoiseAugmenter
from skxrd.model_selection import (
    DomainWeightedClassifier,
    Study,
    TrainingKFold,
    default_classifiers,
    make_augmented,
)
from skxrd.model_selection._domain_weights import (
    domain_weights,
    repeated_rows,
    weighted_classifier,
)

N_SIMULATED, N_MEASURED = 60, 8
GROUPS = np.array(["simulated"] * N_SIMULATED + ["experimental"] * 6 + ["series 1"] * 2)
Y = np.r_[np.arange(N_SIMULATED) % 3, [0, 1, 1, 1, 2, 1, 1, 0]]
X = np.eye(3)[Y] + 0.1 * np.random.default_rng(0).random((len(Y), 3))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8])
def test_weights_and_rows_have_the_share(share):
    measured = GROUPS != "simulated"
    weights = domain_weights(GROUPS, share)
    assert weights.mean() == pytest.approx(1)
    assert weights[measured].sum() / weights.sum() == pytest.approx(share)
    rows = repeated_rows(GROUPS, share)
    assert measured[rows].mean() == pytest.approx(share, abs=0.01)
    assert set(rows) == set(range(len(Y)))
    counts = np.bincount(rows)
    for part in (counts[measured], counts[~measured]):
        assert part.max() - part.min() <= 1


def test_one_domain_or_none_counts_as_it_is():
    plain = GaussianNB().fit(X, Y)
    for groups, share in (
        (None, 0.5),
        (np.full(len(Y), "simulated"), 0.5),
        (np.full(len(Y), "experimental"), 0.5),
        (GROUPS, None),
    ):
        model = DomainWeightedClassifier(GaussianNB(), measured_share=share)
        model.fit(X, Y, groups=groups)
        np.testing.assert_array_equal(model.predict_proba(X), plain.predict_proba(X))


def test_weights_reach_the_last_step_and_rows_replace_them_elsewhere():
    weights = domain_weights(GROUPS, 0.5)
    for inner, name in (
        (LogisticRegression(), "sample_weight"),
        (
            make_pipeline(MaxAbsScaler(), LogisticRegression()),
            "logisticregression__sample_weight",
        ),
    ):
        model = DomainWeightedClassifier(inner).fit(X, Y, groups=GROUPS)
        expected = inner.fit(X, Y, **{name: weights}).predict_proba(X)
        np.testing.assert_allclose(model.predict_proba(X), expected)
    rows = repeated_rows(GROUPS, 0.5)
    model = DomainWeightedClassifier(KNeighborsClassifier(5)).fit(X, Y, groups=GROUPS)
    expected = KNeighborsClassifier(5).fit(X[rows], Y[rows])
    np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(X))
    assert not hasattr(model, "decision_function")


def test_a_sampler_is_told_the_domains_of_repeated_rows():
    pipeline = make_augmented(KNeighborsClassifier(1), random_state=0)
    pipeline.steps[0] = ("noise", NoiseAugmenter(n_augmented={"experimental": 9}, random_state=0))
    model = DomainWeightedClassifier(pipeline).fit(X, Y, groups=GROUPS)
    source = model.estimator_[0].sample_indices_
    assert len(source) == 2 * N_SIMULATED + 9


def test_a_search_weights_what_it_searches():
    grid = {"n_neighbors": [1, 3]}
    search = GridSearchCV(KNeighborsClassifier(), grid, cv=TrainingKFold(2, n_repeats=1))
    with pytest.raises(ValueError, match="GridSearchCV splits rows into folds, and a repeated"):
        DomainWeightedClassifier(search).fit(X, Y, groups=GROUPS)
    study = Study({"data": X, "target": Y, "groups": GROUPS}, n_splits=2, n_repeats=1)
    table = study.cases({"tuned": weighted_classifier(search, 0.5)}, cases=[3])
    assert table["correct"].mean() > 0.9


def test_majority_is_that_of_the_measured_training_rows():
    """Most measured rows are of class 1, most simulated ones of class 2 here."""
    y = np.where(GROUPS == "simulated", 2, Y)
    y[:4] = 0, 1, 0, 1
    study = Study({"data": X, "target": y, "groups": GROUPS}, n_splits=2, n_repeats=1)
    majority = {"majority": default_classifiers()["majority"]}
    predicted = study.cases(majority).groupby("case")["predicted"].unique()
    assert predicted.loc[[1, 2, 3]].tolist() == [[2], [2], [1]]
