"""Tables of the pages, rendered from the results.

``render("cases space_group")`` gives what stands between ``<!-- table: cases space_group -->`` and
``<!-- end -->``; ``python -m benchmarks.tools.quoted_numbers --write`` writes it there.
"""

import json

import pandas as pd

from benchmarks.tools.record import RESULTS

#: Of a classifier that is in several, the first counts.
CASES = (
    *("table1", "table1_cases12", "table1_others", "table1_dimensionality", "table1_grouped"),
    *("table1_tuned", "table1_tuned_grouped"),
)
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
N_DEPENDENCIES = 12  # the largest
#: classifiers that the README shows, as it calls them
IN_README = {
    "residual network": "**residual network** (ours)",
    "SVM": "SVM",
    "1-NN cosine": "nearest neighbour, cosine",
    "a-CNN": "a-CNN, the published network",
    "majority": "majority class",
}


def render(words):
    """Markdown of the table that the words of a mark name."""
    kind, *rest = words.split()
    if kind == "cases":
        return cases(*rest)
    if kind == "readme":
        return readme()
    if kind in OTHERS:
        return OTHERS[kind]()
    table = points(kind)
    for condition in rest:
        name, _, value = condition.partition("=")
        table = table[table[name].astype(str) == value]
    return as_table(table, kind)


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


def summary_of(target):
    """Summaries of the cases on the measured films; of several results, the first counts."""
    found = [json.loads((RESULTS / f"studies/{name}.json").read_text()) for name in CASES]
    table = pd.concat(
        [pd.DataFrame(part["summary"]).assign(repeats=part["n_repeats"]) for part in found],
        ignore_index=True,
    )
    table = table[table["target"] == target]
    return table.drop_duplicates(["classifier", "case", "grouped"])


def cases(target):
    """Results of the cases on the measured films, as Markdown."""
    table = summary_of(target)
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


def readme():
    """Accuracy of a few classifiers in Case 3, both targets, as Markdown."""
    cells, heads = {name: [] for name in IN_README}, []
    for target in ("space_group", "dimensionality"):
        table = summary_of(target)
        table = table[(table["case"] == 3) & ~table["grouped"]].set_index("classifier")
        best = table["accuracy"].loc[list(IN_README)].max()
        for name, column in cells.items():
            row = table.loc[name]
            accuracy = f"{row['accuracy']:.3f}"
            accuracy = f"**{accuracy}**" if row["accuracy"] == best else accuracy
            column.append(f"{accuracy} ({row['accuracy_low']:.2f} to {row['accuracy_high']:.2f})")
        heads.append(f"{target.replace('_', ' ')}, {table['n_films'].max()} films")
    lines = ["| classifier | " + " | ".join(heads) + " |", "|---|---|---|"]
    lines += [f"| {IN_README[name]} | " + " | ".join(row) + " |" for name, row in cells.items()]
    return "\n".join(lines)


def causes():
    """How frequent each property is, as Markdown."""
    from skxrd.inspection._causes import CAUSES

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


def cold_start():
    """Seconds and memory of a call of each command, as Markdown."""
    content = json.loads((RESULTS / "speed/cold_start.json").read_text())
    lines = ["| command | seconds | the first time | memory, MB |", "|---|---|---|---|"]
    for verb, run in content["verbs"].items():
        cells = f"{run['seconds']:.1f} | {run['seconds_cold']:.1f} | {run['megabytes']:.0f}"
        lines.append(f"| `{verb}` | {cells} |")
    return "\n".join(lines)


def install_size():
    """Disk use of the dependencies with what only they need, as Markdown."""
    costs = json.loads((RESULTS / "speed/install_size.json").read_text())["dependencies"]
    lines = ["| package | MB | alone | modules of skxrd that import it |", "|---|---|---|---|"]
    order = sorted(costs, key=lambda name: -costs[name]["megabytes_with_what_goes"])
    for name in order[:N_DEPENDENCIES]:
        cost = costs[name]
        cells = f"{cost['megabytes_with_what_goes']:.0f} | {cost['megabytes']:.0f}"
        where = f": `{cost['module']}`" if cost["module"] else ""
        lines.append(f"| {name} | {cells} | {cost['imported_by']}{where} |")
    return "\n".join(lines)


