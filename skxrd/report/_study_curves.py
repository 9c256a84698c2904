"""The curves of a comparison, drawn for its report."""

from skxrd._grid import median_step
from skxrd.inspection._curve_display import CurveDisplay
from skxrd.model_selection import film_learning_curve, step_curve


def draw_study_curves(make_estimators, data, X, *, target="", progress=None, **options):
    """Accuracy in Case 3 against the step of the scan and the number of training films.

    Parameters
    ----------
    make_estimators : callable
        Function of a grid that returns names and classifiers for prepared rows on it, such as
        :func:`skxrd.model_selection.default_classifiers`.
    data : Bunch
        As :func:`skxrd.datasets.read_films_with_crystals` returns it.
    X : ndarray of shape (n_patterns, n_angles)
        The prepared rows.
    target : str, default=""
        What the classes are, for the headings.
    progress : callable, default=None
        Called as ``progress(n_done, n_total, row)`` after each fold.
    **options : dict
        ``n_splits``, ``n_repeats``, ``n_jobs``, ``random_state`` and ``folder`` of
        :func:`skxrd.model_selection.step_curve` and
        :func:`skxrd.model_selection.film_learning_curve`.

    Returns
    -------
    list of (str, str, matplotlib.figure.Figure)
        Heading, caption and figure, as :func:`make_report` takes them.
    """
    options = {"groups": data.groups, "target": target, "progress": progress, **options}
    kind = "measured"
    if data.data[-1].metadata.get("simulated", False):
        kind = "virtual (simulated)"
    step = median_step(data.two_theta)
    steps = step_curve(
        make_estimators,
        data.data,
        data.target,
        two_theta=data.two_theta,
        wavelength=data.wavelength,
        steps=[step * factor for factor in (1, 2, 4, 8, 16)],
        **options,
    )
    films = film_learning_curve(make_estimators(data.two_theta), X, data.target, **options)
    name = f" ({target.replace('_', ' ')})" if target else ""
    bars = "Bars: 95 % bootstrap intervals over films."
    return [
        (
            f"Step of the scan{name}",
            f"Accuracy in Case 3, {kind} films; all scans coarsened before anything else. {bars}",
            CurveDisplay.from_table(steps, "step").figure_,
        ),
        (
            f"Films in training{name}",
            f"Accuracy on {kind} films against the number of them that train. {bars}",
            CurveDisplay.from_table(films, "n_measured").figure_,
        ),
    ]
