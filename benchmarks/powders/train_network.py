"""Symmetry of any powder: train on rendered patterns of the large crystal collection, and test.

Run as ``python -m benchmarks.powders.train_network --keep FOLDER [--set known|all] [--split
random|formula] [--network park|ours] [--conditions paper|measured] [--epochs N]`` with
``SKXRD_DATA`` set. FOLDER takes the reflection lists (1.3 GB, written once) and a folder for each
training; the same command goes on where a run was killed. Writes
``benchmarks/results/powders/network_SET_SPLIT_NETWORK.json``, or the name that ``--name`` gives.
``--crystals N`` takes a random part of the set: the result is then a demonstration and says so.

Both networks name space groups; probabilities of extinction groups and crystal systems are sums.
A twentieth of the training part is set aside for the temperature. Nothing is chosen by the test
part. Test crystals of whose space group and proportions of elements none was trained on are also
scored apart; after a random split those whose formula was not; of the set ``all``, the known
compounds. ``measured`` cuts the patterns to random ranges, adds the effects of specimens, and gives
half of them both K-alpha lines; the test is then made under both conditions. ``--strain 0.04``
changes the cells of training crystals by up to 4 % in size, and in shape by a third of that as
their symmetry allows, anew in each epoch: so the network meets isostructural compounds that no
table lists, and cannot learn a cell by heart.

``--computed`` adds the computed structures of the set ``all`` to the training part of the known
ones; held-out and test part stay as they were, and of computed structures those with a formula of
theirs are left out if the split is by formula. ``--spacings`` has the network learn the twelve
longest spacings of the lattice besides; their estimates are thrown away. ``--start NETWORK.keras``
begins with the weights of a network that this script saved. ``--trial`` scores the part that is set
aside and never renders the test: what is compared to choose settings is compared so.
"""

import argparse
import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil

from benchmarks.tools.record import record
from skxrd.crystal import (
    SYMMETRY_LEVELS,
    longest_spacings,
    sum_symmetry,
    symmetry_classes,
    symmetry_codes,
)
from skxrd.io import iter_crystals
from skxrd.metrics import expected_calibration_error, fit_temperature, scale_temperature
from skxrd.neural import build_powder_conv
from skxrd.powders import (
    BatchTrainer,
    PatternBatches,
    build_symmetry_conv,
    powder_conditions,
    read_powder_labels,
    select_powders,
    split_powders,
    write_reflection_store,
)
from skxrd.simulation import PowderSimulator

D_MIN = 0.9
N_ANGLES = {"park": 10_001, "ours": 5001}
VALIDATION = 0.05
LARGE_ERROR = 0.1  # of the logarithm of a spacing
SURE = 0.9  # least probability of answers that are scored apart
RANGES = {"first_angle": (0, 30), "last_angle": (45, 125)}  # a third of the scans begin at 10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=["known", "all"], default="known", dest="subset")
    parser.add_argument("--split", choices=["random", "formula"], default="random")
    parser.add_argument("--network", choices=["park", "ours"], default="ours")
    parser.add_argument("--conditions", choices=["paper", "measured"], default="paper")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--strain", type=float, default=0.0)
    parser.add_argument("--computed", action="store_true", help="train on computed ones too")
    parser.add_argument("--spacings", action="store_true", help="learn them besides")
    parser.add_argument("--start", type=Path, default=None, help="saved network to begin with")
    parser.add_argument("--trial", action="store_true", help="leave the test part alone")
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="adam")
    parser.add_argument("--learning-rate", type=float, default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--crystals", type=int, default=None)
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--processes", action="store_true", help="render in processes")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--name", default=None)
    args = parser.parse_args()
    if args.computed and args.subset == "all":
        parser.error("--computed adds to --set known; --set all has the computed ones already.")
    return args


def network_of(args):
    import keras

    keras.config.set_dtype_policy(args.precision)
    keras.utils.set_random_seed(args.seed)
    n_angles = N_ANGLES[args.network]
    if args.network == "park":
        network = build_powder_conv(n_angles, 230)
    else:
        network = build_symmetry_conv(n_angles, 230)
    if args.start:
        network.set_weights(keras.models.load_model(args.start, compile=False).get_weights())
    return network


