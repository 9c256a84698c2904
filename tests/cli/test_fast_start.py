"""The command starts without scipy.stats and pandas, which are there as soon as they are used."""

import subprocess
import sys

import click
import numpy as np
import pytest

from skxrd._cli import main

STARTED = "import sys; from skxrd._cli._fast_start import start_fast; start_fast(); "


def printed(code):
    run = subprocess.run(
        [sys.executable, "-c", STARTED + code], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def test_scikit_learn_loads_neither():
    code = "import sklearn.svm, scipy.signal; "
    code += "print({'pandas', 'scipy.stats._stats_py'} & set(sys.modules))"
    assert printed(code) == ["set()"]


@pytest.mark.parametrize(
    "code",
    [
        "from scipy.stats import rankdata; print(rankdata([9, 2])[0])",
        "import scipy; print(scipy.stats.rankdata([9, 2])[0])",
        "from scipy import stats; print(2 * stats.norm.cdf(50))",
        "from scipy.stats import norm; print(2 * norm.cdf(50))",
        "import scipy.stats.mstats; print(scipy.stats.mstats.gmean([2.0, 2.0]))",
        "from scipy.stats import *; print(norm.mean() + 2)",
        "import pandas; print(pandas.Series([1.0, 3.0]).mean())",
        "import scipy.stats, pickle; f = scipy.stats.rankdata; f([1]); "
        "print(pickle.loads(pickle.dumps(scipy.stats.rankdata))([9, 2])[0])",
    ],
)
def test_all_of_both_is_there_when_used(code):
    assert printed("import sklearn.metrics; " + code) == ["2.0"]


def test_functions_without_their_docstrings_do_the_same():
    code = """
import io, matplotlib, scipy.optimize, scipy.signal
from matplotlib.figure import Figure
figure = Figure()
figure.add_subplot().plot([1, 2], color="red", linewidth=2)
figure.savefig(io.BytesIO(), format="png")
print(scipy.signal.find_peaks([0, 1, 0])[0][0], scipy.optimize.nnls([[2.0]], [4.0])[0][0])
"""
    assert printed(code) == ["1", "2.0"]


def test_threads_wait_for_each_other():
    code = """
from concurrent.futures import ThreadPoolExecutor
import scipy.signal, scipy.stats
with ThreadPoolExecutor(8) as pool:
    print(set(pool.map(lambda _: float(scipy.stats.norm.ppf(0.5)), range(8))))
"""
    assert printed(code) == ["{0.0}"]


def test_frames_keep_their_columns():
    code = """
import sklearn.preprocessing, pandas
frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [0.0, 1.0]})
print(*sklearn.preprocessing.StandardScaler().fit(frame).feature_names_in_)
"""
    assert printed(code) == ["a", "b"]


def test_help_lists_what_the_commands_say():
    context = click.Context(main, info_name="skxrd", terminal_width=200, max_content_width=200)
    formatter, usual = context.make_formatter(), context.make_formatter()
    main.format_commands(context, formatter)
    click.Group.format_commands(main, context, usual)
    assert formatter.getvalue() == usual.getvalue()


def test_help_loads_no_numbers():
    code = """
import sys
from skxrd._cli import main
try:
    main(["--help"])
except SystemExit:
    print({"numpy", "logging", "skxrd._cli._data"} & set(sys.modules), file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "set()"


def written_scan(folder):
    angles = np.arange(10, 60, 0.02)
    counts = 100 + 900 * np.exp(-(((angles - 30) / 0.1) ** 2))
    np.savetxt(folder / "scan.xy", np.stack([angles, counts], axis=1))


def test_compiled_functions_need_no_place_on_the_disk(tmp_path):
    written_scan(tmp_path)
    code = """
from numba.core import caching
caching.CacheImpl._locator_classes = []  # as where neither package nor home can be written
from skxrd._cli import main
main(["peaks", "scan.xy", "--wavelength", "CuKa"], standalone_mode=False)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert run.stdout.startswith("scan.xy: 1 peak\n")
    assert run.stderr == ""


@pytest.mark.parametrize("verb", ["peaks", "search", "convert", "plot"])
def test_verbs_load_neither_scikit_learn_nor_scipy(verb, tmp_path):
    written_scan(tmp_path)
    rest = {"convert": ["scan.csv"], "plot": ["-o", "scan.png"]}.get(verb, [])
    code = f"""
import sys
from skxrd._cli import main
main({[verb, "scan.xy", *rest, "--wavelength", "CuKa"]}, standalone_mode=False)
names = {{"sklearn", "scipy.signal", "scipy.ndimage", "scipy.linalg", "pandas", "joblib"}}
print(names & set(sys.modules), file=sys.stderr)
"""
    for _ in range(2):  # the first may have to compile, for which numba imports more
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
        )
    assert run.stderr.strip() == "set()", run.stdout
