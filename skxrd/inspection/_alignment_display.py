"""Two patterns, and how dynamic time warping aligns them."""

from dataclasses import KW_ONLY, dataclass

import numpy as np
from scipy.signal import find_peaks

from skxrd._grid import check_two_theta
from skxrd.inspection._pipeline_input import classifier_input
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import (
    AGAINST,
    FOR,
    INK,
    NEUTRAL,
    angle_label,
    axes_or_new,
    hide_spines,
    label_pattern,
)
from skxrd.metrics._dtw import dtw_path
from skxrd.preprocessing._noise_level import noise_level

_PROMINENCE = 0.05  # of the range of a pattern; lower maxima are not joined
_N_SIGMA = 6.0  # a joined peak rises this many standard deviations of the noise
_N_STEPS = 150  # about how many steps of the path are drawn


@share_inspection_docs
@dataclass(eq=False, repr=False)
class AlignmentDisplay:
    """Two patterns one above the other, with lines between the points that warping aligns.

    Thin lines are steps of the warping path, thick ones join the peaks of the upper pattern to the
    highest point that is aligned with them. A slanted line is a peak that moved; the distance
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
    |in_degrees|
    |wavelength|

    |attributes|
    joined_ : ndarray of int, shape (n_peaks, 2)
        Columns of the joined peaks in the upper and the lower pattern.

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

    two_theta: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    path: np.ndarray
    distance: float
    _: KW_ONLY
    labels: tuple | None = None
    in_degrees: bool = True
    wavelength: float | None = None

    @classmethod
    @share_inspection_docs
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
            :func:`skxrd.metrics.dtw_distance`; ``None`` is no band.
        labels : tuple of (str, str), default=None
            Text beside the patterns; ``None`` writes none.
        |wavelength|
        |ax|

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
    @share_inspection_docs
    def from_estimator(cls, estimator, X, *, ax=None):
        """Align a pattern with the training pattern nearest to it.

        Parameters
        ----------
        estimator : classifier, Pipeline or search
            Fitted; the classifier, or the last step, is a
            :class:`skxrd.neighbors.DTWNeighborsClassifier`.
        |one_pattern|
        |ax|

        Returns
        -------
        AlignmentDisplay

        Raises
        ------
        TypeError
            If the classifier does not search by warping.
        """
        given = classifier_input(estimator, X)
        classifier = given.classifier
        if not hasattr(classifier, "window_points_"):
            raise TypeError(
                f"{type(classifier).__name__} does not align patterns; use DTWNeighborsClassifier."
            )
        nearest = int(classifier.kneighbors(given.row, 1, return_distance=False)[0, 0])
        lower = classifier.training_pattern(nearest)
        path, distance = dtw_path(given.row[0], lower, window=classifier.window_points_)
        label = classifier.training_label(nearest)
        display = cls(
            classifier.two_theta_,
            given.row[0],
            np.asarray(lower, dtype=np.float64),
            path,
            distance,
            labels=(given.name or "pattern", f"nearest: row {nearest},\n{label}"),
            in_degrees=classifier.two_theta is not None,
            wavelength=given.wavelength,
        )
        return display.plot(ax=ax)

    @share_inspection_docs
    def plot(self, ax=None):
        """Draw the patterns and the lines between them.

        |plot|
        """
        ax = axes_or_new(ax, 8, 4)
        both = np.concatenate([self.upper, self.lower])
        low, span = both.min(), np.ptp(both) or 1.0
        level = 1.5
        upper, lower = (self.upper - low) / span + level, (self.lower - low) / span
        x = self.two_theta
        for i, j in self.path[:: max(1, len(self.path) // _N_STEPS)]:
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
            label_pattern(ax, label, height + 0.2, color)
        ax.set_xlim(x[0], x[-1])
        ax.set_xlabel(angle_label(self.wavelength, in_degrees=self.in_degrees))
        ax.set_yticks([])
        ax.set_title(f"warping distance {self.distance:.3g}", loc="left", fontsize=10)
        hide_spines(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _joined(self):
        """Peaks of the upper pattern and the highest points that are aligned with them."""
        noise = noise_level(self.upper)
        prominence = max(_PROMINENCE * (np.ptp(self.upper) or 1.0), _N_SIGMA * noise)
        peaks, _ = find_peaks(self.upper, prominence=prominence)
        pairs = []
        for peak in peaks:
            partners = self.path[self.path[:, 0] == peak, 1]
            pairs.append((peak, partners[self.lower[partners].argmax()]))
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)
