import numpy as np
import pytest

from skxrd.neural import AllConvClassifier, build_all_conv

N_ANGLES = 240


def make_rows(n_rows=40):
    rng = np.random.default_rng(0)
    codes = np.arange(n_rows) % 3
    X = rng.random((n_rows, N_ANGLES), dtype=np.float32)
    X[np.arange(n_rows), 40 + 80 * codes] += 3
    return X, codes


def test_losses_are_those_of_keras():
    """One batch an epoch, so that the order of rows makes no difference."""
    import keras

    from skxrd.neural._fast_fit import trainable_copy

    X, codes = make_rows()
    one_hot, weight = np.eye(3, dtype=np.float32)[codes], np.linspace(0.5, 2, len(X))
    theirs = build_all_conv(N_ANGLES, 3)
    ours = trainable_copy(theirs)
    ours.set_weights(theirs.get_weights())
    histories = []
    for network in (theirs, ours):
        network.compile(
            keras.optimizers.Adam(0.01), "categorical_crossentropy", metrics=["accuracy"]
        )
        history = network.fit(
            X,
            one_hot,
            batch_size=len(X),
            epochs=10,
            sample_weight=weight.astype(np.float32),
            validation_data=(X[:7], one_hot[:7]),
            verbose=0,
        )
        histories.append(history.history)
    assert set(histories[1]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(histories[1][name], histories[0][name], rtol=2e-4)
    np.testing.assert_allclose(histories[1]["val_accuracy"], histories[0]["val_accuracy"])


def test_every_row_trains_once_an_epoch_whatever_the_batch():
    """The sum over an epoch counts each row, the last, smaller batch included."""
    X, codes = make_rows(43)
    model = AllConvClassifier(
        epochs=1, batch_size=10, learning_rate=1e-9, patience=None, random_state=0
    ).fit(X, codes)
    probability = model.predict_proba(X)[np.arange(43), codes]
    assert model.history_["loss"][0] == pytest.approx(-np.log(probability).mean(), rel=1e-4)
    assert model.history_["accuracy"][0] == pytest.approx(model.score(X, codes), abs=1e-6)


def test_callbacks_of_the_user_are_called_and_may_stop(capsys):
    import keras

    X, codes = make_rows()
    seen = []

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, sorted(logs)))
            self.model.stop_training = epoch == 1

    model = AllConvClassifier(epochs=9, callbacks=[Stop()], random_state=0, verbose=2)
    model.fit(X, codes)
    assert seen == [(0, ["accuracy", "loss"]), (1, ["accuracy", "loss"])]
    assert len(model.history_["loss"]) == 2
    assert "Epoch 2/9" in capsys.readouterr().out


# Keras itself triggers it when it saves weights
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_network_is_written_for_other_programs(tmp_path):
    import keras

    X, codes = make_rows()
    model = AllConvClassifier(epochs=2, random_state=0).fit(X, codes)
    model.save_network(tmp_path / "network.keras")
    network = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(np.asarray(network(X)), model.predict_proba(X), atol=1e-6)
    with pytest.raises(ValueError, match=r"path is .*network.h5.*\.keras"):
        model.save_network(tmp_path / "network.h5")
    assert [path.name for path in tmp_path.iterdir()] == ["network.keras"]
