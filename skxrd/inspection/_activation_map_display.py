"""One pattern, what spoke for its class, and what usually does."""

import numpy as np

from skxrd.inspection._pipeline_input import seen_by_classifier
from skxrd.inspection._style import AGAINST, FOR, INK, NEUTRAL, angle_label, clear_spines


class ActivationMapDisplay:
    """A pattern shaded by its class activation map, above the average maps of its class.

    The upper part shows the intensities that the classifier saw, shaded where they speak for or
    against the predicted class. Below follow the map itself, the average map of the training rows
    of the predicted class and, where it differs and is known, of the true class. An average map
    that resembles the map says that the classifier saw in this pattern what it usually sees in
    the class. Maps are divided by the step of the grid: the area under a curve is the class score
    before bias.

    Create it with :meth:`from_estimator`, which also draws.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Degrees, or column numbers.
    intensity : ndarray of shape (n_angles,)
        The pattern as the classifier saw it.
    activation_map : ndarray of shape (n_angles,)
        Its map for the predicted class.
    average_map : ndarray of shape (n_angles,)
        Average map of the predicted class.
    predicted : label
        Predicted class.
    probability : float
        Its probability.
    true : label, default=None
        True class, if known.
    true_average_map : ndarray of shape (n_angles,), default=None
        Average map of the true class, for a wrong prediction.
    name : str, default=""
        Name of the pattern.
    wavelength : float, default=None
        Angstrom, for the axis label.
    in_degrees : bool, default=True
        Whether ``two_theta`` holds degrees rather than column numbers.

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

    def __init__(
        self,
        two_theta,
        intensity,
        activation_map,
        average_map,
        *,
        predicted,
        probability,
        true=None,
        true_average_map=None,
        name="",
        wavelength=None,
        in_degrees=True,
    ):
        self.two_theta = two_theta
        self.intensity = intensity
        self.activation_map = activation_map
        self.average_map = average_map
        self.predicted = predicted
        self.probability = probability
        self.true = true
        self.true_average_map = true_average_map
        self.name = name
        self.wavelength = wavelength
        self.in_degrees = in_degrees

    @classmethod
    def from_estimator(cls, estimator, X, y=None, *, two_theta=None, name=None, ax=None):
        """Explain the prediction for one pattern.

        Parameters
        ----------
        estimator : classifier, Pipeline or search
            Fitted. The classifier, or the last step, has ``cam`` and ``average_cam_``, as
            :class:`skxrd.neural.AllConvClassifier` has; of a search, its best estimator is taken.
            The other steps transform the pattern; samplers are passed over, as in predict.
        X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
            The pattern, as ``estimator.predict`` takes it.
        y : label, default=None
            True class, alone or in a list of one.
        two_theta : array-like of shape (n_angles,), default=None
            Degrees of the columns that the classifier sees; ``None`` takes them from the
            classifier or from the last earlier step that knows degrees.
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
        seen = seen_by_classifier(estimator, X, two_theta=two_theta)
        classifier = seen.classifier
        probabilities = classifier.predict_proba(seen.row)[0]
        best = int(probabilities.argmax())
        true, true_average_map = None, None
        if y is not None:
            labels = np.ravel(np.asarray(y))
            if labels.size != 1 or labels[0] not in classifier.classes_:
                raise ValueError(
                    f"y is {', '.join(map(str, labels))}; pass one of the classes "
                    f"{', '.join(map(str, classifier.classes_))}."
                )
            true = labels[0]
            if true != classifier.classes_[best]:
                true_average_map = classifier.average_cam_[list(classifier.classes_).index(true)]
        display = cls(
            seen.two_theta,
            seen.row[0],
            classifier.cam(seen.row)[0],
            classifier.average_cam_[best],
            predicted=classifier.classes_[best],
            probability=float(probabilities[best]),
            true=true,
            true_average_map=true_average_map,
            name=seen.name if name is None else name,
            wavelength=seen.wavelength,
            in_degrees=seen.in_degrees,
        )
        return display.plot(ax=ax)

    def plot(self, ax=None):
        """Draw the pattern and the maps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Area to draw in, which is divided among the parts; ``None`` makes a figure.

        Returns
        -------
        ActivationMapDisplay
            Itself.
        """
        per_angle = 1 / np.gradient(self.two_theta) if len(self.two_theta) > 1 else np.ones(1)
        suffix = ", also the true class" if self.true is not None else ""
        if self.true_average_map is not None:
            suffix = ""
        maps = [
            (self.activation_map * per_angle, f"this pattern, for {self.predicted}"),
            (self.average_map * per_angle, f"average of {self.predicted}, predicted{suffix}"),
        ]
        if self.true_average_map is not None:
            maps.append((self.true_average_map * per_angle, f"average of {self.true}, true class"))
        self.axes_ = axes = _make_axes(ax, n_maps=len(maps))
        self.figure_ = axes[0].figure
        span = [
            min(0.0, *(np.nanmin(values) for values, _ in maps)),
            max(0.0, *(np.nanmax(values) for values, _ in maps)),
        ]
        room = 0.06 * ((span[1] - span[0]) or 1.0)
        own = maps[0][0]
        _shade(axes[0], self.two_theta, self.intensity, own, np.abs(own).max() or 1.0)
        for part, (values, text) in zip(axes[1:], maps, strict=True):
            _draw_map(part, self.two_theta, values, text, alpha=1.0 if part is axes[1] else 0.6)
            part.set_ylim(span[0] - room, span[1] + room)
        unit = "degree" if self.in_degrees else "column"
        axes[1].set_ylabel(f"score / {unit}", fontsize=8, color=INK)
        axes[1].yaxis.set_label_coords(-0.055, 0.5)
        axes[0].set_ylabel("intensity", fontsize=9, color=INK)
        axes[0].yaxis.set_label_coords(-0.055, 0.5)
        axes[-1].set_xlabel(angle_label(self.wavelength, in_degrees=self.in_degrees))
        axes[0].set_xlim(self.two_theta[0], self.two_theta[-1])
        title = f"{self.name}: " if self.name else ""
        title += f"{self.predicted}, probability {self.probability:.2f}"
        if self.true is not None:
            title += " (correct)" if self.true == self.predicted else f" (true: {self.true})"
        axes[0].set_title(title, loc="left", fontsize=11)
        return self


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
    for part in axes:
        clear_spines(part)
    for part in axes[:-1]:
        part.tick_params(labelbottom=False, bottom=False)
        part.spines["bottom"].set_visible(False)
    return axes


def _shade(ax, two_theta, intensity, values, largest):
    """Draw a pattern, the area beneath it coloured by ``values``."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = LinearSegmentedColormap.from_list("evidence", [AGAINST, NEUTRAL, FOR])
    low = min(0.0, float(np.min(intensity)))
    high = float(np.max(intensity)) or 1.0
    even = np.linspace(two_theta[0], two_theta[-1], 2 * len(two_theta))
    image = ax.imshow(
        np.interp(even, two_theta, values)[np.newaxis],
        extent=(two_theta[0], two_theta[-1], low, high),
        aspect="auto",
        cmap=colors,
        vmin=-largest,
        vmax=largest,
        interpolation="nearest",
    )
    area = ax.fill_between(two_theta, low, intensity, facecolor="none", edgecolor="none")
    image.set_clip_path(area.get_paths()[0], transform=ax.transData)
    ax.plot(two_theta, intensity, color=INK, lw=0.8)
    ax.set_ylim(low, 1.04 * high)
    ax.set_yticks([])
    return image


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
