"""What the blocks of the guide need to run: files and names that a reader has and a test has not.

``PREPARE`` has a function for a page that writes files into the working folder and returns the
names which the blocks take for granted. ``SMALLER`` replaces text of a page, where a number of
epochs or of crystals is a real one; the text has to be there. ``NOT_RUN`` lists blocks that cannot
run here, by their first line, with the reason; ``EXTRAS`` what a block imports, and the package
that an extra of the installation brings for it.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from skxrd import PowderPattern
from skxrd.crystal import make_prototype
from skxrd.datasets import make_thin_films
from skxrd.io import write_crystals, write_pattern
from skxrd.model_selection import make_preparation
from skxrd.simulation import PowderSimulator

ROOT = Path(__file__).parents[1]
GRID = np.arange(10, 60.1, 0.1)
CLASSES = ("Fm-3m", "P-3m1", "Pm-3m")

XRDML = """<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5">
 <xrdMeasurement measurementType="Scan">
  <usedWavelength intended="K-Alpha 1"><kAlpha1 unit="Angstrom">1.5405980</kAlpha1>
   <kAlpha2 unit="Angstrom">1.5444260</kAlpha2>
   <ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>
  <scan scanAxis="Gonio" mode="Continuous"><dataPoints>
   <positions axis="2Theta" unit="deg">
    <startPosition>10.0</startPosition><endPosition>60.0</endPosition></positions>
   <commonCountingTime unit="seconds">1.0</commonCountingTime>
   <intensities unit="counts">{counts}</intensities>
  </dataPoints></scan>
 </xrdMeasurement>
