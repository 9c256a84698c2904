"""Case 2 with textured patterns beside the powders.

Run as ``SKXRD_DATA=... python -m benchmarks.studies.textured_case2``; writes
``benchmarks/results/studies/textured_case2.json``: accuracy for space groups when only simulated
patterns train, one powder for each crystal or five textured patterns more, without augmentation.
Measured AUTO-XRD films, and virtual (simulated) ones; one seed each.
"""

from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC

from benchmarks.studies.measured_films import SEED, measured_films, study_of
from benchmarks.tools.record import record
from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import summarize
from skxrd.neural import ResidualConvClassifier
from skxrd.preprocessing import PatternScaler

EPOCHS = {1: 60, 6: 20}  # of the network; there are six times as many rows


def accuracies(kind, n_variants):
    """Share of films that each classifier gets right."""
    if kind == "measured":
        data = measured_films(n_variants=n_variants)
    else:
        data = read_films_with_crystals(n_variants=n_variants, random_state=SEED)
    root = PatternScaler(power=0.5)
    network = ResidualConvClassifier(data.two_theta, epochs=EPOCHS[n_variants], random_state=SEED)
    classifiers = {
        "SVM": make_pipeline(root, Normalizer(), SVC(C=10.0)),
        "1-NN cosine": make_pipeline(root, KNeighborsClassifier(1, metric="cosine")),
        "residual network": make_pipeline(PatternScaler(power=1 / 3), network),
    }
    predictions = study_of(data, n_repeats=1).cases(classifiers, cases=(2,))
    return summarize(predictions, by="classifier").set_index("classifier")["accuracy"].round(4)


def main():
    results = {
        f"{kind} films, {n_variants} patterns a crystal": accuracies(kind, n_variants).to_dict()
        for kind in ("measured", "virtual (simulated)")
        for n_variants in EPOCHS
    }
    record(
        "studies/textured_case2",
        "python -m benchmarks.studies.textured_case2",
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        seed=SEED,
        results=results,
    )


if __name__ == "__main__":
    main()
