"""Fits in which samplers and searches are told the domain of each row."""

from imblearn.pipeline import Pipeline
from sklearn import config_context, get_config

from skxrd._compat import takes_groups


class SamplingPipeline(Pipeline):
    """Pipeline of imbalanced-learn whose samplers are given their parameters of ``fit``.

    Without metadata routing, imbalanced-learn 0.14 gives ``physicsaugmenter__groups`` to the
    ``fit`` of that step alone, which a pipeline does not call.
    """

    def _check_method_params(self, method, props, **kwargs):
        routed = super()._check_method_params(method, props, **kwargs)
        if not get_config()["enable_metadata_routing"]:
            for name, step in self.steps:
                if hasattr(step, "fit_resample"):
                    routed[name]["fit_resample"] = routed[name]["fit"]
        return routed


def fit_with_groups(estimator, X, y, groups):
    """Fit an estimator, and give groups to those of its parts that take them."""
    if groups is None or not takes_groups(estimator):
        return estimator.fit(X, y)
    with config_context(enable_metadata_routing=True):
        return estimator.fit(X, y, groups=groups)
