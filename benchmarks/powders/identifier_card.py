"""The card of the identifier: what was measured, as tables for the guide."""

from pathlib import Path

from skxrd._files import replaced_file
from skxrd.powders._identifier_model import PARAMETERS

CARD = PARAMETERS.with_suffix(".md")
_NAMES = {
    "crystal_system": "crystal system",
    "extinction_group": "extinction group",
    "space_group": "space group",
}
_KINDS = {
    "mineral": "measured minerals, one phase each as far as is known",
    "pair": "sums of two measured minerals, 30 to 50 % the second",
    "mixture": "weighed mixtures of two or three precursors (Dara)",
}
_LEFT_OUT = {
    "compound": "its compound is left out (same formula or name, same space group)",
    "compound_and_relatives": "all of its space group with nearly its cell (3 %) are left out, too",
}


def write_card(results, path=CARD):
    """Write the tables of a result of ``fit_identifier.py``."""
    with replaced_file(path) as temporary:
        Path(temporary).write_text("\n".join(card_lines(results)) + "\n", encoding="utf-8")


def card_lines(results):
    """Lines of the card."""
    yield (
        f"{results['scans']} measured minerals of RRUFF in {results['clusters']} clusters of "
        "similar patterns (no trigonal one is among them). Every number is of scans whose cluster "
        "was not in the fit. Labels are those of the collection: of the mineral, not of the "
        "specimen, and other descriptions of the same structure count as wrong."
    )
    yield ""
    yield (
        "| level | right | among five | calibration error | answered with 0.9 or more | "
        "right of these |"
    )
    yield "|---|---|---|---|---|---|"
    for level, one in results["both"].items():
        cells = [one[key] for key in ("accuracy", "among_five", "calibration_error")]
        cells += [one["probability_of_0.9"], one["right_of_these"]]
        yield f"| {_NAMES[level]} | {' | '.join(map(_text, cells))} |"
    alone = results["network_alone"]
    yield ""
    chance = ", ".join(map(_text, results["calibration_error_by_chance"].values()))
    yield (
        f"Exact probabilities would have calibration errors of {chance}, with so few scans. "
        f"The look-up alone names {_text(results['look_up_alone_space_group'])} of the space "
        f"groups, the network alone {_text(alone['space_group']['accuracy'])} (crystal systems: "
        f"{_text(alone['crystal_system']['accuracy'])})."
    )
    yield ""
    yield "| 90 % set | holds the true class | mean size | median size |"
    yield "|---|---|---|---|"
    for level, one in results["sets"].items():
        yield (
            f"| {_NAMES[level]} | {_text(one['coverage'])} | {one['mean_size']:g} | "
            f"{one['median_size']} |"
        )
    yield ""
    yield (
        "| minerals found right | told from known ones (area under the curve) | said to be not in "
        "the library | space group right | calibration error |"
    )
    yield "|---|---|---|---|---|"
    for kind, one in results["left_out"].items():
        group = one["space_group"]
        cells = [one["unknown_against_known_auroc"], one["said_to_be_unknown"]]
        cells += [group["accuracy"], group["calibration_error"]]
        yield f"| {_LEFT_OUT[kind]} ({one['scans']}) | {' | '.join(map(_text, cells))} |"
    known = results["known_said_to_be_unknown"]
    yield f"| nothing is left out | | {_text(known)} | | |"
    yield ""
    yield "| scans | number | said to be mixtures |"
    yield "|---|---|---|"
    for kind, one in results["said_to_be_mixtures"].items():
        yield f"| {_KINDS[kind]} | {one['scans']} | {_text(one['said'])} |"


def _text(value):
    return "none" if value is None else f"{value:.2f}"
