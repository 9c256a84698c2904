"""Scores of a symmetry network at each level, speeds and memory of a training."""

import time

import numpy as np
import psutil

from skxrd.crystal import SYMMETRY_LEVELS, sum_symmetry, symmetry_classes, symmetry_codes
from skxrd.metrics import expected_calibration_error, scale_temperature

SURE = 0.9  # least probability of answers that are scored apart


def scores(numbers, probabilities, scaled):
    """What came of each level: accuracies, calibration errors, and how the sure answers did."""
    found = {}
    for level in SYMMETRY_LEVELS:
        truth = symmetry_codes(numbers, level)
        p, q = sum_symmetry(probabilities, level), sum_symmetry(scaled, level)
        sure = q.max(axis=1) >= SURE
        rank = (p > p[np.arange(len(p)), truth][:, None]).sum(axis=1)
        found[level] = {
            "accuracy": round(float((rank == 0).mean()), 4),
            "top_5": round(float((rank < 5).mean()), 4),
            "calibration_error": round(expected_calibration_error(truth, p), 4),
            "calibration_error_scaled": round(expected_calibration_error(truth, q), 4),
            f"share_with_probability_{SURE}": round(float(sure.mean()), 4),
            "accuracy_of_these": round(float((rank[sure] == 0).mean()), 4) if sure.any() else None,
        }
        if level == "crystal_system":
            found[level]["recall"] = {
                str(name): round(float((rank[truth == code] == 0).mean()), 4)
                for code, name in enumerate(symmetry_classes(level))
                if (truth == code).any()
            }
    return found


def structure_types(labels):
    """Space group and proportions of the elements: alike in all compounds of a structure type."""
    pieces = labels["reduced_formula"].str.findall(r"[A-Z][a-z]?([\d.]*)")
    proportions = pieces.map(lambda numbers: "-".join(sorted(n or "1" for n in numbers)))
    return labels["space_group_number"].astype(str) + " " + proportions


def rate_of_rendering(batches, workers, n_batches=20):
    """Patterns a second when nothing is trained."""
    some = batches.epoch(0, workers=workers)
    next(some)
    start, n = time.perf_counter(), 0
    for _ in range(min(n_batches, len(batches) - 1)):
        n += len(next(some)[0])
    seconds = time.perf_counter() - start
    some.close()
    return n / seconds


def memory():
    """Memory of this process and its workers in bytes, pages that they share counted once."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(process.memory_full_info().pss for process in processes)


def scores_of_tests(trainer, tests, numbers, temperature, apart):
    """Scores of each source of batches, whole and of parts: masks by name that have enough rows."""
    tested = {}
    for kind, batches in tests.items():
        p, where = trainer.predict_proba(batches)
        scaled = scale_temperature(p, temperature)
        tested[kind] = {"n": len(where), **scores(numbers[where], p, scaled)}
        for what, chosen in apart.items():
            some = chosen[where]
            if some.any() and not some.all():
                found = scores(numbers[where[some]], p[some], scaled[some])
                tested[f"{kind}, {what}"] = {"n": int(some.sum()), **found}
    return tested
