"""One pattern, the evidence for its class, and the usual evidence for the class."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd.inspection._axis_scales import SCALE_NAMES, check_axes, scaled_rows
from skxrd.inspection._map_parts import (
    draw_map,
    explain_colors,
    make_axes,
    name_peaks_of,
    shade,
)
from skxrd.inspection._pipeline_input import mapped_input
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import INK, angle_label, prediction_title
from skxrd.metrics import scale_temperature
from skxrd.model_selection._training_record import temperature_in


@share_inspection_docs
@dataclass(eq=False, repr=False)
class ActivationMapDisplay:
    """A pattern shaded by its class activation map, above the average maps of its class.

    The upper part shows the measured intensities, or those that reached the classifier where no
    PowderPattern is given, shaded where they are evidence for or against the predicted class. Below
    follow the map itself, the average map of
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
    measured : PowderPattern, default=None
        The scan as it was measured, at the wavelength of the maps.

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
    measured: object = None

    @classmethod
    @share_inspection_docs
    def from_estimator(
        cls, estimator, X, y=None, *, two_theta=None, name=None, ax=None, scale="sqrt"
    ):
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
        scale : {"linear", "sqrt", "log"}, default="sqrt"
            Scale of measured intensities.

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
        temperature = temperature_in(estimator)
        display = explain_input(given, y, name=name, temperature=temperature, display=cls)
        return display.plot(ax=ax, scale=scale)

    def plot(self, ax=None, *, scale="sqrt"):
        """Draw the pattern and the maps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Area to draw in, which is divided among the parts; ``None`` makes a figure.
        scale : {"linear", "sqrt", "log"}, default="sqrt"
            Scale of measured intensities; what reached the classifier is drawn as it is.

        Returns
        -------
        self : object
            The display.
        """
        check_axes(scale, "two_theta", self.wavelength)
        per_angle = 1 / np.gradient(self.two_theta) if len(self.two_theta) > 1 else np.ones(1)
        correct = self.true is not None and self.true_average_map is None
        suffix = ", also the true class" if correct else ""
        maps = [
            (self.activation_map * per_angle, f"this pattern, for {self.predicted}"),
            (self.average_map * per_angle, f"average of {self.predicted}, predicted{suffix}"),
        ]
        if self.true_average_map is not None:
            maps.append((self.true_average_map * per_angle, f"average of {self.true}, true class"))
        self.axes_ = axes = make_axes(ax, n_maps=len(maps))
        self.figure_ = axes[0].figure
        low = min(0.0, *(np.nanmin(values) for values, _ in maps))
        high = max(0.0, *(np.nanmax(values) for values, _ in maps))
        room = 0.06 * ((high - low) or 1.0)
        angles, heights = self._drawn(scale)
        shade(axes[0], angles, heights, np.interp(angles, self.two_theta, maps[0][0]))
        explain_colors(axes[0], self.predicted)
        for part, (values, text) in zip(axes[1:], maps, strict=True):
            draw_map(part, self.two_theta, values, text, alpha=1.0 if part is axes[1] else 0.6)
            part.set_ylim(low - room, high + room)
        unit = "degree" if self.in_degrees else "column"
        height = "intensity" if self.measured is None else SCALE_NAMES[scale]
        for part, text, size in ((axes[0], height, 9), (axes[1], f"score / {unit}", 8)):
            part.set_ylabel(text, fontsize=size, color=INK)
            part.yaxis.set_label_coords(-0.055, 0.5)
        axes[-1].set_xlabel(angle_label(self.wavelength, in_degrees=self.in_degrees))
        axes[0].set_xlim(self.two_theta[0], self.two_theta[-1])
        title = prediction_title(self.name, self.predicted, self.probability)
        if self.true is not None:
            title += " (correct)" if self.true == self.predicted else f" (true: {self.true})"
        axes[0].set_title(title, loc="left", fontsize=11)
        return self

    def name_reflections(self, crystals, *, n_peaks=10):
        """Write Miller indices over the peaks, those of the crystal that fits them best.

        The crystals of the predicted class are compared with the peaks, the cell up to 1.5 %
        larger or smaller; all crystals if none is of that class.

        Parameters
        ----------
        crystals : list of Crystal
            The candidates; their class is ``metadata["label"]``, else their space-group symbol.
        n_peaks : int, default=10
            Most peaks that are named, the highest first.

        Returns
        -------
        self : object
            The display; ``crystal_`` is the name of the crystal, ``""`` if none fits.

        Raises
        ------
        ValueError
            If the wavelength or the angles are unknown.
        """
        if self.wavelength is None or not self.in_degrees:
            raise ValueError(
                "the wavelength or the angles of the pattern are unknown, and reflections cannot "
                "be named without; pass a PowderPattern with its wavelength."
            )
        self.crystal_ = name_peaks_of(self, crystals, n_peaks)
        return self

    def _drawn(self, scale):
        """Angles and heights of the upper part."""
        if self.measured is None:
            return self.two_theta, self.intensity
        angles = self.measured.two_theta
        inside = (angles >= self.two_theta[0]) & (angles <= self.two_theta[-1])
        return angles[inside], scaled_rows([self.measured.intensity[inside]], scale)[0]


def explain_input(
    given,
    true=None,
    *,
    name=None,
    wavelength=None,
    temperature=1.0,
    display=ActivationMapDisplay,
):
    """Display, not drawn yet, of a pattern that reaches a classifier with maps."""
    classifier = given.classifier
    classes = classifier.classes_.tolist()
    probabilities = classifier.predict_proba(given.row)[0]
    if temperature != 1:
        probabilities = scale_temperature(probabilities, temperature)
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
        measured=given.measured,
    )
