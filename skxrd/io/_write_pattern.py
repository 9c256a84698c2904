"""Write patterns as text."""

from pathlib import Path

from skxrd._files import replaced_file


def write_pattern(pattern, path):
    """Write a pattern as a text file that :func:`read_pattern` reads back without a change.

    Parameters
    ----------
    pattern : PowderPattern
        The pattern.
    path : path-like
        Its ending says how: ``.xy`` two columns, ``.xye`` a third with ``metadata["sigma"]``,
        ``.csv`` two columns separated by commas under a header. The first lines, which start
        with ``#``, name the wavelength if it is known. The file is written whole or not at all.

    Raises
    ------
    ValueError
        If the ending is another one, or ``.xye`` is asked for and there is no sigma.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skxrd import PowderPattern
    >>> from skxrd.io import read_pattern, write_pattern
    >>> film = PowderPattern([10.0, 10.1], [5, 7.25], wavelength="CuKa1")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_pattern(film, pathlib.Path(folder, "film.xy"))
    ...     read_pattern(pathlib.Path(folder, "film.xy"))
    PowderPattern('film', 2 angles, 10 to 10.1 deg, 1.54059 angstrom)
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".xy", ".xye", ".csv"):
        raise ValueError(f"{path}: patterns are written as .xy, .xye or .csv, not {ending!r}.")
    columns = [pattern.two_theta, pattern.intensity]
    if ending == ".xye":
        if "sigma" not in pattern.metadata:
            raise ValueError(
                f"pattern {pattern.name!r} has no metadata['sigma'] for the third column of "
                f"{path}; write it as .xy."
            )
        columns.append(pattern.metadata["sigma"])
    lines = []
    if pattern.wavelength is not None:
        lines.append(f"# wavelength: {pattern.wavelength!r} angstrom")
    if ending == ".csv":
        lines.append("two_theta,intensity")
    separator = "," if ending == ".csv" else " "
    # repr of a float has enough digits to be read back exactly
    lines += [separator.join(map(repr, map(float, row))) for row in zip(*columns, strict=True)]
    with replaced_file(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n")
