"""Public names have complete docstrings that are true to their signatures."""

import inspect
import re

import pytest

import skxrd

# name, default and type as numpydoc writes them: "window : float, default=4.0"
_PARAMETER = re.compile(r"^(\*{0,2}\w[\w, *]*) :(.*)$")


def public_names():
    for room in skxrd._SUBPACKAGES:
        module = getattr(skxrd, room)
        for name in module.__all__:
            entry = getattr(module, name)
            if inspect.isclass(entry) or inspect.isfunction(entry):
                yield pytest.param(entry, id=f"{room}.{name}")


def _section(doc, title):
    """Lines of a numpydoc section, dedented."""
    lines = inspect.cleandoc(doc).splitlines()
    for number, line in enumerate(lines):
        if line == title and lines[number + 1 : number + 2] == ["-" * len(title)]:
            body = []
            for position in range(number + 2, len(lines)):
                following = lines[position + 1 : position + 2]
                if following and set(following[0]) == {"-"}:
                    break
                body.append(lines[position])
            return body
    return []


def _documented(doc):
    found = {}
    for line in _section(doc, "Parameters"):
        match = _PARAMETER.match(line)
        if match and not line.startswith(" "):
            default = re.search(r"default=(.*)$", match[2])
            for name in match[1].replace("*", "").split(", "):
                found[name] = default[1].strip() if default else None
    return found


def _check(doc, signature):
    documented = _documented(doc)
    parameters = {
        name: parameter
        for name, parameter in signature.parameters.items()
        if name not in ("self", "cls")
    }
    assert list(documented) == list(parameters)
    for name, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty:
            assert documented[name] is None, f"{name} has no default"
        else:
            assert documented[name] is not None, f"the default of {name} is not documented"
            shown = documented[name].strip('"')
            value = parameter.default
            same = shown == str(value) or (
                isinstance(value, float) and float(shown.split(",")[0]) == value
            )
            # dataclass fields default to empty containers or None, shown as such
            assert same or shown in ("{}", "None"), f"{name}: {shown} is documented, {value} true"


@pytest.mark.parametrize("entry", list(public_names()))
def test_docstring_is_complete_and_true(entry):
    assert entry.__doc__, "no docstring"
    if not (inspect.isclass(entry) and issubclass(entry, Warning)):
        _check(entry.__doc__, inspect.signature(entry))
    if inspect.isclass(entry):
        for name, method in vars(entry).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                assert method.__doc__, f"{name} has no docstring"
