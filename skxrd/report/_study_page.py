"""A comparison of classifiers as one page that can be sent to a colleague."""

from collections.abc import Mapping

from skxrd.model_selection import confusion_of, score_classes, summarize, summarize_films
from skxrd.model_selection._pipelines import BASELINES
from skxrd.model_selection._splitters import describe_case
from skxrd.report._film_sections import all_films, always_wrong
from skxrd.report._html_parts import (
    interval_bar,
    matrix,
    number,
    page,
    picture,
    table,
    text,
    with_interval,
)
from skxrd.report._report_data import ReportData


def make_report(
    predictions,
    studies,
    *,
    maps=None,
    title="Comparison of classifiers",
    notes=(),
    figures=(),
    n_bootstrap=1000,
    random_state=0,
):
    """Write a comparison as one self-contained HTML page.

    The page needs no network and no script. It holds the tables of all cases with bootstrap
    intervals and baselines, confusion matrices, precision and recall of each class, the films
    that are always misclassified with what their data show, and each film with its prediction,
    its pattern and its class activation map. Simulated films are called simulated.

    Parameters
    ----------
    predictions : pandas.DataFrame
        Table of :meth:`skxrd.model_selection.Study.cases`; of several studies, one below the
        other.
    studies : dict of str to Study
        The study of each ``target_name``, with prepared rows. Where its data have ``crystals``,
        ``crystal_labels`` and ``wavelength``, as :func:`skxrd.datasets.read_films_with_crystals`
        returns them, misclassified films are compared with the lines of the crystals.
    maps : dict of str to Bunch, default=None
        Class activation maps of each target, as :func:`study_maps` returns them.
    title : str, default="Comparison of classifiers"
        Heading.
    notes : sequence of str, default=()
        Lines below it, e.g. the command, date and versions.
    figures : sequence of (str, str, matplotlib.figure.Figure), default=()
        Heading, caption and figure of curves that belong to it.
    n_bootstrap : int, default=1000
        Draws of the intervals.
    random_state : int, default=0
        Seed of the draws.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        If a target of the table has no study.
    """
    if not isinstance(studies, Mapping):
        raise ValueError(
            f"studies is {type(studies).__name__}; pass a dict with the Study of each target."
        )
    targets = predictions["target"].unique().tolist()
    missing = sorted(set(targets) - set(studies))
    if missing:
        raise ValueError(f"studies has no {missing[0]!r}; give a Study for each target.")
    films = {
        target: ReportData.from_study(studies[target], (maps or {}).get(target))
        for target in targets
    }
    options = {"n_bootstrap": n_bootstrap, "random_state": random_state}
    body = [f"<h1>{text(title)}</h1>"]
    body += [f'<p class="soft">{text(note)}</p>' for note in notes]
    if any(one.virtual for one in films.values()):
        body.append(
            '<p class="banner"><b>The films of this page are simulated</b>, drawn from crystal '
            "structures with the flaws of real films. How well they are classified says nothing "
            "about measured films.</p>"
        )
    links = [(f"target-{place}", _name(target)) for place, target in enumerate(targets, start=1)]
    links += [("curves", "Curves")] * bool(figures) + [("how", "How to read it")]
    jumps = " · ".join(f'<a href="#{link}">{text(name)}</a>' for link, name in links)
    body.append(f"<p>{jumps}</p>")
    for place, target in enumerate(targets, start=1):
        body.append(f'<h2 id="target-{place}">{text(_name(target))}</h2>')
        body.append(
            _target_section(predictions[predictions["target"] == target], films[target], options)
        )
    if figures:
        body.append('<h2 id="curves">Curves</h2>')
        for heading, caption, figure in figures:
            body.append(f"<h3>{text(heading)}</h3>{picture(figure, caption)}")
    body.append(_how(predictions))
    return page(title, "\n".join(body))


def _name(target):
    return target.replace("_", " ").capitalize() or "Classes"


