"""The ``skxrd`` command."""

import importlib
import re
import sys

import click

from skxrd import __version__
from skxrd._cli._printing import note
from skxrd._names import shown

# The commands, whose modules are imported when they are called, and how their help begins: --help
# cuts that to the width of the terminal.
_COMMANDS = {
    "compare": "Cross-validate classifiers in Cases 1, 2 and 3.",
    "convert": "Write the scans of SOURCE (file or folder) as text, to TARGET.",
    "explain": "Draw the scan FILE with its class activation map and the average map of its class.",
    "identify": "Identify the powders in SCANS (files or folders): phases and symmetry.",
    "library": "Make libraries of phases for skxrd search, and see what is in them.",
    "peaks": "List the peaks of SCANS (files or folders): 2theta, d, intensity and width.",
    "plot": "Draw the SCANS (files or folders) above each other in one picture.",
    "predict": "Predict the class of each of FILES (or folders) with a trained MODEL.",
    "search": "Look up which phases are in SCANS (files or folders), powders and mixtures.",
    "simulate": "Calculate the powder patterns of CRYSTALS (CIF file or folder, parquet table).",
    "train": "Train on the scans of FOLDER (one folder a class) and on simulated patterns.",
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
        width = formatter.width - 6 - max(map(len, _COMMANDS))
        rows = [
            (name, click.Command(name, help=text).get_short_help_str(width))
            for name, text in _COMMANDS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

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
