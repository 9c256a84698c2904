"""What the package imports is installed with it, apart from what a page names as an extra."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

import skxrd

PACKAGE = Path(skxrd.__file__).parent
PROJECT = PACKAGE.parent / "pyproject.toml"
#: Of the extras, and those whose objects are taken if the user has them
OTHERS = {"zarr", "onnx", "ase", "pymatgen", "polars"}
IMPORTED_AS = {"imbalanced-learn": "imblearn", "scikit-learn": "sklearn"}
BROUGHT = {"keras"}  # by TensorFlow


@pytest.mark.skipif(not PROJECT.is_file(), reason="the package is installed from a wheel")
def test_imported_packages_are_dependencies():
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[\w-]+", line)[0] for line in project["dependencies"]]
    plain = {IMPORTED_AS.get(name, name) for name in names} | BROUGHT
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = set(re.findall(r'import_package\(path, "(\w+)"', text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
        missing = found - plain - OTHERS - set(sys.stdlib_module_names) - {"skxrd"}
        assert not missing, f"{path.name} imports {missing}: no dependency of the package"
