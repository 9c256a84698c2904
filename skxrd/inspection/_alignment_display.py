"""Two patterns, and how dynamic time warping aligns them."""

import numpy as np
from scipy.signal import find_peaks
from sklearn.utils.validation import check_is_fitted

from skxrd._grid import check_two_theta
from skxrd.inspection._pipeline_input import transformed_row
from skxrd.inspection._style import AGAINST, FOR, INK, NEUTRAL, angle_label, clear_spines
from skxrd.metrics import dtw_path

_PROMINENCE = 0.05  # of the range of a pattern; lower bumps are no peaks to be joined
_N_THREADS = 150  # about how many steps of the path are drawn


class AlignmentDisplay:
    """Two patterns one above the other, joined where warping puts their points together.

    Thin threads are steps of the warping path, thick ones join the peaks of the upper pattern to
    the highest point that is warped onto them. A slanted thread is a peak that moved; the distance
    counts only what is left after that.

    Create it with :meth:`from_patterns` or :meth:`from_estimator`, which also draw.

    Parameters
    ----------
    two_theta : ndarray of shape (n_angles,)
        Angles of both patterns; degrees, or column numbers.
    upper : ndarray of shape (n_angles,)
        Pattern.
    lower : ndarray of shape (n_angles,)
        The other pattern.
    path : ndarray of int, shape (n_steps, 2)
        Warping path: pairs of columns of the upper and the lower pattern.
    distance : float
        Their distance.
    labels : tuple of (str, str), default=None
        Text beside the patterns; ``None`` writes none.
    in_degrees : bool, default=True
        Whether ``two_theta`` holds degrees rather than column numbers.
    wavelength : float, default=None
        Angstrom, for the axis label.

    Attributes
    ----------
    joined_ : ndarray of int, shape (n_peaks, 2)
        Columns of the joined peaks in the upper and the lower pattern.
    ax_ : matplotlib.axes.Axes
        Axes with the patterns.
    figure_ : matplotlib.figure.Figure
        Its figure.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import AlignmentDisplay
    >>> two_theta = np.arange(10, 30, 0.1)
    >>> x, y = np.exp(-(((two_theta - [[15.0], [15.6]]) / 0.3) ** 2))
    >>> display = AlignmentDisplay.from_patterns(x, y, two_theta=two_theta, window=1.0)
    >>> two_theta[display.joined_].round(1).tolist()
    [[15.0, 15.6]]
    """

    def __init__(
        self,
        two_theta,
        upper,
        lower,
        path,
        distance,
        *,
        labels=None,
        in_degrees=True,
        wavelength=None,
    ):
        self.two_theta = two_theta
        self.upper = upper
        self.lower = lower
        self.path = path
        self.distance = distance
        self.labels = labels
        self.in_degrees = in_degrees
        self.wavelength = wavelength

    @classmethod
    def from_patterns(
        cls, upper, lower, *, two_theta=None, window=None, labels=None, wavelength=None, ax=None
    ):
        """Align two patterns of one grid.

        Parameters
        ----------
        upper : array-like of shape (n_angles,)
            Pattern.
        lower : array-like of shape (n_angles,)
            The other pattern.
        two_theta : array-like of shape (n_angles,), default=None
            Their angles in degrees; ``None`` stands for column numbers.
        window : float, default=None
            Half-width of the band in degrees, or without angles as for
            :func:`skxrd.metrics.dtw_path`; ``None`` is no band.
        labels : tuple of (str, str), default=None
            Text beside the patterns; ``None`` writes none.
        wavelength : float, default=None
            Angstrom, for the axis label.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; ``None`` makes a figure.

        Returns
        -------
        AlignmentDisplay
        """
        upper, lower = np.asarray(upper, dtype=np.float64), np.asarray(lower, dtype=np.float64)
        if upper.shape != lower.shape:
            raise ValueError(
                f"upper has shape {upper.shape} and lower {lower.shape}; bring both to one grid "
                "with PatternStacker."
            )
        path, distance = dtw_path(upper, lower, window=window, two_theta=two_theta)
        display = cls(
            check_two_theta(two_theta, n_angles=upper.size),
            upper,
            lower,
            path,
            distance,
            labels=labels,
            in_degrees=two_theta is not None,
            wavelength=wavelength,
        )
        return display.plot(ax=ax)

    @classmethod
    def from_estimator(cls, estimator, X, *, ax=None):
        """Align a pattern with the training pattern nearest to it.

        Parameters
        ----------
        estimator : classifier, Pipeline or search
            Fitted; the classifier, or the last step, is a
            :class:`skxrd.neighbors.DTWNeighborsClassifier`.
        X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
            The pattern, as ``estimator.predict`` takes it.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; ``None`` makes a figure.

        Returns
        -------
        AlignmentDisplay

        Raises
        ------
        TypeError
            If the classifier does not search by warping.
        """
        row, steps, name, wavelength = transformed_row(estimator, X)
        classifier = steps[-1]
        if not hasattr(classifier, "window_points_"):
            raise TypeError(
                f"{type(classifier).__name__} does not align patterns; use DTWNeighborsClassifier."
            )
        check_is_fitted(classifier)
        nearest = int(classifier.kneighbors(row, 1, return_distance=False)[0, 0])
        path, distance = dtw_path(
            row[0], classifier.training_pattern(nearest), window=classifier.window_points_
        )
        label = classifier.training_label(nearest)
        display = cls(
            classifier.two_theta_,
            np.asarray(row[0], dtype=np.float64),
            np.asarray(classifier.training_pattern(nearest), dtype=np.float64),
            path,
            distance,
            labels=(name or "pattern", f"nearest: row {nearest},\n{label}"),
            in_degrees=classifier.two_theta is not None,
            wavelength=wavelength,
        )
        return display.plot(ax=ax)

    def plot(self, ax=None):
        """Draw the patterns and the threads between them.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; ``None`` makes a figure.

        Returns
        -------
        AlignmentDisplay
            Itself.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots(figsize=(8, 4), layout="constrained")
        both = np.concatenate([self.upper, self.lower])
        low, span = both.min(), np.ptp(both) or 1.0
        level = 1.5
        upper, lower = (self.upper - low) / span + level, (self.lower - low) / span
        x = self.two_theta
        for i, j in self.path[:: max(1, len(self.path) // _N_THREADS)]:
            ax.plot([x[i], x[j]], [upper[i], lower[j]], color=NEUTRAL, lw=0.5, zorder=1)
        self.joined_ = self._joined()
        for i, j in self.joined_:
            ax.plot([x[i], x[j]], [upper[i], lower[j]], color=FOR, lw=1.2, zorder=2)
        labels = self.labels or ("", "")
        for row, color, label, height in (
            (upper, INK, labels[0], level),
            (lower, AGAINST, labels[1], 0.0),
        ):
            ax.plot(x, row, color=color, lw=0.9, zorder=3)
            ax.annotate(
                label,
                (1, height + 0.2),
                xycoords=("axes fraction", "data"),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                color=color,
                annotation_clip=False,
            )
        ax.set_xlim(x[0], x[-1])
        ax.set_xlabel(angle_label(self.wavelength, in_degrees=self.in_degrees))
        ax.set_yticks([])
        ax.set_title(f"warping distance {self.distance:.3g}", loc="left", fontsize=10)
        clear_spines(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _joined(self):
        """Peaks of the upper pattern and the highest points that are warped onto them."""
        noise = np.median(np.abs(np.diff(self.upper))) / 0.954  # of normal noise, 0.954 sigma
        prominence = max(_PROMINENCE * (np.ptp(self.upper) or 1.0), 6 * noise)
        peaks, _ = find_peaks(self.upper, prominence=prominence)
        pairs = []
        for peak in peaks:
            partners = self.path[self.path[:, 0] == peak, 1]
            pairs.append((peak, partners[self.lower[partners].argmax()]))
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)
