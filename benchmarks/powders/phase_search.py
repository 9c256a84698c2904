"""Look up measured scans in the library of the package.

Run as ``python -m benchmarks.powders.phase_search [JOBS]`` with ``SKXRD_DATA`` set; it writes
``benchmarks/results/powders/phase_search.json``.

* Minerals (``rruff_dev``, 451 scans, space groups known): the best phase's space group and crystal
  system; how many answers are called certain, and how many of these are right. Then the compound
  that was found is taken out of the library where it was right (same formula or same name, same
  space group), and it is counted how often another phase is named, and called certain. While the
  search was written, every third scan was looked at from the first and from the second; the scans
  from the third were not, and are given apart. The thresholds of second phases and of certainty
  were set on the first two thirds too; an earlier threshold of second phases had been set with
  every tenth scan in view, fifteen of the third among them.
* Mixtures of Dara (40 scans, phases and weights in the file names), with the elements and without.
* Scans of ``measured_powders.csv``.
* Scans of nothing: noise, a glass hump (both simulated), a neutron pattern.
"""

import csv
import os
import re
import sys
from pathlib import Path

import joblib
import numpy as np

from benchmarks.tools.record import record
from skxrd import PowderPattern
from skxrd.crystal import symmetry_codes
from skxrd.io import read_pattern
from skxrd.search import PhaseSearch, load_phase_library
from skxrd.search._match_scan import match_scan
from skxrd.search._phase_fit import ranked_fits
from skxrd.search._prepared_scan import NothingToSearch, prepare_scan

#: Space groups of the phases of the mixtures, older descriptions included, and their elements.
PRECURSORS = {
    "In2O3": ("In2O3", {206, 199}),
    "La(OH)3": ("LaH3O3", {176}),
    "TiO2": ("TiO2", {141, 136}),
    "MnCO3": ("MnCO3", {167}),
    "Li2CO3": ("Li2CO3", {15}),
    "ZrO2": ("ZrO2", {14}),
    "NiO": ("NiO", {225, 166}),
    "Bi2O3": ("Bi2O3", {14}),
    "ZnO": ("ZnO", {186}),
    "V2O5": ("V2O5", {59, 31}),
}
SYSTEMS = symmetry_codes(np.arange(1, 231), "crystal_system")


def minerals(data, jobs):
    """Results of the minerals, of all and of the third that was not looked at."""
    stored = np.load(data / "rruff_dev" / "rruff_dev.npz")
    wavelength = float(stored["wavelength"])
    calls = [
        joblib.delayed(mineral)(stored["two_theta"], row.astype(float), wavelength, int(number))
        for row, number in zip(stored["intensity"], stored["space_group"], strict=True)
    ]
    rows = joblib.Parallel(jobs, verbose=1)(calls)
    return {"all": counted(rows), "not_looked_at": counted(rows[2::3])}


def mineral(two_theta, intensity, wavelength, number):
    """What is found in one scan, and what is left if that phase is taken out."""
    library = load_phase_library()
    pattern = PowderPattern(two_theta, intensity, wavelength, "scan")
    try:
        scan = prepare_scan(pattern)
    except NothingToSearch:
        return {"number": number, "found": []}
    fits = ranked_fits(library, scan, scan.measured)
    found = [int(library.numbers[fit.phase]) for fit in fits]
    row = {"number": number, "found": found[:20], **answer(library, pattern, None)}
    if found and found[0] == number:
        row["without"] = answer(library, pattern, others(library, fits[0].phase))
    return row


def answer(library, pattern, allowed):
    """Whether phases are named, how many, and whether the first is called certain."""
    match = match_scan(library, pattern, allowed=allowed, max_phases=3)
    certain = bool(match.phases) and match.phases[0].certain
    first = match.phases[0].facts["space_group_number"] if match.phases else 0
    return {"n_phases": len(match.phases), "first": first, "certain": certain}


def others(library, phase):
    """Mask of the phases that are not this compound in this space group."""
    own, table = library[phase], _texts(library)
    same = (table["formula"] == own["formula"]) | (table["name"] == own["name"])
    return ~(same & (library.numbers == own["space_group_number"]))


def _texts(library, kept={}):  # noqa: B006 - read once a process
    if not kept:
        frame = library.to_frame()
        kept.update(name=frame["name"].to_numpy(), formula=frame["formula"].to_numpy())
    return kept