def _target_section(predictions, films, options):
    summary = summarize(predictions, **options)
    parts = [f'<p class="soft">{text(films.summary)}</p>']
    chosen = None
    for (case, grouped), rows in summary.groupby(["case", "grouped"]):
        ranked = rows[~rows["classifier"].isin(BASELINES)]
        best = (
            (ranked if len(ranked) else rows)
            .sort_values("accuracy", ascending=False, kind="stable")["classifier"]
            .iloc[0]
        )
        parts.append(f"<h3>{text(_case_title(case, grouped, films))}</h3>")
        tested = predictions[(predictions["case"] == case) & (predictions["grouped"] == grouped)]
        tested = tested[tested["classifier"] == best].drop_duplicates("row")
        parts.append(_sentence(rows, best, tested["true"].value_counts(normalize=True).max()))
        parts.append(_score_table(rows, best))
        if chosen is None or case > chosen[0]:
            chosen = (case, grouped, best)
    case, grouped, best = chosen
    part = predictions[(predictions["case"] == case) & (predictions["grouped"] == grouped)]
    where = _case_title(case, grouped, films)
    parts.append(
        f"<h3>Confusion matrices</h3><p class=soft>{text(where)}; number of patterns, "
        "mean over repeats.</p><div class=matrices>"
    )
    shown = {
        classifier: f"<div><p><b>{text(classifier)}</b></p>"
        f"{matrix(confusion_of(part, classifier, case=case))}</div>"
        for classifier in part["classifier"].unique()
    }
    parts.append(f"{shown.pop(best)}</div>")
    if shown:
        others = "".join(shown.values())
        parts.append(
            f"<details><summary>of the other {len(shown)} classifiers</summary>"
            f"<div class=matrices>{others}</div></details>"
        )
    parts.append(_class_table(part, best))
    every = summarize_films(part)
    own = every[every["classifier"] == best].set_index("row")
    parts.append(always_wrong(own, every, films, best))
    parts.append(all_films(own, every, films, best))
    return "\n".join(parts)


def _case_title(case, grouped, films):
    kind = "virtual (simulated)" if films.virtual else "measured"
    return f"Case {case}: {describe_case(case, films=kind, grouped=grouped)}"


def _sentence(rows, best, largest):
    """What the table says, in words."""
    rows = rows.set_index("classifier")
    row = rows.loc[best]
    parts = [
        f"<b>{text(best)}</b> classifies {row['accuracy']:.2f} of {row['n_films']:.0f} "
        f"patterns correctly (95 % interval {row['accuracy_low']:.2f} to "
        f"{row['accuracy_high']:.2f}). Their most frequent class makes up "
        f"{largest:.2f}"
    ]
    if "1-NN cosine" in rows.index and best != "1-NN cosine":
        parts.append(
            "the most similar training pattern alone gives "
            f"{rows.loc['1-NN cosine', 'accuracy']:.2f}"
        )
    return f'<p class="key">{"; ".join(parts)}.</p>'


def _score_table(rows, best):
    head = [
        "classifier",
        "accuracy",
        "",
        "F1 macro",
        "balanced accuracy",
        "precision",
        "recall",
        "s / fold",
        "folds",
    ]
    lines, classes = [], []
    for row in rows.itertuples():
        lines.append(
            [
                text(row.classifier),
                with_interval(row.accuracy, row.accuracy_low, row.accuracy_high),
                interval_bar(row.accuracy, row.accuracy_low, row.accuracy_high),
                with_interval(row.f1_macro, row.f1_macro_low, row.f1_macro_high),
                number(row.balanced_accuracy),
                number(row.precision),
                number(row.recall),
                number(row.seconds),
                str(row.n_folds),
            ]
        )
        kind = "baseline" if row.classifier in BASELINES else ""
        classes.append("best" if row.classifier == best else kind)
    return table(head, lines, classes=classes)


def _class_table(part, best):
    scored = score_classes(part[part["classifier"] == best])
    rows = [
        [text(row[4]), *(number(value) for value in row[5:8]), str(row[8])]
        for row in scored.itertuples(index=False, name=None)
    ]
    return f"<h3>Precision and recall of each class: {text(best)}</h3>" + table(
        ["class", "precision", "recall", "F1", "patterns"], rows
    )


def _how(predictions):
    n_repeats = int(predictions["repeat"].nunique())
    return (
        '<h2 id="how">How to read it</h2><ul>'
        f"<li>{n_repeats} repeat{'s' if n_repeats > 1 else ''} with other splits and seeds. Every "
        "step that learns, augmentation included, used training patterns only.</li>"
        "<li>All patterns of a repeat count together, and repeats are averaged. F1, precision and "
        "recall are macro: means over the classes. F1 micro equals the accuracy.</li>"
        "<li>Intervals in brackets: 95 %, bootstrap over films. They say what other films of the "
        "same kind would give, not what another kind of film would.</li>"
        "<li>Picking the best of many classifiers after looking at this page is a choice on test "
        "patterns: its own number is then a little too high.</li>"
        "<li>Baselines in italics: majority predicts the most frequent class of the training rows; "
        "1-NN cosine gives each pattern the class of the most similar training row.</li></ul>"
    )
