"""The curves of a study, drawn for its page."""

from skxrd._grid import median_step
from skxrd.inspection._curve_display import CurveDisplay


def draw_study_curves(study, make_classifiers, *, progress=None):
    """Accuracy in Case 3 against the step of the scan and the number of training films.

    Parameters
    ----------
    study : Study
        With raw patterns, their grid and a ``preparation``.
    make_classifiers : callable
        Function of a grid that returns names and classifiers for prepared rows on it, such as
        :func:`skxrd.model_selection.default_classifiers`.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold.

    Returns
    -------
    list of (str, str, matplotlib.figure.Figure)
        Heading, caption and figure, as :func:`make_report` takes them.
    """
    data = study.data
    kind = "virtual (simulated)" if data.get("virtual", False) else "measured"
    step = median_step(data["two_theta"])
    steps = [step * factor for factor in (1, 2, 4, 8, 16)]
    by_step = study.steps(make_classifiers, steps=steps, progress=progress)
    by_films = study.films(make_classifiers(data["two_theta"]), progress=progress)
    target = data.get("target_name", "").replace("_", " ")
    name = f" ({target})" if target else ""
    bars = "Bars: 95 % bootstrap intervals over films."
    return [
        (
            f"Step of the scan{name}",
            f"Accuracy in Case 3, {kind} films; all scans coarsened before anything else. {bars}",
            CurveDisplay.from_table(by_step, "step").figure_,
        ),
        (
            f"Films in training{name}",
            f"Accuracy on {kind} films against the number of them that train. {bars}",
            CurveDisplay.from_table(by_films, "n_measured").figure_,
        ),
    ]