def counted(rows):
    """Shares of the scans."""

    def share(values):
        values = list(values)
        return round(float(np.mean(values)), 3) if values else None

    def system(number):
        return int(SYSTEMS[number - 1])

    removed = [row["without"] for row in rows if "without" in row]
    sure = [row for row in rows if row.get("certain")]
    return {
        "scans": len(rows),
        "space_group": share(_right(row) for row in rows),
        "space_group_among_five": share(row["number"] in row["found"][:5] for row in rows),
        "crystal_system": share(
            bool(row["found"]) and system(row["found"][0]) == system(row["number"]) for row in rows
        ),
        "named": share(row.get("n_phases", 0) > 0 for row in rows),
        "said_to_be_mixtures": share(row.get("n_phases", 0) > 1 for row in rows),
        "certain": share(bool(row.get("certain")) for row in rows),
        "certain_and_right": share(row["first"] == row["number"] for row in sure),
        "certain_of_the_right": share(bool(row.get("certain")) for row in rows if _right(row)),
        "compound_taken_out": {
            "scans": len(removed),
            "named": share(one["n_phases"] > 0 for one in removed),
            "certain": share(one["certain"] for one in removed),
        },
    }


def _right(row):
    return row["found"][:1] == [row["number"]]


def mixtures(data, with_elements):
    """Recall and precision of phases of 10 % by weight or more, and errors of the fractions."""
    right = named = missed = 0
    errors = []
    for path in sorted((data / "dara_xrdml/dataset/precursor_mixture").glob("*.xrdml")):
        made = {
            name: float(share.replace("p", "."))
            for name, share in re.findall(r"([A-Za-z0-9()]+)_(\dp\d+)", path.name)
        }
        elements = None
        if with_elements:
            formulas = "".join(PRECURSORS[name][0] for name in made)
            elements = sorted(set(re.findall("[A-Z][a-z]?", formulas)))
        (match,) = PhaseSearch(elements=elements, max_phases=5).match([read_pattern(path)])
        found = {}
        for phase in match.phases:
            facts = phase.facts
            alike = [
                name
                for name in made
                if (facts["formula"], True)
                == (PRECURSORS[name][0], facts["space_group_number"] in PRECURSORS[name][1])
            ]
            named += 1
            for name in alike:
                right += name not in found
                found[name] = found.get(name, 0) + phase.weight_fraction
        missed += sum(share >= 0.1 and name not in found for name, share in made.items())
        errors += [abs(share - found.get(name, 0)) for name, share in made.items()]
    return {
        "recall": round(right / (right + missed), 3),
        "precision": round(right / named, 3),
        "mean_error_of_weight_fractions": round(float(np.mean(errors)), 3),
    }


def listed_scans(data):
    """Single powders with the right space group first, mixtures with a true phase first.

    ``or an older description of it``: In2O3 was described in 199, V2O5 in 31, before 206 and 59.
    """
    counts = {"powder": [0, 0, 0], "mixture": [0, 0, 0]}
    older = {206: {199}, 59: {31}}
    with open(Path(__file__).with_name("measured_powders.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["group"] not in counts:
                continue
            pattern = read_pattern(data / row["path"], wavelength=row["wavelength"] or "CuKa")
            (match,) = PhaseSearch().match([pattern])
            first = match.phases[0].facts["space_group_number"] if match.phases else 0
            true = set(map(int, row["space_groups"].split(";")))
            also = true.union(*(older.get(number, set()) for number in true))
            for place, hit in enumerate((True, first in true, first in also)):
                counts[row["group"]][place] += hit
    return {
        group: {"scans": n, "right": right, "or an older description of it": also}
        for group, (n, right, also) in counts.items()
    }


def nothing():
    """Phases named in scans of nothing."""
    angles, rng = np.arange(10, 90, 0.02), np.random.default_rng(0)
    named = {"noise": 0, "glass": 0}
    for _ in range(20):
        hump = 50 + 400 * np.exp(-(((angles - rng.uniform(18, 30)) / rng.uniform(4, 9)) ** 2))
        for kind, mean in (("noise", np.full(angles.size, 100.0)), ("glass", hump)):
            (match,) = PhaseSearch().match([PowderPattern(angles, rng.poisson(mean), "CuKa")])
            named[kind] += bool(match.phases)
    neutrons = PowderPattern(angles, rng.poisson(hump), 1.5, "n", {"radiation": "neutron"})
    (match,) = PhaseSearch().match([neutrons])
    return {**{f"{kind}, of 20": n for kind, n in named.items()}, "neutrons": len(match.phases)}


def main(jobs=2):
    """Run all, and write the result."""
    data = Path(os.environ["SKXRD_DATA"])
    results = {"nothing": nothing()}
    results["mixtures_with_elements"] = mixtures(data, True)
    results["mixtures"] = mixtures(data, False)
    results["listed_scans"] = listed_scans(data)
    print(results)
    results["minerals"] = minerals(data, jobs)
    command = f"python -m benchmarks.powders.phase_search {jobs}"
    record("powders/phase_search", command, ("numba", "numpy", "scipy"), **results)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
