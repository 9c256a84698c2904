r"""Metal-halide prototypes: a structure type plus a rule that gives its cell from ionic radii.

Every rule is linear in the radii and was calibrated on measured cells, named beside it. Free
coordinates follow from the bond lengths or the tilt angle of the rule: they are those of a
model, not of a refinement.
"""

from dataclasses import dataclass

import numpy as np

from skxrd.crystal._crystal import Crystal
from skxrd.crystal._ions import mean_radius, scatterers
from skxrd.crystal._tilted import tilted_layers

_TILT = np.radians(8.5)  # about c; cos gives the ratio of axes of CH3NH3PbI3 at room temperature


@dataclass(frozen=True)
class Prototype:
    """Structure type: symmetry, connectivity, formula with the sites A, B, C and X, cell, source.

    ``build`` takes the mean radii ``{site: angstrom}`` and returns the cell and the sites, pairs
    (site, position) in the setting of ``space_group``; the source includes that of the cells.
    """

    space_group: str
    dimensionality: str
    formula: str
    build: object
    source: str


def pseudocubic_axis(radius):
    """Axis of the cubic perovskite ABX3 in angstrom."""
    # CsPbCl3 5.605, CsPbBr3 5.874, CsPbI3 6.289; CH3NH3PbX3 5.675, 5.901, 6.329; cubic FAPbI3
    # 6.362; CsSnBr3 5.80, CsSnI3 6.219; CsGeBr3 5.64 (pseudocubic)
    halide, metal, large = radius["X"] - 1.81, radius["B"] - 1.19, radius["A"] - 1.88
    return 5.605 + 1.76 * halide + 0.5 * metal + 0.14 * large


def _cubic_perovskite(radius):
    a = pseudocubic_axis(radius)
    sites = [("A", (0, 0, 0)), ("B", (0.5, 0.5, 0.5)), ("X", (0.5, 0.5, 0))]
    return (a, a, a, 90, 90, 90), sites


def _tetragonal_perovskite(radius):
    axis = pseudocubic_axis(radius)
    a, c = np.sqrt(2) * axis * np.cos(_TILT), 2 * axis
    x = 0.75 + np.tan(_TILT) / 4
    sites = [
        ("A", (0, 0.5, 0.25)),
        ("B", (0, 0, 0)),
        ("X", (0, 0, 0.25)),
        ("X", (x, x + 0.5, 0)),
    ]
    return (a, a, c, 90, 90, 90), sites


def _pentahalide(radius):
    # CsPb2Br5 a 8.48, c 15.25
    halide, metal, large = radius["X"] - 1.96, radius["B"] - 1.19, radius["A"] - 1.88
    a = 8.48 + 2.2 * halide + 0.4 * metal + 0.5 * large
    c = 15.25 + 3.2 * halide + 0.4 * metal + 4.0 * large
    sites = [
        ("A", (0, 0, 0.25)),
        ("B", (0.163, 0.663, 0)),
        ("X", (0, 0, 0)),
        ("X", (0.659, 0.159, 0.136)),
    ]
    return (a, a, c, 90, 90, 90), sites


def _elpasolite(radius):
    # Cs2AgBiBr6 11.25, Cs2AgBiCl6 10.78, Cs2AgInCl6 10.47, Cs2NaBiCl6 10.84
    bonds = radius["B"] + radius["X"], radius["C"] + radius["X"]
    a = 1.92 * sum(bonds) + 0.28 * (radius["A"] - 1.88)
    x = bonds[0] / sum(bonds) / 2
    sites = [
        ("A", (0.25, 0.25, 0.25)),
        ("B", (0, 0, 0)),
        ("C", (0.5, 0.5, 0.5)),
        ("X", (x, 0, 0)),
    ]
    return (a, a, a, 90, 90, 90), sites


def _isolated_octahedra(radius):
    # Cs2SnCl6 10.37, Cs2SnI6 11.65, Rb2SnCl6 10.10, K2PtCl6 9.76, Cs2TeI6 11.70
    halide = radius["X"] - 1.81
    large = 1.65 * (1 - halide / 0.44) * (radius["A"] - 1.88)
    a = 10.37 + 3.2 * halide + 1.8 * (radius["B"] - 0.69) + large
    x = (radius["X"] + radius["B"] - 0.05) / a
    sites = [("A", (0.25, 0.25, 0.25)), ("B", (0, 0, 0)), ("X", (x, 0, 0))]
    return (a, a, a, 90, 90, 90), sites


