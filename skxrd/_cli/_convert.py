"""``skxrd convert``."""

import click

from skxrd._cli._chores import PATH, wavelength_option, write_each
from skxrd._cli._data import read_scans
from skxrd._cli._printing import left_out_at_the_end, nothing_done, say
from skxrd._names import shown

_ENDINGS = (".xy", ".xye", ".csv")


@click.command(short_help="Write scans as plain text: xy, xye or csv.")
@click.argument("source", type=PATH)
@click.argument("target", type=PATH)
@click.option(
    "--to",
    "ending",
    type=click.Choice([ending[1:] for ending in _ENDINGS]),
    default="xy",
    show_default=True,
    help="Format of the files, where TARGET is a folder: angles and intensities; xye with standard "
    "uncertainties; csv with a heading.",
)
@wavelength_option
def convert(source, target, ending, wavelength):
    """Write the scans of SOURCE (file or folder) as text, to TARGET.

    A TARGET that ends in .xy, .xye or .csv is a file and takes one scan. Any other is a folder:
    each scan has a file in it, named after the scan. Files of .xye need standard uncertainties.
    """
    from skxrd._files import check_outputs
    from skxrd.io import write_pattern

    single = target.suffix.lower() in _ENDINGS
    if single:
        check_outputs({"TARGET": target}, inputs=[source])
    with left_out_at_the_end() as left_out:
        patterns = read_scans([source], wavelength, left_out)
        if not patterns:
            raise nothing_done(left_out, "no scan could be read.")
        if not single:
            n_done = write_each(patterns, target, f".{ending}", left_out)
            if not n_done:
                raise nothing_done(left_out, "no scan could be written.")
            say(f"{n_done} scans written to {shown(target)}")
            return
        if len(patterns) > 1:
            raise ValueError(
                f"{source}: holds {len(patterns)} scans; give a folder, e.g. {target.stem}/, for "
                "one file of each."
            )
        write_pattern(patterns[0], target)
        say(f"1 scan written to {shown(target)}")
