import pickle

import numpy as np
import pytest

from skxrd.neural import ResidualConvClassifier

TWO_THETA = np.arange(10, 30, 0.1)
CENTRES = {"P-3m1": 14.0, "Pc": 19.0, "Pm-3m": 26.0}


def make_rows(n_rows=60, *, seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(list(CENTRES))[np.arange(n_rows) % 3]
    places = np.array([CENTRES[label] for label in y]) + rng.normal(0, 0.1, n_rows)
    X = np.exp(-(((TWO_THETA - places[:, np.newaxis]) / 0.3) ** 2))
    return (X + 0.05 * rng.random(X.shape)).astype(np.float32), y


@pytest.fixture(scope="module")
def fitted():
    model = ResidualConvClassifier(TWO_THETA, n_members=2, epochs=15, batch_size=8, random_state=0)
    return model.fit(*make_rows())


def test_learns_where_the_peak_is(fitted):
    X, y = make_rows(30, seed=1)
    assert fitted.score(X, y) == 1
    assert fitted.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    assert len(fitted.history_["loss"]) == 15


def test_map_sums_to_the_mean_score_of_the_members(fitted):
    X, _ = make_rows(20, seed=2)
    sums = np.stack([fitted.cam(X, label).sum(axis=1) for label in fitted.classes_], axis=1)
    bias = np.mean([member.get_weights()[-1] for member in fitted._members()], axis=0)
    scores = np.exp(sums + bias)
    np.testing.assert_allclose(
        fitted.predict_proba(X), scores / scores.sum(axis=1, keepdims=True), atol=1e-5
    )


def test_contrast_points_at_the_peak(fitted):
    X, y = make_rows(30, seed=3)
    others = np.mean([fitted.cam(X, label) for label in CENTRES], axis=0)
    contrast = fitted.cam(X, y) - others
    for label, centre in CENTRES.items():
        place = TWO_THETA[contrast[y == label].mean(axis=0).argmax()]
        assert abs(place - centre) < 1.2


def test_members_differ_and_the_same_seed_repeats_them(fitted):
    X, y = make_rows(30, seed=4)
    first, second = (np.asarray(member(X)) for member in fitted._members())
    assert not np.allclose(first, second)
    again = ResidualConvClassifier(**fitted.get_params()).fit(*make_rows())
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_pickled_network_predicts_and_explains_alike(fitted):
    X, y = make_rows(10, seed=5)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(X), fitted.predict_proba(X))
    np.testing.assert_array_equal(copy.cam(X, y), fitted.cam(X, y))
    np.testing.assert_array_equal(copy.average_cam_, fitted.average_cam_)


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_network_is_written_without_layers_of_ours(fitted, tmp_path):
    import keras

    X, _ = make_rows(5, seed=6)
    fitted.save_network(tmp_path / "network.keras")
    network = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(np.asarray(network(X)), fitted.predict_proba(X), atol=1e-6)


def test_step_size_rises_and_falls():
    from skxrd.neural._epochs import RiseAndFall

    schedule = RiseAndFall(1.0, 20)
    shares = [schedule.share(epoch) for epoch in range(20)]
    assert np.argmax(shares) in (1, 2) and max(shares) == 1
    assert shares[0] == 0.5 and 0 < shares[-1] < 0.02
    assert RiseAndFall(1.0, 1).share(0) == 1


class TestJitter:
    @staticmethod
    def changed(rows, **changes):
        from skxrd.neural._jitter import PatternJitter

        options = {"shift": 0.0, "stretch": np.zeros(rows.shape[1]), "tint": 0.0, "noise": 0.0}
        return np.asarray(PatternJitter(**options | changes, seed=0)(rows, training=True))

    def test_no_strength_and_no_training_change_nothing(self):
        from skxrd.neural._jitter import PatternJitter

        rows, _ = make_rows(4)
        np.testing.assert_allclose(self.changed(rows), rows, atol=1e-6)
        layer = PatternJitter(3.0, np.ones(len(TWO_THETA)), 0.3, 0.1)
        np.testing.assert_array_equal(layer(rows, training=False), rows)

    def test_strain_moves_peaks_as_bragg_says(self):
        """A lattice that grows by e moves 2 theta by -2 tan(theta) e."""
        strain, step = 0.01, 0.02
        angles = np.arange(20, 60, step)
        rows = np.exp(-(((angles - 50) / 0.2) ** 2))[np.newaxis].repeat(300, axis=0)
        model = ResidualConvClassifier(angles, strain=strain)
        model.two_theta_ = angles
        stretch = model._changes()["stretch"]
        moved = angles[self.changed(rows.astype(np.float32), stretch=stretch).argmax(axis=1)] - 50
        d = 1.5418 / 2 / np.sin(np.radians(25))
        largest = 50 - 2 * np.degrees(np.arcsin(1.5418 / 2 / (d * (1 + strain))))
        assert np.abs(moved).max() == pytest.approx(largest, rel=0.05)
        assert moved.min() < -0.9 * largest and moved.max() > 0.9 * largest

    def test_shift_tint_and_noise_have_the_strength_asked_for(self):
        rows = np.zeros((200, 200), np.float32)
        rows[:, 100] = 1
        places = self.changed(rows, shift=5.0).argmax(axis=1) - 100
        assert places.min() == -5 and places.max() == 5
        ones = np.ones((500, 200), np.float32)
        logs = np.log(self.changed(ones, tint=0.3))
        assert logs[:, 0].std() == pytest.approx(0.3, rel=0.1)
        assert np.abs(np.diff(logs, axis=1)).max() < 0.15  # smooth
        assert self.changed(ones, noise=0.05).std() == pytest.approx(0.05, rel=0.05)
