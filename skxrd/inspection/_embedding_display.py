"""Simulated and measured patterns as a map in two dimensions."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral

import numpy as np
from sklearn.manifold import TSNE
from sklearn.utils.validation import column_or_1d

from skxrd._domains import SIMULATED, check_groups
from skxrd.inspection._shared_parameters import share_inspection_docs
from skxrd.inspection._style import COLORS, INK, LEGEND, axes_or_new, hide_spines

_MARKERS = "os^DvPX"
_FEW = 1000  # patterns of which the exact method is as quick


@share_inspection_docs
@dataclass(eq=False, repr=False)
class EmbeddingDisplay:
    """Patterns as points, neighbours near each other, by class and by domain.

    Measured patterns are filled, simulated ones hollow. Where measured points lie apart from the
    simulated ones of their class, a classifier that trains on these alone has to bridge that gap.
    Only neighbourhood means anything in such a map [1]_: sizes of clusters and the distances
    between them do not.

    Create it with :meth:`from_patterns`, which also draws.

    Parameters
    ----------
    positions : ndarray of shape (n_patterns, 2)
        Where the points are.
    |classes_and_domains|

    |attributes|

    References
    ----------
    .. [1] L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", J. Mach. Learn. Res. 9
       (2008) 2579.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.inspection import EmbeddingDisplay
    >>> X = np.random.default_rng(0).uniform(size=(12, 5))
    >>> display = EmbeddingDisplay.from_patterns(X, ["a", "b"] * 6, perplexity=3)
    >>> display.positions.shape
    (12, 2)
    """

    positions: np.ndarray
    y: np.ndarray
    _: KW_ONLY
    groups: np.ndarray | None = None
    domain_names: tuple = ("measured", SIMULATED)

    @classmethod
    @share_inspection_docs
    def from_patterns(
        cls,
        X,
        y,
        *,
        groups=None,
        domain_names=("measured", SIMULATED),
        metric="cosine",
        perplexity=30.0,
        random_state=0,
        ax=None,
    ):
        """Compute the map by t-SNE and draw it.

        Parameters
        ----------
        X : array-like of shape (n_patterns, n_angles)
            Prepared rows.
        |classes_and_domains|
        metric : str, default="cosine"
            Distance of two patterns, as :class:`sklearn.manifold.TSNE` knows it.
        perplexity : float, default=30.0
            About how many neighbours a point has; less than the number of patterns.
        random_state : int, RandomState instance or None, default=0
            Seed.
        |ax|

        Returns
        -------
        EmbeddingDisplay

        Raises
        ------
        ValueError
            If the numbers of classes or groups are not that of the patterns, or there are not
            more patterns than ``perplexity``.
        """
        X = np.asarray(X)
        if not perplexity < len(X):
            raise ValueError(
                f"perplexity is {perplexity:g} but there are {len(X)} patterns; use a smaller one."
            )
        # the exact method has no threads that wait for each other
        method = "exact" if len(X) < _FEW else "barnes_hut"
        positions = TSNE(
            metric=metric,
            perplexity=perplexity,
            init="pca",
            method=method,
            random_state=random_state,
        ).fit_transform(X)
        return cls(positions, y, groups=groups, domain_names=domain_names).plot(ax=ax)

    @share_inspection_docs
    def plot(self, ax=None):
        """Draw the points.

        |plot|
        """
        from matplotlib.lines import Line2D

        y = column_or_1d(self.y)
        groups = np.full(len(y), "")
        if self.groups is not None:
            groups = check_groups(self.groups, len(self.groups))
        for name, given in (("y", y), ("groups", groups)):
            if len(given) != len(self.positions):
                raise ValueError(
                    f"{name} has {len(given)} entries for {len(self.positions)} patterns; give "
                    "one each."
                )
        ax = axes_or_new(ax, 6.8, 5.2)
        simulated = groups == SIMULATED
        handles = []
        for number, label in enumerate(np.unique(y)):
            color = COLORS[number % len(COLORS)]
            marker = _MARKERS[number // len(COLORS) % len(_MARKERS)]
            own = y == label
            for rows, style in (
                (own & simulated, {"facecolors": "none", "edgecolors": color, "s": 26, "lw": 0.9}),
                (
                    own & ~simulated,
                    {"facecolors": color, "edgecolors": "white", "s": 34, "lw": 0.5},
                ),
            ):
                ax.scatter(*np.asarray(self.positions)[rows].T, marker=marker, **style)
            name = str(label) if not isinstance(label, Integral) else f"{label:d}"
            handles.append(_handle(Line2D, name, color, color, marker))
        if simulated.any() and not simulated.all():
            handles += [
                _handle(Line2D, self.domain_names[0], INK, INK, "o"),
                _handle(Line2D, self.domain_names[1], "none", INK, "o"),
            ]
        ax.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(1, 1),
            borderaxespad=0,
            **LEGEND,
        )
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_xlabel("t-SNE 1")
        ax.set_ylabel("t-SNE 2")
        hide_spines(ax, "top", "right")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _handle(line, label, face, edge, marker):
    return line(
        [],
        [],
        ls="",
        marker=marker,
        markerfacecolor=face,
        markeredgecolor=edge,
        markersize=6,
        label=label,
    )
