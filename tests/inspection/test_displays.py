import subprocess
import sys

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline
from sklearn.dummy import DummyClassifier
from sklearn.preprocessing import FunctionTransformer

from skxrd import PowderPattern
from skxrd.crystal import Crystal
from skxrd.inspection import ActivationMapDisplay, PatternDisplay, explain_prediction
from skxrd.model_selection import make_film_pipeline
from skxrd.neural import AllConvClassifier
from skxrd.preprocessing import PatternScaler, PatternStacker

TWO_THETA = np.linspace(10, 50, 250)
COPPER = Crystal([3.61, 3.61, 3.61, 90, 90, 90], ["Cu"], [[0, 0, 0]], "Fm-3m", name="Cu")


def make_pattern(centre, *, wavelength=1.5406, name="film"):
    angles = np.linspace(9, 51, 300)
    return PowderPattern(
        angles, 80 * np.exp(-((angles - centre) ** 2)), wavelength=wavelength, name=name
    )


@pytest.fixture(scope="module")
def patterns():
    return [make_pattern(centre, name=f"film {centre:g}") for centre in [15] * 8 + [40] * 8]


@pytest.fixture(scope="module")
def fitted(patterns):
    model = make_pipeline(
        PatternStacker(TWO_THETA),
        PatternScaler(),
        RandomOverSampler(random_state=0),
        AllConvClassifier(epochs=10, batch_size=4, learning_rate=0.01, random_state=0),
    )
    return model.fit(patterns, ["Pc"] * 8 + ["Pm-3m"] * 8)


def test_map_of_a_pipeline_is_in_degrees(fitted, patterns):
    display = ActivationMapDisplay.from_estimator(fitted, patterns[:1], "Pc")
    display.figure_.canvas.draw()
    np.testing.assert_array_equal(display.two_theta, TWO_THETA)
    assert display.intensity.max() == pytest.approx(1)
    row = fitted[:2].transform(patterns[:1])
    np.testing.assert_allclose(display.activation_map, fitted[-1].cam(row)[0])
    assert len(display.axes_) == 3
    assert display.axes_[0].get_xlim() == (10, 50)
    assert display.axes_[-1].get_xlabel() == "2θ (degrees), Cu Kα1, 1.5406 Å"
    title = display.axes_[0].get_title(loc="left")
    assert title.startswith("film 15: Pc, probability 1.00 (correct)")


def test_wrong_prediction_shows_both_classes(fitted, patterns):
    display = ActivationMapDisplay.from_estimator(fitted, patterns[0], ["Pm-3m"])
    np.testing.assert_array_equal(display.average_map, fitted[-1].average_cam_[0])
    np.testing.assert_array_equal(display.true_average_map, fitted[-1].average_cam_[1])
    assert len(display.axes_) == 4
    assert "(true: Pm-3m)" in display.axes_[0].get_title(loc="left")


def test_map_of_a_bare_classifier(fitted):
    row = np.exp(-((TWO_THETA - 40) ** 2))
    by_column = ActivationMapDisplay.from_estimator(fitted[-1], row)
    assert by_column.axes_[-1].get_xlabel() == "column"
    by_angle = ActivationMapDisplay.from_estimator(fitted[-1], row[np.newaxis], two_theta=TWO_THETA)
    assert by_angle.axes_[-1].get_xlabel() == "2θ (degrees)"
    assert by_angle.predicted == "Pm-3m"


def test_map_in_a_given_area(fitted, patterns):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2)
    display = ActivationMapDisplay.from_estimator(fitted, patterns[:1], ax=axes[1])
    figure.canvas.draw()
    assert display.figure_ is figure
    assert len(plt.get_fignums()) == 1


def test_map_errors(fitted, patterns):
    with pytest.raises(ValueError, match="X has 2 patterns; pass one"):
        ActivationMapDisplay.from_estimator(fitted, patterns[:2])
    with pytest.raises(ValueError, match=r"X has shape \(2, 250\); pass one"):
        ActivationMapDisplay.from_estimator(fitted[-1], np.ones((2, 250)))
    with pytest.raises(ValueError, match="y is Fm-3m; pass one of the classes Pc, Pm-3m"):
        ActivationMapDisplay.from_estimator(fitted, patterns[:1], "Fm-3m")
    dummy = make_pipeline(FunctionTransformer(), DummyClassifier()).fit([[0], [1]], [0, 1])
    with pytest.raises(TypeError, match="DummyClassifier has no .* train with AllConvClassifier"):
        ActivationMapDisplay.from_estimator(dummy, [[0]])


def test_stack_of_patterns(patterns):
    display = PatternDisplay.from_patterns(patterns[6:10], y=["Pc", "Pc", "Pm-3m", "Pm-3m"])
    display.figure_.canvas.draw()
    tops = [line.get_ydata().max() for line in display.lines_]
    assert tops == sorted(tops, reverse=True)
    assert len({line.get_color() for line in display.lines_}) == 2
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["Pc", "Pm-3m"]
    assert "film 40" in [text.get_text() for text in display.ax_.texts]
    assert "1.5406 Å" in display.ax_.get_xlabel()


def test_rows_of_an_array():
    X = np.exp(-((TWO_THETA - [[15], [40]]) ** 2))
    display = PatternDisplay.from_arrays(TWO_THETA, X, offset=0, normalize=False)
    np.testing.assert_allclose(display.lines_[1].get_ydata(), X[1])
    assert display.ax_.get_xlabel() == "2θ (degrees)"
    assert PatternDisplay.from_arrays(None, X[0]).ax_.get_xlabel() == "column"
    constant = PatternDisplay.from_arrays(TWO_THETA, np.ones(250))
    assert (constant.lines_[0].get_ydata() == 0).all()


