"""Films together with simulated patterns of candidate crystals."""

from collections import Counter
from numbers import Integral

import numpy as np
from sklearn.utils import Bunch, check_random_state

from skxrd._compat import Interval, StrOptions, validate_params
from skxrd._domains import SIMULATED
from skxrd._grid import check_wavelength, is_doublet
from skxrd._pattern import PowderPattern
from skxrd.crystal import dimensionality
from skxrd.crystal._element_symbols import element_list
from skxrd.datasets._class_folders import read_class_folders
from skxrd.datasets._halides import load_halides
from skxrd.datasets._left_out import all_left_out, recorded_reasons
from skxrd.datasets._scans import where
from skxrd.datasets._thin_films import SCAN, TEXTURE, make_thin_films
from skxrd.datasets._usable_films import on_common_grid, usable_films
from skxrd.io import read_crystals
from skxrd.simulation import PowderSimulator

_DESCR = """Films with candidate crystals
-----------------------------

{summary}. The groups of simulated patterns are "simulated". Labels are {target} classes.
Candidate crystals of classes without films are listed but not simulated.
"""


@validate_params(
    {
        "target": [StrOptions({"space_group", "dimensionality"})],
        "n_variants": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def read_films_with_crystals(
    measured=None,
    *,
    crystals=None,
    elements=None,
    target="space_group",
    wavelength=None,
    n_variants=1,
    random_state=0,
):
    """Read films and simulate patterns of candidate crystals, in one collection.

    Each crystal gives one powder pattern and, if asked for, several patterns with the random
    preferred orientation, strain and sample displacement of films. All of them have the profiles,
    background and counting noise of scans.

    Parameters
    ----------
    measured : path-like or Bunch, default=None
        Folder with one folder of scans for each class, or measured films as
        :func:`fetch_autoxrd` returns them, whose series names are kept; ``None`` makes virtual
        films (:func:`make_thin_films`), which are simulated.
    crystals : path-like or list of Crystal, default=None
        Candidate structures, read by :func:`skxrd.io.read_crystals`; ``None`` takes
        :func:`load_halides`. Those of classes without films are not simulated.
    elements : str or list of str, default=None
        Elements that the films may contain, such as ``"Cs,Pb,I,Br,C,N,H"``: crystals with others
        are not simulated. ``None`` takes all.
    target : {"space_group", "dimensionality"}, default="space_group"
        What the labels are.
    wavelength : float or str, default=None
        Wavelength of scans that state none; with ``None``, those are left out. Simulated patterns
        have the wavelength of most scans; others are converted to it through the lattice spacing
        when they are brought to the grid.
    n_variants : int, default=1
        Simulated patterns of each crystal: its powder, then textured ones. More of them help
        where the training set has no measured film (Case 2); beside measured films (Case 3) they
        outweigh these.
    random_state : int, RandomState instance or None, default=0
        Seed of the simulated patterns and of the virtual films.

    Returns
    -------
    data : Bunch
        With the attributes

        data : list of PowderPattern
            Simulated powders, simulated textured patterns, then films.
        target : ndarray of str, shape (n_patterns,)
            Labels.
        target_name : str
            The ``target`` that was asked for.
        target_names : list of str
            Distinct labels.
        two_theta : ndarray of shape (n_angles,)
            A grid that all patterns cover, in degrees.
        groups : ndarray of str, shape (n_patterns,)
            ``"simulated"`` for patterns of the crystals; ``"experimental"``, or the name of its
            series or virtual film, for a film.
        powder : ndarray of bool, shape (n_patterns,)
            Whether it is a powder pattern. Case 1 uses only these: patterns of one crystal must
            not be on both sides of a split.
        wavelength : float
            That of the grid, in angstrom.
        virtual : bool
            Whether the films are simulated too.
        crystals : list of Crystal
            All candidates that have a class, those of classes without films included.
        crystal_labels : list of str
            Their classes.
        left_out : list of str
            Films and crystals left out, each with the reason.
        crystals_summary : str
            One line: how many structures are simulated, of how many, and why not the others.
        summary : str
            One line on the contents.
        DESCR : str
            Description.

    Raises
    ------
    ValueError
        If the wavelength is unknown, or no crystal has the class of a film.
    """
    if measured is None:
        films = make_thin_films(
            target=target, wavelength=wavelength or "CuKa", random_state=random_state
        )
        films.left_out, films.wavelength = [], films.data[0].wavelength
    elif isinstance(measured, Bunch):
        films = on_common_grid(measured.data, measured.target, measured.groups)
    else:
        films = read_class_folders(measured, target=target, wavelength=wavelength, on_error="skip")
    wavelength = _known_wavelength(films)
    films = usable_films(films)
    seed = check_random_state(random_state).randint(2**31 - 1)
    candidates, labels, left_out = _candidates(crystals, target)
    possible = _made_of(candidates, elements)
    wanted = np.flatnonzero(np.isin(labels, films.target) & possible)
    if not wanted.size:
        raise ValueError(
            f"crystals: none of {len(candidates)} has one of the classes of the films "
            f"({', '.join(sorted(set(films.target)))})"
            + ("" if elements is None else f" and none but the elements {elements}")
            + "; add crystals of these classes."
        )
    chosen, names = [candidates[row] for row in wanted], np.array(labels)[wanted]
    n_textured = n_variants - 1
    powders = _simulate(chosen, films.two_theta, wavelength, seed)
    textured = _simulate(chosen * n_textured, films.two_theta, wavelength, seed + 1, **TEXTURE)
    kind = "virtual (simulated)" if measured is None else "measured"
    counts = Counter(np.asarray(films.target).tolist())
    classes = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    summary = (
        f"{len(films.data)} {kind} films ({classes}) and {len(powders)} simulated powders"
        f"{f' with {len(textured)} textured patterns of them' if textured else ''}, "
        f"{films.two_theta[0]:g} to {films.two_theta[-1]:g} degrees, {wavelength:.6g} angstrom"
    )
    return Bunch(
        data=[*powders, *textured, *films.data],
        target=np.concatenate([np.tile(names, 1 + n_textured), films.target]),
        target_name=target,
        target_names=sorted(counts),
        two_theta=films.two_theta,
        groups=np.concatenate([np.full(len(powders) + len(textured), SIMULATED), films.groups]),
        powder=np.repeat([True, False, False], [len(powders), len(textured), len(films.data)]),
        wavelength=wavelength,
        virtual=bool(films.data[-1].metadata.get("simulated", False)),
        crystals=candidates,
        crystal_labels=labels,
        left_out=films.left_out + left_out,
        crystals_summary=_summary_of_crystals(labels, wanted, possible, left_out),
        summary=summary,
        DESCR=_DESCR.format(summary=summary, target=target.replace("_", " ")),
    )


def _simulate(crystals, two_theta, wavelength, seed, **texture):
    """Patterns of crystals with the profiles, background and counting noise of the films.

    Square roots of intensities make noise prominent: a classifier that was trained on simulated
    patterns without noise takes it for a feature of films.
    """
    if not crystals:
        return []
    simulator = PowderSimulator(
        two_theta,
        wavelength=wavelength,
        doublet=is_doublet(wavelength),
        random_state=seed,
        **SCAN,
        **texture,
    )
    return [
        PowderPattern(two_theta, row, wavelength, crystal.name, {"simulated": True})
        for crystal, row in zip(crystals, simulator.fit_transform(crystals), strict=True)
    ]


def _known_wavelength(films):
    if films.wavelength is None:
        number = len(films.data)
        scans = "the one scan states" if number == 1 else f"all {number} scans state"
        raise ValueError(
            f"{scans} no wavelength, the first is {where(films.data[0])}; crystals cannot be "
            "simulated without it: pass wavelength (--wavelength), in angstrom or a name such as "
            "CuKa."
        )
    return check_wavelength(films.wavelength)


def _made_of(crystals, elements):
    """Whether each crystal has none but these elements."""
    if elements is None:
        return np.ones(len(crystals), dtype=bool)
    symbols = set(element_list(elements, "elements"))
    return np.array([symbols.issuperset(crystal.elements) for crystal in crystals], dtype=bool)


def _summary_of_crystals(labels, wanted, possible, left_out):
    """How many structures are simulated, of how many, and why not the others."""
    n_all = len(labels) + len(left_out)
    parts = [f"crystals: {wanted.size} of {n_all} structures simulated"]
    if not possible.all():
        parts.append(f"{(~possible).sum()} with other elements")
    without = possible.copy()
    without[wanted] = False
    others = Counter(np.asarray(labels)[without].tolist()).most_common()
    if others:
        named = ", ".join(f"{name} {count}" for name, count in others[:5])
        more = ", ..." if len(others) > 5 else ""
        parts.append(f"{without.sum()} of classes without films ({named}{more})")
    if left_out:
        parts.append(f"{len(left_out)} left out")
    return ", ".join(parts)


def _candidates(crystals, target):
    """Crystals that have a class, their classes, and what was left out with the reasons."""
    left_out = []
    if crystals is None:
        crystals = load_halides().data
    elif not isinstance(crystals, list):
        path = crystals
        with recorded_reasons() as left_out:
            crystals = read_crystals(path, on_error="skip")
        left_out = all_left_out(left_out, path)
    if target == "space_group":
        return crystals, [crystal.space_group_symbol for crystal in crystals], left_out
    kept, labels = [], []
    for crystal in crystals:
        try:
            label = crystal.metadata.get("dimensionality") or dimensionality(crystal)
        except ValueError as error:  # not a halide
            left_out.append(str(error))
        else:
            kept.append(crystal)
            labels.append(label)
    return kept, labels, left_out
