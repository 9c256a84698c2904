"""``skxrd simulate``."""

import click

from skxrd._cli._chores import PATH, count, plain, write_each
from skxrd._cli._data import number_or_name
from skxrd._cli._printing import left_out_at_the_end, say
from skxrd._names import shown


@click.command(short_help="Calculate powder patterns of crystals.")
@click.argument("crystals", type=PATH)
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    help="Pattern (.xy, .csv; a folder for several crystals) or picture (.png, .svg, .pdf).",
)
@click.option(
    "--wavelength",
    default="CuKa",
    show_default=True,
    help="In angstrom, or CuKa, CuKa1, CoKa, MoKa, ...",
)
@click.option(
    "--range",
    "span",
    type=(float, float, float),
    default=(10.0, 80.0, 0.02),
    show_default=True,
    help="First angle, last angle and step, in degrees 2theta.",
)
@click.option(
    "--fwhm",
    type=click.FloatRange(0, min_open=True),
    default=0.15,
    show_default=True,
    help="Full width of the peaks at half of their height, in degrees 2theta.",
)
def simulate(crystals, output, wavelength, span, fwhm):
    """Calculate the powder patterns of CRYSTALS (CIF file or folder, parquet table).

    An output that ends in .xy or .csv is a pattern; of several crystals, each has a file named
    after it in the folder OUTPUT. Any other ending is a picture of all.
    """
    import numpy as np

    from skxrd._files import check_outputs
    from skxrd._grid import is_doublet
    from skxrd.datasets._left_out import all_left_out, recorded_reasons
    from skxrd.io import read_crystals, write_pattern
    from skxrd.simulation import PowderSimulator

    first, last, step = span
    if not (0 < first < last < 180 and 0 < step < last - first):
        raise ValueError(
            f"--range {first:g} {last:g} {step:g}: give a first and a larger last angle below 180 "
            "degrees, and a step that is smaller than their distance."
        )
    picture = output.suffix.lower() not in ("", ".xy", ".csv")
    if picture or output.suffix:
        check_outputs({"-o": output}, inputs=[crystals])
    wavelength = number_or_name(wavelength)
    two_theta = np.arange(first, last + step / 2, step)
    with left_out_at_the_end() as left_out:
        with recorded_reasons() as reasons:
            listed = read_crystals(crystals, on_error="skip")
        left_out += all_left_out(reasons, crystals)
        simulator = PowderSimulator(
            two_theta, wavelength=wavelength, doublet=is_doublet(wavelength), fwhm=fwhm
        )
        patterns = [simulator.simulate(crystal) for crystal in listed]
        if picture:
            _draw_simulated(patterns, output)
        elif output.suffix and len(patterns) == 1:
            write_pattern(patterns[0], output)
        elif output.suffix:
            raise ValueError(
                f"{crystals}: holds {len(patterns)} crystals; give a folder, -o {output.stem}/, "
                "for one file of each."
            )
        else:
            write_each(patterns, output, ".xy")
        say(f"{count(patterns, 'pattern')} in {shown(output)}")


def _draw_simulated(patterns, output):
    import matplotlib

    from skxrd._cli._predict import check_picture
    from skxrd._files import replaced_file
    from skxrd.inspection import PatternDisplay

    matplotlib.use("Agg")
    check_picture(output)
    labels = [plain(pattern.name) for pattern in patterns]
    display = PatternDisplay.from_patterns(patterns, labels=labels, d_axis=True)
    for number, pattern in enumerate(patterns):
        display.name_peaks(pattern.metadata["reflections"], pattern=number)
    with replaced_file(output) as path:
        display.figure_.savefig(path, dpi=150)
