"""``skxrd search``."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from skxrd._cli._chores import wavelength_option
from skxrd._cli._data import read_scans
from skxrd._cli._found_phases import AMORPHOUS, describe_match
from skxrd._cli._match_pictures import check_plot, draw_matches, plot_option
from skxrd._cli._printing import left_out_at_the_end, nobody_reads, nothing_done, say
from skxrd._cli._report import report_option, wavelength_note, write_report
from skxrd._cli._searched import (
    BUNDLED,
    library_options,
    open_library,
    results_of,
    scan_name,
    scans_at_once,
    with_wavelength,
)
from skxrd._names import csv_cell, shown

_DECIMALS = {
    "figure_of_merit": 4,
    "explained": 4,
    "weight_fraction": 4,
    "shift": 4,
    **{name + su: 5 for name in ("a", "b", "c") for su in ("", "_su")},
    **{name + su: 4 for name in ("alpha", "beta", "gamma") for su in ("", "_su")},
}


@click.command(short_help="Look up which phases are in a scan, and how much of each.")
@click.argument("scans", type=click.Path(path_type=Path), nargs=-1, required=True)
@library_options
@click.option(
    "--max-phases",
    type=click.IntRange(1, 20),
    default=4,
    show_default=True,
    help="Most phases to name in one scan; 1 for scans of single phases.",
)
@wavelength_option
@click.option(
    "--jobs",
    type=click.IntRange(-1, 1000),
    help="Scans at a time; -1: one for each core. [default: cores, at most 4]",
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path),
    help="Write a table with one row for each phase found.",
)
@plot_option
@report_option
def search(scans, libraries, wavelength, max_phases, jobs, csv, plot, report, **elements):
    """Look up which phases are in SCANS (files or folders), powders and mixtures.

    The bundled library has minerals and known inorganic compounds. Give the elements if you know
    them: the answer is faster and more often correct. "Not in the library" is an answer too.

    Scans that cannot be searched are left out and listed at the end, with exit status 1, or 2 if
    there is no other.
    """
    from skxrd._files import check_outputs
    from skxrd.search._match_scan import match_scan  # of PhaseSearch, without scikit-learn

    files = [path for path in libraries if path != BUNDLED]
    outputs = {"--csv": csv, "--plot": plot, "--report": report}
    check_outputs(outputs, inputs=[*scans, *files])
    check_plot(plot)
    library, allowed = open_library(libraries, **elements)
    match_one = partial(match_scan, library, allowed=allowed, max_phases=max_phases)
    with left_out_at_the_end() as left_out:
        patterns = with_wavelength(read_scans(scans, wavelength, left_out), left_out)
        check_outputs(outputs, inputs={p.metadata.get("path", "") for p in patterns})
        check_plot(plot, len(patterns))
        matches = []
        try:
            n_jobs = scans_at_once(jobs, len(patterns))
            for pattern, match in results_of(match_one, patterns, n_jobs):
                if isinstance(match, ValueError):
                    left_out.append(f"{scan_name(pattern)}: {match}")
                    continue
                match = replace(match, name=scan_name(pattern))
                matches.append((pattern, match))
                if match.measured.size:
                    for line in describe_match(match):
                        say(line)
                    if len(match.phases) == max_phases and len(match.unexplained):
                        say("  more phases may be there: give a larger --max-phases")
                else:
                    left_out.append(f"{match.name}: {match.remark}.")
                if not any(outputs.values()) and nobody_reads():
                    return
        finally:
            if csv is not None and matches:
                _write(csv, [match for _, match in matches])
        drawn = [(pattern, match) for pattern, match in matches if match.measured.size]
        if not drawn:
            raise nothing_done(left_out, "no scan could be searched.")
        if any(len(match.phases) > 1 for _, match in drawn):
            say(AMORPHOUS)
        if plot is not None:
            draw_matches(plot, drawn)
        if report is not None:
            write_report(report, drawn, left_out, _notes(library, max_phases, wavelength, elements))


def _notes(library, max_phases, wavelength, elements):
    """What was searched and assumed, for the page."""
    words = {
        "elements": "of the elements {} alone",
        "required_elements": "with all of {}",
        "excluded_elements": "without {}",
    }
    limits = [text.format(elements[name]) for name, text in words.items() if elements[name]]
    which = f", {' and '.join(limits)}" if limits else ""
    names = " and ".join(path.name for path in library.paths)
    return [
        f"Looked up among {len(library):,} phases of {names}{which}; at most "
        f"{max_phases} in a scan.",
        wavelength_note(wavelength),
    ]


def _write(path, matches):
    """Write the CSV file."""
    from skxrd._files import replaced_file
    from skxrd.search._match_table import match_table

    table = match_table(matches).round(_DECIMALS).map(csv_cell)
    with replaced_file(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\r\n")
    say(f"{len(table)} rows written to {shown(path)}")
