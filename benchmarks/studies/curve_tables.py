"""Write the points of the study's curves into ``docs/study.md``, and draw them.

Run as ``python -m benchmarks.studies.curve_tables`` after ``curves.py``. Between the marks ``<!--
table: PART -->`` and ``<!-- end -->`` of the page stands what is in
``benchmarks/results/studies/curves_PART.json`` and ``curves_PART_NAME.json``, and nothing else.
Pictures are ``docs/images/study_PART.png``.
"""

import json
import re
from pathlib import Path

import pandas as pd

from benchmarks.tools.record import RESULTS
from skxrd.inspection import CurveDisplay
from skxrd.inspection._causes import CAUSES

PAGE = Path(__file__).parents[2] / "docs/study.md"
#: Of a classifier that is in several, the first counts.
CASES = (
    *("table1", "table1_cases12", "table1_others", "table1_dimensionality", "table1_grouped"),
    *("table1_tuned", "table1_tuned_grouped"),
)
IMAGES = PAGE.parent / "images"
#: Columns whose values stand in a row of the table, those that head its columns, their words.
PARTS = {
    "augmentation": (
        ["classifier", "n_simulated"],
        "n_experimental",
        "made from measured ones:",
    ),
    "step": (["classifier", "scan"], "step", "step in degrees:"),
    "films": (["classifier", "split"], "n_measured", "measured films in training:"),
    "samplers": (["classifier"], "sampler", ""),
}
WORDS = {"n_simulated": "made from simulated ones", "scan": "scan", "split": "split"}


def points(part):
    """All committed points of a part."""
    found = []
    for path in sorted((RESULTS / "studies").glob(f"curves_{part}*.json")):
        found.append(pd.DataFrame(json.loads(path.read_text())["points"]))
    table = pd.concat(found, ignore_index=True)
    table["split"] = table["grouped"].map({False: "shuffled", True: "twins apart"})
    return table


def as_table(table, part):
    """Accuracy and its interval, as Markdown."""
    if table.empty:
        return "Not run yet."
    rows, heading, words = PARTS[part]
    if table[rows[-1]].nunique() == 1 and len(rows) > 1:
        rows = rows[:-1]
    columns = list(dict.fromkeys(table[heading]))
    columns = columns if heading == "sampler" else sorted(columns)
    names = [WORDS.get(name, name) for name in rows]
    shown = [f"{words} {columns[0]:g}" if words else columns[0]] if words else [columns[0]]
    shown += [f"{value:g}" if words else value for value in columns[1:]]
    lines = ["| " + " | ".join([*names, *shown, "repeats"]) + " |"]
    lines.append("|" + "---|" * (len(names) + len(shown) + 1))
    for keys, part_of in table.groupby(rows, sort=False):
        cells = [f"{key:g}" if isinstance(key, int | float) else str(key) for key in keys]
        by_column = part_of.set_index(heading)
        for value in columns:
            cell = ""
            if value in by_column.index:
                point = by_column.loc[value]
                low, high = point["accuracy_low"], point["accuracy_high"]
                cell = f"{point['accuracy']:.3f} ({low:.2f} to {high:.2f})"
            cells.append(cell)
        lines.append("| " + " | ".join([*cells, str(part_of["n_repeats"].max())]) + " |")
    return "\n".join(lines)


def draw():
    """Draw space groups, Case 3."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

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


def cases(target):
    """Results of the cases on the measured films, as Markdown."""
    found = [json.loads((RESULTS / f"studies/{name}.json").read_text()) for name in CASES]
    table = pd.concat(
        [pd.DataFrame(part["summary"]).assign(repeats=part["n_repeats"]) for part in found],
        ignore_index=True,
    )
    table = table[table["target"] == target]
    table = table.drop_duplicates(["classifier", "case", "grouped"])
    table["column"] = "Case " + table["case"].astype(str)
    table.loc[table["grouped"], "column"] = "Case 3, twins apart"
    cells = table["accuracy"].map("{:.3f}".format)
    main = table["column"] == "Case 3"
    limits = table["accuracy_low"].map("{:.2f}".format) + " to "
    limits += table["accuracy_high"].map("{:.2f}".format)
    table["cell"] = cells.where(~main, cells + " (" + limits + ")")
    by_name = table.pivot(index="classifier", columns="column", values="cell").fillna("")
    third = table[main].set_index("classifier")
    by_name["F1 macro, Case 3"] = third["f1_macro"].map("{:.3f}".format)
    by_name["repeats"] = third["repeats"].astype(str)
    by_name = by_name.loc[third["accuracy"].sort_values(ascending=False).index]
    lines = ["| classifier | " + " | ".join(by_name) + " |"]
    lines.append("|" + "---|" * (1 + by_name.shape[1]))
    for name, row in by_name.iterrows():
        lines.append(f"| {name} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def causes():
    """How frequent each property is, as Markdown."""
    content = json.loads((RESULTS / "studies/misclassification_causes.json").read_text())
    kinds = {
        f"measured, {content['classifier']} wrong": content["measured"]["wrong"],
        f"measured, {content['classifier']} right": content["measured"]["right"],
        **{f"simulated, {name}": shares for name, shares in content["simulated"].items()},
    }
    names = [name for name in content["measured"]["wrong"] if name != "n_films"]
    lines = ["| films | number | " + " | ".join(CAUSES[name] for name in names) + " |"]
    lines.append("|" + "---|" * (2 + len(names)))
    for kind, shares in kinds.items():
        cells = [f"{shares[name]:.2f}" for name in names]
        lines.append(f"| {kind} | {shares['n_films']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    """Fill all marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    for mark in re.findall(r"<!-- table: (.*?) -->", text):
        part, _, chosen = mark.partition(" ")
        table = points(part)
        for condition in chosen.split():
            name, _, value = condition.partition("=")
            table = table[table[name].astype(str) == value]
        pattern = rf"(<!-- table: {re.escape(mark)} -->\n).*?(<!-- end -->)"
        body = as_table(table, part)
        text = re.sub(
            pattern, lambda found, body=body: f"{found[1]}\n{body}\n\n{found[2]}", text, flags=re.S
        )
    bodies = {f"cases {target}": cases(target) for target in ("space_group", "dimensionality")}
    for mark, body in {"causes": causes(), **bodies}.items():
        text = re.sub(
            f"(<!-- {mark} -->\n).*?(<!-- end -->)",
            lambda found, body=body: f"{found[1]}\n{body}\n\n{found[2]}",
            text,
            flags=re.S,
        )
    PAGE.write_text(text, encoding="utf-8")
    draw()


if __name__ == "__main__":
    main()
