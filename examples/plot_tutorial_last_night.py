"""
Tutorial: a folder from last night's run
========================================

A furnace run left a folder of scans, one of them cut short. What happened, and when? The scans are
**simulated** here, anatase that turns into rutile, and written first; put a folder of your own in
their place.
"""

# %%
# The folder
# ----------
import tempfile
from pathlib import Path

import numpy as np

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.io import write_pattern
from skxrd.simulation import PowderSimulator

anatase = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd"
)
rutile = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]], "P42/mnm"
)
folder = Path(tempfile.mkdtemp(), "last_night")
folder.mkdir()
grid = np.arange(20, 70, 0.02)
parts = [PowderSimulator(grid, doublet=True).simulate(one).intensity for one in (anatase, rutile)]
random = np.random.default_rng(0)
for number in range(1, 25):
    turned = 1 / (1 + np.exp(-(number - 14) / 2))  # share of the intensity that is rutile's
    counts = random.poisson(30 + 2000 * ((1 - turned) * parts[0] + turned * parts[1]))
    write_pattern(PowderPattern(grid, counts, "CuKa"), folder / f"run_{number}.xy")
(folder / "run_25.xy").write_text("20.00 31\n20.02")

# %%
# Read what can be read
# ---------------------
# A bad file costs only itself: it is named in a warning, the others are read.
import warnings

from skxrd.io import read_patterns

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    scans = read_patterns(folder, on_error="skip")
scans.sort(key=lambda scan: int(scan.name.split("_")[1]))
print(len(scans), "scans;", *(str(w.message).replace(str(folder), "last_night") for w in caught))

# %%
# All scans at a glance
# ---------------------
# Each row is a scan. ``skxrd plot last_night/ --heatmap -o night.png``
import matplotlib.pyplot as plt

from skxrd.inspection import HeatMapDisplay, PatternDisplay

HeatMapDisplay.from_patterns(scans, order="name")
plt.show()

# %%
# Some of them above each other, with the lines of the two structures:
some = scans[::6]
PatternDisplay.from_patterns(some, scale="sqrt", d_axis=True).mark_crystals(
    [anatase, rutile], labels=["anatase", "rutile"]
)
plt.show()

# %%
# Which phases, how much?
# -----------------------
# ``skxrd search last_night/ --elements Ti,O --csv night.csv`` writes this table.
from skxrd.search import PhaseSearch

search = PhaseSearch(elements="Ti,O", max_phases=2)
shown = scans[::2]
matches = search.match(shown)
table = search.search(shown[:3])
print(table[["scan", "phase", "space_group_symbol", "weight_fraction"]].to_string(index=False))

# %%
# The fractions against the number of the scan: the change is half done at the 14th.
numbers = [int(scan.name.split("_")[1]) for scan in shown]
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for symbol, name in (("I41/amd", "anatase"), ("P42/mnm", "rutile")):
    fractions = [
        sum(p.weight_fraction for p in match.phases if p.facts["space_group_symbol"] == symbol)
        for match in matches
    ]
    ax.plot(numbers, fractions, "o-", label=name)
ax.set(xlabel="scan", ylabel="fraction by weight")
ax.legend(frameon=False)
plt.show()

# %%
# A page of the whole night
# -------------------------
# With a heat map of all scans, from which a click leads to each.
# ``skxrd search last_night/ --elements Ti,O --report night.html``
from skxrd.report import make_scan_report

page = make_scan_report(shown, matches, title="Last night's run (simulated)")
(folder / "night.html").write_text(page, encoding="utf-8")
print(f"{len(page) / 1000:.0f} kB")
