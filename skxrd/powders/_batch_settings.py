"""What the patterns of batches follow from, as numbers and text that JSON keeps."""

from numbers import Integral, Real

import numpy as np

from skxrd._hashing import short_hash
from skxrd.powders._reflection_store import ReflectionStore

_NO_INFLUENCE = {"two_theta", "n_variants", "n_jobs", "random_state"}  # the grid is named once


def batch_settings(batches):
    """Settings of :class:`PatternBatches` by name; the same patterns follow from the same ones."""
    settings = {"n_angles": batches.n_angles, "two_theta": _describe(batches.two_theta)}
    for name, value in vars(batches).items():
        if name == "store":
            settings["n_crystals"] = len(value)
            settings["crystals"] = _describe(value)
        elif name == "simulators":
            for number, simulator in enumerate(value):
                prefix = f"simulator {number}: " if len(value) > 1 else ""
                for parameter, given in simulator.get_params().items():
                    if parameter not in _NO_INFLUENCE:
                        settings[prefix + parameter] = _describe(given)
        else:
            settings[name] = _describe(value)
    return settings


def _describe(value):
    """Number, text, or list or dict of these; where a value is long, its size and hash."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if np.isfinite(value) else repr(float(value))
    if isinstance(value, ReflectionStore):
        return [f"{len(value)} crystals", value.made_of]
    if isinstance(value, dict):
        return {str(key): _describe(value[key]) for key in sorted(value)}
    if isinstance(value, np.ndarray):
        return f"{value.size} values, {short_hash(value)}"
    if hasattr(value, "dist"):  # a frozen distribution of scipy
        return [value.dist.name, _describe(value.args), _describe(value.kwds)]
    if isinstance(value, (list, tuple)):
        if value and hasattr(value[0], "cell"):
            return f"{len(value)} crystals, {short_hash(list(value))}"
        return [_describe(item) for item in value]
    return short_hash(value)