</xrdMeasurements>
"""


# ---------------------------------------------------------------- what readers have and tests not
def films_of_three_classes():
    """Fifteen small virtual films (simulated) and their classes."""
    made = make_thin_films(35, two_theta=GRID, random_state=0)
    kept = [i for i, label in enumerate(made.target) if label in CLASSES]
    return [made.data[i] for i in kept], made.target[kept]


def film_folders():
    """A folder of class folders, ``films/``, and one of unknown films, ``new_films/``."""
    for number, (film, label) in enumerate(zip(*films_of_three_classes(), strict=True)):
        for folder in (Path("films", label), Path("new_films")):
            folder.mkdir(parents=True, exist_ok=True)
            plain = PowderPattern(film.two_theta, film.intensity)
            write_pattern(plain, folder / f"{number:02d}.xy")
    counts = " ".join(str(int(count)) for count in 1000 * film.intensity / film.intensity.max())
    Path("film.xrdml").write_text(XRDML.format(counts=counts))


def rows():
    """Prepared rows of the films, with powders of other crystals beside them."""
    films, labels = films_of_three_classes()
    bromides = [("Cs", "Pb"), ("Cs", "Sn"), ("Rb", "Pb"), ("Rb", "Sn")]
    crystals = [make_prototype("cubic perovskite", A=a, B=b, X="Br") for a, b in bromides]
    crystals += [make_prototype("elpasolite", A=a, B="Ag", C="Bi", X="Br") for a in ("Cs", "Rb")]
    crystals += [make_prototype("trigonal layers", A="Cs", B=b, X="I") for b in ("Sb", "Bi")]
    y = np.r_[["Pm-3m"] * 4, ["Fm-3m"] * 2, ["P-3m1"] * 2, labels]
    simulator = PowderSimulator(GRID, wavelength="CuKa", max_counts=1000, random_state=0)
    patterns = [simulator.simulate(crystal) for crystal in crystals] + films
    groups = np.repeat(["simulated", "experimental"], [len(crystals), len(films)])
    X = make_preparation(GRID, wavelength="CuKa").fit_transform(patterns)
    return {
        **{"two_theta": GRID, "patterns": patterns, "labels": y, "films": films, "film": X[-1]},
        "film_pattern": films[-1],
        **{"X": X, "y": y, "groups": groups},
    }


def scans():
    """A folder of scans, and a network that was trained on nothing."""
    from skxrd.powders import build_symmetry_conv

    film_folders()
    Path("new_films").rename("scans")
    grid = np.linspace(10, 90, 801)
    return {"network": build_symmetry_conv(grid.size), "grid": grid, "temperature": 1.5}


def scans_and_crystals():
    """A folder of scans, and a folder of CIF files."""
    film_folders()
    Path("new_films").rename("scans")
    Path("cifs").mkdir()
    crystals = [make_prototype("cubic perovskite", A="Cs", B="Pb", X=x) for x in ("Cl", "Br")]
    write_crystals(crystals, "cifs/perovskites.cif")
    return {}


def crystal_files():
    """Crystals as files, as tables with labels, and as an object of another program."""
    crystals = [
        make_prototype("cubic perovskite", A=a, B=b, X=x)
        for a in ("Cs", "Rb", "K")
        for b in ("Pb", "Sn")
        for x in ("Cl", "Br", "I")
    ]
    for folder in ("cifs", "structures", "crystals"):
        Path(folder).mkdir()
    write_crystals(crystals[:2], "cifs/perovskites.cif")
    write_crystals(crystals[:2], "structures/perovskites.cif")
    write_crystals(crystals[:1], "quartz.cif")
    path = Path("crystals", "table.parquet")
    write_crystals(crystals, path)
    names = [crystal.name for crystal in crystals]
    labels = {"material_id": names, "reduced_formula": names, "sg_consistent": True}
    labels |= {"in_icsd_list": True, "in_cod_list": False}
    pd.read_parquet(path).assign(**labels).to_parquet(path)
    crystal = crystals[0]
    structure = crystal.to_pymatgen() if find_spec("pymatgen") else None
    return {"crystal": crystal, "structure": structure}


PREPARE = {
    "README.md": film_folders,
    "docs/augmentation.md": rows,
    "docs/calibration.md": rows,
    "docs/cases.md": rows,
    "docs/crystals.md": crystal_files,
    "docs/dtw.md": rows,
    "docs/fingerprints.md": crystal_files,
    "docs/identify.md": scans,
    "docs/inspection.md": rows,
    "docs/install.md": film_folders,
    "docs/neural.md": rows,
    "docs/own_films.md": film_folders,
    "docs/paper_method.md": rows,
    "docs/powders.md": crystal_files,
    "docs/phases.md": scans_and_crystals,
    "docs/preprocessing.md": rows,
    "docs/reading.md": film_folders,
    "docs/simulation.md": crystal_files,
    "docs/study.md": rows,
    "docs/unknown_powder.md": film_folders,
}
SMALLER = {
    "docs/phases.md": [
        (
            'read_patterns("scans/", wavelength="CuKa")',
            'read_patterns("scans/", wavelength="CuKa")[:1]',
        ),
    ],
    "README.md": [("random_state=0)", "random_state=0, epochs=1)")],
    "docs/augmentation.md": [("n_augmented=2000", "n_augmented=50")],
    "docs/cases.md": [
        ("default_classifiers(two_theta)", "default_classifiers(two_theta, n_augmented=20)"),
        ('"residual network"', '"k-NN"'),
        ("for name in names})\n", "for name in names}, cases=[2, 3])\n"),
        ("n_repeats=20", "n_repeats=1"),
        ("n_jobs=2", "n_jobs=1"),
        ("n_jobs=-1", "n_repeats=1"),
        ("Client()", "Client(processes=False, dashboard_address=None)"),
    ],
    "docs/fingerprints.md": [
        ("make_cubic_crystals(random_state=0)", "make_cubic_crystals(40, random_state=0)"),
        ("FingerprintConvClassifier(random_state=0)", "FingerprintConvClassifier(epochs=1)"),
    ],
    "docs/inspection.md": [("random_state=0)", "random_state=0, epochs=1)")],
    "docs/neural.md": [("random_state=0)", "random_state=0, epochs=1)")],
    "docs/own_films.md": [("random_state=0)", "random_state=0, epochs=1)")],
    "docs/paper_method.md": [
        ("default_classifiers(two_theta)", "default_classifiers(two_theta, n_augmented=20)"),
        ("n_repeats=20", "n_repeats=1"),
        ("n_jobs=2", "n_jobs=1"),
    ],
    "docs/powders.md": [
        ("n_jobs=2", "n_jobs=1"),
        ("np.linspace(10, 110, 5001)", "np.linspace(10, 110, 501)"),
        ("build_symmetry_conv(grid.size)", "build_symmetry_conv(grid.size, filters=(8, 8, 16))"),
        ("epochs=50", "epochs=1"),
        ("ProcessPoolExecutor(16,", "ProcessPoolExecutor(1,"),
        ("n_epochs=10", "n_epochs=1"),
        ('Client("scheduler:8786")', "Client(processes=False, dashboard_address=None)"),
    ],
    "docs/simulation.md": [("n_jobs=2", "n_jobs=1"), ("store[1000:1100]", "store[5:10]")],
    "docs/study.md": [
        ("n_simulated=[0, 2000]", "n_simulated=[0, 20], n_experimental=[10]"),
        ("n_repeats=20", "n_repeats=1"),
        ("n_jobs=2", "n_jobs=1"),
    ],
}
# first lines of blocks that cannot run here: {(page, first line): reason}
NOT_RUN = {}
# what a block imports, and the extra that brings it; without it the block is reported as skipped
EXTRAS = {"from dask.": "dask", "export_symmetry_network": "onnx", "write_pattern_store": "zarr"}


# ------------------------------------------------------------------------------- reading the pages
def blocks(page, *languages):
    """Code of a page in one of the languages, as (line number, text)."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, match.start(2)) + 1, match[2])
        for match in re.finditer(r"^```(.*?)\n(.*?)^```$", text, re.S | re.M)
        if match[1] in languages
    ]


PAGES = sorted(
    [page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")]
    + ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
)
WITH_CODE = [page for page in PAGES if blocks(page, "python") and page != "docs/pitfalls.md"]


def made_smaller(page, code, counts):
    """Code of a page with what ``SMALLER`` replaces, whose occurrences are counted."""
    for old, new in SMALLER.get(page, ()):
        counts[old] = counts.get(old, 0) + code.count(old)
        code = code.replace(old, new)
    return code


def missing_extras(code):
    """Packages of extras that code needs and that are not installed."""
    return [name for sign, name in EXTRAS.items() if sign in code and not find_spec(name)]
