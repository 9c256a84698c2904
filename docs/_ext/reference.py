"""The page of the API reference, written from the public names themselves."""

import importlib
import inspect
from pathlib import Path

# rooms in the order in which data flow: what they are, and their pages of the user guide
ROOMS = {
    "io": ("reading and writing", ["reading"]),
    "crystal": ("crystals", ["crystals"]),
    "simulation": ("simulation", ["simulation", "fingerprints"]),
    "preprocessing": ("preprocessing", ["preprocessing", "contract"]),
    "datasets": ("data sets", ["halides"]),
    "augmentation": ("augmentation", ["augmentation"]),
    "metrics": ("distances and scores", ["dtw", "calibration"]),
    "neighbors": ("nearest neighbours", ["dtw", "calibration"]),
    "neural": ("neural networks", ["neural"]),
    "search": ("phases looked up", ["phases"]),
    "powders": ("symmetry of any powder", ["identify", "powders"]),
    "model_selection": ("model selection", ["cases", "study"]),
    "inspection": ("inspection", ["inspection", "neural", "cases"]),
    "report": ("pages", ["cases", "study"]),
}
HEAD = """API reference
=============

Every public name, in the order in which data flow. What ``get_params``, ``set_params``,
``fit_transform`` or ``score`` do is the same in every scikit-learn estimator, and ``fit_resample``
the same in every sampler of imbalanced-learn: they are not repeated here.
"""


def reference_page(package="skxrd"):
    """Text of the page: a section a room, its classes, functions and tables in alphabetical order.

    Parameters
    ----------
    package : str, default="skxrd"
        The package.

    Returns
    -------
    str
        reStructuredText.
    """
    top = importlib.import_module(package)
    own = [name for name in top.__all__ if inspect.isclass(getattr(top, name))]
    parts = [HEAD, _section(package, package, "", own)]
    for room in top._SUBPACKAGES:
        if room not in ROOMS:
            raise ValueError(f"{room!r} has no entry in ROOMS of {__file__}; add one.")
    for room, (what, pages) in ROOMS.items():
        module = importlib.import_module(f"{package}.{room}")
        pages = ", ".join(f":doc:`{page}`" for page in pages)
        text = f"{inspect.getdoc(module).splitlines()[0]} User guide: {pages}.\n"
        groups = ([], [], [])
        for name in module.__all__:
            entry = getattr(module, name)
            groups[0 if inspect.isclass(entry) else 1 if inspect.isroutine(entry) else 2].append(
                name
            )
        parts.append(_section(module.__name__, f"{module.__name__}: {what}", text, *groups))
    return "\n".join(parts)


def _section(module, title, text, *groups):
    lines = [title, "-" * len(title), "", text]
    lines += [
        f".. module:: {module}",
        "   :no-index-entry:",
        "",
        f".. currentmodule:: {module}",
        "",
    ]
    for names in groups:
        if names:
            lines += [".. autosummary::", "   :toctree: generated/", "   :nosignatures:", ""]
            lines += [f"   {name}" for name in sorted(names, key=str.lower)] + [""]
    return "\n".join(lines)


def write_reference(path):
    """Write the page, unless it is there and up to date."""
    path, text = Path(path), reference_page()
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
