"""Fingerprints a second, their agreement with a slow sum, the floor, and a training.

Run as ``python -m benchmarks.speed.fingerprint_speed``; NumPy has one thread, training uses all
cores. Writes ``benchmarks/results/speed/fingerprint_speed.json``.

Fingerprints: 128 atoms, 64 x 64 pixels. Clusters stand ready; from crystals, the time to repeat the
conventional cell comes on top, and for crystals in P 1 the search for it with spglib. The oracle is
Equations 1 and 2 in NumPy, without the symmetry of the detector. The floor is what the sums cannot
do without: three turning factors (cosine and sine) for each atom and each pixel of a quarter of the
detector, at the speed at which the compiled loop makes such factors alone; no other step counted.
Training: three quarters of 6,345 pristine crystals, two epochs, as published.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import argparse
import time

import gemmi
import numba
import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks.tools.record import record
from skxrd.crystal import AtomCluster, Crystal
from skxrd.crystal._clusters import make_cluster
from skxrd.datasets import make_cubic_crystals
from skxrd.neural import FingerprintConvClassifier
from skxrd.simulation import DiffractionFingerprint
from skxrd.simulation._fingerprint_kernels import _turn

N_PIXELS, PIXEL, DISTANCE, WAVELENGTH, GAMMA = 64, 4e-4, 0.1, 0.05, 1.5


def median_time(function, repeats=7):
    """Median of a few runs in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def oracle(cluster):
    """Equations 1 and 2 with all pixels and atoms at once."""
    positions = np.array(cluster.positions)
    apart = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    unit = np.median(np.where(apart > 0.05, apart, np.inf).min(axis=1))
    x = Rotation.from_euler("xyz", (45, 0, 0), degrees=True).apply(positions) / unit
    place = (np.arange(N_PIXELS) - (N_PIXELS - 1) / 2) * PIXEL
    down, across = np.meshgrid(place, place, indexing="ij")
    pixel = np.stack([across, down, np.full_like(down, DISTANCE)], axis=-1)
    r = np.linalg.norm(pixel, axis=-1)
    k = 2 * np.pi / WAVELENGTH
    q = k * pixel / r[..., None] - np.array([0, 0, k])
    s2 = (q**2).sum(axis=-1) / (4 * np.pi * unit) ** 2
    psi = 0
    for symbol in set(cluster.elements):
        table = gemmi.Element(symbol).it92
        terms = [a * np.exp(-b * s2) for a, b in zip(table.a, table.b, strict=True)]
        which = np.array(cluster.elements) == symbol
        waves = np.exp(-1j * (q @ x[which].T)) @ cluster.occupancy[which]
        psi = psi + (table.c + sum(terms)) * waves / r
    image = PIXEL**2 * DISTANCE / r**3 * np.abs(psi) ** GAMMA
    return image / image.max()


@numba.njit(error_model="numpy", fastmath={"contract"})
def turning_factors(phases, repeats, out):
    """Make cosines and sines of the same phases again and again."""
    for number in range(repeats):
        for i in range(np.uintp(phases.size)):
            cosine, sine, sign = _turn(phases[i] * number)
            out[i] += sign * (cosine + sine)


def speed():
    """Rates, agreement and floor of single-threaded fingerprints."""
    iron = Crystal([2.87] * 3 + [90] * 3, ["Fe"], [[0, 0, 0]], "Im-3m", name="Fe")
    listed = Crystal([2.87] * 3 + [90] * 3, ["Fe"] * 2, [[0, 0, 0], [0.5] * 3], name="Fe")
    rng = np.random.default_rng(0)
    block = make_cluster(iron)
    clusters = [
        AtomCluster(block.elements, block.positions + rng.normal(scale=0.1, size=(128, 3)))
        for _ in range(300)
    ]
    alloys = [
        AtomCluster(rng.choice(["Fe", "O", "Au"], 128), cluster.positions) for cluster in clusters
    ]
    fingerprint = DiffractionFingerprint().fit()
    images = fingerprint.transform(clusters + alloys)
    error = max(
        np.abs(images[i].reshape(64, 64) - oracle((clusters + alloys)[i])).max()
        for i in range(0, 600, 10)
    )
    one = median_time(lambda: fingerprint.transform(clusters)) / len(clusters)
    three = median_time(lambda: fingerprint.transform(alloys)) / len(alloys)
    crystals = median_time(lambda: fingerprint.transform([iron] * 100)) / 100
    in_p1 = median_time(lambda: fingerprint.transform([listed] * 20), 3) / 20
    slow = median_time(lambda: oracle(clusters[0]))
    phases = np.linspace(0, 1, 1024)
    out = np.zeros(1024)
    turning_factors(phases, 10, out)
    factor = median_time(lambda: turning_factors(phases, 3 * 128, out)) / (3 * 128 * 1024)
    floor = 3 * 128 * 1024 * factor
    return {
        "atoms": 128,
        "pixels": [64, 64],
        "fingerprints_per_second_one_core": round(1 / one, 1),
        "with_three_elements_per_second": round(1 / three, 1),
        "from_crystals_per_second": round(1 / crystals, 1),
        "from_crystals_in_P1_with_spglib_per_second": round(1 / in_p1, 1),
        "numpy_oracle_per_second": round(1 / slow, 2),
        "ratio_to_oracle": round(slow / one, 1),
        "largest_difference_from_oracle": float(error),
        "floor_ms": round(1e3 * floor, 4),
        "fingerprint_ms": round(1e3 * one, 4),
        "ratio_to_floor": round(one / floor, 2),
    }


def training():
    """Seconds of the published training, and of a prediction."""
    cubic = make_cubic_crystals(6345, random_state=0)
    order = np.random.RandomState(0).permutation(6345)
    train, test = order[: 6345 * 3 // 4], order[6345 * 3 // 4 :]
    X = DiffractionFingerprint().fit_transform(cubic.crystals).astype(np.float32)
    model = FingerprintConvClassifier(random_state=0)
    # libraries load before the clock starts
    FingerprintConvClassifier(epochs=1).fit(X[:64], cubic.target[:64])
    start = time.perf_counter()
    model.fit(X[train], cubic.target[train])
    took = time.perf_counter() - start
    start = time.perf_counter()
    accuracy = (model.predict(X[test]) == cubic.target[test]).mean()
    predicted = (time.perf_counter() - start) / len(test)
    return {
        "n_images": len(train),
        "epochs": 2,
        "training_seconds": round(took, 1),
        "load_average": round(os.getloadavg()[0], 2),
        "pristine_test_accuracy": float(accuracy),
        "prediction_ms": round(1e3 * predicted, 2),
        "one_prediction_ms": round(1e3 * median_time(lambda: model.predict(X[:1])), 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=["speed", "training"], help="one part only, to look at")
    part = parser.parse_args().part
    if part:
        print(speed() if part == "speed" else training())
    else:
        record(
            "speed/fingerprint_speed",
            "python -m benchmarks.speed.fingerprint_speed",
            ("numpy", "numba", "gemmi", "spglib", "keras", "tensorflow"),
            seed=0,
            fingerprints=speed(),
            training=training(),
        )