def test_pattern_errors(patterns):
    with pytest.raises(ValueError, match="patterns is empty"):
        PatternDisplay.from_patterns([])
    unknown = make_pattern(20, wavelength=None, name="unknown")
    with pytest.raises(ValueError, match="'unknown' has the wavelength None but 'film 15'"):
        PatternDisplay.from_patterns([patterns[0], unknown])
    with pytest.raises(ValueError, match="labels has 1 entries but there are 2 patterns"):
        PatternDisplay.from_patterns(patterns[:2], labels=["a"])


def test_import_loads_no_matplotlib_and_no_tensorflow():
    code = (
        "import sys, skxrd.inspection, skxrd.neural\n"
        "loaded = {'matplotlib', 'tensorflow', 'keras', 'scikeras'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_real_film(tmp_path, measured):
    films = measured("autoxrd/Datasets/Experimental/P3m1")
    data = np.loadtxt(films / "Cs3Bi2Br9_2-Theta_Omega.xy")
    film = PowderPattern(data[:, 0], data[:, 1], wavelength="CuKa", name="Cs3Bi2Br9")
    display = PatternDisplay.from_patterns([film])
    display.figure_.savefig(tmp_path / "film.png")
    assert display.ax_.get_xlabel() == "2θ (degrees), Cu Kα, 1.5419 Å"


def test_peaks_are_named_by_their_indices():
    from skxrd.crystal import make_prototype
    from skxrd.inspection._pattern_marks import hkl_label
    from skxrd.simulation import PowderSimulator

    crystal = make_prototype("cubic perovskite", A="Cs", B="Pb", X="Br")
    pattern = PowderSimulator(np.arange(10, 50, 0.05)).simulate(crystal)
    display = PatternDisplay.from_patterns([pattern]).name_peaks(
        pattern.metadata["reflections"], n_peaks=3
    )
    assert [text.get_text() for text in display.ax_.texts[-3:]] == ["$200$", "$110$", "$220$"]
    assert hkl_label((1, 0, -12)) == r"$1\,0\,\bar{12}$"


def test_scales_and_axes_of_patterns():
    angles = np.arange(10.0, 60.0, 0.05)
    film = PowderPattern(
        angles,
        1 + 1e4 * np.exp(-((angles - 30) ** 2) * 20),
        wavelength="CuKa1",
        name="film",
        metadata={"intensity_unit": "counts"},
    )
    display = PatternDisplay.from_patterns([film], normalize=False, scale="sqrt", d_axis=True)
    assert display.ax_.get_ylabel() == "intensity (counts)"
    assert display.lines_[0].get_ydata().max() == pytest.approx(100, rel=1e-3)
    display = PatternDisplay.from_patterns([film], scale="log", x="d_spacing")
    left, right = display.ax_.get_xlim()
    assert left > right and display.ax_.get_xlabel() == "d (Å)"
    display = PatternDisplay.from_patterns([film], x="q")
    first = 4 * np.pi * np.sin(np.radians(5)) / 1.5405929
    assert display.lines_[0].get_xdata()[0] == pytest.approx(first)
    with pytest.raises(ValueError, match="scale is 'cubic'; use one of 'linear', 'sqrt', 'log'"):
        display.plot(scale="cubic")
    unknown = PowderPattern(angles, film.intensity)
    with pytest.raises(ValueError, match="x='q' needs the wavelength and it is unknown"):
        PatternDisplay.from_patterns([unknown], x="q")


def test_a_row_of_ticks_for_each_crystal():
    angles = np.arange(20.0, 60.0, 0.05)
    film = PowderPattern(angles, np.ones(angles.size), wavelength="CuKa1")
    display = PatternDisplay.from_patterns([film], normalize=False)
    low = display.ax_.get_ylim()[0]
    display.mark_crystals([COPPER, COPPER], labels=["a", "b"])
    ticks = [row.get_segments() for row in display.ax_.collections]
    assert len(ticks) == 2 and len(ticks[0]) == 2  # 111 and 200
    assert display.ax_.get_ylim()[0] < low


def test_maps_of_a_coarse_classifier_are_on_the_angles_of_the_pattern(patterns):
    model = make_film_pipeline(
        AllConvClassifier(epochs=5, kernel_sizes=(3, 2), batch_size=8, random_state=0),
        TWO_THETA,
        wavelength="CuKa1",
        n_augmented=10,
        step=0.7,
        random_state=0,
    ).fit(patterns, ["Pc"] * 8 + ["Pm-3m"] * 8)
    display = ActivationMapDisplay.from_estimator(model, patterns[0], ["Pm-3m"])
    np.testing.assert_array_equal(display.two_theta, TWO_THETA)
    coarse = model[:-1].transform(patterns[:1])
    assert coarse.shape[1] < 70 and display.intensity.shape == TWO_THETA.shape
    own = model[-1].cam(coarse)[0]
    assert display.activation_map.sum() == pytest.approx(own.sum())
    assert display.average_map.sum() == pytest.approx(model[-1].average_cam_[0].sum())
    highest = TWO_THETA[display.activation_map.argmax()]
    angles = model.named_steps["stepcoarsener"].coarse_two_theta_
    assert highest == pytest.approx(angles[own.argmax()], abs=0.7)
    regions = explain_prediction(model, patterns[0])
    assert (regions["last"] > regions["first"]).all() and regions["last"].max() <= 50
