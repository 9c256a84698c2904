"""Test crystals whose structure type was trained on, from the recorded result of a training.

Run as ``python -m benchmarks.powders.types_trained_on NAME``, where
``benchmarks/results/powders/NAME.json`` is a result of ``train_network.py`` that scores types not
trained on apart: what is correct of all test crystals, less what is correct of those, is of those
that have a relative in the training part, of the same space group and proportions of elements.
Writes ``benchmarks/results/powders/NAME_types_trained_on.json``.
"""

import json
import sys

from benchmarks.tools.record import RESULTS, record
from skxrd.crystal import SYMMETRY_LEVELS

REST = ", types not trained on"


def difference(whole, n_whole, rest):
    """Scores of what is in the whole and not in the rest, by level."""
    n = n_whole - rest["n"]
    return {"n": n} | {
        level: {
            score: round((n_whole * whole[level][score] - rest["n"] * rest[level][score]) / n, 4)
            for score in ("accuracy", "top_5")
        }
        for level in SYMMETRY_LEVELS
    }


def main(name):
    """Write the scores for all conditions of a result."""
    result = json.loads((RESULTS / f"powders/{name}.json").read_text())
    tested = result["test"]
    record(
        f"powders/{name}_types_trained_on",
        f"python -m benchmarks.powders.types_trained_on {name}",
        [],
        **{
            kind.removesuffix(REST): difference(
                tested[kind.removesuffix(REST)],
                tested[kind.removesuffix(REST)].get("n", result["n_test"]),
                rest,
            )
            for kind, rest in tested.items()
            if kind.endswith(REST)
        },
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
