"""Give the command damaged models and odd command lines: one line and exit status 2, or it works.

Run as ``python -m benchmarks.tools.fuzz_command models|lines [N]`` (5,000 models or 500 lines
without N); writes ``fuzz_models.json`` or ``fuzz_lines.json`` in ``benchmarks/results/tools``.
Models are files of
``skxrd train`` for seven classifiers and networks of ``export_symmetry_network``, damaged anywhere;
two thirds of the former get a hash that fits again, so that the readers of their parts are reached.
Each is used to predict a scan. Lines are random options and values of all commands, files that are
not there, of other kinds, special and without rights among them. What must not happen: an exception
that reaches the user, an exit status other than 0, 1 and 2, a crash, more than 1 s for a model.
"""

import hashlib
import io
import os
import random
import resource
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from benchmarks.tools.fuzz_readers import mutated
from benchmarks.tools.record import record
from skxrd._cli import main as command
from skxrd.datasets import make_thin_films
from skxrd.model_selection._model_file import _COMMENT

SEED = 0
GRID = np.arange(10, 40, 0.1)
CLASSIFIERS = ("1-NN cosine", "DTW k-NN", "SVM", "random forest", "gradient boosting", "a-CNN")
SLOWEST = 1.0  # seconds


def run(*arguments):
    """Result of the command and its seconds of processor time."""
    start = time.process_time()
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    return result, time.process_time() - start


def memory():
    """Largest memory so far in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


def make_films(folder):
    """Films of three classes in folders, and one of them."""
    made = make_thin_films(35, two_theta=GRID, random_state=0)
    for pattern, label in zip(made.data, made.target, strict=True):
        if label in ("Pm-3m", "Fm-3m", "P-3m1"):
            path = folder / label / f"{pattern.name}.xy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savetxt(path, np.column_stack([GRID, pattern.intensity]), fmt="%.4f")
    return folder, path


def make_models(folder, films):
    """Content of the model files."""
    for name in CLASSIFIERS:
        path = folder / f"{name}.skxrd"
        result, _ = run(
            *("train", films, "-o", path, "--wavelength", "CuKa", "--n-augmented", 10),
            *("--classifier", name),
        )
        assert result.exit_code == 0, result.output
        yield path.name, path.read_bytes()


def make_network(folder):
    """Content of a small network file."""
    from skxrd.powders import build_symmetry_conv, export_symmetry_network

    path = folder / "small.onnx"
    network = build_symmetry_conv(300, filters=(4, 4), hidden_units=8)
    export_symmetry_network(network, path, np.linspace(10, 40, 300))
    return path.name, path.read_bytes()


def repacked(content, rng, others):
    """A model file with a damaged part, under a hash that fits."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(["model.json", rng.choice(list(members))])
    members[name] = mutated(members[name], rng.choice(others), rng)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in members.items():
            archive.writestr(name, part)
        archive.comment = _COMMENT + b"0" * 64
    body = packed.getvalue()[:-64]
    return body + hashlib.sha256(body).hexdigest().encode()


def check(result, outcomes, failures, what):
    """Count an outcome; keep what must not happen."""
    kind = f"exit status {result.exit_code}"
    error = result.exception
    odd = error is not None and not isinstance(error, SystemExit)
    if odd or result.exit_code not in (0, 1, 2):
        kind = f"{kind}, {type(error).__name__}"
        failures.append(f"{what}: {error!r}")
        print(failures[-1], flush=True)
    outcomes[kind] += 1


