"""Explanations of a small network on simulated films of three crystals."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skxrd import PowderPattern
from skxrd.crystal import make_prototype
from skxrd.inspection import ActivationMapDisplay, explain_prediction, map_faithfulness
from skxrd.inspection._explanation import contrast_map
from skxrd.neural import AllConvClassifier, ResidualConvClassifier
from skxrd.preprocessing import PatternStacker
from skxrd.simulation import PowderSimulator

GRID = np.arange(10, 58, 0.1)
CRYSTALS = [
    make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br"),
    make_prototype("elpasolite", A="Cs", B="Ag", C="Bi", X="Br"),
    make_prototype("trigonal layers", A="Cs", B="Bi", X="I"),
]


def films(n_variants, seed):
    simulator = PowderSimulator(
        GRID,
        fwhm=(0.2, 0.4),
        lattice_strain=(-0.005, 0.005),
        march_r=(0.5, 1.0),
        preferred_orientation="random",
        max_counts=2000,
        n_variants=n_variants,
        random_state=seed,
    )
    labels = [crystal.space_group_symbol for crystal in CRYSTALS]
    return simulator.fit_transform(CRYSTALS), np.repeat(labels, n_variants)


@pytest.fixture(scope="module")
def model():
    X, y = films(60, 0)
    fitted = AllConvClassifier(GRID, kernel_sizes=(8, 5), epochs=60, learning_rate=5e-3)
    return fitted.set_params(random_state=0, patience=None).fit(X, y)


def test_deleting_what_the_map_points_at_hurts_more_than_deleting_at_random(model):
    X, y = films(10, 1)
    assert model.score(X, y) > 0.9
    found = map_faithfulness(model, X, random_state=0)
    assert found.deletion.shape == (30,)
    assert found.deletion.mean() < found.random_deletion.mean() - 0.1
    assert found.insertion.mean() > found.random_insertion.mean() + 0.1


def test_maps_of_a_head_that_knows_angles_are_faithful_against_the_rest():
    X, y = films(60, 0)
    network = ResidualConvClassifier(GRID, epochs=15, random_state=0).fit(X, y)
    X, y = films(10, 1)
    assert network.score(X, y) > 0.9
    found = map_faithfulness(network, X, against="rest", random_state=0)
    assert found.deletion.mean() < found.random_deletion.mean() - 0.1
    assert 1 - found.insertion.mean() < 0.5 * (1 - found.random_insertion.mean())
    with pytest.raises(ValueError, match="against is 'all'; pass 'rest' or None"):
        map_faithfulness(network, X, against="all")


def test_random_maps_are_not_faithful(model):
    class Guessing:
        classes_, predict_proba, predict = model.classes_, model.predict_proba, model.predict

        @staticmethod
        def cam(X, class_=None):
            return np.random.default_rng(0).random(X.shape)

    found = map_faithfulness(Guessing, films(10, 1)[0], random_state=0)
    assert abs(found.deletion.mean() - found.random_deletion.mean()) < 0.1


def test_regions_are_ranked_and_their_reflections_named(model):
    X, y = films(1, 2)
    pattern = PowderPattern(GRID, X[0], wavelength="CuKa")
    films_model = make_pipeline(PatternStacker(GRID).fit([pattern]), model)
    table = explain_prediction(films_model, pattern, crystals=CRYSTALS)
    assert len(table) <= 5
    assert (table["score"].abs().diff().dropna() <= 0).all()
    predicted = model.predict(X[:1])[0]
    assert table["evidence_for"][0] in model.classes_
    assert table.loc[table["score"] > 0, "evidence_for"].eq(predicted).all()
    assert (table["first"] <= table["highest"]).all() and (table["highest"] <= table["last"]).all()
    named = table[table["hkl"].map(len) == 3]
    assert len(named) and (named["hkl_two_theta"] - named["highest"]).abs().max() < 0.5


def test_peaks_of_the_picture_get_indices(model):
    pattern = PowderPattern(GRID, 900 * films(1, 2)[0][0], wavelength="CuKa", name="film")
    films_model = make_pipeline(PatternStacker(GRID).fit([pattern]), model)
    display = ActivationMapDisplay.from_estimator(films_model, pattern)
    assert display.axes_[0].get_ylabel() == "square root of intensity"
    (curve,) = [line for line in display.axes_[0].lines if len(line.get_xdata()) > 2]
    np.testing.assert_allclose(curve.get_ydata() ** 2, np.maximum(pattern.intensity, 0))
    legend = [text.get_text() for text in display.axes_[0].get_legend().get_texts()]
    assert legend == [f"evidence for {display.predicted}", "evidence against it"]
    assert display.name_reflections(CRYSTALS).crystal_ in {one.name for one in CRYSTALS}
    texts = [text.get_text() for text in display.axes_[0].texts]
    assert any(text.startswith("$") for text in texts) and texts[-1].startswith("indices: ")
    row = ActivationMapDisplay.from_estimator(model, films(1, 2)[0][0])
    with pytest.raises(ValueError, match="reflections cannot be named without"):
        row.name_reflections(CRYSTALS)
    plt.close("all")


def test_the_contrast_of_a_pattern_sums_to_the_difference_of_scores(model):
    X = films(1, 2)[0][:1]
    predicted, other, values = contrast_map(model, X)
    plain = contrast_map(model, X, None)
    assert plain[:2] == (predicted, "others")
    np.testing.assert_allclose(plain[2] - values, model.cam(X, other)[0])
    order = np.argsort(-model.predict_proba(X)[0])
    assert [predicted, other] == model.classes_[order[:2]].tolist()


def test_errors_name_what_is_missing(model):
    X = films(1, 2)[0]
    with pytest.raises(ValueError, match="against is 'Pbca'; use 'runner-up', None or one of"):
        explain_prediction(model, X[0], against="Pbca")
    with pytest.raises(ValueError, match="the wavelength or the angles of the pattern are unknown"):
        explain_prediction(model, X[0], crystals=CRYSTALS)
    with pytest.raises(ValueError, match="n_parts is 1; it must lie from 2"):
        map_faithfulness(model, X, n_parts=1)
