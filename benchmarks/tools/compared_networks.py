"""Networks: training, probabilities and maps, for ``compare_versions.py``."""

import csv
import os
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from compared_physics import crystals_of, one_of_each_prototype
from compared_studies import film_data
from version_names import call, find

GRID = np.linspace(10, 70, 301)
#: Names of history entries that say how long something took.
TIMES = {"seconds", "waited"}


def cubic_and_ordered():
    """Crystals of two space groups, with their codes."""
    make = find("make_prototype")
    cubic = [
        make("cubic perovskite", A=a, B=b, X=x)
        for a in ("Cs", "Rb")
        for b in ("Pb", "Sn")
        for x in ("Cl", "Br", "I")
    ]
    ordered = [
        make("elpasolite", A=a, B="Ag", C="Bi", X=x) for a in ("Cs", "Rb") for x in ("Br", "I")
    ]
    return cubic + ordered * 3, np.repeat([0, 1], 12)


def train(network, batches, codes, *, validation, targets=None, **options):
    """History of two epochs, and a function of batches that predicts."""
    from skxrd import powders

    with tempfile.TemporaryDirectory() as folder:
        settings = {"folder": folder, "epochs": 2, "validation": validation, "targets": targets}
        if hasattr(powders, "BatchTrainer"):
            trainer = powders.BatchTrainer(network, **options)
            return trainer.fit(batches, codes, **settings), trainer.predict_proba
        history = find("train_on_batches")(network, batches, codes, **settings, **options)
        return history, partial(find("predict_on_batches"), network)


def training():
    """Two epochs of tiny networks on batches, in memory and from stores on disk."""
    import keras

    crystals, codes = cubic_and_ordered()
    ReflectionList, longest_spacings = find("ReflectionList"), find("longest_spacings")
    targets = np.array(
        [np.log(longest_spacings(ReflectionList.from_crystal(crystal), 3)) for crystal in crystals]
    )
    simulator = find("PowderSimulator")(GRID, **find("powder_conditions")("measured"))
    PatternBatches = find("PatternBatches")

    def batches(source=crystals, **options):
        return PatternBatches(source, simulator, **{"batch_size": 8, **options})

    def symmetry_network():
        keras.utils.set_random_seed(0)
        return find("build_symmetry_conv")(GRID.size, 2, filters=(8, 8, 12), hidden_units=16)

    def powder_network():
        keras.utils.set_random_seed(0)
        return find("build_powder_conv")(GRID.size, 2, hidden_units=(16, 8), filters=8)

    found = {}
    for name, network, options in (
        ("Adam", symmetry_network(), {}),
        ("Muon with spacings", symmetry_network(), {"optimizer": "muon", "targets": targets}),
        ("Park", powder_network(), {"learning_rate": 0.01}),
    ):
        history, predict = train(
            network, batches(), codes, validation=batches(random_state=9, shuffle=False), **options
        )
        for epoch, entry in enumerate(history):
            for key, value in entry.items():
                if key not in TIMES:
                    found[f"{name} {key} {epoch}"] = np.asarray(value, dtype=float)
        for number, weights in enumerate(network.get_weights()):
            found[f"{name} weights {number}"] = weights
        test = batches(rows=[20, 1, 14], shuffle=False, random_state=5)
        found[f"{name} probabilities"], found[f"{name} rows"] = predict(test)
    found["batch"] = np.asarray(batches().batch(1, 2)[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "patterns")
        find("write_pattern_store")(batches(), path, n_epochs=2)
        found["stored batch"] = np.asarray(find("PatternStore")(path).batch(1, 1)[0])
        path = Path(folder, "reflections")
        find("write_reflection_store")([crystals[:12], crystals[12:]], path)
        stored = find("ReflectionStore")(path)
        found["batch of stored reflections"] = np.asarray(batches(stored).batch(0, 1)[0])
    return found


def identify():
    """Levels of the bundled network for simulated powders and some measured scans."""
    classifier = call(find("load_symmetry_classifier"))
    grid, wavelength = classifier.two_theta_, classifier.wavelength_
    crystals = list(one_of_each_prototype().values()) + cubic_and_ordered()[0][::5]
    found = {}
    for kind in ("paper", "measured"):
        options = {**find("powder_conditions")(kind), "wavelength": wavelength, "random_state": 0}
        X = find("PowderSimulator")(grid, **options).fit_transform(crystals)
        for level, probabilities in classifier.predict_levels(X).items():
            found[f"{kind} {level}"] = probabilities
        found[f"{kind} predicted"] = classifier.predict(X)
    short = np.arange(12, 62, 0.05)
    other = call(
        find("load_symmetry_classifier"), "crystal_system", two_theta=short, wavelength="CoKa"
    )
    options = {"wavelength": "CoKa", "random_state": 0}
    X = find("PowderSimulator")(short, **options).fit_transform(crystals)
    found["cobalt, short"] = other.predict_proba(X)
    if "SKXRD_DATA" in os.environ:
        found |= measured_scans(classifier)
    return found


def measured_scans(classifier):
    """Levels of every sixth of the measured powders."""
    data = Path(os.environ["SKXRD_DATA"])
    stacker = find("PatternStacker")(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    (table,) = Path(__file__).parents[1].rglob("measured_powders.csv")
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::6]
    found = {}
    for row in rows:
        pattern = find("read_pattern")(data / row["path"], wavelength=row["wavelength"] or None)
        X = stacker.fit_transform([pattern])
        for level, probabilities in classifier.predict_levels(X).items():
            found[f"{row['path']} {level}"] = probabilities
    return found


def maps():
    """Activation maps, their faithfulness and response maps of networks of a few epochs."""
    data = film_data()
    X, y, two_theta = data["data"], data["target"], data["two_theta"]
    found = {}
    models = {
        "a-CNN": find("AllConvClassifier")(two_theta, epochs=3, random_state=0),
        "residual": find("ResidualConvClassifier")(two_theta, epochs=3, filters=8, random_state=0),
    }
    for name, model in models.items():
        model.fit(X, y)
        found[f"{name} probabilities"] = model.predict_proba(X[:30])
        found[f"{name} map"] = model.cam(X[:30])
        found[f"{name} contrast"] = np.asarray(find("contrast_map")(model, X[:8])[2])
        faithful = find("map_faithfulness")(model, X[:4], n_parts=10, n_random=3, random_state=0)
        found[f"{name} deletion"] = np.asarray(faithful.deletion)
        found[f"{name} insertion"] = np.asarray(faithful.random_insertion)
    made = find("make_cubic_crystals")(24, random_state=0)
    images = find("DiffractionFingerprint")(n_pixels=16, n_atoms=64).fit_transform(
        crystals_of(made)
    )
    network = find("FingerprintConvClassifier")(
        filters=(8, 8), kernel_size=3, hidden_units=16, epochs=2, random_state=0
    ).fit(images, made.target)
    found["fingerprint probabilities"] = network.predict_proba(images)
    responses = find("attentive_response_maps")(network, images[:3])
    found["responses"], found["filters"] = responses.maps, np.asarray(responses.filters)
    return found
