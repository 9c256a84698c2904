"""The page that ``skxrd search --report`` and ``skxrd identify --report`` write."""

import datetime
from importlib.metadata import version
from pathlib import Path

import click

from skxrd._cli._printing import say
from skxrd._names import shown

report_option = click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page (.html) to look at and to send: answers, pictures to zoom, tables of peaks.",
)


def write_report(path, pairs, left_out, notes):
    """Write the page of pairs of pattern and answer."""
    from skxrd._files import replaced_file
    from skxrd.report import make_scan_report

    patterns, answers = zip(*pairs, strict=True)
    title = patterns[0].name if len(patterns) == 1 else f"{len(patterns)} scans"
    today = f"{datetime.date.today().isoformat()}, skxrd {version('skxrd')}"
    html = make_scan_report(
        patterns,
        answers,
        title=f"What is in {title}?",
        notes=[*notes, today],
        left_out=[shown(why) for why in left_out],
    )
    with replaced_file(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    say(f"page written to {shown(path)}")


def wavelength_note(wavelength):
    """What was assumed of scans that state no wavelength."""
    if wavelength is None:
        return "Wavelengths: as the files state them."
    return f"Wavelengths: as the files state them, and {wavelength} where they state none."
