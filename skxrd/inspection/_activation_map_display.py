"""One pattern, the evidence for its class, and the usual evidence for the class."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd.inspection._pipeline_input import mapped_input
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import (
    AGAINST,
    FOR,
    INK,
    NEUTRAL,
    angle_label,
    hide_spines,
    prediction_title,
)


@share_inspection_docs
@dataclass(eq=False, repr=False)
class ActivationMapDisplay:
    """A pattern shaded by its class activation map, above the average maps of its class.

    The upper part shows the intensities that reached the classifier, shaded where they are
    evidence for or against the predicted class. Below follow the map itself, the average map of
    the training rows of the predicted class and, where it differs and is known, of the true
    class. Where the map is like the average map, the classifier used in this pattern what it
    usually uses in the class. Maps are divided by the step of the grid: the area under a curve is
    the class score before bias.

    Create it with :meth:`from_estimator`, which also draws.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Degrees, or column numbers.
    intensity : ndarray of shape (n_angles,)
        The pattern as it reached the classifier.
    activation_map : ndarray of shape (n_angles,)
        Its map for the predicted class.
    average_map : ndarray of shape (n_angles,)
        Average map of the predicted class.
    |prediction|
    true : label, default=None
        True class, if known.
    true_average_map : ndarray of shape (n_angles,), default=None
        Average map of the true class, for a wrong prediction.
    name : str, default=""
        Name of the pattern.
    |wavelength|
    |in_degrees|

    Attributes
    ----------
    axes_ : list of matplotlib.axes.Axes
        Pattern, map and average maps, from top to bottom.
    figure_ : matplotlib.figure.Figure
        Their figure.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import ActivationMapDisplay
    >>> two_theta = np.linspace(10, 50, 81)
    >>> peak = np.exp(-((two_theta - 30) ** 2))
    >>> display = ActivationMapDisplay(
    ...     two_theta, peak, peak, peak, predicted="Pm-3m", probability=0.9
    ... ).plot()
    >>> len(display.axes_)
    3
    """

    two_theta: np.ndarray
    intensity: np.ndarray
    activation_map: np.ndarray
    average_map: np.ndarray
    _: KW_ONLY
    predicted: object
    probability: float
    true: object = None
    true_average_map: np.ndarray | None = None
    name: str = ""
    wavelength: float | None = None
    in_degrees: bool = True

    @classmethod
    @share_inspection_docs
    def from_estimator(cls, estimator, X, y=None, *, two_theta=None, name=None, ax=None):
        """Explain the prediction for one pattern.

        Parameters
        ----------
        |estimator|
        |one_pattern|
        y : label, default=None
            True class, alone or in a list of one.
        |columns|
        name : str, default=None
            Name for the title; ``None`` takes the pattern's.
        ax : matplotlib.axes.Axes, default=None
            Area to draw in; ``None`` makes a figure.

        Returns
        -------
        ActivationMapDisplay

        Raises
        ------
        ValueError
            If ``X`` is not one pattern, or ``y`` not one of the classes.
        TypeError
            If the classifier has no class activation maps.
        """
        given = mapped_input(estimator, X, two_theta=two_theta)
        if y is not None:
            labels, classes = np.ravel(np.asarray(y)), given.classifier.classes_
            if labels.size != 1 or labels[0] not in classes:
                raise ValueError(
                    f"y is {', '.join(map(str, labels))}; pass one of the classes "
                    f"{', '.join(map(str, classes))}."
                )
            y = labels[0]
        return explain_input(given, y, name=name, display=cls).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the pattern and the maps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Area to draw in, which is divided among the parts; ``None`` makes a figure.

        Returns
        -------
        self : object
            The display.
        """
        per_angle = 1 / np.gradient(self.two_theta) if len(self.two_theta) > 1 else np.ones(1)
        correct = self.true is not None and self.true_average_map is None
        suffix = ", also the true class" if correct else ""
        maps = [
            (self.activation_map * per_angle, f"this pattern, for {self.predicted}"),
            (self.average_map * per_angle, f"average of {self.predicted}, predicted{suffix}"),
        ]
        if self.true_average_map is not None:
            maps.append((self.true_average_map * per_angle, f"average of {self.true}, true class"))
        self.axes_ = axes = _make_axes(ax, n_maps=len(maps))
        self.figure_ = axes[0].figure
        low = min(0.0, *(np.nanmin(values) for values, _ in maps))
        high = max(0.0, *(np.nanmax(values) for values, _ in maps))
        room = 0.06 * ((high - low) or 1.0)
        _shade(axes[0], self.two_theta, self.intensity, maps[0][0])
        for part, (values, text) in zip(axes[1:], maps, strict=True):
            _draw_map(part, self.two_theta, values, text, alpha=1.0 if part is axes[1] else 0.6)
            part.set_ylim(low - room, high + room)
        unit = "degree" if self.in_degrees else "column"
        for part, text, size in ((axes[0], "intensity", 9), (axes[1], f"score / {unit}", 8)):
            part.set_ylabel(text, fontsize=size, color=INK)
            part.yaxis.set_label_coords(-0.055, 0.5)
        axes[-1].set_xlabel(angle_label(self.wavelength, in_degrees=self.in_degrees))
        axes[0].set_xlim(self.two_theta[0], self.two_theta[-1])
        title = prediction_title(self.name, self.predicted, self.probability)
        if self.true is not None:
            title += " (correct)" if self.true == self.predicted else f" (true: {self.true})"
        axes[0].set_title(title, loc="left", fontsize=11)
        return self


