"""The ``skxrd`` command."""

import importlib
import re
import sys

import click

from skxrd import __version__
from skxrd._cli._printing import note
from skxrd._names import shown

# The commands, whose modules are imported when they are called, and their short help.
_COMMANDS = {
    "compare": "Cross-validate classifiers in Cases 1, 2 and 3.",
    "convert": "Write scans as plain text: xy, xye or csv.",
    "explain": "Draw which angles support the class that a model predicts.",
    "identify": "Say what a powder is: phases, symmetry, and how sure that is.",
    "library": "Make a library of phases from CIF files; say what is in one.",
    "peaks": "List peaks: 2theta, d, intensity and width.",
    "plot": "Draw scans on any scale, with the lines of crystals.",
    "predict": "Predict the class of scans with a trained model.",
    "search": "Look up which phases are in a scan, and how much of each.",
    "simulate": "Calculate powder patterns of crystals.",
    "train": "Train a model on labelled scans and simulated patterns.",
}
_MODULES = {"explain": "_predict"}  # of the others, their name
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
    """Commands that are imported when they are called; input errors are one line and status 2."""

    def list_commands(self, ctx):
        return list(_COMMANDS)

    def get_command(self, ctx, name):
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"skxrd._cli.{_MODULES.get(name, f'_{name}')}")
        return getattr(module, name)

    def format_commands(self, ctx, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx):
        from skxrd._cli._processes import Terminated, stopped_by_signals

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
@click.version_option(__version__, package_name="skxrd")
def main(debug):
    """Look up the phases of X-ray diffraction patterns, and classify these by symmetry.

    A file that cannot be used costs only itself: the others are done, and what was left out is
    listed at the end with the reason. Exit status: 0 if all was done, 1 if anything was left out,
    2 if nothing could be done or the command was not understood, 130 after Ctrl-C.
    """
    from skxrd._cli._fast_start import start_fast
    from skxrd._cli._quiet import silence_matplotlib, silence_tensorflow

    start_fast()
    if not debug:
        silence_tensorflow()
        silence_matplotlib()
