"""The films of a report: what they are, which stay misclassified, and each with its pattern."""

import numpy as np

from skxrd._domains import SIMULATED
from skxrd.inspection._causes import MisclassificationCauses
from skxrd.inspection._style import angle_label
from skxrd.model_selection._series import NEAR_TWIN
from skxrd.report._html_parts import pattern, text


def always_wrong(own, every, films, best):
    """Films that a classifier never predicted correctly, and what their data show."""
    wrong = own[own["always_wrong"]]
    parts = [f"<h3>Always misclassified by {text(best)}</h3>"]
    if wrong.empty:
        return parts[0] + "<p>None.</p>"
    n_classifiers = every["classifier"].nunique()
    others = every.groupby("row")["always_wrong"].sum()
    causes = _causes(own, films)
    parts.append(
        "<p class=soft>Below each film: what its data show. These are computed properties of the "
        "film, not proof of what went wrong.</p>"
    )
    for row in wrong.itertuples():
        facts = [f"wrong in every repeat with {others[row.Index]} of {n_classifiers} classifiers"]
        facts += causes.get(row.Index, [])
        facts += nearest_films(films, row.Index)
        items = "".join(f"<li>{text(fact)}</li>" for fact in facts)
        chance = ""
        if np.isfinite(row.probability_wrong):
            chance = (
                f" (mean probability {row.probability_wrong:.2f}; of the true class "
                f"{row.probability_true:.2f})"
            )
        parts.append(
            f"<p><b>{text(films.names[row.Index])}</b>: {text(row.true)}, taken for "
            f"{text(row.wrong)}{chance}</p><ul>{items}</ul>"
        )
    return "\n".join(parts)


def _causes(own, films):
    """What the peaks of always misclassified films say, by row."""
    rows = np.flatnonzero(films.groups != SIMULATED)
    if not len(films.crystals) or films.wavelength is None or not np.isin(own.index, rows).all():
        return {}
    labels = np.array([str(label) for label in films.crystal_labels])
    # a class without crystals cannot be laid over the film; it counts as right here
    asked = {
        row: own.loc[row, "wrong"]
        for row in own.index[own["always_wrong"]]
        if str(films.y[row]) in labels
    }
    causes = MisclassificationCauses(
        films.two_theta, list(films.crystals), films.wavelength, labels=labels
    )
    found = causes.find(
        np.maximum(films.X[rows], 0),
        films.y[rows],
        np.array([asked.get(row, films.y[row]) for row in rows]),
    )
    return {int(rows[one.row]): _in_words(one) for one in found.itertuples()}


def _in_words(one):
    facts = []
    if one.mixed_phases or one.other_phase:
        kind = "mixed phases" if one.mixed_phases else "lines of another class only"
        angles = ", ".join(f"{angle:g}" for angle in one.foreign_angles)
        facts.append(
            f"{kind}: {one.foreign_share:.0%} of the peak height (at {angles} degrees) fits "
            f"{one.foreign_crystal} ({one.foreign_class}) and not {one.true_crystal or one.true}, "
            f"which explains {one.true_share:.0%}"
        )
    if one.thin_class:
        facts.append(f"thin class: {one.n_training_films} other measured films of {one.true}")
    if one.missing_peaks:
        facts.append(
            f"missing peaks: {one.n_missing} of {one.n_main} orientations with a main line of "
            f"{one.true_crystal} show none; {one.n_peaks} peaks in all"
        )
    return facts or ["peaks: none of the known causes found"]


def nearest_films(films, row):
    """Most similar films of the same class and of others, in at most one sentence."""
    rows = np.flatnonzero(films.groups != SIMULATED)
    rows = rows[rows != row]
    lengths = np.linalg.norm(films.X[rows], axis=1) * np.linalg.norm(films.X[row])
    cosine = films.X[rows] @ films.X[row] / np.where(lengths > 0, lengths, 1.0)
    texts, best = [], {}
    for own in (True, False):
        kind = np.flatnonzero((films.y[rows] == films.y[row]) == own)
        if kind.size:
            nearest = kind[cosine[kind].argmax()]
            best[own] = cosine[nearest]
            label = "the same class" if own else str(films.y[rows[nearest]])
            texts.append(f"{films.names[rows[nearest]]} of {label} (cosine {cosine[nearest]:.2f})")
    if not texts:
        return []
    fact = f"most similar films: {'; '.join(texts)}"
    if best.get(False, 0) > max(NEAR_TWIN, best.get(True, 0)):
        fact += "; a near-twin with another label: one of the two may be labelled wrongly"
    return [fact]


def all_films(own, every, films, best):
    """Each film with its prediction, pattern and map, misclassified ones first."""
    said = {row: part for row, part in every.groupby("row")}
    parts = [
        f"<h3>Each pattern: {text(best)}</h3>",
        "<p class=soft>Share of the repeats in which the pattern was classified correctly while it "
        "was not in training. Open a line for the pattern (square root of the intensity)",
    ]
    if films.maps:
        parts.append(
            " and its class activation map: <span class=for>orange</span> speaks for the class, "
            "<span class=against>blue</span> against it. Maps are of a network that was trained "
            "without the pattern, in one round of folds"
        )
    parts.append(".</p>")
    for row in own.sort_values(["share_correct", "true"], kind="stable").itertuples():
        parts.append(_film(row, said[row.Index], films))
    return "".join(parts)


def _film(row, said, films):
    share = row.share_correct
    kind = "right" if share == 1 else "wrong" if share == 0 else "partly"
    how = "" if row.n_predictions == 1 else "mostly "
    found = "" if share == 1 else f", {how}taken for {_whole(row.predicted)}"
    if 0 < share < 1 and row.predicted == row.true:
        found = f", sometimes taken for {_whole(row.wrong)}"
    chance = ""
    if np.isfinite(row.probability_true):
        chance = f", probability {row.probability_true:.2f}"
    line = f"<b>{text(films.names[row.Index])}</b>: {_whole(row.true)}{chance}{found}"
    if 0 < share < 1:
        line += f' <span class="soft">({share:.0%} right)</span>'
    shown, angles, maps = np.sqrt(np.maximum(films.X[row.Index], 0)), films.two_theta, []
    display = films.maps.get(row.Index)
    if display is not None:
        shown, angles = np.sqrt(np.maximum(display.intensity, 0)), display.two_theta
        maps = [
            (
                f"{films.mapped}: map for {display.predicted}, probability "
                f"{display.probability:.2f}".removeprefix(": "),
                display.activation_map,
            ),
            (f"average map of {display.predicted}", display.average_map),
        ]
        if display.true_average_map is not None:
            maps.append(
                (f"average map of {display.true}, the true class", display.true_average_map)
            )
    picture = pattern(angles, shown, label=angle_label(films.wavelength), maps=maps)
    return (
        f'<details class=film><summary class="{kind}">{line}</summary>'
        f'<p class="soft">{_verdicts(said)}</p>{picture}</details>'
    )


def _verdicts(said):
    """What each classifier mostly says, with its mean probability where it gives any."""
    verdicts = []
    for one in said.itertuples():
        known = np.isfinite(one.probability_predicted)
        chance = f" {one.probability_predicted:.2f}" if known else ""
        verdicts.append(_whole(f"{one.classifier}: {one.predicted}{chance}"))
    return "; ".join(verdicts)


def _whole(value):
    """Text that is not broken at a hyphen, as in P-3m1."""
    return f"<span class=whole>{text(value)}</span>"