def computed_rows(labels, untrained, split):
    """Computed structures, without formulas of the rows that are not trained on."""
    rows = np.setdiff1d(select_powders(labels, "all"), select_powders(labels, "known"))
    if split == "formula":
        formulas = labels["reduced_formula"]
        rows = rows[~formulas.iloc[rows].isin(formulas.iloc[untrained]).to_numpy()]
    return rows


def structure_types(labels):
    """Space group and proportions of the elements: alike in all compounds of a structure type."""
    pieces = labels["reduced_formula"].str.findall(r"[A-Z][a-z]?([\d.]*)")
    proportions = pieces.map(lambda numbers: "-".join(sorted(n or "1" for n in numbers)))
    return labels["space_group_number"].astype(str) + " " + proportions


def spacing_targets(store, *parts):
    """Logarithms of the longest spacings in units of a large error; NaN for all other rows."""
    rows = np.concatenate(parts)
    targets = np.full((len(store), 12), np.nan, np.float32)
    targets[rows] = [np.log(longest_spacings(store[row])) / LARGE_ERROR for row in rows]
    return targets


def batches_of(store, rows, train, args, *, seed, shuffle, kind=None, strain=0):
    kind = kind or args.conditions
    grid = np.linspace(10, 110, N_ANGLES[args.network])
    conditions = powder_conditions(kind)
    if strain:
        conditions["lattice_strain"] = (-strain, strain)
        conditions["anisotropic_strain"] = (0, strain / 3)
    simulators = [PowderSimulator(grid, **conditions)]
    options = {}
    if kind == "measured":
        simulators.append(PowderSimulator(grid, **conditions, doublet=True))
        options = {**RANGES, "impurity_rows": train}
        options["fill_value"] = np.nan if args.network == "ours" else 0.0
    return PatternBatches(
        store,
        simulators,
        rows=rows,
        batch_size=args.batch_size,
        shuffle=shuffle,
        random_state=seed,
        **options,
    )


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


def earlier_training(start):
    """Epochs and hours of the training of a network that this script saved."""
    with np.load(start.parent / "checkpoint.npz") as saved:
        history = json.loads(str(saved["history"]))
    hours = sum(entry["seconds"] for entry in history) / 3600
    return {"folder": start.parent.name, "epochs": len(history), "hours": round(hours, 4)}


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


