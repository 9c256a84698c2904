"""
Tutorial: an unknown powder
===========================

One file and no idea what is in it: look at it, list its peaks, identify it, check the answer, and
write a page for a colleague. The file is **simulated** and written first, so that the script runs
anywhere; put the name of your own in its place.
"""

# %%
# A file
# ------
# A powder of two phases with counting noise and the hump of a glass holder.
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
simulator = PowderSimulator(
    np.arange(15, 85, 0.02), doublet=True, impurities=[rutile], impurity_fraction=0.4, hump=0.1,
    sample_displacement=0.04, crystallite_size=500, random_state=1,
)  # fmt: skip
clean = simulator.simulate(anatase)
counts = np.random.default_rng(0).poisson(20 + 3000 * clean.intensity / clean.intensity.max())
path = Path(tempfile.mkdtemp(), "unknown.xy")
write_pattern(PowderPattern(clean.two_theta, counts), path)

# %%
# Read and look
# -------------
# The file does not state its wavelength, as most text files: say what tube it was. Square roots
# show weak peaks beside strong ones. ``skxrd plot unknown.xy --scale sqrt`` draws the same.
import matplotlib.pyplot as plt

from skxrd.inspection import PatternDisplay
from skxrd.io import read_pattern

scan = read_pattern(path, wavelength="CuKa")
PatternDisplay.from_patterns([scan], normalize=False, scale="sqrt", d_axis=True)
plt.show()

# %%
# Its peaks
# ---------
# K-alpha2 is recognised and not listed. The last line is the list as journals print it;
# ``skxrd peaks unknown.xy`` prints both.
from skxrd.preprocessing import find_peaks

peaks = find_peaks(scan)
print(peaks.head(8).round(4).to_string(index=False))
share = 100 * peaks.height / peaks.height.max()
rows = zip(peaks.two_theta, peaks.d, share, strict=True)
print("2theta (d) [I]:", ", ".join(f"{t:.2f} ({d:.3f}) [{i:.0f}]" for t, d, i in rows))

# %%
# What is it?
# -----------
# One verdict from two sources: 58,000 phases that are looked up, and a network for what is in no
# library. The elements help if you know them. ``skxrd identify unknown.xy --elements Ti,O``
from skxrd.powders import PowderIdentifier

identifier = PowderIdentifier(elements="Ti,O")
(found,) = identifier.identify([scan])
print(found.verdict)
print("doubts:", "; ".join(found.doubts) or "none")
columns = ["phase", "formula", "space_group_symbol", "figure_of_merit", "weight_fraction"]
print(found.phase_table()[columns].round(2).to_string(index=False))

# %%
# Is it true?
# -----------
# Measured and calculated must agree line by line; the difference shows what is left, triangles
# mark peaks that no phase explains.
from skxrd.inspection import PhaseMatchDisplay

PhaseMatchDisplay.from_match(found.match, wavelength=scan.wavelength)
plt.show()

# %%
# A figure for the paper
# ----------------------
# The scan in counts with the lines of the phases, at their refined cells, and their indices.
display = PatternDisplay.from_patterns([scan], normalize=False, scale="sqrt", labels=["simulated"])
display.mark_crystals(found.phases, n_hkl=8)
plt.show()

# %%
# A page to send
# --------------
# One file without anything to download: picture to zoom, tables, doubts and what was assumed.
# ``skxrd identify unknown.xy --report page.html``
from skxrd.report import make_scan_report

page = make_scan_report([scan], [found], title="An unknown powder (simulated)")
path.with_suffix(".html").write_text(page, encoding="utf-8")
print(f"{len(page) / 1000:.0f} kB")
