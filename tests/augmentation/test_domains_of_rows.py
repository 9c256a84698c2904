"""Numbers of added rows for each domain, and groups on their way to the sampler."""

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from sklearn import config_context
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.neighbors import KNeighborsClassifier

from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.model_selection import ExperimentalKFold, Study, TrainingKFold, make_augmented

N = 40
X = np.random.default_rng(0).random((N, 30))
Y = np.array(["a", "b", "c", "d"])[np.arange(N) % 4]
GROUPS = np.array(["simulated"] * 24 + ["experimental"] * 8 + ["series 1"] * 8)
BOTH = {"experimental": 30, "simulated": 50}
SAMPLERS = [NoiseAugmenter(random_state=0), PhysicsAugmenter(random_state=0)]


def added(sampler, groups=GROUPS):
    X_new, y_new = sampler.fit_resample(X, Y, groups=groups)
    source = sampler.sample_indices_[N:]
    assert (y_new[N:] == Y[source]).all()
    return groups[source], Y[source]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_each_domain_gets_its_number_and_classes_alike(sampler):
    domains, labels = added(sampler.set_params(n_augmented=BOTH, per_class=False))
    simulated = domains == "simulated"
    assert simulated.sum() == 50 and (~simulated).sum() == 30
    for part, few in ((labels[simulated], 12), (labels[~simulated], 7)):
        counts = np.unique(part, return_counts=True)[1]
        assert counts.min() == few and counts.max() == few + 1
    domains, _ = added(sampler.set_params(n_augmented={"experimental": 5}, per_class=True))
    assert len(domains) == 20 and not (domains == "simulated").any()


def test_a_number_needs_no_groups_and_is_the_same_with_them():
    sampler = NoiseAugmenter(n_augmented=30, random_state=0)
    plain, told = sampler.fit_resample(X, Y), sampler.fit_resample(X, Y, groups=GROUPS)
    np.testing.assert_array_equal(plain[0], told[0])


def test_a_domain_without_rows_adds_none():
    sampler = NoiseAugmenter(n_augmented=BOTH, random_state=0)
    assert len(added(sampler, np.full(N, "simulated"))[0]) == 50
    sampler.set_params(n_augmented={"experimental": 30})
    assert len(added(sampler, np.full(N, "simulated"))[0]) == 0


@pytest.mark.parametrize(
    ("number", "groups", "message"),
    [
        ({"measured": 3}, GROUPS, "names the domain 'measured'; give numbers for 'simulated'"),
        ({"simulated": -1}, GROUPS, "n_augmented is -1 for 'simulated'; give a whole number"),
        ({"simulated": 3}, None, "simulated rows alone, but there are no groups"),
        (BOTH, GROUPS[1:], "groups has 39 entries for 40 patterns"),
        (BOTH, np.full(N, "Simulated"), "write 'simulated'"),
    ],
)
def test_errors(number, groups, message):
    with pytest.raises(ValueError, match=message):
        NoiseAugmenter(n_augmented=number).fit_resample(X, Y, groups=groups)


def counting_classifier():
    class Counting(KNeighborsClassifier):
        def fit(self, X, y):
            self.n_rows_ = len(X)
            return super().fit(X, y)

    return Counting(1)


def test_groups_go_through_a_pipeline_with_and_without_metadata_routing():
    ours = make_augmented(counting_classifier(), n_augmented=BOTH, random_state=0)
    plain = make_pipeline(NoiseAugmenter(n_augmented=BOTH, random_state=0), counting_classifier())
    assert ours.fit(X, Y, physicsaugmenter__groups=GROUPS)[-1].n_rows_ == N + 80
    with config_context(enable_metadata_routing=True):
        for model in (ours, plain):
            assert model.fit(X, Y, groups=GROUPS)[-1].n_rows_ == N + 80
    simulated = NoiseAugmenter(n_augmented={"simulated": 3}, random_state=0)
    with pytest.raises(ValueError, match="enable metadata routing"):
        make_pipeline(simulated, counting_classifier()).fit(X, Y)
    cv = ExperimentalKFold(2, random_state=0)
    params = {"physicsaugmenter__groups": GROUPS}
    off = cross_validate(ours, X, Y, groups=GROUPS, cv=cv, params=params, return_estimator=True)
    with config_context(enable_metadata_routing=True):
        params = {"groups": GROUPS}
        on = cross_validate(ours, X, Y, cv=cv, params=params, return_estimator=True)
    np.testing.assert_array_equal(off["test_score"], on["test_score"])
    assert all(24 < model[-1].n_rows_ - 80 < N for model in off["estimator"] + on["estimator"])


def test_a_study_tells_samplers_and_searches_the_domains():
    model = make_augmented(KNeighborsClassifier(1), n_augmented=BOTH, random_state=0)
    search = GridSearchCV(
        model,
        {"physicsaugmenter__n_augmented": [0, BOTH]},
        cv=TrainingKFold(2),
        error_score="raise",
    )
    study = Study({"data": X, "target": Y, "groups": GROUPS}, n_splits=2, n_repeats=1)
    table = study.cases({"plain": model, "search": search})
    assert set(table["case"]) == {1, 2, 3} and table["predicted"].notna().all()


def test_without_groups_all_rows_count_as_measured():
    sampler = NoiseAugmenter(n_augmented=BOTH, random_state=0)
    X_new, _ = sampler.fit_resample(X, Y)
    assert len(X_new) == N + BOTH["experimental"]


def peaks(*places):
    return sum(np.exp(-(((ANGLES - place) / 0.1) ** 2)) for place in places)


ANGLES = np.arange(10, 40, 0.05)


@pytest.mark.parametrize("angles", [ANGLES, None])
def test_simulated_rows_unlike_all_measured_ones_are_left_out(angles):
    larger_cell = 20.1 if angles is not None else 20.0  # half a per cent: 0.1 degrees
    rows = np.array([peaks(13, 35), peaks(20, 30), peaks(25), peaks(larger_cell, 30.15)])
    groups = ["simulated"] * 3 + ["experimental"]
    labels = np.array(["a", "a", "a", "b"])
    sampler = PhysicsAugmenter(angles, n_augmented=0, max_simulated=1, random_state=0)
    sampler.fit_resample(rows, labels, groups=groups)
    assert sampler.sample_indices_.tolist() == [1, 3]
    sampler.set_params(n_augmented={"simulated": 4})
    _, y_new = sampler.fit_resample(rows, labels, groups=groups)
    assert set(sampler.sample_indices_) == {1, 3} and len(y_new) == 6


def test_without_measured_rows_simulated_ones_are_kept_evenly():
    sampler = NoiseAugmenter(n_augmented=0, max_simulated=2)
    sampler.fit_resample(X[:16], Y[:16], groups=np.full(16, "simulated"))
    assert sampler.sample_indices_.tolist() == list(range(4)) + list(range(8, 12))


def test_without_groups_no_row_is_left_out():
    sampler = NoiseAugmenter(n_augmented=0, max_simulated=1)
    assert len(sampler.fit_resample(X, Y)[0]) == N
