"""Phases and symmetry of scans as one page that can be sent to a colleague."""

import json
import os
from importlib.resources import files

import numpy as np

from skxrd._cell_text import cell_text
from skxrd._names import printable
from skxrd._phase_names import symmetry_heading
from skxrd.inspection._style import angle_label
from skxrd.report._html_parts import number, page, table, text
from skxrd.report._scan_curves import coded, even_curves, points_for
from skxrd.report._scan_entries import plain_label, scan_entry

_LEVELS = {
    "crystal_system": "crystal system",
    "extinction_group": "extinction group",
    "space_group": "space group",
}
_TONES = {"sure": "certain", "open": "not certain", "none": "no answer"}
_HINT = "Drag over a range to zoom, double-click for all; point at a peak for its d, I and hkl."
_BUTTONS = (
    ("in", "zoom in"), ("out", "zoom out"), ("left", "←"), ("right", "→"), ("all", "all")
)  # fmt: skip
_SCALES = (("sqrt", "√", "true"), ("linear", "linear", "false"), ("log", "log", "false"))
_MOST_IN_SET = 12  # classes of a set that are written out
_STYLE = """
section.scan { content-visibility: auto; contain-intrinsic-size: auto 700px; }
.verdict { background: var(--shade); border-left: 5px solid #E69F00; padding: 8px 14px;
  margin: 10px 0; font-weight: 600; max-width: none; }
.verdict.sure { border-color: #009E73; } .verdict.none { border-color: #999; }
.doubts li { font-size: .92rem; }
figure.plot .stage { min-height: 280px; }
figure.plot .bar, figure.heat .bar { display: flex; flex-wrap: wrap; gap: 4px; }
.bar button { font: inherit; font-size: .8rem; padding: 2px 10px; border: 1px solid #bbb;
  border-radius: 4px; background: #fff; color: var(--ink); cursor: pointer; }
.bar button[aria-pressed=true] { background: var(--ink); color: #fff; }
.bar .gap { width: 10px; }
.stage { touch-action: pan-y; user-select: none; -webkit-user-select: none; cursor: crosshair; }
.heat .stage { cursor: pointer; max-width: 900px; } .stage svg { display: block; }
.said { min-height: 2.6em; margin: 2px 0 6px; }
.box { display: inline-block; width: .8em; height: .8em; margin-right: 6px; border-radius: 2px; }
td.wrap { white-space: normal; min-width: 12em; text-align: left; }
.lefts th, .lefts td, .overview th, .overview td, .lines th:last-child, .lines td:last-child {
  text-align: left; }
.overview td:first-child, .overview th:first-child { white-space: normal; min-width: 7em;
  overflow-wrap: anywhere; position: static; }
@media print { html { font-size: 11px; } body { max-width: none; font-size: 1rem; }
  figure.plot .stage { min-height: 0; }
  figure.plot .bar, figure.heat .bar, figure.plot .said { display: none; }
  section.scan { content-visibility: visible; break-before: page; } .scroll { overflow: visible;
  background: none; } a { color: inherit; text-decoration: none; } figure { break-inside: avoid; }
  td.wrap { min-width: 0; } th, td { white-space: normal; padding: 2px 8px 2px 0; }
  th:first-child, td:first-child { position: static; } h2 { border-top-width: 1px; } }
"""


