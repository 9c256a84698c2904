"""Write a trained symmetry network and its card into the package.

Run as ``python -m benchmarks.powders.export_network --network FOLDER/network.keras --result
benchmarks/results/powders/NAME.json``, with the result that ``train_network.py`` wrote for that
network. With ``SKXRD_DATA`` set, the network then classifies the measured scans of
``measured_powders.csv``, and the card has the accuracies. Writes
``skxrd/powders/data/powder_symmetry.onnx`` and ``.md``; every number about the network is read from
the results.
"""

import argparse
import json
import os
import shlex
from pathlib import Path

import keras
import numpy as np

import skxrd
from benchmarks.powders.network_scores import SURE
from benchmarks.powders.training_parts import RANGES
from benchmarks.tools.record import RESULTS
from skxrd.crystal import SYMMETRY_LEVELS
from skxrd.metrics import scale_temperature
from skxrd.neural._layers import MeasuredAngles
from skxrd.powders import export_symmetry_network, load_symmetry_classifier

FOLDER = Path(skxrd.__file__).parent / "powders" / "data"
SETS = {
    "known": "formula and space group are those of a known compound",
    "all": "the space group is the same at two tolerances",
}
CONDITIONS = {
    "paper": "random profiles and widths, polynomial backgrounds, counting noise",
    "measured": "random profiles, crystallite sizes and strains, cells up to 2 % off, texture, "
    "displacement and zero shift, impurity lines, polynomial backgrounds, humps of glass, air "
    "scatter, counting noise, random measured ranges",
}
PROCESSED = (
    "; half of the patterns as processed scans: sharper lines, fewer counts, intensities scattered "
    "by few crystallites, the background subtracted and what is negative set to zero"
)
CARD = """# Network of powder symmetry

{notice}Predicts the space group of a powder, one of 230; probabilities of the 101 extinction
groups and 7 crystal systems are sums over them. Used by `skxrd identify` and
`skxrd.powders.load_symmetry_classifier`.

## Data

* Structures: 154,925 computed crystal structures of the repository fxcoudert/topology_databases
  (commit 41163fcf52ff9bdb3f993c83ef7eaee6f1676b50, database version 2025.02.12.post), which derive
  from the Materials Project (A. Jain et al., APL Mater. 1 (2013) 011002, doi:10.1063/1.4812323),
  licence CC-BY 4.0. The structures of that repository that came from GNoME, which are
  non-commercial, were left out. Space groups were found by spglib at two tolerances.
* Of these, the set "{subset}": {subset_text}.
  {n_train:,} for training, {n_held:,} for the temperature, {n_test:,} for the test; split by
  {split}.
{minerals}* Patterns: simulated during training, no pattern twice; none of them measured.
* Weights: BSD-3-Clause, as the package.

## Training

`{command}`

{epochs} epochs, {hours} hours ({rate:,} patterns a second){before}. Copper K-alpha,
{first:g} to {last:g} degrees, {n_angles:,} angles, {n_weights:,} weights, stored in half
precision (largest difference of a probability from those of the trained network{precision}:
{change:.0e}). All scans of the training begin by {limits[0]:g} and reach {limits[1]:g} degrees.
Conditions "{conditions}": {conditions_text}{processed}{strained}.{note}

## Accuracy on simulated test patterns

| patterns | level | accuracy | in the first five | calibration error | before the temperature |
|---|---|---|---|---|---|
{levels}

A type is a space group with proportions of the elements. These are probabilities of the pattern
alone; what skxrd gives for scans are means over five sizes of the cell.

{sure}

Temperature {temperature:g}.

## Measured scans, none of them trained on

{measured}

{minerals_classified}

## Limits

* One phase. For a mixture it predicts the symmetry of one phase, or of none.
* Structure types that were not trained on are predicted correctly far less often than others.
* Trained on {structures}, nearly all inorganic: molecular crystals, large cells, modulated
  structures and quasicrystals are outside.
* Strongly textured films show few lines; many symmetries fit fewer than five (the last row of the
  scans above).
* In a powder pattern, absent lines distinguish extinction groups; only intensities distinguish the
  space groups within one.
* Distortions too small to split a line are not detected.
* Probabilities were calibrated on simulated patterns, not on measured ones.
* Scans of other wavelengths are converted through the lattice spacings; intensities stay those of
  their wavelength.

Made from results of {date}; {machine}; {versions}.
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--temperature", type=float, help="[default: that of the result]")
    parser.add_argument("--first", type=float, default=10.0, help="first angle of the grid")
    parser.add_argument("--last", type=float, default=110.0, help="last angle of the grid")
    parser.add_argument("--max-first-angle", type=float, help="[default: as train_network.py cuts]")
    parser.add_argument("--min-last-angle", type=float, help="[default: as train_network.py cuts]")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where model and card go")
    return parser.parse_args()


MINERALS = """* Measured structures: the American Mineralogist Crystal Structure Database
  (R. T. Downs and M. Hall-Wallace, American Mineralogist 88 (2003) 247-250; used with attribution
  to it and to the article of each structure, and not passed on). {minerals:,} for training,
  {held:,} for the temperature and {test:,} for a test. Structures of one mineral name or one
  formula are in one part, and none with a formula of the computed held-out and test structures is
  trained on. They make {share:.0%} of the training patterns. Cells of computed structures are
  rescaled by {factor:.4f}, the median over {n_pairs:,} compounds that both collections hold.
