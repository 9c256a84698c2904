import pickle

import numpy as np
import pytest

from skxrd.neural import ResidualConvClassifier
from skxrd.neural._kernel_head import fit_kernel_head, kernel_head_maps, unit_rows

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
    model = ResidualConvClassifier(TWO_THETA, epochs=15, batch_size=8, random_state=0)
    return model.fit(*make_rows())


def test_learns_where_the_peak_is(fitted):
    X, y = make_rows(30, seed=1)
    assert fitted.score(X, y) == 1
    assert fitted.score(7.5 * X, y) == 1
    assert fitted.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    assert len(fitted.history_["loss"]) == 15


def test_map_sums_to_the_score_less_that_of_a_row_like_no_other(fitted):
    import keras

    X, _ = make_rows(20, seed=2)
    network = fitted.model_
    similarity = network.get_layer("similarity")
    coefficients, _ = network.get_layer("class_scores").get_weights()
    values = np.asarray(keras.Model(network.input, similarity.output)(X))
    nothing = np.exp(similarity.get_weights()[1])
    for code, label in enumerate(fitted.classes_):
        expected = (values - nothing) @ coefficients[:, code]
        np.testing.assert_allclose(fitted.cam(X, label).sum(axis=1), expected, atol=1e-3)


def test_contrast_points_at_the_peak(fitted):
    X, y = make_rows(30, seed=3)
    others = np.mean([fitted.cam(X, label) for label in CENTRES], axis=0)
    contrast = fitted.cam(X, y) - others
    for label, centre in CENTRES.items():
        place = TWO_THETA[contrast[y == label].mean(axis=0).argmax()]
        assert abs(place - centre) < 1.2


def test_the_same_seed_repeats_it(fitted):
    X, _ = make_rows(30, seed=4)
    again = ResidualConvClassifier(**fitted.get_params()).fit(*make_rows())
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_no_more_references_than_asked_for():
    X, y = make_rows()
    model = ResidualConvClassifier(TWO_THETA, n_references=12, epochs=10, random_state=0).fit(X, y)
    assert model.model_.get_layer("similarity").units == 12
    assert model.score(X, y) > 0.9


class TestKernelHead:
    rng = np.random.default_rng(0)
    features = rng.random((24, 6, 4))
    codes = np.arange(24) % 3

    def head(self, **params):
        rows = unit_rows(self.features)
        return rows, *fit_kernel_head(rows, self.codes, 3, np.ones(24), **params)

    def test_a_small_ridge_reproduces_the_references(self):
        rows, steepness, coefficients, offset = self.head(ridge=1e-8)
        scores = np.exp(steepness * (rows @ rows.T - 1)) @ coefficients + offset
        assert (scores.argmax(axis=1) == self.codes).all()

    def test_temperature_comes_from_scores_without_the_row_itself(self):
        """Against leaving each row out in a loop."""
        rows, steepness, coefficients, offset = self.head(ridge=0.1)
        temperature = (1 / 3) / offset[0]
        kernel = np.exp(steepness * (rows @ rows.T - 1))
        wanted = np.eye(3)[self.codes] - 1 / 3
        without = []
        for row in range(24):
            kept = np.arange(24) != row
            system = kernel[np.ix_(kept, kept)] + 0.1 * np.eye(23)
            without.append(kernel[row, kept] @ np.linalg.solve(system, wanted[kept]) + 1 / 3)
        inverse = np.linalg.inv(kernel + 0.1 * np.eye(24))
        shortcut = np.eye(3)[self.codes] - (inverse @ wanted) / np.diag(inverse)[:, np.newaxis]
        np.testing.assert_allclose(shortcut, without, atol=1e-9)

        def loss(t):
            powers = np.exp(np.array(without) / t)
            share = powers[np.arange(24), self.codes] / powers.sum(axis=1)
            return -np.log(share).mean()

        assert loss(temperature) <= min(loss(0.97 * temperature), loss(1.03 * temperature))

    def test_maps_are_integrated_gradients(self):
        rows, steepness, coefficients, _ = self.head()
        x = self.rng.random((1, 6, 4))
        found = kernel_head_maps(x, rows, steepness, coefficients[:, [1]])[0]
        start = unit_rows(x)[0]
        steps = (np.arange(2000) + 0.5) / 2000
        gradient = 0
        for step in steps:
            similarity = np.exp(steepness * (step * start @ rows.T - 1))
            gradient = gradient + steepness * (similarity * coefficients[:, 1]) @ rows / len(steps)
        np.testing.assert_allclose(found, (start * gradient).reshape(6, 4).sum(axis=1), rtol=1e-5)

    def test_rows_without_features_and_equal_rows_are_no_error(self):
        assert (unit_rows(np.zeros((2, 3, 1))) == 0).all()
        rows = np.ones((4, 2)) / np.sqrt(2)
        steepness, coefficients, _ = fit_kernel_head(rows, np.array([0, 0, 1, 1]), 2, np.ones(4))
        assert np.isfinite(coefficients).all() and np.isfinite(steepness)
        maps = kernel_head_maps(np.zeros((2, 2, 1)), rows, steepness, coefficients[:, [0, 1]])
        assert (maps == 0).all()


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
    from skxrd.neural._learning_rate import rise_and_fall

    shares = [rise_and_fall(epoch, 20, rising=0.1) for epoch in range(20)]
    assert np.argmax(shares) in (1, 2) and max(shares) == 1
    assert shares[0] == 0.5 and 0 < shares[-1] < 0.02
    assert rise_and_fall(0, 1, rising=0.1) == 1


class TestJitter:
    @staticmethod
    def changed(rows, **changes):
        from skxrd.neural._layers import PatternJitter

        nothing = {
            "shift": 0.0,
            "strain_shift": np.zeros(rows.shape[1]),
            "intensity_jitter": 0.0,
            "noise": 0.0,
        }
        return np.asarray(PatternJitter(**nothing | changes, seed=0)(rows, training=True))

    def test_no_strength_and_no_training_change_nothing(self):
        from skxrd.neural._layers import PatternJitter

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
        strain_shift = model._jitter()["strain_shift"]
        changed = self.changed(rows.astype(np.float32), strain_shift=strain_shift)
        moved = angles[changed.argmax(axis=1)] - 50
        d = 1.5418 / 2 / np.sin(np.radians(25))
        largest = 50 - 2 * np.degrees(np.arcsin(1.5418 / 2 / (d * (1 + strain))))
        assert np.abs(moved).max() == pytest.approx(largest, rel=0.05)
        assert moved.min() < -0.9 * largest and moved.max() > 0.9 * largest

    def test_shift_intensity_jitter_and_noise_have_the_strength_asked_for(self):
        rows = np.zeros((200, 200), np.float32)
        rows[:, 100] = 1
        places = self.changed(rows, shift=5.0).argmax(axis=1) - 100
        assert places.min() == -5 and places.max() == 5
        ones = np.ones((500, 200), np.float32)
        logs = np.log(self.changed(ones, intensity_jitter=0.3))
        assert logs[:, 0].std() == pytest.approx(0.3, rel=0.1)
        assert np.abs(np.diff(logs, axis=1)).max() < 0.15  # smooth
        assert self.changed(ones, noise=0.05).std() == pytest.approx(0.05, rel=0.05)
