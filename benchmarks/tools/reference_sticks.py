"""Reference values for the tests from two independent programs.

Run as ``python -m benchmarks.tools.reference_sticks`` with pymatgen and Dans_Diffraction installed;
writes ``tests/simulation/reference_sticks.json``: for eight crystals the input, sticks by pymatgen
(angle, intensity) and sums of squared structure factors by Dans_Diffraction.
"""

import json
from importlib.metadata import version
from pathlib import Path

import Dans_Diffraction as dans
import numpy as np
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Lattice, Structure

WAVELENGTH, RANGE, SAME_LINE = 1.5405929, (10, 80), 1e-3
# Cells and sites: rock salt and silicon, NBS Circular 539; LaB6 and corundum, cells of NIST SRM
# 660a and 676a; quartz, L. Levien et al., Am. Mineral. 65 (1980) 920; elpasolite, E. T. McClure
# et al., Chem. Mater. 28 (2016) 1348, doi:10.1021/acs.chemmater.5b04231; the last is idealised.
CRYSTALS = {
    "NaCl": ([5.6402] * 3 + [90] * 3, "Fm-3m", {"Na": [0, 0, 0], "Cl": [0.5, 0.5, 0.5]}),
    "Si": ([5.43088] * 3 + [90] * 3, "Fd-3m:1", {"Si": [0, 0, 0]}),
    "LaB6": ([4.1569162] * 3 + [90] * 3, "Pm-3m", {"La": [0, 0, 0], "B": [0.1993, 0.5, 0.5]}),
    "corundum": (
        [4.759091, 4.759091, 12.991779, 90, 90, 120],
        "R-3c:H",
        {"Al": [0, 0, 0.35216], "O": [0.30624, 0, 0.25]},
    ),
    "quartz": (
        [4.916, 4.916, 5.4054, 90, 90, 120],
        "P3221",
        {"Si": [0.4697, 0, 2 / 3], "O": [0.4135, 0.2669, 0.1191 + 2 / 3]},
    ),
    "CsPbBr3": (
        [5.874] * 3 + [90] * 3,
        "Pm-3m",
        {"Cs": [0, 0, 0], "Pb": [0.5, 0.5, 0.5], "Br": [0.5, 0.5, 0]},
    ),
    "Cs2AgBiBr6": (
        [11.2711] * 3 + [90] * 3,
        "Fm-3m",
        {"Cs": [0.25] * 3, "Ag": [0.5, 0, 0], "Bi": [0, 0, 0], "Br": [0.2509, 0, 0]},
    ),
    "Cs3Bi2I9": (
        [8.41, 8.41, 21.18, 90, 90, 120],
        "P63/mmc",
        {
            "Cs": [0, 0, 0.25],
            "Cs+": [1 / 3, 2 / 3, 0.92],
            "Bi": [1 / 3, 2 / 3, 0.154],
            "I": [0.506, 0.494, 0.75],
            "I-": [0.837, 0.163, 0.08],
        },
    ),
}


def reference(cell, space_group, sites):
    """Sticks and squared structure factors of one crystal without displacement and dispersion."""
    elements = [name.strip("+-") for name in sites]
    structure = Structure.from_spacegroup(
        space_group.split(":")[0],
        Lattice.from_parameters(*cell),
        elements,
        list(sites.values()),
    )
    pattern = XRDCalculator(WAVELENGTH).get_pattern(structure, two_theta_range=RANGE)
    model = dans.Crystal()
    model.Cell.latt(cell)
    coords = structure.frac_coords % 1
    model.new_atoms(
        u=coords[:, 0],
        v=coords[:, 1],
        w=coords[:, 2],
        type=[site.specie.symbol for site in structure],
        label=[f"{site.specie.symbol}{i}" for i, site in enumerate(structure)],
        occupancy=np.ones(len(structure)),
        uiso=np.zeros(len(structure)),
        mxmymz=None,
    )
    model.generate_structure()
    model.Scatter.setup_scatter(scattering_type="xray", energy_kev=12.3984197 / WAVELENGTH)
    metric = structure.lattice.reciprocal_lattice_crystallographic.matrix
    reach = (np.array(cell[:3]) / WAVELENGTH * 2).astype(int) + 1
    every = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach)), axis=-1).reshape(-1, 3)
    sine = WAVELENGTH / 2 * np.linalg.norm(every @ metric, axis=1)
    inside = (sine > 0) & (sine < np.sin(np.radians(RANGE[1] / 2 + 1)))
    every, angle = every[inside], 2 * np.degrees(np.arcsin(sine[inside]))
    squared = model.Scatter.x_ray(every)
    return {
        "cell": cell,
        "space_group": space_group,
        "elements": elements,
        "frac_coords": list(sites.values()),
        "two_theta": [round(x, 5) for x in pattern.x],
        "intensity": [round(y, 4) for y in pattern.y],
        "sum_of_squared_factors": [
            round(float(squared[np.abs(angle - x) < SAME_LINE].sum()), 3) for x in pattern.x
        ],
    }


if __name__ == "__main__":
    content = {
        "two_theta, intensity": f"pymatgen {version('pymatgen')}, XRDCalculator",
        "sum_of_squared_factors": f"Dans_Diffraction {version('Dans_Diffraction')}, x_ray, "
        f"over all reflections within {SAME_LINE} degrees",
        "wavelength": WAVELENGTH,
        "two_theta_range": RANGE,
        "crystals": {name: reference(*inputs) for name, inputs in CRYSTALS.items()},
    }
    path = Path(__file__).parents[2] / "tests/simulation/reference_sticks.json"
    path.write_text(json.dumps(content) + "\n")
    print({name: len(c["two_theta"]) for name, c in content["crystals"].items()})