def _layers(radius):
    """Cell and sites of the <111>-layered trigonal A3B2X9."""
    # Cs3Bi2Br9 a 7.972, c 9.867; Cs3Sb2Br9 7.93, 9.72; Cs3Sb2I9 8.42, 10.39
    halide, metal, large = radius["X"] - 1.96, radius["B"] - 1.03, radius["A"] - 1.88
    a = np.sqrt(2) * (5.637 + 1.5 * halide + 0.8 * metal + 0.6 * large)
    c = np.sqrt(3) * (5.697 + 1.55 * halide + 1.4 * metal + 0.6 * large)
    sites = [
        ("A", (0, 0, 0)),
        ("A", (1 / 3, 2 / 3, 0.67)),
        ("B", (1 / 3, 2 / 3, 0.186)),
        ("X", (0.5, 0, 0)),
        ("X", (0.165, 0.835, 0.331)),
    ]
    return (a, a, c, 90, 90, 120), sites


def _dimers(radius):
    # Cs3Bi2I9 a 8.404, c 21.18; Cs3Sb2I9 8.35, 20.9; (CH3NH3)3Bi2I9 8.57, 21.75
    halide, metal, large = radius["X"] - 2.20, radius["B"] - 1.03, radius["A"] - 1.88
    a = 8.404 + 2.05 * halide + 0.9 * metal + 0.58 * large
    c = 21.18 + 5.2 * halide + 2.6 * metal + 1.95 * large
    sites = [
        ("A", (0, 0, 0.25)),
        ("A", (1 / 3, 2 / 3, 0.0805)),
        ("B", (1 / 3, 2 / 3, 0.8461)),
        ("X", (0.494, 0.988, 0.25)),
        ("X", (0.8345, 0.669, 0.076)),
    ]
    return (a, a, c, 90, 90, 120), sites


def _tilted(space_group):
    return lambda radius: tilted_layers(*_layers(radius), space_group)


_LAYER_SOURCE = "F. Lazarini, Acta Cryst. B33 (1977) 2961, doi:10.1107/S0567740877009984"
_TILTED_SOURCE = (
    "Space groups and cell setting: A. J. Lehner et al., Chem. Mater. 27 (2015) 7137, "
    "doi:10.1021/acs.chemmater.5b03147; coordinates constructed by tilting the octahedra of the "
    "trigonal layers"
)
PROTOTYPES = {
    "cubic perovskite": Prototype(
        "Pm-3m",
        "3D",
        "ABX3",
        _cubic_perovskite,
        "C. K. Moeller, Nature 182 (1958) 1436, doi:10.1038/1821436a0; A. Poglitsch and D. Weber, "
        "J. Chem. Phys. 87 (1987) 6373, doi:10.1063/1.453467",
    ),
    "tetragonal perovskite": Prototype(
        "I4/mcm",
        "3D",
        "ABX3",
        _tetragonal_perovskite,
        "A. Poglitsch and D. Weber, J. Chem. Phys. 87 (1987) 6373, doi:10.1063/1.453467",
    ),
    "pentahalide": Prototype(
        "I4/mcm",
        "2D",
        "AB2X5",
        _pentahalide,
        "H. M. Powell and H. S. Tasker, J. Chem. Soc. (1937) 119, doi:10.1039/JR9370000119",
    ),
    "elpasolite": Prototype(
        "Fm-3m",
        "3D",
        "A2BCX6",
        _elpasolite,
        "A. H. Slavney et al., J. Am. Chem. Soc. 138 (2016) 2138, doi:10.1021/jacs.5b13294",
    ),
    "isolated octahedra": Prototype(
        "Fm-3m",
        "0D",
        "A2BX6",
        _isolated_octahedra,
        "B. Lee et al., J. Am. Chem. Soc. 136 (2014) 15379, doi:10.1021/ja508464w",
    ),
    "trigonal layers": Prototype("P-3m1", "2D", "A3B2X9", _layers, _LAYER_SOURCE),
    "monoclinic layers P21/a": Prototype(
        "P 1 21/a 1", "2D", "A3B2X9", _tilted("P 1 21/a 1"), _TILTED_SOURCE
    ),
    "monoclinic layers P21/n": Prototype(
        "P 1 21/n 1", "2D", "A3B2X9", _tilted("P 1 21/n 1"), _TILTED_SOURCE
    ),
    "monoclinic layers Pc": Prototype(
        "P 1 c 1", "2D", "A3B2X9", _tilted("P 1 c 1"), _TILTED_SOURCE
    ),
    "dimers": Prototype(
        "P63/mmc",
        "0D",
        "A3B2X9",
        _dimers,
        "B. Chabot and E. Parthe, Acta Cryst. B34 (1978) 645, doi:10.1107/S0567740878003684",
    ),
}


