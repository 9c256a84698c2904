"""The order of the rooms, and what importing costs."""

import ast
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import skxrd

PACKAGE = Path(skxrd.__file__).parent
ORDER = [
    ["metrics"],
    ["crystal"],
    ["io"],
    ["simulation"],
    ["preprocessing"],
    ["datasets"],
    ["augmentation"],
    ["neighbors", "neural", "search"],
    ["powders"],
    ["model_selection"],
    ["inspection"],
    ["report"],
    ["_cli"],
]
RANK = {room: rank for rank, rooms in enumerate(ORDER, start=1) for room in rooms}


def _room(module):
    """Rank and name of the room of a dotted module name below skxrd."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    return RANK.get(name, 0), name


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("skxrd"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("skxrd"))


def test_every_room_has_its_place():
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set(RANK)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_modules_import_only_from_their_left(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    rank, name = _room(".".join(parts))
    for module in _imports(path):
        other, other_name = _room(module)
        assert other < rank or other_name == name or other == rank == 0, (
            f"{path.name} imports {module}"
        )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_only_compat_touches_private_names_of_others(path):
    if path.name == "_compat.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("skxrd"):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            private = [name for name in names if name.startswith("_")]
            assert not private, f"{path.name} imports {node.module} {private}"


def test_importing_the_package_is_light():
    code = (
        "import sys, skxrd; "
        "print({'tensorflow', 'keras', 'matplotlib', 'numba', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize("room", ["io", "simulation", "datasets", "augmentation", "neighbors"])
def test_rooms_without_networks_do_not_load_them(room):
    code = (
        f"import sys, skxrd.{room}; "
        "print({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize("room", sorted(set(RANK) - {"_cli"}))
def test_every_name_of_a_room_is_there(room):
    module = importlib.import_module(f"skxrd.{room}")
    (listed,) = (
        ast.literal_eval(node.value)
        for node in ast.parse((PACKAGE / room / "__init__.pyi").read_text()).body
        if isinstance(node, ast.Assign)
    )
    assert sorted(listed) == sorted(module.__all__) == sorted(dir(module))
    everything = {}
    exec(f"from skxrd.{room} import *", everything)
    for name in listed:
        value = everything[name]
        assert value is getattr(module, name)
        if callable(value):
            assert pickle.loads(pickle.dumps(value)) is value


def test_a_wrong_name_is_an_error():
    with pytest.raises(ImportError, match="read_everything"):
        exec("from skxrd.io import read_everything")
    with pytest.raises(AttributeError, match="read_everything"):
        importlib.import_module("skxrd.io").read_everything  # noqa: B018


def test_a_name_loads_only_what_it_needs():
    code = (
        "import sys; from skxrd.crystal import space_group_symbol; import skxrd.model_selection; "
        "print({'sklearn', 'pandas'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
