"""A user's own scans, in one folder for each class."""

from collections import Counter

import numpy as np

from skxrd._compat import StrOptions, validate_params
from skxrd._domains import EXPERIMENTAL
from skxrd.crystal import space_group_symbol
from skxrd.crystal._space_group import check_space_group
from skxrd.datasets._left_out import all_left_out, recorded_reasons
from skxrd.datasets._usable_films import on_common_grid
from skxrd.io import read_patterns

# Folders of the AUTO-XRD films, whose names are spelt loosely: space group and dimensionality.
AUTOXRD_CLASSES = {
    "Fm-3m": (225, "3D"),
    "I4Imcm": (140, "3D"),
    "P21a": (14, "2D"),
    "P3m1": (164, "2D"),
    "P61mmc": (194, "0D"),
    "Pc": (7, "2D"),
    "pm-3m": (221, "3D"),
}
_DESCR = """Scans in one folder for each class
----------------------------------

{n_patterns} patterns of the folder {folder}, by class: {classes}.
"""
_DIMENSIONALITIES = ("0D", "1D", "2D", "3D")


@validate_params(
    {
        "target": [StrOptions({"space_group", "dimensionality", "folder"})],
        "on_error": [StrOptions({"raise", "skip"})],
    },
    prefer_skip_nested_validation=True,
)
def read_class_folders(folder, *, target="folder", wavelength=None, on_error="raise"):
    """Read the patterns of a folder that has one folder for each class.

    Parameters
    ----------
    folder : path-like
        Its folders hold the scans of one class each.
    target : {"folder", "space_group", "dimensionality"}, default="folder"
        What the labels are. ``"folder"`` takes the folders' names as they are. Otherwise a name
        must be a space group (symbol or number) or a dimensionality (``"0D"`` to ``"3D"``). The
        loosely spelt folders of the AUTO-XRD films are understood if there are no others beside
        them.
    wavelength : float or str, default=None
        Wavelength of the scans that state none, as in :func:`skxrd.io.read_pattern`.
    on_error : {"raise", "skip"}, default="raise"
        Whether a file that cannot be read raises its error or is left out.

    Returns
    -------
    data : Bunch
        With the attributes

        data : list of PowderPattern
            The patterns that cover a common range.
        target : ndarray of str, shape (n_patterns,)
            Labels.
        target_names : list of str
            Distinct labels.
        two_theta : ndarray of shape (n_angles,)
            The widest grid that lies within all of them, in degrees, at ``wavelength``.
        wavelength : float or None
            The wavelength of most of them, in angstrom, to which a
            :class:`~skxrd.preprocessing.PatternStacker` converts the others if it is passed there;
            ``None`` if all are unknown.
        groups : ndarray of str, shape (n_patterns,)
            ``"experimental"`` throughout.
        left_out : list of str
            Files and folders left out, each with the reason.
        DESCR : str
            Description.

    Raises
    ------
    ValueError
        If the name of a folder is not such a label, or there is nothing to read.
    """
    with recorded_reasons() as unread:
        patterns, names = read_patterns(
            folder, wavelength=wavelength, labels="folder", on_error=on_error
        )
    labels = class_labels(names, target)
    films = on_common_grid(patterns, labels, np.full(len(patterns), EXPERIMENTAL))
    films.left_out[:0] = all_left_out(unread, folder, class_folders=True)
    counts = Counter(films.target.tolist())
    films.target_names = sorted(counts)
    films.DESCR = _DESCR.format(
        folder=folder,
        n_patterns=len(films.data),
        classes=", ".join(f"{name} ({count})" for name, count in counts.most_common()),
    )
    return films


def class_among(name, classes):
    """The one of some classes that the name of a folder means; None if it is another or none."""
    classes = [str(one) for one in classes]
    if name in classes:
        return name
    meant = []
    try:
        meant.append(space_group_symbol(check_space_group(name).number))
    except ValueError:
        pass
    loose = {symbol.lower(): place for symbol, place in AUTOXRD_CLASSES.items()}
    if name.lower() in loose:
        number, dimensionality = loose[name.lower()]
        if set(classes) <= {space_group_symbol(number) for number, _ in loose.values()}:
            meant.append(space_group_symbol(number))
        meant.append(dimensionality)
    return next((one for one in meant if one in classes), None)


def class_labels(names, target):
    """Labels that the names of folders give, space groups as their short standard symbol."""
    if target == "folder":
        return np.array(names)
    # these two names are not symbols at all, so they identify the data set
    known = set(names) <= set(AUTOXRD_CLASSES) and bool({"I4Imcm", "P61mmc"} & set(names))
    labels = []
    for name in names:
        if known and target == "dimensionality":
            labels.append(AUTOXRD_CLASSES[name][1])
        elif target == "space_group":
            number = AUTOXRD_CLASSES[name][0] if known else check_space_group(name).number
            labels.append(space_group_symbol(number))
        elif name in _DIMENSIONALITIES:
            labels.append(name)
        else:
            raise ValueError(
                f"folder {name!r} is not a dimensionality; name the folders "
                f"{', '.join(_DIMENSIONALITIES)}, or use target='space_group'."
            )
    return np.array(labels)
