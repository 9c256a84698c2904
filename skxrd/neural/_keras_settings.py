"""Settings of Keras and TensorFlow that the networks are built and trained with.

A user may have set others, in ``keras.json``, by ``keras.config`` or as the policy of mixed
precision. They are in force again afterwards.
"""

from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock

_lock = Lock()
_n_inside = 0  # threads that build or train
_outside = None  # settings of the process outside


def check_backend():
    """Import Keras, and refuse one that does not run on TensorFlow."""
    remedy = "set KERAS_BACKEND=tensorflow in the environment before Python starts."
    if not (find_spec("tensorflow") and find_spec("keras")):
        raise ImportError(
            "TensorFlow is not installed, which networks need to be trained or explained: pip "
            "install tensorflow, with a version of Python for which it exists."
        )
    try:
        import keras
    except (ImportError, ValueError) as error:
        raise ImportError(f"Keras cannot be imported ({error}): {remedy}") from error
    if keras.config.backend() != "tensorflow":
        raise ImportError(
            f"Keras runs on the backend {keras.config.backend()!r}, but the networks need "
            f"'tensorflow': {remedy}"
        )


@contextmanager
def designed_settings():
    """Settings that the networks were designed for: float32, channels last, repeatable kernels.

    All but the policy belong to the process. So the first thread to come sets them, and the last
    to go restores them.
    """
    check_backend()
    import keras

    policy = keras.config.dtype_policy()  # belongs to the thread; read before floatx changes
    _enter()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
        _leave()


def _enter():
    global _n_inside, _outside
    with _lock:
        if _n_inside == 0:
            _outside = _change(
                floatx="float32",
                epsilon=1e-7,
                image_data_format="channels_last",
                deterministic=True,
            )
        _n_inside += 1


def _leave():
    global _n_inside
    with _lock:
        _n_inside -= 1
        if _n_inside == 0:
            _change(**_outside)


def _change(*, deterministic, **values):
    """Change settings of the process and return what they were."""
    import keras
    from scikeras.utils import random_state

    before = {name: getattr(keras.config, name)() for name in values}
    for name, value in values.items():
        getattr(keras.config, f"set_{name}")(value)
    before["deterministic"] = random_state.tf_enable_op_determinism()
    if not deterministic:
        random_state.tf_disable_op_determinism()
    return before
