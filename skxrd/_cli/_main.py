"""The ``skxrd`` command."""

import os

import click

from skxrd._cli._compare import compare
from skxrd._cli._identify import identify
from skxrd._cli._models import explain, predict, train


class _Group(click.Group):
    """Commands whose input errors are one line and exit status 2."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except (ValueError, TypeError, OSError) as error:
            if ctx.params["debug"]:
                raise
            text = " ".join(str(error).split())
            click.echo(f"Error: {text}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="skxrd")
def main(debug):
    """Classify X-ray diffraction patterns by symmetry."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # workers inherit it


for command in (identify, compare, train, predict, explain):
    main.add_command(command)
