"""What functions, classes and modules of the user do, as values that can be hashed."""

import dis
import importlib
import sys
import types
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec, resolve_name
from pathlib import Path

import numpy as np

#: Distributions that results follow from, and the packages that they install.
ENGINES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "scikit-learn": "sklearn",
    "imbalanced-learn": "imblearn",
    "numba": "numba",
    "keras": "keras",
    "tensorflow": "tensorflow",
    "onnxruntime": "onnxruntime",
}
_ANY_CODE = {"eval", "exec", "globals", "__import__"}  # builtins that may read any name
_ANY_STATE = {"environ", "getenv", "import_module"}
_NOT_CODE = {
    "__abstractmethods__",
    "__annotate_func__",
    "__annotations__",
    "__annotations_cache__",
    "__conditional_annotations__",
    "__dataclass_fields__",  # their defaults are attributes and arguments besides
    "__dataclass_params__",
    "__dict__",
    "__doc__",
    "__firstlineno__",
    "__module__",
    "__orig_bases__",
    "__parameters__",
    "__qualname__",
    "__static_attributes__",
    "__type_params__",
    "__weakref__",
    "_abc_impl",
}
_SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType)
_MISSING = object()


class UnknownContentError(TypeError):
    """Something of which cannot be known what it computes."""

    def __init__(self, what, reason):
        super().__init__(
            f"{what} has no hash of its content ({reason}); leave folder out, or use parameters "
            "that can be pickled and functions that read nothing else."
        )


def release_of(module):
    """Name and version of the package of a module; ``None`` for the user's own code."""
    top = (module or "").partition(".")[0]
    if top == "__main__":
        return None
    if top == "skxrd" or top in sys.stdlib_module_names:
        return ""  # see engine_versions
    return _installed(top)


def describe_function(function):
    """Name and version of a function of a package, or the code of the user's and what it reads."""
    owner = [function.__self__] if hasattr(function, "__self__") else []
    function = getattr(function, "__func__", function)
    code, place = function.__code__, function.__globals__.get("__name__", "")
    releases = [release_of(place), release_of(function.__module__)]
    if None not in releases and "<" not in code.co_qualname:
        return [f"{place}.{code.co_qualname} {releases[0]}", *owner]
    return [
        describe_code(code),
        [function.__defaults__, function.__kwdefaults__],
        [_in_cell(cell) for cell in function.__closure__ or ()],
        _read_by(code, function.__globals__),
        {name: value for name, value in vars(function).items() if name != "__wrapped__"},
        *owner,
    ]


def describe_code(code):
    """Code of a function without places in files, constants last."""
    names = [*code.co_names, None, *code.co_varnames, None, *code.co_freevars]
    return [code.co_code, names, *code.co_consts]


def describe_builtin(function):
    """Name and version of a function that is no Python code; the file of a library of the user."""
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        return [function.__qualname__, owner]
    place = getattr(function, "__module__", None) or ""
    release = release_of(place)
    if isinstance(function, np.ufunc):
        places = ("numpy", "scipy.special", place)
        found = [name for name in places if _at(name, function.__name__) is function]
        if not found:
            raise UnknownContentError(function.__name__, "it is no function of a package")
        place, release = found[0], release_of(found[0])
    return [function.__name__, place, _library(place) if release is None else release]


def describe_class(kind):
    """Name and version of the classes of packages, and all members of the user's own."""
    of_kind = vars(type(kind)).values()  # metaclasses of compiled code have no content
    described = [type(kind)] if any(isinstance(one, types.FunctionType) for one in of_kind) else []
    for part in kind.__mro__:
        release = release_of(part.__module__)
        if release is not None:
            described.append(f"{part.__module__}.{part.__qualname__} {release}")
            continue
        members = {
            name: "slot" if isinstance(member, _SLOTS) else member
            for name, member in vars(part).items()
            if name not in _NOT_CODE
        }
        described.append([part.__qualname__, _library(part.__module__), members])
    return described


def describe_module(module, names=None, inside=()):
    """Version of a module of a package, or what has one of the names in a module of the user."""
    release = release_of(module.__name__)
    if release is not None:
        return f"{module.__name__} {release}"
    if module in inside:
        return module.__name__
    chosen = {name: value for name, value in vars(module).items() if name in (names or ())}
    if not chosen:  # the module as a whole is handed on
        chosen = {name: value for name, value in vars(module).items() if name[:2] != "__"}
    return {
        name: describe_module(value, names, (*inside, module))
        if isinstance(value, types.ModuleType)
        else value
        for name, value in chosen.items()
    }


def _at(module, name):
    """What has the name in a module that is imported."""
    return getattr(sys.modules.get(module), name, None)


def _library(module):
    """File of a module that is a compiled library, whose code cannot be read."""
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return None if file.endswith((".py", ".pyc")) else file


@cache
def _version_of(top):
    """Version of an installed distribution, or ``None``."""
    try:
        return version(top)
    except PackageNotFoundError:
        return None


def _installed(top):
    """Name and version of an installed package, ``None`` for anything else."""
    module = sys.modules.get(top)
    if module is None:
        return None
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    if top not in ENGINES.values() and not {"site-packages", "dist-packages"} & set(
        Path(file).parts
    ):
        return None
    number = getattr(module, "__version__", None) or _version_of(top)
    return None if number is None else f"{top} {number}"


def _in_cell(cell):
    """Value of a variable of an enclosing function, if it has one yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return "no value yet"


def _read_by(code, names):
    """What the code, functions in it included, reads of the globals and imports."""
    codes = list(_all_codes(code))
    used = {name for one in codes for name in one.co_names}
    read, unknown = {}, used & _ANY_STATE
    for one in codes:
        steps = list(dis.get_instructions(one))
        for number, step in enumerate(steps):
            if step.opname == "IMPORT_NAME":
                level, items = steps[number - 2].argval, steps[number - 1].argval
                for module in _imported(step.argval, level, items or (), names):
                    read[module.__name__] = describe_module(module, used)
            elif step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"):
                value = names.get(step.argval, _MISSING)
                if value is _MISSING:
                    unknown |= {step.argval} & _ANY_CODE
                elif isinstance(value, types.ModuleType):
                    is_dotted = steps[number + 1].opname in ("LOAD_ATTR", "LOAD_METHOD")
                    described = describe_module(value, used if is_dotted else None)
                    read[f"{step.argval} {is_dotted}"] = described
                else:
                    read[step.argval] = value
    if unknown:
        raise UnknownContentError(code.co_qualname, f"it uses {', '.join(sorted(unknown))}")
    return read


def _all_codes(code):
    """A code and those of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _all_codes(constant)


def _imported(name, level, items, names):
    """Modules that an import in a function of the user gives, imported if they are not yet."""
    name = resolve_name("." * level + name, names.get("__package__") or "")
    top = name.partition(".")[0]
    if top not in sys.modules and find_spec(top) is None:
        return []  # the function will not find it either
    try:
        importlib.import_module(name)
        for item in items:
            if not hasattr(sys.modules[name], item):
                importlib.import_module(f"{name}.{item}")
    except Exception as error:
        raise UnknownContentError(f"import {name}", f"{type(error).__name__}: {error}") from error
    return [sys.modules[top], sys.modules[name]]
