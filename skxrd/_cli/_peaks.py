"""``skxrd peaks``."""

import click

from skxrd._cli._chores import PATH, count, wavelength_option
from skxrd._cli._data import read_scans
from skxrd._cli._printing import left_out_at_the_end, note, nothing_done, say
from skxrd._names import archive_members, csv_cell, shown

_PEAK_COLUMNS = {
    "two_theta": "two_theta",
    "d": "d",
    "height": "intensity",
    "relative": "relative_intensity",
    "area": "area",
    "fwhm": "fwhm",
    "signal_to_noise": "signal_to_noise",
}


@click.command(short_help="List peaks: 2theta, d, intensity and width.")
@click.argument("scans", type=PATH, nargs=-1, required=True)
@click.option(
    "--csv",
    type=PATH,
    help="Write a table with one row for each peak: 2theta, d, height, height in percent, FWHM.",
)
@click.option(
    "--min-signal-to-noise",
    type=click.FloatRange(0, min_open=True),
    default=5.0,
    show_default=True,
    help="Leave out peaks whose height is less than so many of its standard uncertainties. "
    "Places and heights of the others stay the same; none below 3 are looked for.",
)
@wavelength_option
def peaks(scans, csv, min_signal_to_noise, wavelength):
    """List the peaks of SCANS (files or folders): 2theta, d, intensity and width.

    Intensities are heights above the background, K-alpha2 is not listed, and d follows from
    K-alpha1 where there is a doublet. The last line of each scan is the list as journals print it:
    2theta (d) [I], with I in percent of the highest peak.
    """
    from skxrd._files import check_outputs
    from skxrd.datasets._scans import where
    from skxrd.preprocessing._peak_columns import peak_columns

    check_outputs({"--csv": csv}, inputs=scans)
    rows = []
    with left_out_at_the_end() as left_out:
        patterns = read_scans(scans, wavelength, left_out)
        check_outputs({"--csv": csv}, inputs={p.metadata["path"] for p in patterns})
        n_done = n_unknown = 0
        for pattern in patterns:
            name = archive_members(where(pattern))
            try:
                table, _ = peak_columns(pattern, min_signal_to_noise)
            except ValueError as error:
                left_out.append(f"{name}: {error}")
                continue
            n_done += 1
            n_unknown += pattern.wavelength is None
            height = table["height"]
            table["relative"] = 100 * height / height.max(initial=0)
            listed = list(zip(*(table[column].tolist() for column in _PEAK_COLUMNS), strict=True))
            _print_peaks(name, listed)
            rows += [(name, *(round(value, 6) for value in row)) for row in listed]
        if not n_done:
            raise nothing_done(left_out, "no scan could be searched for peaks.")
        if n_unknown:
            note(
                f"d is not given for {count(range(n_unknown), 'scan')} of unknown wavelength; say "
                "it with --wavelength, e.g. --wavelength CuKa."
            )
        if csv is not None:
            _write_rows(csv, ("scan", *_PEAK_COLUMNS.values()), rows)
            say(f"{len(rows)} rows written to {shown(csv)}")


def _print_peaks(name, rows):
    say(f"{shown(name)}: {count(rows, 'peak')}")
    if not rows:
        return
    say(f"  {'2theta':>8} {'d':>8} {'I':>10} {'I/Imax':>7} {'FWHM':>7}")
    entries = []
    for two_theta, d, height, relative, _, fwhm, _ in rows:
        d = "-" if d != d else f"{d:.4f}"
        say(f"  {two_theta:8.3f} {d:>8} {height:10.5g} {relative:7.1f} {fwhm:7.3f}")
        percent = f"{relative:.0f}" if relative >= 0.5 else "<1"
        entries.append(f"{two_theta:.2f} ({d}) [{percent}]")
    say(f"  2theta (d) [I]: {', '.join(entries)}")


def _write_rows(path, header, rows):
    import csv

    from skxrd._files import replaced_file

    with replaced_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(header)
        writer.writerows([csv_cell(cell) for cell in row] for row in rows)
