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
half of them both K-alpha lines; the test is then made under both conditions. ``--processed`` has
half of the patterns as databases keep scans, without background. ``--strain 0.04``
changes the cells of training crystals by up to 4 % in size, and in shape by a third of that as
their symmetry allows, anew in each epoch: so the network meets isostructural compounds that no
table lists, and cannot learn a cell by heart.

``--computed`` adds the computed structures of the set ``all`` to the training part of the known
ones; held-out and test part stay as they were, and of computed structures those with a formula of
theirs are left out if the split is by formula. ``--spacings`` has the network learn the twelve
longest spacings of the lattice besides; their estimates are thrown away. ``--start NETWORK.keras``
begins with the weights of a network that this script saved, and ``--start FILE.onnx`` with those of
an exported one; ``--average`` takes at the end the best of some averages of the weights before and
after the training, on held-out patterns. ``--trial`` scores the part that is set aside and never
renders the test: what is compared to choose settings is compared so.

``--measured`` adds the measured structures of minerals, which make a ``--measured-share`` of the
patterns; an epoch then has ``--patterns`` patterns, and only ``--validation`` of the held-out
computed structures are looked at after each. Minerals are divided as ``measured_structures.py``
says, and tested apart, under measured conditions only. For a machine with a GPU and many cores:
``--processes --jobs 16``.
"""

import argparse
import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.powders.averaged_weights import average_with_start
from benchmarks.powders.network_scores import memory, rate_of_rendering, scores_of_tests
from benchmarks.powders.restored_network import restored_network
from benchmarks.powders.training_parts import (
    N_ANGLES,
    divide,
    mixture,
    open_store,
    scored_apart,
    sources_of,
    spacing_targets,
)
from benchmarks.tools.record import record
from skxrd._files import replaced_file
from skxrd.crystal import SYMMETRY_LEVELS, symmetry_codes
from skxrd.metrics import fit_temperature
from skxrd.neural import build_powder_conv
from skxrd.powders import BatchTrainer, build_symmetry_conv
from skxrd.powders._trained_network import TrainedNetwork

N_RESTORED = 1024  # patterns for the means and variances of a network from a file


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=["known", "all"], default="known", dest="subset")
    parser.add_argument("--split", choices=["random", "formula"], default="random")
    parser.add_argument("--network", choices=["park", "ours"], default="ours")
    parser.add_argument("--conditions", choices=["paper", "measured"], default="paper")
    parser.add_argument("--processed", action="store_true", help="half as databases keep scans")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--strain", type=float, default=0.0)
    parser.add_argument("--computed", action="store_true", help="train on computed ones too")
    parser.add_argument("--spacings", action="store_true", help="learn them besides")
    parser.add_argument("--measured", action="store_true", help="train on minerals too")
    parser.add_argument("--measured-share", type=float, default=0.4, help="of the patterns")
    parser.add_argument("--patterns", type=int, default=None, help="of an epoch, with --measured")
    parser.add_argument("--validation", type=int, default=None, help="computed ones watched")
    parser.add_argument("--start", type=Path, default=None, help="saved network to begin with")
    parser.add_argument("--average", action="store_true", help="with the weights of --start")
    parser.add_argument("--trial", action="store_true", help="leave the test part alone")
    parser.add_argument("--test-every", type=int, default=1, help="computed ones, 1 is all")
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
    if args.measured and args.crystals:
        parser.error("--measured takes all structures; leave out --crystals.")
    if args.average and not args.start:
        parser.error("--average needs --start, whose weights it takes.")
    if args.computed and args.subset == "all":
        parser.error("--computed adds to --set known; --set all has the computed ones already.")
    return args


def network_of(args, batches):
    import keras

    keras.config.set_dtype_policy(args.precision)
    keras.utils.set_random_seed(args.seed)
    if args.start and args.start.suffix == ".onnx":
        return restored_network(args.start, patterns_of(batches, N_RESTORED))
    n_angles = N_ANGLES[args.network]
    if args.network == "park":
        network = build_powder_conv(n_angles, 230)
    else:
        network = build_symmetry_conv(n_angles, 230)
    if args.start:
        network.set_weights(keras.models.load_model(args.start, compile=False).get_weights())
    return network


def patterns_of(batches, n):
    """The first patterns of an epoch."""
    made = [batches.batch(0, number)[0] for number in range(-(-n // batches.batch_size))]
    return np.concatenate(made)[:n]


def earlier_training(start):
    """What is known of the training of the network that this one begins with."""
    if start is None:
        return {}
    if start.suffix == ".onnx":
        card = TrainedNetwork.read(start).card
        return {
            "started_from": {"file": start.name, **{k: card[k] for k in ("date", "description")}}
        }
    with np.load(start.parent / "checkpoint.npz") as saved:
        history = json.loads(str(saved["history"]))
    hours = sum(entry["seconds"] for entry in history) / 3600
    before = {"folder": start.parent.name, "epochs": len(history), "hours": round(hours, 4)}
    return {"started_from": before}


def main():
    args = arguments()
    source = Path(os.environ["SKXRD_DATA"])
    args.keep.mkdir(parents=True, exist_ok=True)
    store, labels = open_store(source, args.keep, args.measured)
    parts = divide(labels, args)
    numbers = labels["space_group_number"].to_numpy().astype(np.int64)
    codes = numbers - 1
    name = args.name or "_".join(
        ["network", args.subset, args.split, args.network]
        + ["measured"] * (args.conditions == "measured")
        + ["computed"] * args.computed
        + ["minerals"] * args.measured
    )
    workers = args.jobs
    if args.processes:
        context = multiprocessing.get_context("spawn")
        workers = ProcessPoolExecutor(args.jobs, mp_context=context)
    mixed, pairs = mixture(source, store, labels, parts, args) if args.measured else (None, {})
    batches, tests = sources_of(store, parts, mixed, args)
    rendered = rate_of_rendering(batches["train"], workers)
    print({part: len(rows) for part, rows in parts.items()}, pairs, round(rendered), flush=True)
    network = network_of(args, batches["train"])
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
    history, averages = [], {}
    begun = network.get_weights()
    folder = args.keep / f"{name}_{args.conditions}_{args.seed}"
    if args.measured:
        columns = ["formula", "space_group_number", "mineral", "measured"]
        taught = labels.loc[batches["train"].rows, columns]
        with replaced_file(args.keep / f"{name}_trained_on.csv") as temporary:
            taught.drop_duplicates().to_csv(temporary, index=False)
    if args.epochs:
        history = trainer.fit(
            batches["train"],
            codes,
            folder=folder,
            epochs=args.epochs,
            targets=spacing_targets(store, parts) if args.spacings else None,
            validation=batches["watched"],
            progress=lambda entry: print({k: round(v, 4) for k, v in entry.items()}, flush=True),
        )
        if args.average:
            some = patterns_of(batches["train"], N_RESTORED)
            averages = average_with_start(trainer, begun, batches["watched"], numbers, some)
            print(averages, flush=True)
        network.save(folder / "network.keras")
    held = [batches[part] for part in ("held", "held minerals") if part in batches]
    p_held, held_rows = map(
        np.concatenate, zip(*(trainer.predict_proba(some) for some in held), strict=True)
    )
    temperature = fit_temperature(codes[held_rows], p_held, groupings=groupings)
    apart = scored_apart(labels, parts, args)
    tested = scores_of_tests(trainer, tests, numbers, temperature, apart)
    seconds = sum(entry["seconds"] for entry in history)
    used = memory()
    if args.processes:
        workers.shutdown()
    speeds = {"patterns_per_second_rendered_alone": round(rendered)}
    if history:
        waited = sum(entry["waited"] for entry in history)
        speeds |= {
            "patterns_per_second_trained": round(batches["train"].n_rows * len(history) / seconds),
            "share_of_training_spent_waiting_for_patterns": round(waited / seconds, 4),
            "training_hours": round(seconds / 3600, 4),
        }
    record(
        f"powders/{name}",
        command_of(args),
        ["numpy", "numba", "keras", "tensorflow"],
        **demonstration(args, len(parts["train"])),
        n_train=len(parts["train"]),
        n_held_out_for_temperature=len(held_rows),
        n_test=len(parts["test"]),
        n_angles=N_ANGLES[args.network],
        n_weights=network.count_params(),
        n_test_known=int(labels["known"].to_numpy(bool)[parts["test"]].sum()),
        **minerals_used(parts, pairs, batches),
        **{"held_out" if args.trial else "test": tested},
        **averages,
        temperature=round(temperature, 3),
        **speeds,
        **earlier_training(args.start),
        memory_gb=round(used / 1e9, 2),
        history=[{key: round(value, 4) for key, value in entry.items()} for entry in history],
    )


def minerals_used(parts, pairs, batches):
    """Numbers of measured structures, and how cells were rescaled."""
    if not pairs:
        return {}
    return {
        "n_minerals": {part: len(rows) for part, rows in parts.items() if "minerals" in part},
        "patterns_of_an_epoch": batches["train"].n_rows,
        "cell_factor": pairs,
    }


def demonstration(args, n_train):
    """What to say of a training on a part of the crystals."""
    if not args.crystals:
        return {}
    text = (
        f"trained on a random part of {n_train:,} crystals for {args.epochs} epochs: shows "
        "that the steps work together, not what the network can reach; rates are those of a "
        "machine that had other work"
    )
    return {"demonstration": text}


def command_of(args):
    """The command, without places of this machine."""
    start = args.start and (
        args.start.name
        if args.start.suffix == ".onnx"
        else f"{args.start.parent.name}/{args.start.name}"
    )
    options = [
        f"--set {args.subset} --split {args.split} --network {args.network}",
        f"--conditions {args.conditions} --epochs {args.epochs} --batch-size {args.batch_size}",
        f"--optimizer {args.optimizer} --seed {args.seed} --jobs {args.jobs}",
        *([f"--learning-rate {args.learning_rate}"] if args.learning_rate else []),
        f"--precision {args.precision} --strain {args.strain}",
        *(["--processed"] if args.processed else []),
        *(["--computed"] if args.computed else []),
        *([f"--measured --measured-share {args.measured_share}"] if args.measured else []),
        *([f"--patterns {args.patterns}"] if args.patterns else []),
        *([f"--validation {args.validation}"] if args.validation else []),
        *(["--spacings"] if args.spacings else []),
        *([f"--start FOLDER/{start}"] if start else []),
        *(["--average"] if args.average else []),
        *([f"--test-every {args.test_every}"] if args.test_every > 1 else []),
        *(["--trial"] if args.trial else []),
        *([f"--crystals {args.crystals}"] if args.crystals else []),
        *(["--processes"] if args.processes else []),
        *([f"--name {args.name}"] if args.name else []),
    ]
    first = "SKXRD_DATA=... python -m benchmarks.powders.train_network --keep FOLDER"
    return " ".join([first, *options])


if __name__ == "__main__":
    main()
