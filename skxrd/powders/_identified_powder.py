"""What is said of one powder."""

from dataclasses import dataclass, field

from skxrd.crystal import symmetry_classes


@dataclass(frozen=True, eq=False)
class IdentifiedPowder:
    """Verdict on a powder, and all that it rests on.

    Parameters
    ----------
    name : str
        Name of the scan.
    verdict : str
        One sentence; see :class:`PowderIdentifier`.
    probabilities : dict of str to ndarray of shape (n_classes,)
        For ``"crystal_system"``, ``"extinction_group"`` and ``"space_group"``, in the order of
        :func:`skxrd.crystal.symmetry_classes`: of the only phase, or of the first of a mixture.
        Empty if there is nothing to identify.
    sets : dict of str to list
        Classes of each level that hold the true one in nine of ten scans, the most probable first.
    unknown : float
        Probability that the (first) phase is not in the library.
    mixture : float
        Probability that there is more than one phase.
    doubts : tuple of str
        What speaks against trusting the answer.
    match : PhaseMatch, default=None
        What the look-up found, for tables and pictures.
    """

    name: str
    verdict: str
    probabilities: dict = field(default_factory=dict)
    sets: dict = field(default_factory=dict)
    unknown: float = 1.0
    mixture: float = 0.0
    doubts: tuple = ()
    match: object = None

    @property
    def phases(self):
        """Phases found, a tuple of MatchedPhase, the one with most of the intensity first."""
        return self.match.phases if self.match is not None else ()

    def ranking(self, level="space_group", top=5):
        """Most probable classes of a level, as a list of pairs of class and probability."""
        if not self.probabilities:
            return []
        probabilities = self.probabilities[level]
        order = probabilities.argsort(kind="stable")[::-1][:top]
        labels = symmetry_classes(level)[order].tolist()
        return list(zip(labels, probabilities[order].tolist(), strict=True))

    def phase_table(self):
        """Phases as a table, with the columns of :meth:`skxrd.search.PhaseSearch.search`."""
        from skxrd.search._match_table import match_table

        return match_table([self.match] if self.match is not None else [])
