"""One statement for a powder: the model, the sets, the words, and scans from end to end."""

from types import SimpleNamespace

import numpy as np
import pytest

from skxrd import PowderPattern
from skxrd.crystal import Crystal, sum_symmetry, symmetry_codes
from skxrd.powders import PowderIdentifier
from skxrd.powders._identifier_model import (
    further_features,
    group_votes,
    joined_probabilities,
    levels_of,
    logistic,
    read_parameters,
    spread_votes,
    unknown_features,
    vote_features,
)
from skxrd.powders._nested_sets import nested_sets, parents, set_scores
from skxrd.powders._scan_evidence import FIT_COLUMNS, FURTHER_COLUMNS, ScanEvidence
from skxrd.powders._verdict import verdict
from skxrd.simulation import PowderSimulator

GRID = np.arange(15, 75, 0.025)
RUTILE = Crystal(
    [4.594, 4.594, 2.959, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]], "P42/mnm"
)
ANATASE = Crystal(
    [3.785, 3.785, 9.514, 90, 90, 90], ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]], "I41/amd"
)


def simulated(crystal, **options):
    simulator = PowderSimulator(
        GRID, wavelength="CuKa", fwhm=0.12, max_counts=8000, random_state=0, **options
    )
    return simulator.simulate(crystal)


def evidence(groups=(14, 14, 225), compounds=(0, 0, 1), figure=0.9):
    fits = np.zeros((len(groups), len(FIT_COLUMNS)))
    fits[:, FIT_COLUMNS.index("figure")] = figure
    fits[:, FIT_COLUMNS.index("expected")] = 10
    fits[:, FIT_COLUMNS.index("matched")] = 10
    return ScanEvidence(
        np.full(230, 1 / 230), np.arange(len(groups)), np.array(groups), np.array(compounds), fits
    )


def test_parameters_fit_the_features():
    parameters, one = read_parameters(), evidence()
    assert len(parameters["space_groups"]["weights"]) == vote_features(one.fits).shape[1]
    for part, features in (
        ("unknown", unknown_features(one)),
        ("mixture", further_features(np.full(len(FURTHER_COLUMNS), 0.5))),
    ):
        assert {len(parameters[part][name]) for name in ("mean", "scale", "weights")} == {
            len(features)
        }
        assert 0 < logistic(features, parameters[part]) < 1


def test_one_phase_of_each_compound_counts_and_no_phase_leaves_the_network():
    weights = np.zeros(vote_features(evidence().fits).shape[1])
    votes = group_votes(evidence(), weights)
    assert votes[13] == votes[224] == 1 and (np.delete(votes, [13, 224]) == 0).all()
    assert group_votes(evidence(compounds=(0, 1, 2)), weights)[13] == pytest.approx(2)
    assert (group_votes(evidence(groups=(), compounds=()), weights) == 0).all()
    network = np.random.default_rng(0).dirichlet(np.ones(230))
    part = read_parameters()["space_groups"] | {"network": 1.0, "prior": 0.0, "floor": 0.0}
    np.testing.assert_allclose(joined_probabilities(np.zeros(230), network, part), network)


def test_probabilities_follow_the_formula():
    part = read_parameters()["space_groups"] | {"network": 1.3, "floor": 0.2, "prior": 0.4}
    part |= {"network_where_found": -0.7, "extinction_group": 0.03, "crystal_system": 0.01}
    rng = np.random.default_rng(0)
    network, votes, f = rng.dirichlet(np.ones(230)), np.zeros(230), np.array(part["frequency"])
    votes[[13, 61]] = 3.0, 20.0
    m = 0.8 * network + 0.2 / 230
    u, s = (spread_votes(votes, name, tuple(f)) for name in ("extinction_group", "crystal_system"))
    expected = m**1.3 * f**0.4 * (1 + m**-0.7 * (votes + 0.03 * u + 0.01 * s))
    found = joined_probabilities(votes, network, part)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-9)


def test_the_parameters_of_the_package_are_sane():
    part = read_parameters()["space_groups"]
    assert part["network_where_found"] < 0 < part["network"] + part["network_where_found"]
    weights = np.array(part["weights"])
    assert (weights[1:8] >= 0).all() and (weights[8:] <= 0).all()


