"""Structures and patterns of the parts that `train_network.py` trains and tests."""

import numpy as np

from benchmarks.powders.measured_structures import (
    all_crystals,
    all_labels,
    cell_factor,
    mineral_weights,
    split_minerals,
    volumes_of_atoms,
)
from benchmarks.powders.mixed_batches import MixedBatches
from benchmarks.powders.network_scores import structure_types
from skxrd.crystal import longest_spacings
from skxrd.io import iter_crystals
from skxrd.powders import (
    PatternBatches,
    ReflectionStore,
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
U_ISO = (0.004, 0.025)  # displacements of computed structures in trainings with measured ones
LARGE_ERROR = 0.1  # of the logarithm of a spacing
RANGES = {"first_angle": (0, 30), "last_angle": (45, 125)}  # a third of the scans begin at 10


def computed_rows(labels, untrained, split):
    """Computed structures, without formulas of the rows that are not trained on."""
    rows = np.setdiff1d(select_powders(labels, "all"), select_powders(labels, "known"))
    if split == "formula":
        formulas = labels["reduced_formula"]
        rows = rows[~formulas.iloc[rows].isin(formulas.iloc[untrained]).to_numpy()]
    return rows


def spacing_targets(store, parts):
    """Logarithms of the longest spacings in units of a large error; NaN for rows of the test."""
    rows = np.concatenate([rows for part, rows in parts.items() if "test" not in part])
    targets = np.full((len(store), 12), np.nan, np.float32)
    targets[rows] = [np.log(longest_spacings(store[row])) / LARGE_ERROR for row in rows]
    return targets


def batches_of(store, rows, train, args, *, seed, shuffle, kind=None, mixed=None):
    """Patterns of some rows; ``mixed``, for training, has the arguments of MixedBatches."""
    kinds = [kind or args.conditions] + ["processed"] * (kind is None and args.processed)
    grid = np.linspace(10, 110, N_ANGLES[args.network])
    simulators = []
    for one in kinds:
        conditions = powder_conditions(one)
        if shuffle and args.strain:
            conditions["lattice_strain"] = (-args.strain, args.strain)
            conditions["anisotropic_strain"] = (0, args.strain / 3)
        if mixed:
            conditions["u_iso"] = U_ISO
        simulators.append(PowderSimulator(grid, **conditions))
        if one != "paper":
            simulators.append(PowderSimulator(grid, **conditions, doublet=True))
    options = {"rows": rows, "batch_size": args.batch_size, "shuffle": shuffle}
    if kinds != ["paper"]:
        options |= {**RANGES, "impurity_rows": train}
        options["fill_value"] = np.nan if args.network == "ours" else 0.0
    source = MixedBatches if mixed else PatternBatches
    return source(store, simulators, random_state=seed, **options, **(mixed or {}))


def open_store(source, keep, measured):
    """Reflection lists and labels of the computed structures, and of the measured ones if asked."""
    options = {"d_min": D_MIN, "n_jobs": 2}
    if measured:
        path = keep / "reflections_all"
        try:  # without reading all structures again
            store = ReflectionStore(path)
        except ValueError:
            store = write_reflection_store(all_crystals(source), path, on_error="skip", **options)
        return store, all_labels(source, store)
    crystals = iter_crystals(source / "crystals", batch_size=1000)
    store = write_reflection_store(crystals, keep / "reflections", **options)
    return store, read_powder_labels(source / "crystals", store).assign(measured=False)


def divide(labels, args):
    """Rows of each part, and of minerals of each part."""
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
    parts = {"train": train, "held": held, "test": test}
    if args.measured:
        minerals = split_minerals(labels, train, held, test, random_state=args.seed)
        parts |= dict(zip(("minerals", "held minerals", "test minerals"), minerals, strict=True))
    return parts


def mixture(source, store, labels, parts, args):
    """Arguments of MixedBatches, and the pairs from which the factor of the cells was found."""
    train, minerals = parts["train"], parts["minerals"]
    factor, pairs = cell_factor(
        volumes_of_atoms(source, store, labels, minerals),
        volumes_of_atoms(source, store, labels, train),
    )
    share = args.measured_share
    weights = mineral_weights(labels, minerals).to_numpy()
    mixed = {
        "weights": np.r_[
            np.full(len(train), (1 - share) / len(train)), share * weights / weights.sum()
        ],
        "n_patterns": args.patterns or len(train) + len(minerals),
        "n_computed": int((~labels["measured"]).sum()),
        "factor": factor,
    }
    return mixed, pairs


def sources_of(store, parts, mixed, args):
    """Batches of each part."""
    train, seed = parts["train"], args.seed
    held, n_held = parts["held"], args.validation or len(parts["held"])
    taught, watched = train, held[:: max(1, len(held) // n_held)]
    if args.measured:
        taught = np.concatenate([train, parts["minerals"]])
        watched = np.concatenate([watched, parts["held minerals"]])
    fixed = {"shuffle": False}
    found = {
        "train": batches_of(store, taught, taught, args, seed=seed, shuffle=True, mixed=mixed),
        "watched": batches_of(store, watched, train, args, seed=seed + 1, **fixed),
        "held": batches_of(store, held, train, args, seed=seed + 1, **fixed),
    }
    tested, seed = ("held", seed + 1) if args.trial else ("test", seed + 2)
    kinds = [args.conditions]
    if args.conditions == "measured" and not args.measured:
        kinds.append("paper")
    tests = {
        f"{kind} conditions": batches_of(
            store, parts[tested][:: args.test_every], train, args, seed=seed, kind=kind, **fixed
        )
        for kind in kinds
    }
    if args.measured:
        minerals = parts["minerals"]
        found["held minerals"] = batches_of(
            store, parts["held minerals"], minerals, args, seed=args.seed + 1, **fixed
        )
        kinds += ["processed"] * args.processed
        tests |= {
            f"{kind} conditions, minerals": batches_of(
                store, parts[f"{tested} minerals"], minerals, args, seed=seed, kind=kind, **fixed
            )
            for kind in kinds
        }
    return found, tests


def scored_apart(labels, parts, args):
    """Masks of rows that are also scored by themselves."""
    apart = {}
    if args.subset == "all":
        apart["known compounds"] = labels["known"].to_numpy(bool)
    seen = parts["train"]
    if args.start:  # an earlier training may have seen everything else
        tested = np.concatenate([parts["held"], parts["test"]])
        seen = np.setdiff1d(select_powders(labels, "all"), tested)
    if args.measured:
        seen = np.concatenate([seen, parts["minerals"]])
    types, formulas = structure_types(labels), labels["reduced_formula"]
    apart["types not trained on"] = ~types.isin(types.iloc[seen]).to_numpy()
    if args.split == "random":
        apart["formulas not trained on"] = ~formulas.isin(formulas.iloc[seen]).to_numpy()
    return apart