def explain_input(given, true=None, *, name=None, wavelength=None, display=ActivationMapDisplay):
    """Display, not drawn yet, of a pattern that reaches a classifier with maps."""
    classifier = given.classifier
    classes = classifier.classes_.tolist()
    probabilities = classifier.predict_proba(given.row)[0]
    best = int(probabilities.argmax())
    true_average_map = None
    if true is not None and true != classes[best]:
        true_average_map = classifier.average_cam_[classes.index(true)]
    return display(
        given.two_theta,
        given.row[0],
        classifier.cam(given.row)[0],
        classifier.average_cam_[best],
        predicted=classes[best],
        probability=float(probabilities[best]),
        true=true,
        true_average_map=true_average_map,
        name=given.name if name is None else name,
        wavelength=given.wavelength if wavelength is None else wavelength,
        in_degrees=given.in_degrees,
    )


def _make_axes(ax, *, n_maps):
    """Stacked axes that share the angles: one high, then one low for each map."""
    import matplotlib.pyplot as plt

    heights = [3.2] + [1.0] * n_maps
    if ax is None:
        _, axes = plt.subplots(
            1 + n_maps,
            1,
            sharex=True,
            figsize=(8, 1.05 * sum(heights)),
            height_ratios=heights,
            layout="constrained",
        )
        axes = list(axes)
    else:
        ax.set_axis_off()
        gap, axes, top = 0.06, [], 1.0
        unit = (1 - gap * n_maps) / sum(heights)
        for height in heights:
            box = (0, top - height * unit, 1, height * unit)
            axes.append(ax.inset_axes(box, sharex=axes[0] if axes else None))
            top -= height * unit + gap
    for part in axes[:-1]:
        part.tick_params(labelbottom=False, bottom=False)
        hide_spines(part, "top", "right", "left", "bottom")
    hide_spines(axes[-1])
    return axes


def _shade(ax, two_theta, intensity, values):
    """Draw a pattern, the area beneath it coloured by ``values``."""
    from matplotlib.colors import LinearSegmentedColormap

    largest = np.abs(values).max() or 1.0
    low = min(0.0, float(np.min(intensity)))
    high = float(np.max(intensity)) or 1.0
    even = np.linspace(two_theta[0], two_theta[-1], 2 * len(two_theta))
    image = ax.imshow(
        np.interp(even, two_theta, values)[np.newaxis],
        extent=(two_theta[0], two_theta[-1], low, high),
        aspect="auto",
        cmap=LinearSegmentedColormap.from_list("evidence", [AGAINST, NEUTRAL, FOR]),
        vmin=-largest,
        vmax=largest,
        interpolation="nearest",
    )
    area = ax.fill_between(two_theta, low, intensity, facecolor="none", edgecolor="none")
    image.set_clip_path(area.get_paths()[0], transform=ax.transData)
    ax.plot(two_theta, intensity, color=INK, lw=0.8)
    ax.set_ylim(low, 1.04 * high)
    ax.set_yticks([])


def _draw_map(ax, two_theta, values, text, *, alpha):
    """Draw a map as filled curve around zero."""
    ax.axhline(0, color=INK, lw=0.6)
    for sign, color in ((1, FOR), (-1, AGAINST)):
        ax.fill_between(
            two_theta, 0, sign * np.maximum(sign * values, 0), color=color, lw=0, alpha=alpha
        )
    ax.set_yticks([0])
    ax.tick_params(axis="y", length=0, labelsize=8)
    ax.set_title(text, loc="left", fontsize=8.5, pad=2, color=INK)