def fuzz_models(n_inputs, folder):
    """Damaged models."""
    rng = random.Random(SEED)
    films, film = make_films(folder / "films")
    models = list(make_models(folder, films))
    network = make_network(folder)
    outcomes, failures, slowest = Counter(), [], 0.0
    run("identify", film, "--wavelength", "CuKa")  # what is loaded once
    before = memory()
    for number in range(n_inputs):
        name, content = network if number % 5 == 0 else rng.choice(models)
        path = folder / f"damaged{Path(name).suffix}"
        parts = [content for _, content in models]
        if number % 5 == 0 or number % 3 == 0:
            path.write_bytes(mutated(content, rng.choice(parts), rng))
        else:
            path.write_bytes(repacked(content, rng, parts))
        if number % 5 == 0:
            result, seconds = run("identify", film, "--wavelength", "CuKa", "--network", path)
        else:
            result, seconds = run("predict", path, film)
        check(result, outcomes, failures, f"input {number} of {name}")
        if seconds > SLOWEST:
            outcomes["over 1 s"] += 1
            failures.append(f"input {number} of {name}: {seconds:.1f} s")
            print(failures[-1], flush=True)
        slowest = max(slowest, seconds)
        if number % 500 == 0:
            print(number, dict(outcomes), flush=True)
    outcomes["MB of memory added"] = memory() - before
    return outcomes, failures, slowest


def fuzz_lines(n_inputs, folder):
    """Odd command lines."""
    rng = random.Random(SEED)
    films, film = make_films(folder / "films")
    (name, content), *_ = make_models(folder, films)
    os.mkfifo(folder / "pipe")
    (folder / "empty").mkdir()
    (folder / "text.xy").write_text("no scan\n")
    (folder / "link").symlink_to("nowhere")
    (folder / "a.cif").write_text("data_a\n_cell_length_a 5\n")
    paths = [films, film, folder / name, folder / "none", folder / "none" / "a", "", ".", "/proc/x"]
    paths += [folder / "pipe", folder / "empty", folder / "text.xy", folder / "link", os.devnull]
    paths += [folder / "a.cif", "-", "\x1b[2J", os.fsdecode(b"\xff"), "a" * 5000]
    values = ["0", "1", "2", "3", "-1", "1e9", "nan", "inf", "", " ", "CuKa", "CuKq", "1,5406"]
    values += ["all", "majority", "1-nn cosine", "majority,majority", "3,3", "2", "1,7", "a,b"]
    values += ["space_group", "folder", "9" * 30, "\u0661", "'; rm", "--help"]
    quick = {
        "compare": ["--classifiers", "majority", "--n-augmented", "0", "--jobs", "1"],
        "train": ["--classifier", "majority", "--n-augmented", "0"],
    }
    outcomes, failures, slowest = Counter(), [], 0.0
    for number in range(n_inputs):
        verb = rng.choice(list(command.commands))
        line = [verb, *quick.get(verb, [])]
        for parameter in command.commands[verb].params:
            is_path = "Path" in type(parameter.type).__name__
            given = rng.choice(paths) if is_path and rng.random() < 0.9 else rng.choice(values)
            if parameter.param_type_name == "argument":
                line += [given] if rng.random() < 0.95 else []
            elif rng.random() < 0.3 and parameter.name not in ("repeats", "jobs", "curves"):
                line += [rng.choice(parameter.opts)]
                line += [] if getattr(parameter, "is_flag", False) else [given]
        if verb in ("compare", "train") and rng.random() < 0.7:
            line += ["--wavelength", "CuKa"]
        result, seconds = run(*line)
        check(result, outcomes, failures, f"line {number}: {line}")
        slowest = max(slowest, seconds)
        make_films(folder / "films")  # an output may have replaced one
        if number % 50 == 0:
            print(number, dict(outcomes), flush=True)
    return outcomes, failures, slowest


def main(kind, n_inputs):
    """Run, and write the counts."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        fuzz = fuzz_models if kind == "models" else fuzz_lines
        outcomes, failures, slowest = fuzz(n_inputs, Path(folder))
        os.chdir("/")
    record(
        f"tools/fuzz_{kind}",
        f"python -m benchmarks.tools.fuzz_command {kind} {n_inputs}",
        ("click", "numpy", "onnxruntime", "scikit-learn"),
        seed=SEED,
        n_inputs=n_inputs,
        outcomes=dict(outcomes),
        slowest_seconds=round(slowest, 3),
        largest_memory_mb=memory(),
        failures=failures[:50],
    )


if __name__ == "__main__":
    chosen = sys.argv[1]
    main(chosen, int(sys.argv[2]) if len(sys.argv) > 2 else {"models": 5000, "lines": 500}[chosen])
