"""Pictures of scans with the phases found in them, of ``skxrd search`` and ``skxrd identify``."""

from pathlib import Path, PurePath

import click

from skxrd._cli._chores import plain
from skxrd._cli._printing import say
from skxrd._names import shown

_NAMED = 40  # most reflections of each phase with their indices
_DPI = 300  # as journals ask for

plot_option = click.option(
    "--plot",
    type=click.Path(path_type=Path),
    help="Draw scan, calculated pattern and ticks of the phases: .pdf (a page for each scan), "
    ".png (300 dpi) or .svg (one scan).",
)


def check_plot(path, n_scans=1):
    """Raise before the work if so many scans cannot be drawn in this file."""
    from skxrd._cli._predict import check_picture

    if path is None:
        return
    check_picture(path)
    if path.suffix.lower() != ".pdf" and n_scans > 1:
        raise ValueError(
            f"--plot {path}: holds one scan, there are {n_scans}; name a .pdf, which has a page "
            "for each."
        )


def draw_matches(path, pairs):
    """Draw a page for each pair of pattern and PhaseMatch."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.backends.backend_pdf import PdfPages

    from skxrd._files import replaced_file

    with replaced_file(path) as temporary:
        if path.suffix.lower() == ".pdf":
            with PdfPages(temporary) as pages:
                for figure in _figures(pairs):
                    pages.savefig(figure)
        else:
            for figure in _figures(pairs):
                figure.savefig(temporary, dpi=_DPI)
    say(f"picture in {shown(path)}")


def _figures(pairs):
    """Figure of each pair, with the name of the scan without its folder."""
    from matplotlib import pyplot as plt

    from skxrd.inspection import PhaseMatchDisplay

    for pattern, match in pairs:
        display = PhaseMatchDisplay.from_match(match, wavelength=pattern.wavelength, n_hkl=_NAMED)
        display.ax_.set_title(plain(PurePath(match.name).name), loc="left", fontsize=9)
        yield display.figure_
        plt.close(display.figure_)