def test_votes_spread_to_relatives_as_frequent_as_these_are():
    part = read_parameters()["space_groups"]
    votes = np.zeros(230)
    votes[61] = 2.0  # Pnma
    for level in ("extinction_group", "crystal_system"):
        codes = symmetry_codes(np.arange(1, 231), level)
        spread = spread_votes(votes, level, tuple(part["frequency"]))
        assert spread.sum() == pytest.approx(2) and (spread[codes != codes[61]] == 0).all()
    assert spread[61] > spread[60] > 0  # Pbca is rarer
    even = np.full(230, 1 / 230)
    alone = part | {"extinction_group": 0.0, "crystal_system": 0.0}
    systems = [
        sum_symmetry(joined_probabilities(10 * votes[None], even, one), "crystal_system")[0]
        for one in (part, alone)
    ]
    assert systems[0][2] > systems[1][2]  # orthorhombic


def test_a_scan_without_network_is_judged_by_the_rest():
    parameters, one = read_parameters()["unknown"], evidence(groups=(62,), compounds=(0,))
    one.network = None
    features = unknown_features(one)
    assert np.isnan(features[-2:]).all() and np.isfinite(features[:-2]).all()
    mean = np.r_[features[:-2], parameters["mean"][-2:]]
    assert logistic(features, parameters) == pytest.approx(logistic(mean, parameters))


def test_a_better_fit_is_more_probable_and_less_unknown():
    parameters = read_parameters()
    weights = np.array(parameters["space_groups"]["weights"])
    chance = {}
    for figure in (0.3, 0.97):
        one = evidence(groups=(62,), compounds=(0,), figure=figure)
        for name in ("rank", "cosine", "own"):
            one.fits[:, FIT_COLUMNS.index(name)] = figure
        one.fits[:, FIT_COLUMNS.index("peak_missed")] = 1 - figure
        for name in ("missed", "excess"):
            one.fits[:, FIT_COLUMNS.index(name)] = 1 - figure
        part = parameters["space_groups"]
        p = joined_probabilities(group_votes(one, weights), one.network, part)
        chance[figure] = p[61], logistic(unknown_features(one), parameters["unknown"])
    assert chance[0.97][0] > chance[0.3][0]
    assert chance[0.97][1] < chance[0.3][1]


def test_sets_are_nested_and_never_empty():
    rng = np.random.default_rng(0)
    levels = levels_of(rng.dirichlet(np.full(230, 0.02), size=50))
    for limits in ((0.0, 0.0, 0.0), (0.5, 0.8, 0.9), (0.9, 0.2, 0.95), (1.0, 1.0, 1.0)):
        masks = nested_sets(levels, dict(zip(levels, limits, strict=True)))
        for level in ("extinction_group", "space_group"):
            coarser = "crystal_system" if level == "extinction_group" else "extinction_group"
            assert (masks[level] <= masks[coarser][:, parents(level)]).all()
        assert all(mask.any(axis=1).all() for mask in masks.values())
    codes = symmetry_codes(np.arange(1, 231), "crystal_system")
    whole = parents("extinction_group")[symmetry_codes(np.arange(1, 231), "extinction_group")]
    np.testing.assert_array_equal(whole, codes)
    np.testing.assert_allclose(set_scores(np.array([[0.2, 0.5, 0.3]])), [[0.8, 0.0, 0.5]])


def match_of(*names, look_alikes=(), two_theta=GRID):
    facts = {
        "anatase": ("Anatase", "TiO2", "I41/amd", 141),
        "zincite": ("Zincite", "ZnO", "P63mc", 186),
    }
    keys = ("name", "formula", "space_group_symbol", "space_group_number")
    phases = [
        SimpleNamespace(
            facts=dict(zip(keys, facts[name], strict=True)), weight_fraction=1 / len(names),
            look_alikes=look_alikes,
        )
        for name in names
    ]  # fmt: skip
    measured = np.exp(-(((two_theta - 30) / 0.1) ** 2)) if two_theta.size else two_theta
    return SimpleNamespace(
        phases=tuple(phases), nearest=None, measured=measured, two_theta=two_theta,
        remark="has no peak",
    )  # fmt: skip


