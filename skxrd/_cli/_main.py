"""The ``skxrd`` command."""

import re
import sys

import click

from skxrd._cli._compare import compare
from skxrd._cli._convert import convert
from skxrd._cli._fast_start import start_fast
from skxrd._cli._identify import identify
from skxrd._cli._library import library
from skxrd._cli._peaks import peaks
from skxrd._cli._plot import plot
from skxrd._cli._predict import explain, predict
from skxrd._cli._printing import note
from skxrd._cli._processes import Terminated, stopped_by_signals
from skxrd._cli._quiet import silence_tensorflow
from skxrd._cli._search import search
from skxrd._cli._simulate import simulate
from skxrd._cli._train import train
from skxrd._names import shown

# options of the command by the name of the parameter that an error of the package may give
_OPTIONS = {
    "n_augmented": "--n-augmented",
    "n_repeats": "--repeats",
    "n_splits": "--folds",
    "n_variants": "--variants",
    "random_state": "--seed",
}
_PARAMETER = re.compile(rf"\b({'|'.join(_OPTIONS)})\b(=?)")
_INTERRUPTED = 130  # exit status of a command that Ctrl-C stopped, by custom


class _Group(click.Group):
    """Commands whose input errors are one line and exit status 2."""

    def invoke(self, ctx):
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # names that the terminal lacks
        try:
            with stopped_by_signals():
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # nobody reads the results any more; click ends in silence
        except Terminated as error:
            note("Stopped.")
            ctx.exit(128 + error.number)
        except KeyboardInterrupt:
            note("Stopped.")
            ctx.exit(_INTERRUPTED)
        except (ValueError, TypeError, OSError, ImportError, MemoryError) as error:
            if ctx.params["debug"]:
                raise
            text = " ".join(str(error).split()) or type(error).__name__
            text = re.sub(r"\btarget='(\w+)'", r"--target \1", text)
            if ctx.invoked_subcommand == "compare":
                text = _PARAMETER.sub(_option, text)
            note(f"Error: {shown(text)}")
            ctx.exit(2)


def _option(found):
    """What the user types for a parameter."""
    return _OPTIONS[found[1]] + (" " if found[2] else "")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error, and all messages.")
@click.version_option(package_name="skxrd")
def main(debug):
    """Look up the phases of X-ray diffraction patterns, and classify these by symmetry.

    A file that cannot be used costs only itself: the others are done, and what was left out is
    listed at the end with the reason. Exit status: 0 if all was done, 1 if anything was left out,
    2 if nothing could be done or the command was not understood, 130 after Ctrl-C.
    """
    start_fast()
    if not debug:
        silence_tensorflow()


for command in (
    identify,
    search,
    compare,
    train,
    predict,
    explain,
    plot,
    peaks,
    simulate,
    convert,
    library,
):
    main.add_command(command)