"""


def words_on_minerals(result, command):
    """What the card says of measured structures, if there were any."""
    if "n_minerals" not in result:
        return ""
    numbers, cells = result["n_minerals"], result["cell_factor"]
    return MINERALS.format(
        minerals=numbers["minerals"],
        held=numbers["held minerals"],
        test=numbers["test minerals"],
        share=float(option(command, "--measured-share", "0.4")),
        factor=cells["median"],
        n_pairs=cells["compounds"],
    )


def table_of_minerals(card):
    """Table of the measured minerals, if they were classified by this network."""
    path = RESULTS / "powders/network_on_minerals.json"
    if not path.exists() or json.loads(path.read_text())["network"] != card:
        return ""
    lines = ["| minerals | " + " | ".join(k.replace("_", " ") for k in SYMMETRY_LEVELS) + " |"]
    lines.append("|---|---|---|---|")
    for kind, one in json.loads(path.read_text())["scans"].items():
        cells = [f"{one[k]['accuracy']:.0%} ({one[k]['top_5']:.0%})" for k in SYMMETRY_LEVELS]
        lines.append(f"| {kind}, {one['n']} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Minerals of the RRUFF project (B. Lafuente et al., Highlights in Mineralogical",
        "Crystallography, 2015, 1-30): no scan was trained on, structures of many were:",
        "`benchmarks/powders/network_on_minerals.py`.",
    ]
    return "\n".join(lines)


def option(command, name, default):
    """Value of an option of a recorded command."""
    words = shlex.split(command)
    return words[words.index(name) + 1] if name in words else default


def largest_change(network, path, temperature):
    """Of a probability by the export, on noise with missing angles."""
    rng = np.random.default_rng(0)
    X = rng.random((20, network.input_shape[1]), dtype=np.float32) ** 8
    X[::2, : X.shape[1] // 8] = np.nan
    X /= np.nanmax(X, axis=1, keepdims=True)
    exported = load_symmetry_classifier(path=path).network_.run(X)
    return float(
        np.abs(exported - scale_temperature(network.predict_on_batch(X), temperature)).max()
    )


def words_on_the_start(result):
    """The network that the training began with."""
    before = result.get("started_from")
    if before is None:
        return ""
    if "file" in before:
        return f", from the network of {before['date']} ({before['description']})"
    return (
        f", from the weights of `{before['folder']}` ({before['epochs']} epochs, "
        f"{before['hours']:.2g} hours)"
    )


def table_of_levels(test):
    """Rows of the table of accuracies."""
    rows = []
    for patterns, levels in test.items():
        for level in SYMMETRY_LEVELS:
            one = levels[level]
            rows.append(
                f"| {patterns} | {level.replace('_', ' ')} "
                f"| {one['accuracy']:.1%} | {one['top_5']:.1%} "
                f"| {one['calibration_error_scaled']:.3f} | {one['calibration_error']:.3f} |"
            )
    return "\n".join(rows)


def sentences_of_sure_answers(test):
    """Accuracy of the answers with high probabilities, and recall of each crystal system."""
    patterns, levels = next(iter(test.items()))
    lines = []
    for level in SYMMETRY_LEVELS:
        one, key = levels[level], f"share_with_probability_{SURE}"
        if key in one:
            lines.append(
                f"* {patterns}, {level.replace('_', ' ')}: {one[key]:.0%} of the answers have a "
                f"probability of {SURE} or more; {one['accuracy_of_these']:.0%} of these are "
                "correct."
            )
    found = levels["crystal_system"].get("recall", {})
    if found:
        each = ", ".join(f"{name} {share:.0%}" for name, share in found.items())
        lines.append(f"* {patterns}: crystal systems that are recognised: {each}.")
    return "\n".join(lines)


def table_of_scans(card):
    """Table of the measured scans, if they were classified by this network."""
    path = RESULTS / "powders/measured_powders.json"
    if not path.exists() or json.loads(path.read_text())["network"] != card:
        return "Not tried: run the script with `SKXRD_DATA` set."
    result = json.loads(path.read_text())
    lines = ["| scans | " + " | ".join(level.replace("_", " ") for level in SYMMETRY_LEVELS) + " |"]
    lines.append("|---|---|---|---|")
    for group in ("powder", "mixture", "film"):
        some = result[group]
        cells = [f"{some[k]['accuracy']:.0%} ({some[k]['top_5']:.0%})" for k in SYMMETRY_LEVELS]
        lines.append(f"| {some['n_scans']} of the kind {group} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Correct first, and in brackets among the first five. Of a mixture any phase counts. The",
        "phases are common ones, whose structures may have been trained on. Scans and labels:",
        "`benchmarks/powders/measured_powders.csv`; each scan:",
        "`benchmarks/results/powders/measured_powders.json`.",
    ]
    return "\n".join(lines)


def main():
    args = arguments()
    result = json.loads(args.result.read_text())
    if "test" not in result:
        raise SystemExit(f"{args.result} is a trial; run train_network.py without --trial.")
    command = result["command"]
    network = keras.models.load_model(
        args.network, custom_objects={"MeasuredAngles": MeasuredAngles}, compile=False
    )
    n_angles = network.input_shape[1]
    if n_angles != result["n_angles"] or network.count_params() != result["n_weights"]:
        raise SystemExit(f"{args.result} is not the result of {args.network}.")
    conditions = option(command, "--conditions", "paper")
    cut = conditions == "measured"
    strain = float(option(command, "--strain", "0"))
    halved = option(command, "--precision", "float32") == "mixed_bfloat16"
    limits = (
        args.max_first_angle or (RANGES["first_angle"][1] if cut else args.first),
        args.min_last_angle or (RANGES["last_angle"][0] if cut else args.last),
    )
    temperature = args.temperature or result["temperature"]
    subset = option(command, "--set", "known")
    split = option(command, "--split", "random")
    notice = result.get("demonstration", "")
    epochs = len(result["history"]) + result.get("started_from", {}).get("epochs", 0)
    minerals = result.get("n_minerals", {}).get("minerals")
    processed = "--processed" in shlex.split(command)
    description = (
        f"{result['n_train']} simulated powders of the set {subset}"
        f"{f' and {minerals} measured structures' if minerals else ''}, split by {split}, "
        f"conditions {conditions}{', half processed' if processed else ''}, {epochs} epochs. "
        f"{notice}".strip()
    )
    args.folder.mkdir(exist_ok=True)
    path = args.folder / "powder_symmetry.onnx"
    export_symmetry_network(
        network,
        path,
        np.linspace(args.first, args.last, n_angles),
        temperature=temperature,
        scan_limits=limits,
        description=description,
    )
    change = largest_change(network, path, temperature)
    if args.folder == FOLDER and "SKXRD_DATA" in os.environ:
        from benchmarks.powders.measured_powders import measure

        measure()
    values = {
        "notice": f"**{notice[:1].upper()}{notice[1:]}.**\n\n" if notice else "",
        "subset": subset,
        "subset_text": SETS[subset],
        "split": "chance" if split == "random" else "reduced formula",
        "n_train": result["n_train"],
        "minerals": words_on_minerals(result, command),
        "structures": "computed and measured structures"
        if "n_minerals" in result
        else "computed structures",
        "n_held": result["n_held_out_for_temperature"]
        - result.get("n_minerals", {}).get("held minerals", 0),
        "n_test": next(iter(result["test"].values())).get("n", result["n_test"]),
        "command": command,
        "epochs": len(result["history"]),
        "hours": f"{result['training_hours']:.2g}",
        "rate": result["patterns_per_second_trained"],
        "before": words_on_the_start(result),
        "first": args.first,
        "last": args.last,
        "n_angles": n_angles,
        "n_weights": result["n_weights"],
        "change": change,
        "conditions": conditions,
        "conditions_text": CONDITIONS[conditions],
        "processed": PROCESSED if processed else "",
        "strained": f"; in training, cells up to {strain:.0%} off in size" if strain else "",
        "note": f" Note: {result['note']}." if "note" in result else "",
        "precision": ", which computes in bfloat16" if halved else "",
        "levels": table_of_levels(result["test"]),
        "sure": sentences_of_sure_answers(result["test"]),
        "temperature": temperature,
        "measured": table_of_scans(load_symmetry_classifier(path=path).network_.card),
        "minerals_classified": table_of_minerals(load_symmetry_classifier(path=path).network_.card),
        "date": result["date"],
        "machine": result["machine"],
        "versions": ", ".join(f"{name} {number}" for name, number in result["versions"].items()),
        "limits": limits,
    }
    card = path.with_suffix(".md")
    card.write_text(CARD.format(**values), encoding="utf-8")
    print(f"{path} ({path.stat().st_size / 1e6:.1f} MB) and {card} written; {change:.1e}")


if __name__ == "__main__":
    main()