def make_scan_report(
    patterns, answers, *, title="Phases and symmetry of scans", notes=(), left_out=()
):
    """Write what was found in scans as one self-contained HTML page.

    The page needs no network. For each scan it has the verdict, what speaks against it, the scan
    with the calculated sum of the phases, their ticks and the difference (to zoom into, with d and
    Miller indices where the mouse points), tables of the phases, of symmetries by rank and of the
    peaks, and what was assumed. Of several scans it begins with a table and a heat map of all.

    Parameters
    ----------
    patterns : list of PowderPattern
        The scans.
    answers : list
        What was found in each: of :meth:`skxrd.search.PhaseSearch.match` or of
        :meth:`skxrd.powders.PowderIdentifier.identify`.
    title : str, default="Phases and symmetry of scans"
        Heading.
    notes : sequence of str, default=()
        Lines below it, e.g. the command, date and versions.
    left_out : sequence of str, default=()
        Scans that could not be used, with the reasons.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        If there are no patterns, or not as many answers.
    """
    patterns, answers = list(patterns), list(answers)
    if not patterns or len(patterns) != len(answers):
        raise ValueError(
            f"there are {len(patterns)} patterns and {len(answers)} answers; pass at least one "
            "pattern, and an answer for each."
        )
    entries = [scan_entry(*pair) for pair in zip(patterns, answers, strict=True)]
    folder = _common_folder([p.metadata.get("path", p.name) for p in patterns])
    for entry in entries:
        entry.name = entry.name.removeprefix(folder)
    n_curves = sum(1 + entry.found for entry in entries)
    drawn = [_drawing(entry, points_for(n_curves)) for entry in entries]
    body = [f"<h1>{text(title)}</h1>"]
    body += [f'<p class="soft">{text(note)}</p>' for note in notes]
    body.append(
        "<noscript><p class=banner>The pictures of this page need JavaScript; its texts and tables "
        "do not.</p></noscript>"
    )
    if len(entries) > 1:
        body.append(_overview(entries))
    if left_out:
        items = "".join(f"<li>{text(why.removeprefix(folder))}</li>" for why in left_out)
        body.append(f"<h3>Left out</h3><ul>{items}</ul>")
    for place, (entry, drawing) in enumerate(zip(entries, drawn, strict=True), start=1):
        body.append(_section(place, entry, drawing, alone=len(entries) == 1))
    body.append(_how(entries))
    script = files("skxrd.report").joinpath("scan_page.js").read_text(encoding="utf-8")
    return page(title, "\n".join(body), style=_STYLE, script=script)


def _common_folder(names):
    """What all names begin with, up to a separator of folders; nobody else needs it."""
    start = os.path.commonprefix(names)
    return start[: max(start.rfind("/"), start.rfind("\\")) + 1]


def _drawing(entry, n_points):
    """What the script draws of a scan."""
    pattern, match = entry.pattern, entry.match
    if match is None:
        two_theta, curves = pattern.two_theta, [pattern.intensity]
    else:
        two_theta, curves = match.two_theta, [match.measured]
        if entry.phases and len(match.calculated):
            curves.append(match.calculated)
    first, step, even = even_curves(two_theta, curves, n_points)
    low = float(min(np.nanmin(even[0]), 0.0))
    high = float(max(np.nanmax(curve) for curve in even))
    drawing = {
        "x": round(first, 5),
        "s": round(step, 7),
        "l": low,
        "h": high,
        "a": angle_label(pattern.wavelength),
        "w": pattern.wavelength,
        "m": coded(even[0], low, high),
    }
    if len(even) > 1:
        drawing["c"] = coded(even[1], low, high)
    if entry.phases:
        drawing["p"] = [
            {
                "n": printable(phase.facts["name"]),
                "k": color,
                "t": [round(float(angle), 3) for angle in phase.line_angles],
                "i": [" ".join(map(str, hkl)) for hkl in np.asarray(phase.line_hkl).tolist()],
            }
            for phase, color in zip(entry.phases, entry.colors, strict=True)
        ]
    if entry.found:
        drawing["u"] = [round(float(angle), 3) for angle in match.unexplained[:12]]
    return drawing


def _data(content):
    """Data within a page, which no text of theirs can end."""
    shown = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/json">{shown.replace("<", chr(92) + "u003c")}</script>'


