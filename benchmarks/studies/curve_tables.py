"""Draw the curves of the study and write the tables of all pages anew.

Run as ``python -m benchmarks.studies.curve_tables`` after ``curves.py``. Pictures are
``docs/images/study_PART.png``; tables are those of ``benchmarks/tools/result_tables.py``.
"""

from pathlib import Path

from benchmarks.tools import quoted_numbers
from benchmarks.tools.result_tables import PARTS, points

IMAGES = Path(__file__).parents[2] / "docs/images"


def draw():
    """Draw space groups, Case 3."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from skxrd.inspection import CurveDisplay

    for part, (_, x, _) in PARTS.items():
        table = points(part)
        table = table[(table["target"] == "space_group") & (table["case"] == 3)]
        # one kind of scan and of split: the published one
        for name, value in (("scan", "step"), ("grouped", False)):
            if name in table:
                table = table[table[name] == value]
        if part == "augmentation":
            table = table[table["classifier"].isin(["SVM", "a-CNN"])]
        curves = ["classifier", "n_simulated"] if part == "augmentation" else "classifier"
        display = CurveDisplay.from_table(table, x, curves=curves)
        display.ax_.set_title("85 measured films, Case 3, space group", loc="left", fontsize=9)
        display.figure_.savefig(IMAGES / f"study_{part}.png", dpi=100)
        plt.close("all")


if __name__ == "__main__":
    draw()
    quoted_numbers.main(["--write"])
