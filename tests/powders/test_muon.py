import numpy as np
import pytest

keras = pytest.importorskip("keras")

from skxrd.powders._muon import Muon  # noqa: E402


def one_step(variable, gradient, **options):
    optimizer = Muon(**options)
    last = keras.Variable(np.zeros((20, 20), np.float32))  # that of the output
    optimizer.build([variable, last])
    before = variable.numpy()
    optimizer.apply([gradient, np.zeros((20, 20), np.float32)], [variable, last])
    return before - variable.numpy()


@pytest.mark.parametrize("shape", [(40, 24), (24, 40), (5, 8, 24)])
def test_steps_of_kernels_are_orthogonal_whatever_the_gradient(shape):
    rng = np.random.default_rng(0)
    scales = np.geomspace(1e-3, 1, shape[-1])
    gradient = (rng.normal(size=shape) * scales).astype(np.float32)
    variable = keras.Variable(rng.normal(size=shape).astype(np.float32))
    step = one_step(variable, gradient, learning_rate=0.01).reshape(-1, shape[-1])
    values = np.linalg.svd(step / 0.01 / 0.2 / np.sqrt(max(step.shape)), compute_uv=False)
    assert 0.6 < np.median(values) < 1.2 and values.max() < 1.3
    assert (step * gradient.reshape(step.shape)).sum() > 0
    assert np.sqrt((step**2).mean()) == pytest.approx(0.002, rel=0.3)


@pytest.mark.parametrize("shape", [(24,), (3, 4, 2)])
def test_biases_and_narrow_kernels_take_the_step_of_adam(shape):
    gradient = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    step = one_step(keras.Variable(np.zeros(shape, np.float32)), gradient, adam_share=0.5)
    np.testing.assert_allclose(step, 0.005 * np.sign(gradient), rtol=1e-3)


def test_the_kernel_of_the_output_is_stepped_by_adam():
    kernel = keras.Variable(np.zeros((20, 20), np.float32))
    optimizer = Muon(0.01, adam_share=0.2)
    optimizer.build([kernel])
    gradient = np.random.default_rng(0).normal(size=(20, 20)).astype(np.float32)
    optimizer.apply([gradient], [kernel])
    np.testing.assert_allclose(kernel.numpy(), -0.002 * np.sign(gradient), rtol=1e-3)


def test_parameters_survive_saving():
    config = Muon(0.02, adam_share=0.1).get_config()
    again = Muon.from_config(config)
    assert again.adam_share == 0.1 and float(again.learning_rate.numpy()) == pytest.approx(0.02)