def _overview(entries):
    """Table and heat map of all scans."""
    rows = []
    for place, entry in enumerate(entries, start=1):
        link = f'<a href="#scan-{place}">{text(entry.name)}</a>'
        doubts = str(len(entry.doubts)) if entry.doubts else ""
        verdict = f"<span class=wrapped>{text(entry.verdict)}</span>"
        rows.append([link, verdict, _TONES[entry.tone], doubts])
    listed = table(["scan", "verdict", "", "doubts"], rows).replace(
        "<td><span class=wrapped>", "<td class=wrap><span>"
    )
    tones = [entry.tone for entry in entries]
    counts = [f"{tones.count(tone)} {name}" for tone, name in _TONES.items() if tone in tones]
    given = list(range(len(entries)))
    names = [entry.phases[0].facts["name"] if entry.found else "~" for entry in entries]
    by_phase = sorted(given, key=lambda place: (names[place], entries[place].name))
    plan = {
        "n": [entry.name.rsplit("/", 1)[-1] for entry in entries],
        "v": [entry.verdict for entry in entries],
        "o": [given, by_phase],
        "a": "2θ (degrees)",
    }
    return (
        f"<p>{len(entries)} scans: {', '.join(counts)}.</p>"
        f"<figure class=heat>{_data(plan)}<div class=bar>"
        '<button type=button aria-pressed="true">as listed</button>'
        '<button type=button aria-pressed="false">by first phase</button></div>'
        '<p class="said soft">Each row is a scan, dark where it has peaks (square root of the '
        "intensity, each scaled; grey: not measured). Click a row to see the scan.</p>"
        f"<div class=stage></div></figure><div class=overview>{listed}</div>"
    )


def _section(place, entry, drawing, *, alone):
    name = f'<h2 id="scan-{place}">{text(entry.name)}</h2>'
    parts = [
        f"<section class=scan>{name}<p class=soft>{text(entry.assumed)}</p>",
        f'<p class="verdict {entry.tone}">{text(entry.verdict)}</p>',
    ]
    if entry.doubts:
        items = "".join(f"<li>{text(doubt)}</li>" for doubt in entry.doubts)
        parts.append(f"<p>What speaks against trusting it:</p><ul class=doubts>{items}</ul>")
    parts.append(_plot(place, entry, drawing))
    if entry.phases:
        parts.append(_phase_table(entry))
    if entry.rankings:
        parts.append(_ranking_table(entry))
    if entry.peaks is not None:
        parts.append(_peak_table(entry, alone))
    return "\n".join(parts) + "</section>"


def _plot(place, entry, drawing):
    """Figure with its data, the buttons and what it shows."""
    bar = "".join(f'<button type=button data-do="{do}">{name}</button>' for do, name in _BUTTONS)
    bar += "<span class=gap></span>" + "".join(
        f'<button type=button data-do="{scale}" data-scale aria-pressed="{on}">{name}</button>'
        for scale, name, on in _SCALES
    )
    if entry.match is None:
        shown = "Measured intensity."
    else:
        shown = "Black: measured intensity above the background."
    if "c" in drawing:
        whose = "the phases" if entry.found else "the nearest phase, a hint only"
        shown += (
            f" Orange: calculated for {whose}. Ticks: their reflections. Below, in grey: measured "
            "less calculated, on the scale chosen."
        )
    if drawing.get("u"):
        shown += " Triangles: peaks that no phase explains."
    return (
        f'<figure class=plot id="plot-{place}">{_data(drawing)}<div class=bar>{bar}</div>'
        f'<p class="said soft" data-hint="{_HINT}">{_HINT}</p><div class=stage></div>'
        f"<figcaption>{shown}</figcaption></figure>"
    )


def _phase_table(entry):
    several = len(entry.phases) > 1
    head = ["phase", "formula", "space group", "fit", "explains"]
    head += ["weight fraction"] * several + ["lines", "cell (Å, °)", "source"]
    rows = []
    for phase, color in zip(entry.phases, entry.colors, strict=True):
        facts = phase.facts
        source = facts.get("reference") or str(facts.get("source", "")).split("; ")[0]
        row = [
            f'<span class=box style="background:{color}"></span>{text(facts["name"])}',
            text(facts["formula"]),
            text(f"{facts['space_group_symbol']} ({facts['space_group_number']})"),
            number(phase.figure_of_merit),
            number(phase.explained),
        ]
        row += [number(phase.weight_fraction)] * several
        row += [
            f"{phase.n_matched} of {phase.n_expected}",
            text(cell_text(phase.cell, phase.cell_su)),
            f"<span class=wrapped>{text(source)}</span>",
        ]
        rows.append(row)
    listed = table(head, rows).replace("<td><span class=wrapped>", "<td class=wrap><span>")
    heading = "Phases" if entry.found else "Nearest phase of the library, a hint only"
    return f"<h3>{heading}</h3><div class=lefts>{listed}</div>"