def make_prototype(prototype, **ions):
    """Crystal of a metal-halide prototype.

    Parameters
    ----------
    prototype : str
        ``"cubic perovskite"`` or ``"tetragonal perovskite"`` (ABX3), ``"pentahalide"`` (AB2X5),
        ``"elpasolite"`` (A2BCX6), ``"isolated octahedra"`` (A2BX6), or with the formula A3B2X9
        ``"trigonal layers"``, ``"monoclinic layers P21/a"``, ``"monoclinic layers P21/n"``,
        ``"monoclinic layers Pc"`` or ``"dimers"``.
    **ions : str
        Ion on each site of the formula: ``A="Cs"``, or a mixture, ``X="I0.7Br0.3"``. ``"MA"`` is
        methylammonium and ``"FA"`` formamidinium, whose carbon and nitrogen share the position of
        the site; hydrogen is left out. ``"Sn4"`` is tin(IV), likewise other tetravalent metals.

    Returns
    -------
    Crystal
        With a cell modelled from ionic radii. ``metadata`` has the prototype, the formula and the
        dimensionality.

    Raises
    ------
    ValueError
        If the prototype or an ion is unknown, or the ions are not those of its sites.

    Examples
    --------
    >>> from skxrd.crystal import make_prototype
    >>> make_prototype("cubic perovskite", A="FA", B="Pb", X="I0.8Br0.2")
    Crystal('FAPb(I0.8Br0.2)3', Pm-3m (221), 6 sites, 249.8 cubic angstrom)
    """
    if prototype not in PROTOTYPES:
        raise ValueError(
            f"prototype {prototype!r} is not known; choose among {', '.join(PROTOTYPES)}."
        )
    entry = PROTOTYPES[prototype]
    expected = [letter for letter in entry.formula if letter.isalpha()]
    if sorted(ions) != sorted(expected):
        raise ValueError(
            f"prototype {prototype!r} has the sites {', '.join(expected)} but got "
            f"{', '.join(sorted(ions)) or 'none'}; name an ion for each."
        )
    cell, sites = entry.build({site: mean_radius(text) for site, text in ions.items()})
    atoms = [
        (element, position, occupancy, u_iso)
        for site, position in sites
        for element, occupancy, u_iso in scatterers(ions[site])
    ]
    elements, positions, occupancy, u_iso = zip(*atoms, strict=True)
    formula = _formula(entry.formula, ions)
    return Crystal(
        cell,
        elements,
        positions,
        space_group=entry.space_group,
        occupancy=occupancy,
        u_iso=u_iso,
        name=formula,
        metadata={
            "prototype": prototype,
            "formula": formula,
            "dimensionality": entry.dimensionality,
        },
    )


def _formula(pattern, ions):
    text = ""
    for position, letter in enumerate(pattern):
        if letter.isdigit():
            text += letter
            continue
        ion = ions[letter]
        if ion[:-1].isalpha():
            ion = ion.removesuffix("4")  # "Sn4" is tin(IV), "I0.6Br0.4" a mixture
        counted = pattern[position + 1 : position + 2].isdigit()
        grouped = any(map(str.isdigit, ion)) or (counted and ion in ("MA", "FA"))
        text += f"({ion})" if grouped else ion
    return text