SETS = {"crystal_system": ["tetragonal", "cubic"], "space_group": [141, 227, 225, 1, 2, 3, 4, 5]}


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["anatase"], {}, "anatase, TiO2, I41/amd (141): 0.97"),
        (["anatase"], {"p": 0.4}, "perhaps anatase, TiO2, I41/amd (141); tetragonal or cubic, 90"),
        (["anatase"], {"p": 0.4, "n_peaks": 3}, "cannot tell: three peaks, all below 31 degrees"),
        (["anatase"], {"alike": ("X",)}, "anatase, TiO2 or a phase like it, I41/amd (141): 0.97"),
        (
            [],
            {"unknown": 0.8},
            "probably not in the library; tetragonal or cubic, 90 % set: I41/amd (141), "
            "Fd-3m (227), Fm-3m (225), P1 (1), P-1 (2), P2 (3) and 2 more",
        ),
        ([], {"unknown": 0.4}, "no phase of the library fits; tetragonal or cubic, 90 % set: "),
        (
            ["anatase"],
            {"unknown": 0.8},
            "probably not in the library; nearest: anatase, TiO2, I41/amd (141); tetragonal or",
        ),
        (
            ["anatase", "zincite"],
            {"mixture": 0.9, "unknown": 0.86},
            "probably not in the library; nearest: two phases: anatase TiO2, I41/amd (141), 0.50",
        ),
        (
            ["anatase", "zincite"],
            {"mixture": 0.9},
            "two phases: anatase TiO2, I41/amd (141), 0.50 by weight; zincite ZnO, P63mc (186), "
            "0.50",
        ),
        ([], {"n_peaks": 0, "empty": True}, "cannot tell: the scan has no peak"),
    ],
)
def test_the_verdict_in_words(names, options, said):
    grid = np.empty(0) if options.get("empty") else GRID
    match = match_of(*names, look_alikes=options.get("alike", ()), two_theta=grid)
    found = verdict(
        match,
        [(141, options.get("p", 0.97))],
        SETS,
        unknown=options.get("unknown", 0.1),
        mixture=options.get("mixture", 0.1),
        n_peaks=options.get("n_peaks", 12),
    )
    assert found.startswith(said)


def test_a_known_powder_a_mixture_and_noise():
    mixed = simulated(ANATASE, impurities=[RUTILE], impurity_fraction=0.4)
    noise = PowderPattern(GRID, np.random.default_rng(0).poisson(80, GRID.size), "CuKa", "noise")
    identifier = PowderIdentifier(elements="Ti,O")
    pure, two, nothing = identifier.identify([simulated(ANATASE), mixed, noise])
    assert "I41/amd (141): 0.9" in pure.verdict or "I41/amd (141): 1.0" in pure.verdict
    assert pure.ranking("space_group", top=1)[0][0] == 141 and 141 in pure.sets["space_group"]
    assert pure.unknown < 0.5 and pure.mixture < 0.5
    for level in ("crystal_system", "extinction_group"):
        np.testing.assert_allclose(
            pure.probabilities[level],
            sum_symmetry(pure.probabilities["space_group"][None], level)[0],
        )
    assert two.verdict.startswith("two phases: ") and two.mixture > 0.5
    assert {phase.facts["space_group_number"] for phase in two.phases} == {141, 136}
    assert two.phase_table()["phase"].size == 2
    assert nothing.verdict.startswith("cannot tell: ") and nothing.phases == ()
    assert nothing.match.measured.size == 0


def test_rows_and_labels():
    X = np.stack([simulated(crystal).intensity for crystal in (RUTILE, ANATASE)])
    model = PowderIdentifier(elements="Ti,O", two_theta=GRID, wavelength="CuKa").fit(X, [136, 141])
    assert model.predict(X).tolist() == [136, 141]
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    with pytest.raises(ValueError, match="which is no crystal_system"):
        model.set_params(level="crystal_system").fit(X, ["cubic", "none"])
    with pytest.raises(ValueError, match="two_theta is None; pass the angles"):
        PowderIdentifier().fit(X)


def test_what_cannot_be_identified():
    unknown = PowderPattern([20.0, 20.1], [1.0, 2.0], name="scan")
    with pytest.raises(ValueError, match="scan: its wavelength is unknown; pass wavelength"):
        PowderIdentifier().identify([unknown])
    with pytest.raises(TypeError, match=r"pass a list, \[pattern\]"):
        PowderIdentifier().identify(unknown)
    flat = PowderPattern(GRID, np.full(GRID.size, 7.0), "CuKa", "scan")
    (constant,) = PowderIdentifier().identify([flat])
    assert constant.verdict.startswith("cannot tell: all intensities are 7")
    assert constant.ranking("space_group") == [] and constant.phase_table().empty
