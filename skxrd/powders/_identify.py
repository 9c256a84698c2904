"""One powder identified from one scan."""


def identify_powder(pattern, identifier=None):
    """Identify one powder: verdict, symmetry, phases, and what speaks against trusting them.

    This is what ``skxrd identify`` does for each scan.

    Parameters
    ----------
    pattern : PowderPattern
        A scan of any range and step, whose wavelength is known.
    identifier : PowderIdentifier, default=None
        With a library, elements or a network of its own; ``None`` is ``PowderIdentifier()``.

    Returns
    -------
    IdentifiedPowder
        As :meth:`PowderIdentifier.identify` gives it.

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
    >>> found.ranking("crystal_system", top=1)[0][0], found.doubts
    ('cubic', ())
    """
    from skxrd.powders._powder_identifier import PowderIdentifier

    return (PowderIdentifier() if identifier is None else identifier).identify([pattern])[0]
