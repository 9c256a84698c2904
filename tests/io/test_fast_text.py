import os
import subprocess
import sys

import numpy as np
import pytest

from skxrd.io._fast_text import parse_few, parse_many


def parse_compiled(text):
    values, width = parse_many(np.frombuffer(text.encode(), np.uint8), 0)
    return values.tolist(), width


def parse_in_python(text):
    values, width = parse_few(text.encode(), 0)
    return values.tolist(), width


either_way = pytest.mark.parametrize("parse", [parse_compiled, parse_in_python])


@either_way
def test_every_number_is_the_nearest_double(parse):
    rng = np.random.default_rng(0)
    words = []
    for _ in range(4000):
        digits = "".join(map(str, rng.integers(0, 10, rng.integers(1, 15))))
        point = rng.integers(0, len(digits) + 1)
        word = rng.choice(["", "-", "+"]) + digits[:point] + "." + digits[point:]
        words.append(word + (f"e{rng.integers(-7, 8)}" if rng.random() < 0.3 else ""))
    text = "\n".join(" ".join(pair) for pair in zip(words[::2], words[1::2], strict=True))
    values, width = parse(text)
    assert width == 2
    assert values == [float(word) for word in words]


@either_way
@pytest.mark.parametrize(
    ("text", "values", "width"),
    [
        ("1 2\n3 4\n", [1, 2, 3, 4], 2),
        (" 1\t2\r\n\n  -3.5  +4e2 ", [1, 2, -3.5, 400], 2),
        ("007 1.\n.5 0.0", [7, 1, 0.5, 0], 2),
        ("1 2 3", [1, 2, 3], 3),
    ],
)
def test_plain_rows(parse, text, values, width):
    assert parse(text) == (values, width)


@either_way
@pytest.mark.parametrize(
    "text",
    ["", " \n", "1 2\n3", "1,2", "1;2", "a 1", "1 2 # x", "1 -", "1 .", "1 1e", "1 1d3", "1 nan"]
    + ["1 1.2.3", "1 2e12345", "1 1_0", "1 0x10", "1 2\x0b3 4", "1 " + 400 * "9"],
)
def test_anything_else_is_left_to_the_careful_way(parse, text):
    assert parse(text) == ([], 0)


@pytest.mark.parametrize("text", ["1e99 1", "1 1234567890123456", "1 2e-40"])
def test_numbers_that_take_more_than_one_rounding_are_not_compiled(text):
    assert parse_compiled(text) == ([], 0)
    assert parse_in_python(text) == ([float(word) for word in text.split()], 2)


def test_uncompiled_text_is_read_the_same(tmp_path):
    rng = np.random.default_rng(0)
    rows = np.stack([np.arange(10, 20, 0.02), 1000 * rng.random(500)], axis=1)
    path = tmp_path / "scan.xy"
    np.savetxt(path, rows, "%.4f")
    code = (
        "import sys, skxrd.io; scan = skxrd.io.read_pattern(sys.argv[1]);"
        "print(scan.two_theta.tolist(), scan.intensity.tolist())"
    )
    read = [
        subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", code, str(path)],
            env={**os.environ, "NUMBA_DISABLE_JIT": switch},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for switch in ("0", "1")
    ]
    assert read[0] == read[1] and str(np.loadtxt(path)[:, 1].tolist()) in read[0]
