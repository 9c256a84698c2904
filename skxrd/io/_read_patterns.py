"""Read patterns from files and folders."""

from pathlib import Path

import numpy as np

from skxrd._compat import StrOptions, validate_params
from skxrd._files import FormatError
from skxrd._grid import check_wavelength
from skxrd.io._scan_files import FORMATS, parse_scans, read_content, read_files


@validate_params(
    {"format": [StrOptions(set(FORMATS)), None], "wavelength": [float, int, str, None]},
    prefer_skip_nested_validation=True,
)
def read_pattern(path, *, format=None, wavelength=None):
    r"""Read one pattern from a file.

    Parameters
    ----------
    path : path-like
        A text or CSV file with columns of angles and intensities, and perhaps their standard
        deviations, which its header may name; XRDML; Rigaku RAS, RASX and ASC; Bruker and Siemens
        UXD, BRML and RAW 1 to 4; STOE RAW; Philips RD, SD and UDF; Sietronics CPI; Jade MDI; DAT of
        FullProf and DBWS; GSAS (STD, ESD, FXY, FXYE); Fit2D CHI; MAUD ESG; powder CIF; Excel and
        NeXus; each also compressed with gzip or bzip2, or
        several in a zip archive.
    format : str, default=None
        Format of the file: ``"xrdml"``, ``"ras"``, ``"rasx"``, ``"asc"``, ``"uxd"``, ``"brml"``,
        ``"raw1"`` to ``"raw4"``, ``"stoe"``, ``"xlsx"``, ``"nexus"``, ``"rd"``, ``"udf"``,
        ``"cpi"``, ``"gsas"``, ``"pdcif"``, ``"esg"``, ``"chi"``, ``"mdi"``, ``"dat"``, ``"zip"`` or
        ``"text"``; ``None`` recognises it by content.
    wavelength : float or str, default=None
        Angstrom, or a name such as ``"CuKa"``, for files such as text that state none; without it
        the wavelength of their patterns is unknown. Files that state theirs keep it.
        Scattering vectors and spacings are converted to angles with it.

    Returns
    -------
    PowderPattern
        Named after the file; ``metadata`` has its ``"path"`` and what else the file states, such as
        ``"sample_name"``, ``"intensity_unit"`` (counts, or counts per second),
        ``"counting_time"``, ``"anode"``, ``"scan_type"`` and ``"radiation"`` (``"neutron"``); of
        text the standard deviations as ``"sigma"``. Lines whose fixed-width columns touch, so that
        angle and intensity run together, are split where the step of the angles confirms it;
        ``"repaired_lines"`` lists them, ``"missing_lines"`` those left out for an empty cell, and
        ``"other_columns"`` the names of columns not taken.

    Raises
    ------
    FormatError
        If the file does not hold a pattern, or holds several, which :func:`read_patterns` reads.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skxrd.io import read_pattern
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "film.xy")
    ...     size = path.write_text("10.0 120\n10.1 118\n10.2 131\n")
    ...     read_pattern(path, wavelength="CuKa1")
    PowderPattern('film', 3 angles, 10 to 10.2 deg, 1.54059 angstrom)
    """
    path = Path(path)
    if path.is_dir():
        raise FormatError(path, "is a folder; use read_patterns.")
    light = None if wavelength is None else check_wavelength(wavelength)
    patterns = parse_scans(path, read_content(path), format, light)
    if len(patterns) > 1:
        raise FormatError(path, f"holds {len(patterns)} scans; read_patterns gives all of them.")
    return patterns[0]


@validate_params(
    {
        "wavelength": [float, int, str, None],
        "labels": [StrOptions({"folder"}), None],
        "on_error": [StrOptions({"raise", "skip"})],
        "progress": [callable, None],
    },
    prefer_skip_nested_validation=True,
)
def read_patterns(paths, *, wavelength=None, labels=None, on_error="raise", progress=None):
    """Read the patterns of files and folders.

    Parameters
    ----------
    paths : path-like or list of path-like
        Files, each of which may hold several scans, or folders whose files are read at any depth
        in natural order. Hidden files and files that cannot be patterns (text documents, pictures,
        JSON, files of Windows, CIF files of crystals) are passed over. A scan of several in a file
        that is empty or along another axis is left out with a :class:`SkippedFileWarning`.
    wavelength : float or str, default=None
        As in :func:`read_pattern`.
    labels : {"folder"}, default=None
        ``"folder"`` also returns, for each pattern, the name of the folder that holds it directly
        below the given one.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a file, or a member of an archive, that cannot be read: raise its error, or
        leave it out with a :class:`SkippedFileWarning`.
    progress : callable, default=None
        Called after each file with the number of files done and of all files.

    Returns
    -------
    patterns : list of PowderPattern
        The patterns. Those of a file with several scans are numbered from 1 in their names and in
        ``metadata["scan"]``.
    labels : ndarray of str, shape (n_patterns,)
        Only with ``labels="folder"``.

    Raises
    ------
    ValueError
        If there is nothing to read.
    FormatError
        If a file does not hold a pattern and ``on_error="raise"``.
    """
    found, names = read_files(
        paths, wavelength, on_error, progress, in_class_folders=labels == "folder"
    )
    return (found, np.array(names)) if labels else found
