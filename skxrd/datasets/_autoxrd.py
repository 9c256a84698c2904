"""The measured thin films of AUTO-XRD."""

import csv
import os
import re
from collections import Counter
from importlib import resources
from pathlib import Path
from urllib.parse import quote

import numpy as np
from sklearn.utils import Bunch

from skxrd._compat import StrOptions, validate_params
from skxrd._files import FormatError
from skxrd._pattern import PowderPattern
from skxrd.datasets._class_folders import class_labels
from skxrd.io import read_pattern

_COMMIT = "2fc398059ff16a5cab67b0afcbc69f68748586b8"
_BASE_URL = f"https://raw.githubusercontent.com/PV-Lab/AUTO-XRD/{_COMMIT}/"
_LABELLED = "Demo/exp_d.csv"
_FRAGMENT = "14 deg peak"  # in the names of scans of one peak
# Series of films, by the first pattern that the name of a file matches
_SERIES = (
    (r"\d+_2-Theta", "N_2-Theta"),
    (r"MASnI3", "MASnI3"),
    (r"FAI_\d+_MABr", "FAI_MABr"),
    (r"FAPbI3\d+_MAPbBr", "FAPbI3_MAPbBr"),
    (r".*SnPerovskite|0% Sn", "SnPerovskite"),
    (r".*DT perovskite", "DT perovskite"),
)


@validate_params(
    {
        "target": [StrOptions({"space_group", "dimensionality"})],
        "data_home": [str, os.PathLike, None],
        "fragments": ["boolean"],
        "return_X_y": ["boolean"],
        "download_if_missing": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def fetch_autoxrd(
    *,
    target="space_group",
    data_home=None,
    fragments=False,
    return_X_y=False,
    download_if_missing=True,
):
    """Fetch the measured metal-halide thin films of Oviedo et al. [1]_.

    The files are taken from the folder ``autoxrd`` below that of the environment variable
    ``SKXRD_DATA``, if it is there, otherwise from the download folder, to which missing ones are
    downloaded. Every file is checked against its sha256.

    Parameters
    ----------
    target : {"space_group", "dimensionality"}, default="space_group"
        85 films labelled by space group, or 73 (partly the same) by dimensionality.
    data_home : path-like, default=None
        Download folder; ``None`` is the cache folder that the operating system gives.
    fragments : bool, default=False
        Whether to include three scans that cover 0.65 degrees, with ``target="space_group"``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` alone.
    download_if_missing : bool, default=True
        Whether to download; otherwise a missing file is an error.

    Returns
    -------
    data : Bunch
        With the attributes

        data : list of PowderPattern
            The scans, each on its own grid, with Cu K-alpha as wavelength (as the paper states).
        target : ndarray of str, shape (n_films,)
            Symbols such as ``"Pm-3m"``, or ``"0D"``, ``"2D"``, ``"3D"``.
        target_names : list of str
            Distinct labels.
        two_theta : None
            There is no common grid; :class:`skxrd.preprocessing.PatternStacker` brings them to one.
        groups : ndarray of str, shape (n_films,)
            Series of each film; a film that belongs to none has its own name.
        DESCR : str
            Description, licence and citation.

    Raises
    ------
    OSError
        If a file is missing and cannot be downloaded.
    ValueError
        If a file is not the published one.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.
    """
    folder = resources.files("skxrd.datasets") / "data"
    with (folder / "autoxrd.csv").open(encoding="utf-8", newline="") as file:
        registry = {row["file"]: row["sha256"] for row in csv.DictReader(file)}
    wanted = [_LABELLED]
    if target == "space_group":
        wanted = [name for name in registry if name != _LABELLED]
        wanted = [name for name in wanted if fragments or _FRAGMENT not in name]
    paths = _local_files(wanted, registry, data_home, download_if_missing)
    if target == "space_group":
        data = [read_pattern(path, wavelength="CuKa") for path in paths]
        labels = class_labels([Path(name).parent.name for name in wanted], target)
    else:
        data, labels = _read_labelled(paths[0])
    if return_X_y:
        return data, labels
    counts = Counter(labels.tolist()).most_common()
    return Bunch(
        data=data,
        target=labels,
        target_names=sorted(set(labels.tolist())),
        two_theta=None,
        groups=np.array([_series(pattern.name) for pattern in data]),
        DESCR=(folder / "autoxrd.rst")
        .read_text(encoding="utf-8")
        .format(n_films=len(data), classes=", ".join(f"{k} ({n})" for k, n in counts)),
    )


def _local_files(names, registry, data_home, download_if_missing):
    """Verified local paths of files, downloaded where needed."""
    import pooch

    home = os.environ.get("SKXRD_DATA")
    if data_home is None and home and Path(home, "autoxrd").is_dir():
        root, download_if_missing = Path(home, "autoxrd"), False
    else:
        root = Path(data_home or pooch.os_cache("skxrd")) / "autoxrd"
    fetcher = pooch.create(
        path=root,
        base_url=_BASE_URL,
        registry={name: registry[name] for name in names},
        urls={name: _BASE_URL + quote(name) for name in names},
        retry_if_failed=2,
    )
    missing = [name for name in names if not (root / name).is_file()]
    if missing and not download_if_missing:
        raise FileNotFoundError(
            f"{root / missing[0]}: {len(missing)} of {len(names)} files are missing; allow the "
            "download or complete the folder."
        )
    if not download_if_missing:
        for name in names:
            if pooch.file_hash(str(root / name)) != registry[name]:
                raise ValueError(
                    f"{root / name}: is not the published file (its sha256 differs); restore it."
                )
        return [root / name for name in names]
    return [Path(fetcher.fetch(name)) for name in names]


def _read_labelled(path):
    """Patterns and labels of a table of column pairs (angle, intensity) below a row of labels."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    if len(header) % 2:
        raise FormatError(path, f"has {len(header)} columns; angles and intensities come in pairs.")
    data, labels = [], []
    for column in range(0, len(header), 2):
        pairs = [row[column : column + 2] for row in rows if row[column : column + 1] != [""]]
        values = np.array([pair for pair in pairs if len(pair) == 2], dtype=np.float64)
        number = column // 2
        data.append(PowderPattern(*values.T, "CuKa", f"exp_d {number}", {"path": str(path)}))
        labels.append(header[column])
    return data, np.array(labels)


def _series(name):
    for pattern, series in _SERIES:
        if re.match(pattern, name):
            return series
    return name
