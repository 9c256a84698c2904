"""The strongest filters of each layer for one image, and the templates of the classes."""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from skxrd.inspection._response_maps import attentive_response_maps, class_response_maps
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import INK, prediction_title


@share_inspection_docs
@dataclass(eq=False, repr=False)
class AttentiveResponseDisplay:
    """Attentive response maps of one image, and the templates of all classes (Fig. 5 of [1]_).

    Above, one row for each convolution: the image, then what its most active filters respond to,
    the most active first. Below, one picture for each class: the maps of the last convolution,
    summed over its filters and averaged over images of the class. Each picture has its own scale,
    dark is zero.

    Create it with :meth:`from_estimator`, which also draws.

    Parameters
    ----------
    image : ndarray of shape (n_rows, n_columns)
        The image.
    maps : list of ndarray of shape (n_filters, n_rows, n_columns)
        Response maps of each layer.
    filters : list of ndarray of int, shape (n_filters,)
        Numbers of their filters.
    layers : list of str
        Names of the layers.
    class_maps : ndarray of shape (n_classes, n_rows, n_columns)
        Templates; rows of NaN are left out.
    classes : sequence of labels
        Their classes.
    |prediction|
    name : str, default=""
        Name of the image.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes, shape (n_layers, n_filters + 1)
        The grid of layers and filters, the image in its first column.
    class_axes_ : list of matplotlib.axes.Axes
        The templates.
    figure_ : matplotlib.figure.Figure
        Their figure.

    |references|

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import AttentiveResponseDisplay
    >>> maps, filters = np.ones((2, 8, 8)), np.arange(2)
    >>> display = AttentiveResponseDisplay(
    ...     np.eye(8), [maps], [filters], ["convolution_1"], maps, ["bcc", "fcc"],
    ...     predicted="fcc", probability=1.0,
    ... ).plot()
    >>> display.axes_.shape
    (1, 3)
    """

    image: np.ndarray
    maps: list
    filters: list
    layers: list
    class_maps: np.ndarray
    classes: list
    _: KW_ONLY
    predicted: object
    probability: float
    name: str = ""

    @classmethod
    @share_inspection_docs
    def from_estimator(cls, classifier, X, y=None, *, row=0, n_filters=4, name="", figure=None):
        """Explain one image, and what the network responds to in each class of ``X``.

        Parameters
        ----------
        |images|
        |image_labels|
        row : int, default=0
            The image that is explained layer by layer.
        n_filters : int, default=4
            How many filters of each layer are shown.
        name : str, default=""
            Name of that image.
        figure : matplotlib.figure.Figure, default=None
            Figure to draw in; ``None`` makes one.

        Returns
        -------
        AttentiveResponseDisplay
        """
        X = np.asarray(X)
        if not -len(X) <= row < len(X):
            raise ValueError(f"row is {row} but X has {len(X)} rows.")
        one = X[row : row + 1] if row >= 0 else X[len(X) + row :][:1]
        layers = [
            attentive_response_maps(classifier, one, number + 1, n_filters=n_filters)
            for number in range(len(classifier.filters))
        ]
        probabilities = classifier.predict_proba(one)[0]
        best = int(probabilities.argmax())
        pixels = np.zeros(int(np.prod(classifier.image_shape_)))
        pixels[: X.shape[1]] = one[0]
        display = cls(
            pixels.reshape(classifier.image_shape_).sum(axis=-1),
            [found.maps[0] for found in layers],
            [found.filters[0] for found in layers],
            [found.layer for found in layers],
            class_response_maps(classifier, X, y),
            list(classifier.classes_),
            predicted=classifier.classes_[best],
            probability=float(probabilities[best]),
            name=name,
        )
        return display.plot(figure=figure)

    def plot(self, figure=None):
        """Draw the grid of layers and filters, and the classes below.

        Parameters
        ----------
        figure : matplotlib.figure.Figure, default=None
            Figure to draw in; ``None`` makes one.

        Returns
        -------
        self : object
            The display.
        """
        import matplotlib.pyplot as plt

        n_layers = len(self.maps)
        n_filters = max(len(maps) for maps in self.maps)
        shown = [
            (label, template)
            for label, template in zip(self.classes, self.class_maps, strict=True)
            if np.isfinite(template).all()
        ]
        width = 1.35 * max(n_filters + 1, len(shown))
        if figure is None:
            figure = plt.figure(figsize=(width, 1.35 * n_layers + 2.6), layout="constrained")
        self.figure_ = figure
        above, below = figure.subfigures(2, 1, height_ratios=[1.35 * n_layers + 0.5, 2.1])
        self.axes_ = axes = above.subplots(n_layers, n_filters + 1, squeeze=False)
        for part in axes.flat:
            part.set_axis_off()
        _show(axes[0, 0], self.image)
        axes[0, 0].set_title("image", fontsize=8, color=INK, pad=2)
        for row, (maps, filters, layer) in enumerate(
            zip(self.maps, self.filters, self.layers, strict=True)
        ):
            axes[row, 0].text(
                1.0,
                0.5 if row else -0.12,
                layer.replace("_", " "),
                transform=axes[row, 0].transAxes,
                ha="right",
                va="center",
                fontsize=8,
                color=INK,
            )
            for column, (values, number) in enumerate(zip(maps, filters, strict=True), start=1):
                _show(axes[row, column], values)
                axes[row, column].set_title(f"filter {number}", fontsize=7, color=INK, pad=2)
        title = prediction_title(self.name, self.predicted, self.probability)
        above.suptitle(title, fontsize=11, color=INK)
        parts = below.subplots(1, max(len(shown), 1), squeeze=False)[0]
        self.class_axes_ = list(parts)[: len(shown)]
        for part, (label, template) in zip(parts, shown, strict=False):
            _show(part, template)
            part.set_title(str(label), fontsize=9, color=INK, pad=3)
            part.set_axis_off()
        below.suptitle(f"{self.layers[-1].replace('_', ' ')}, all filters", fontsize=9, color=INK)
        return self


def _show(ax, values):
    """Draw an image on a scale of its own."""
    # without the brightest pixels, which would leave the rest dark
    top = np.quantile(values, 0.998)
    ax.imshow(values, cmap="inferno", vmin=0, vmax=top if top > 0 else 1, interpolation="nearest")