def _ranking_table(entry):
    """Most probable classes of each level side by side, and the sets below."""
    levels = [level for level in _LEVELS if level in entry.rankings]
    height = max(len(entry.rankings[level]) for level in levels)
    rows = []
    for place in range(height):
        row = []
        for level in levels:
            there = entry.rankings[level][place : place + 1] or [("", None)]
            label, chance = there[0]
            row += [text(plain_label(label)), "" if chance is None else number(chance)]
        rows.append(row)
    head = [cell for level in levels for cell in (_LEVELS[level], "probability")]
    heading = text(symmetry_heading(entry.match).replace("s", "S", 1))
    parts = [f"<h3>{heading}</h3>", f"<div class=lefts>{table(head, rows)}</div>"]
    for level, members in entry.sets.items():
        names = ", ".join(plain_label(label) for label in members[:_MOST_IN_SET])
        more = len(members) - _MOST_IN_SET
        names += f" and {more} more" if more > 0 else ""
        parts.append(f"<p class=soft>{_LEVELS.get(level, level)}, 90 % set: {text(names)}</p>")
    return "".join(parts)


def _peak_table(entry, alone):
    peaks, highest = entry.peaks, entry.peaks["height"].max()
    head = ["2θ (°)", "d (Å)", "I", "I/Imax (%)", "FWHM (°)"] + ["line"] * bool(entry.owners)
    rows, journal = [], []
    for place, peak in enumerate(peaks.itertuples()):
        d = "–" if peak.d != peak.d else f"{peak.d:.4f}"
        share = 100 * peak.height / highest
        row = [f"{peak.two_theta:.3f}", d, f"{peak.height:.4g}", f"{share:.1f}", f"{peak.fwhm:.3f}"]
        if entry.owners:
            phase, hkl = entry.owners[place]
            row.append("–" if phase is None else _line_name(entry, phase, hkl))
        rows.append(row)
        journal.append(f"{peak.two_theta:.2f} ({d}) [{share:.0f}]")
    doubled = " of K-alpha1" if peaks.attrs.get("doublet") else ""
    count = "1 peak" if len(rows) == 1 else f"{len(rows)} peaks"
    return (
        f"<details{' open' if alone else ''}><summary>{count}</summary>"
        f"<div class={'lines' if entry.owners else 'peaks'}>{table(head, rows)}</div>"
        f"<p class=soft>Heights above the background{doubled}; FWHM: full width at half maximum. "
        f"For a journal, 2θ (d) [I]: {', '.join(journal)}.</p></details>"
    )


def _line_name(entry, phase, hkl):
    box = f'<span class=box style="background:{entry.colors[phase]}"></span>'
    return f"{box}{text(entry.phases[phase].facts['name'])} {' '.join(map(str, hkl))}"


def _how(entries):
    """How to read the page."""
    items = [
        "Assumed: what stands below the name of each scan. A wrong wavelength gives wrong phases."
    ]
    if any(entry.phases for entry in entries):
        items += [
            "Fit: share of the squares of the intensity near the lines of a phase that all phases "
            "together explain, 1 at best. Explains: share of the intensity of the whole scan. "
            "Lines: found of those expected. A phase is called certain if no other comes near.",
            "A phase that is named is the best of the library, not proven. Weights are shares of "
            "the phases named: glass and other amorphous parts, phases that were not found, and "
            "differences in absorption do not count. To publish, refine, and cite the sources.",
        ]
    if any(entry.rankings for entry in entries):
        items.append(
            "Symmetry: probabilities of a network that was trained on simulated powders, joined "
            "with the phases where these were looked up. They say where to begin."
        )
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f'<h2 id="how">How to read it</h2><ul class=soft>{listed}</ul>'
