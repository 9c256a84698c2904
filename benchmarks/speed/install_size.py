"""Download, disk use and time of a plain installation, and what each dependency costs.

Run as ``python -m benchmarks.speed.install_size``, from the folder with ``pyproject.toml``. Wheels
of the package and of all it needs are fetched into an empty folder, and installed from there into
an empty environment. For each dependency: how many modules of the package import it, its size, and
the size of all that would go with it. Writes ``benchmarks/results/speed/install_size.json``.
"""

import ast
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from benchmarks.tools.record import record

N_LARGEST = 10
PACKAGE = Path(__file__).parents[2] / "skxrd"
# where the name that is imported is another
MODULES = {
    "imbalanced-learn": "imblearn",
    "lazy-loader": "lazy_loader",
    "scikit-learn": "sklearn",
}


def megabytes(n_bytes):
    return round(n_bytes / 1e6, 1)


def run(*command):
    """Seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def sizes_on_disk(site):
    """Bytes of each installed package, and names of those that it needs."""
    sizes, needs = {}, {}
    for package in distributions(path=[str(site)]):
        name = canonicalize_name(package.name)
        there = [package.locate_file(file) for file in package.files or ()]
        sizes[name] = sum(path.stat().st_size for path in there if path.is_file())
        asked = [Requirement(text) for text in package.requires or ()]
        needs[name] = {
            canonicalize_name(one.name)
            for one in asked
            if one.marker is None or one.marker.evaluate({"extra": ""})
        }
    return sizes, needs


def reached(name, needs, without=()):
    """A package and all that it needs, but for some."""
    found, left = set(), [name]
    while left:
        one = left.pop()
        if one not in found and one not in without and one in needs:
            found.add(one)
            left += needs[one]
    return found


def users():
    """Modules of the package that import another one, by its name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_package":
                names |= {one.value for one in node.args if isinstance(one, ast.Constant)}
        where = path.relative_to(PACKAGE.parent).with_suffix("").as_posix()
        for name in names:
            found.setdefault(name, []).append(where)
    return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        wheels, place = Path(folder, "wheels"), Path(folder, "venv")
        pip = (sys.executable, "-m", "pip", "--quiet")
        fetching = run(*pip, "wheel", "--no-cache-dir", ".", "-w", str(wheels))
        run(sys.executable, "-m", "venv", "--without-pip", str(place))
        target = ("--python", str(place / "bin" / "python"))
        source = ("--no-index", "--find-links", str(wheels))
        installing = run(*pip, *target, "install", "--no-cache-dir", *source, "skxrd")
        loaded = {
            str(parse_wheel_filename(path.name)[0]): path.stat().st_size
            for path in wheels.glob("*.whl")
        }
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        answer = subprocess.run([*target[1:], "-c", code], check=True, capture_output=True)
        sizes, needs = sizes_on_disk(Path(answer.stdout.decode().strip()))
    everything = reached("skxrd", needs)
    costs, importers = {}, users()
    for name in sorted(needs["skxrd"] & set(needs)):
        gone = everything - reached("skxrd", needs, without=[name])
        modules = importers.get(MODULES.get(name, name), [])
        costs[name] = {
            "imported_by": len(modules),
            "module": modules[0] if len(modules) == 1 else None,
            "megabytes": megabytes(sizes[name]),
            "megabytes_with_what_goes": megabytes(sum(sizes[one] for one in gone)),
            "also_goes": sorted(gone - {name}),
        }
    largest = sorted(sizes, key=sizes.get, reverse=True)[:N_LARGEST]
    record(
        "speed/install_size",
        "python -m benchmarks.speed.install_size",
        [],
        n_packages=len(sizes),
        megabytes_downloaded=megabytes(sum(loaded.values())),
        megabytes_on_disk=megabytes(sum(sizes.values())),
        megabytes_of_skxrd={
            "downloaded": megabytes(loaded["skxrd"]), "on_disk": megabytes(sizes["skxrd"])
        },
        seconds={"fetching": round(fetching), "installing": round(installing)},
        largest_on_disk={name: megabytes(sizes[name]) for name in largest},
        dependencies=costs,
    )  # fmt: skip


if __name__ == "__main__":
    main()