def main():
    args = arguments()
    source = Path(os.environ["SKXRD_DATA"]) / "crystals"
    args.keep.mkdir(parents=True, exist_ok=True)
    store = write_reflection_store(
        iter_crystals(source, batch_size=1000), args.keep / "reflections", d_min=D_MIN, n_jobs=2
    )
    labels = read_powder_labels(source, store)
    rows = select_powders(labels, args.subset)
    if args.crystals:
        rng = np.random.default_rng(args.seed)
        rows = np.sort(rng.choice(rows, args.crystals, replace=False))
    train, test = split_powders(labels, rows, args.split, random_state=args.seed)
    train, held = split_powders(
        labels, train, args.split, test_size=VALIDATION, random_state=args.seed
    )
    if args.computed:
        extra = computed_rows(labels, np.concatenate([held, test]), args.split)
        train = np.union1d(train, extra)
    numbers = labels["space_group_number"].to_numpy()
    codes = numbers.astype(np.int64) - 1
    name = args.name or "_".join(
        ["network", args.subset, args.split, args.network]
        + ["measured"] * (args.conditions == "measured")
        + ["computed"] * args.computed
    )
    workers = args.jobs
    if args.processes:
        context = multiprocessing.get_context("spawn")
        workers = ProcessPoolExecutor(args.jobs, mp_context=context)
    parts = {
        "train": batches_of(
            store, train, train, args, seed=args.seed, shuffle=True, strain=args.strain
        ),
        "held": batches_of(store, held, train, args, seed=args.seed + 1, shuffle=False),
        "test": batches_of(store, test, train, args, seed=args.seed + 2, shuffle=False),
    }
    rendered = rate_of_rendering(parts["train"], workers)
    network = network_of(args)
    before = {"started_from": earlier_training(args.start)} if args.start else {}
    groupings = []
    if args.network == "ours":
        everything = np.arange(1, 231)
        groupings = [symmetry_codes(everything, level) for level in SYMMETRY_LEVELS[:2]]
    trainer = BatchTrainer(
        network,
        optimizer=args.optimizer,
        learning_rate=args.learning_rate,
        groupings=groupings,
        workers=workers,
    )
    history = trainer.fit(
        parts["train"],
        codes,
        folder=args.keep / f"{name}_{args.conditions}_{args.seed}",
        epochs=args.epochs,
        targets=spacing_targets(store, train, held) if args.spacings else None,
        validation=parts["held"],
        progress=lambda entry: print({k: round(v, 4) for k, v in entry.items()}, flush=True),
    )
    network.save(args.keep / f"{name}_{args.conditions}_{args.seed}" / "network.keras")
    p_held, held_rows = trainer.predict_proba(parts["held"])
    temperature = fit_temperature(codes[held_rows], p_held, groupings=groupings)
    tests = {args.conditions: parts["held"] if args.trial else parts["test"]}
    if args.conditions == "measured":
        rows, seed = (held, args.seed + 1) if args.trial else (test, args.seed + 2)
        tests["paper"] = batches_of(
            store, rows, train, args, seed=seed, shuffle=False, kind="paper"
        )
    known = labels["known"].to_numpy()
    formulas = labels["reduced_formula"]
    apart = {}  # parts of the test that are also scored by themselves
    if args.subset == "all":
        apart["known compounds"] = known
    seen = train
    if args.start:  # an earlier training may have seen everything else
        seen = np.setdiff1d(select_powders(labels, "all"), np.concatenate([held, test]))
    types = structure_types(labels)
    apart["types not trained on"] = ~types.isin(types.iloc[seen]).to_numpy()
    if args.split == "random":
        apart["formulas not trained on"] = ~formulas.isin(formulas.iloc[seen]).to_numpy()
    tested = {}
    for kind, batches in tests.items():
        p, where = trainer.predict_proba(batches)
        scaled = scale_temperature(p, temperature)
        tested[f"{kind} conditions"] = scores(numbers[where], p, scaled)
        for what, chosen in apart.items():
            some = chosen[where]
            found = scores(numbers[where[some]], p[some], scaled[some])
            tested[f"{kind} conditions, {what}"] = {"n": int(some.sum()), **found}
    seconds = sum(entry["seconds"] for entry in history)
    used = memory()
    if args.processes:
        workers.shutdown()
    options = [
        f"--set {args.subset} --split {args.split} --network {args.network}",
        f"--conditions {args.conditions} --epochs {args.epochs} --batch-size {args.batch_size}",
        f"--optimizer {args.optimizer} --seed {args.seed} --jobs {args.jobs}",
        *([f"--learning-rate {args.learning_rate}"] if args.learning_rate else []),
        f"--precision {args.precision} --strain {args.strain}",
        *(["--computed"] if args.computed else []),
        *(["--spacings"] if args.spacings else []),
        *([f"--start FOLDER/{args.start.parent.name}/{args.start.name}"] if args.start else []),
        *(["--trial"] if args.trial else []),
        *([f"--crystals {args.crystals}"] if args.crystals else []),
        *(["--processes"] if args.processes else []),
        *([f"--name {args.name}"] if args.name else []),
    ]
    demonstration = {}
    if args.crystals:
        demonstration["demonstration"] = (
            f"trained on a random part of {len(train):,} crystals for {args.epochs} epochs: shows "
            "that the steps work together, not what the network can reach; rates are those of a "
            "machine that had other work"
        )
    record(
        f"powders/{name}",
        " ".join(
            ["SKXRD_DATA=... python -m benchmarks.powders.train_network --keep FOLDER", *options]
        ),
        ["numpy", "numba", "keras", "tensorflow"],
        **demonstration,
        n_train=len(train),
        n_held_out_for_temperature=len(held),
        n_test=len(test),
        n_angles=N_ANGLES[args.network],
        n_weights=network.count_params(),
        n_test_known=int(known[test].sum()),
        **{"held_out" if args.trial else "test": tested},
        temperature=round(temperature, 3),
        patterns_per_second_rendered_alone=round(rendered),
        patterns_per_second_trained=round(len(train) * len(history) / seconds),
        share_of_training_spent_waiting_for_patterns=round(
            sum(entry["waited"] for entry in history) / seconds, 4
        ),
        training_hours=round(seconds / 3600, 4),
        **before,
        memory_gb=round(used / 1e9, 2),
        history=[{key: round(value, 4) for key, value in entry.items()} for entry in history],
    )


def memory():
    """Memory of this process and its workers in bytes, pages that they share counted once."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(process.memory_full_info().pss for process in processes)


if __name__ == "__main__":
    main()
