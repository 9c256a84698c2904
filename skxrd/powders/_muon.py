"""Optimiser for the matrices of a network. Imports Keras."""

import keras
from keras import ops

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic iteration, Jordan et al.
_ITERATIONS = 5
_STEP = 0.2  # root mean square of a step at learning rate 1, about that of Adam: Liu et al.
_NARROW = 16  # matrices with fewer rows or columns are stepped by Adam


class Muon(keras.optimizers.Optimizer):
    r"""Momentum whose singular values are made equal, for kernels; Adam for everything else.

    The momentum M of a kernel, as a matrix from inputs to outputs, is replaced by the nearest
    orthogonal matrix, :math:`U V^T` for :math:`M = U \Sigma V^T`, found with five Newton-Schulz
    iterations [1]_: rare directions get steps as long as frequent ones. The step is scaled by
    0.2 sqrt(max(inputs, outputs)), so that its root mean square is about that of Adam [2]_. A
    kernel of a convolution is the matrix from all inputs of a window. Keras' own class of that
    name leaves kernels of convolutions to Adam.

    Biases, normalisation, narrow kernels and the layer of the output are stepped by Adam with
    learning rate ``adam_share * learning_rate``. ``momentum``, ``adam_beta_1`` and ``adam_beta_2``
    are the shares of the running means that each step keeps.

    .. [1] K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024),
       https://kellerjordan.github.io/posts/muon/.
    .. [2] J. Liu et al., "Muon is scalable for LLM training" (2025), arXiv:2502.16982.
    """

    def __init__(
        self,
        learning_rate=0.01,
        *,
        adam_share=0.2,
        momentum=0.95,
        adam_beta_1=0.9,
        adam_beta_2=0.999,
        name="muon",
        **options,
    ):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        self.adam_share = adam_share
        self.momentum = momentum
        self.adam_beta_1, self.adam_beta_2 = adam_beta_1, adam_beta_2

    def build(self, variables):
        """Make the running means of all weights; those of squares are empty for kernels."""
        if self.built:
            return
        super().build(variables)
        self._means = self.add_optimizer_variables(variables, "mean")
        self._squares = [
            None
            if _is_matrix(variable, variables)
            else self.add_variable_from_reference(reference_variable=variable, name="square")
            for variable in variables
        ]

    def update_step(self, gradient, variable, learning_rate):
        """Change one weight."""
        number = self._get_variable_index(variable)
        mean, square = self._means[number], self._squares[number]
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        if square is None:
            self.assign(mean, self.momentum * mean + gradient)
            step = _orthogonal(gradient + self.momentum * mean)
        else:
            rate, step = rate * self.adam_share, self._adam_step(gradient, mean, square)
        self.assign_sub(variable, rate * step)

    def _adam_step(self, gradient, mean, square):
        """Step of Adam for one weight, without the learning rate."""
        passed = ops.cast(self.iterations + 1, gradient.dtype)
        self.assign(mean, self.adam_beta_1 * mean + (1 - self.adam_beta_1) * gradient)
        self.assign(square, self.adam_beta_2 * square + (1 - self.adam_beta_2) * gradient**2)
        first = mean / (1 - self.adam_beta_1**passed)
        second = square / (1 - self.adam_beta_2**passed)
        return first / (ops.sqrt(second) + 1e-7)

    def get_config(self):
        """Parameters, as Keras saves them."""
        names = ("adam_share", "momentum", "adam_beta_1", "adam_beta_2")
        return super().get_config() | {name: getattr(self, name) for name in names}


def _is_matrix(variable, variables):
    """Whether a weight is a wide kernel, and not that of the output, which is the last one."""
    if variable.ndim < 2 or variable is [v for v in variables if v.ndim > 1][-1]:
        return False
    outputs = variable.shape[-1]
    inputs = 1
    for size in variable.shape[:-1]:
        inputs *= size
    return min(inputs, outputs) >= _NARROW


def _orthogonal(kernel):
    """Nearest orthogonal matrix, in the shape of the kernel and scaled to steps like Adam's."""
    x = ops.reshape(kernel, (-1, kernel.shape[-1]))
    tall = x.shape[0] > x.shape[1]
    shorter, longer = sorted(x.shape)
    # the iteration corrects its rounding: it may follow the precision of the network
    x = ops.cast(x / (ops.norm(x) + 1e-7), keras.config.dtype_policy().compute_dtype)
    a, b, c = _COEFFICIENTS
    identity = ops.eye(shorter, dtype=x.dtype)
    for _ in range(_ITERATIONS):
        gram = ops.transpose(x) @ x if tall else x @ ops.transpose(x)
        factor = a * identity + b * gram + c * gram @ gram
        x = x @ factor if tall else factor @ x
    return _STEP * longer**0.5 * ops.reshape(ops.cast(x, kernel.dtype), kernel.shape)
