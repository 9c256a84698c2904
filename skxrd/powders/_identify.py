"""The symmetry of one powder from one scan, with what speaks against trusting the answer."""

from typing import NamedTuple

import numpy as np

from skxrd._grid import median_step
from skxrd.crystal import symmetry_classes
from skxrd.powders._symmetry_classifier import load_symmetry_classifier
from skxrd.preprocessing import PatternStacker

_COARSE = 0.1  # degrees; wider steps miss the shapes of peaks


class IdentifiedPowder(NamedTuple):
    """Most probable classes of each level, and warnings."""

    rankings: dict
    warnings: list


def identify_powder(pattern, classifier=None, *, top=5):
    """Rank the symmetries of a powder, and say what speaks against trusting them.

    This is what ``skxrd identify`` does for each scan.

    Parameters
    ----------
    pattern : PowderPattern
        A scan of any range and step, whose wavelength is known.
    classifier : PretrainedSymmetryClassifier, default=None
        On the grid of its training, of any level; ``None`` loads the one of the package.
    top : int, default=5
        Number of classes of each level.

    Returns
    -------
    IdentifiedPowder
        Its ``rankings`` have, for ``"crystal_system"``, ``"extinction_group"`` and
        ``"space_group"``, a list of pairs of class and probability, the most probable first; they
        are empty if there is nothing to identify. Its ``warnings`` are a list of sentences, empty
        if nothing speaks against the answer.

    Raises
    ------
    ValueError
        If the wavelength of the pattern is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.crystal import make_prototype
    >>> from skxrd.powders import identify_powder
    >>> from skxrd.simulation import PowderSimulator
    >>> crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    >>> scan = PowderSimulator(np.arange(10, 90, 0.02), wavelength="CuKa").simulate(crystal)
    >>> found = identify_powder(scan)
    >>> len(found.rankings["space_group"]), found.warnings
    (5, [])
    """
    if np.ptp(pattern.intensity) == 0:
        constant = pattern.intensity[0]
        warning = f"all intensities are {constant:g}; there is nothing to identify"
        return IdentifiedPowder({}, [warning])
    if classifier is None:
        classifier = load_symmetry_classifier()
    stacker = PatternStacker(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    X = stacker.fit_transform([pattern])
    if np.isfinite(X).sum() < 2:
        first, last = classifier.two_theta_[[0, -1]]
        warning = (
            f"measured nothing between {first:g} and {last:g} deg (at "
            f"{classifier.wavelength_:.4f} angstrom), where the network looks"
        )
        return IdentifiedPowder({}, [warning])
    warnings = classifier.find_warnings(X)[0]
    step = median_step(pattern.two_theta)
    if step > _COARSE:
        warnings.append(f"its step of {step:.3g} deg is too coarse for the shapes of peaks")
    rankings = {}
    for level, (probabilities,) in classifier.predict_levels(X).items():
        order = probabilities.argsort()[::-1][:top]
        labels = symmetry_classes(level)[order].tolist()
        rankings[level] = list(zip(labels, probabilities[order].tolist(), strict=True))
    return IdentifiedPowder(rankings, warnings)