def sets():
    """Coverage and size of prediction sets on the measured films, as Markdown."""
    content = json.loads((RESULTS / "studies/prediction_sets.json").read_text())
    heads = "accuracy | error | with temperature | 90 % sets cover | classes in a set"
    lines = [f"| classifier | {heads} | repeats |", "|---|---|---|---|---|---|---|"]
    calibrated = {"case 3": "Case 3, calibrated on the other folds"}
    calibrated |= {"case 2": "Case 2, calibrated on simulated powders"}
    calibrated |= {"twins": "Case 3, near-twins kept on one side"}
    runs = [run for part in ("quick", "network") for run in content["parts"].get(part, {}).items()]
    twins = content["parts"].get("twins", {})
    runs += [(name, {"twins": of["case 3"]}) for name, of in twins.items()]
    for case, words in calibrated.items():
        if any(case in of for _, of in runs):
            lines.append(f"| *{words}* | | | | | | |")
        for name, run in [(name, of[case]) for name, of in runs if case in of]:
            numbers = [run["accuracy"], run["calibration_error"]]
            numbers += [run.get("calibration_error_temperature")]
            cells = ["" if number is None else f"{number:.2f}" for number in numbers]
            low, high = run.get("coverage_low"), run.get("coverage_high")
            limits = "" if low is None else f" ({low:.2f} to {high:.2f})"
            cells += [f"{run['coverage']:.2f}{limits}", f"{run['set_size']:.1f}"]
            lines.append(f"| {name} | " + " | ".join([*cells, str(run["n_repeats"])]) + " |")
    return "\n".join(lines)


def augmentation_comparison():
    """Accuracy by kind of augmentation, and its standard error over repeats, as Markdown."""
    content = json.loads((RESULTS / "studies/augmentation_comparison.json").read_text())
    table = pd.DataFrame(content["summary"])
    columns = {"SVM, real": ("real", "SVM"), "a-CNN, real": ("real", "a-CNN")}
    columns |= {
        f"{name}, twins apart": (f"{kind}, twins apart", classifier)
        for name, (kind, classifier) in columns.items()
    }
    columns["SVM, virtual"] = ("virtual", "SVM")
    rows = {name: [] for name in [*dict.fromkeys(table["augmentation"]), "repeats"]}
    for kind, classifier in columns.values():
        of = table[(table["kind"] == kind) & (table["classifier"] == classifier)]
        for _, row in of.iterrows():
            rows[row["augmentation"]].append(f"{row['accuracy']:.3f} ± {row['accuracy_se']:.3f}")
        rows["repeats"].append(str(of["n_repeats"].min()))
    lines = ["| augmentation | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]
    return "\n".join(lines)


#: kinds of scans without a phase of the training, as the page calls them
UNKNOWN = {
    "noise": "noise (simulated)",
    "glass": "glass (simulated)",
    "measured minerals": "measured powders of minerals",
    "measured oxides and precursors": "measured powders of oxides and precursors",
    "simulated powders of structure types": "simulated powders of nineteen structure types",
    "relatives": "films of Cs/FA/MA lead iodides from another laboratory",
}


def network_augmentation():
    """The a-CNN by what its added rows are, as Markdown."""
    content = json.loads((RESULTS / "studies/network_augmentation.json").read_text())
    ahead = {lead["ahead_of"]: lead for lead in content["leads"]}
    lines = ["| added rows | accuracy | F1 macro | physics is ahead by |", "|---|---|---|---|"]
    for row in content["accuracies"]:
        name = row["sampler"]
        limits = f"({row['accuracy_low']:.2f} to {row['accuracy_high']:.2f})"
        cells = f"{row['accuracy']:.3f} {limits} | {row['f1_macro']:.3f}"
        lead = ""
        if name in ahead:
            lead = "{lead:.3f} ({low:.3f} to {high:.3f})".format(**ahead[name])
        lines.append(f"| {name} | {cells} | {lead} |")
    return "\n".join(lines)


def unknown():
    """How often scans without a known class are told from films, as Markdown."""
    content = json.loads((RESULTS / "studies/unknown_scans.json").read_text())
    found = content["results"]["shuffled"]
    lines = ["| unknown scans | number | area under the ROC curve | called unlike |"]
    lines.append("|---|---|---|---|")
    for kind, words in UNKNOWN.items():
        run = found["kinds"][kind]
        lines.append(
            f"| {words} | {run['n_scans']} | {run['auroc']:.2f} | {run['called novel']:.0%} |"
        )
    lines.append(
        f"| *films of the test folds, by mistake* | | | {found['known called novel']:.0%} |"
    )
    return "\n".join(lines).replace("%", " %")


#: tables without further words
OTHERS = {
    "network_augmentation": network_augmentation,
    "augmentation_comparison": augmentation_comparison,
    "causes": causes,
    "cold_start": cold_start,
    "install_size": install_size,
    "sets": sets,
    "unknown": unknown,
}
