"""Feed the crystal readers mutated files: nothing but FormatError may come out.

Run as ``python -m benchmarks.tools.fuzz_crystals [N [MINUTES]]`` with ``SKXRD_DATA`` set (50,000
inputs without N); writes ``benchmarks/results/tools/fuzz_crystals.json``. Seeds are CIF blocks of
``amcsd`` and of ``zeolite_cifs`` below 10 kB and blocks written here (magnetic, without operations,
mixtures), and a parquet table. Four inputs of five are CIF: blocks with lines or words dropped,
doubled, swapped or taken from other blocks, with numbers changed, in other encodings, compressed,
or with damaged bytes as in ``fuzz_readers.py``. The others are tables with odd values or damaged
bytes. The reflections of one crystal of ten are listed, too: that may raise ValueError. An input
that takes over 1 s of processor time counts as a hang; memory is the largest of the process.
"""

import gzip
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.tools.fuzz_readers import mutated
from benchmarks.tools.record import record
from skxrd import FormatError
from skxrd.crystal import ReflectionList, make_prototype
from skxrd.io import write_crystals
from skxrd.io._cif import cif_items
from skxrd.io._crystal_tables import table_items

SEED, LARGEST, N_BLOCKS = 0, 10_000, 400
NUMBERS = "0 -1 1e5 100000 1e999 nan 1e-30 1/2 -1/3 1/0 ? . 90 120 180 0.333 99999999999".split()
NUMBERS += ["\N{MINUS SIGN}0.25", "0.25(3)", "x"]
TAGS = "loop_ data_y _cell_length_a _atom_site_fract_x _atom_site_label ' ; #".split()
TAGS += "_atom_site_occupancy _atom_site_type_symbol _symmetry_equiv_pos_as_xyz".split()
TAGS += ["_cell_formula_units_Z", "_cell.length_b"]
WORDS = ["'x,y,z'", "'x+1/4,y,z'", "'2*x,y,z'", "'x,x,x'", "x1,x2,x3,x4", "'0.5Si + 0.5Al'"]
WORDS += ["'P 1'", "'F d -3 m'", "'I 41/a'", "'P 21/c'", "'R -3'", "Wat", "Nh4", "57Fe", "X", "OH"]
WRITTEN = """data_{name}
_cell_length_a 8.08
_cell_length_b 8.08
_cell_length_c 8.08
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
{symmetry}
_chemical_formula_sum 'Al2 Mg O4'
_cell_formula_units_Z 8
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Mg1 '0.9Mg + 0.1Fe' 1/8 1/8 1/8 1
Al1 Al3+ 0.5 0.5 0.5 1
O1 O 0.2624 0.2624 0.2624 1
"""
SYMMETRIES = (
    "_symmetry_space_group_name_H-M 'F d -3 m'",
    "_symmetry_Int_Tables_number 227",
    "_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 227",
    "_symmetry_cell_setting cubic",
    "loop_\n_space_group_symop_magn_operation.xyz\nx,y,z,+1\n-x,-y,z,-1\nloop_\n"
    "_space_group_symop_magn_centering.xyz\nx,y,z,+1\nx+1/2,y+1/2,z+1/2,-1",
)
VALUES = [
    None,
    np.nan,
    np.inf,
    -1.0,
    0.0,
    1e300,
    "x",
    "",
    b"\xff",
    [],
    [[0.1]],
    [1e9],
    ["Na", None],
]
VALUES += [[0.1, 0.2, 0.3], [np.nan] * 3, ["Na"] * 300, True, 10**9, 1e5, ["\N{MINUS SIGN}"]]


def seeds():
    """Texts of CIF blocks."""
    root = Path(os.environ["SKXRD_DATA"])
    text = gzip.decompress((root / "amcsd" / "amcsd.cif.gz").read_bytes()).decode()
    blocks = ["data_" + block for block in text.split("data_")[1:]]
    pool = random.Random(SEED).sample([b for b in blocks if len(b) < LARGEST], N_BLOCKS)
    for path in sorted((root / "zeolite_cifs").rglob("*.cif")):
        text = path.read_text(errors="replace")
        pool += [text] if len(text) < LARGEST else []
    written = [WRITTEN.format(name=f"w{n}", symmetry=s) for n, s in enumerate(SYMMETRIES)]
    return pool + written * 20


def mutated_cif(text, other, rng):
    """Return a CIF as bytes, changed in one to four ways."""
    lines, others = text.split("\n"), other.split("\n")
    for _ in range(rng.randint(1, 4)):
        kind = rng.choice([0, 1, 2, 3, 4, 7] + [5] * 20 + [6] * 6)
        rows = [n for n, line in enumerate(lines) if rng.random() < 0.1 or not _is_operation(line)]
        if kind in (5, 6):  # values, not tags
            rows = [n for n in rows if re.search(r"\s[-'?.\w]|\d", lines[n].strip())] or rows
        row = rng.choice(rows or [0])
        if kind == 0:
            del lines[row : row + rng.choice([1, 1, 3, 20])]
        elif kind == 1:
            lines[row:row] = lines[row : row + rng.choice([1, 3, 20])] * rng.choice([1, 2, 30])
        elif kind == 2:
            swap = rng.randrange(len(lines))
            lines[row], lines[swap] = lines[swap], lines[row]
        elif kind == 3:
            start = rng.randrange(len(others))
            lines[row:row] = others[start : start + rng.choice([1, 5, 30])]
        elif kind == 4:
            del lines[row:]
        else:
            words = re.findall(r"'[^']*'|\s+|\S+", lines[row])
            places = [n for n, word in enumerate(words) if word.strip()]
            values = places[1:] if lines[row].startswith(("_", "loop_")) else places
            numbers = [n for n in values if re.match(r"[-+.\d]", words[n])]
            if kind == 5 and numbers:
                words[rng.choice(numbers)] = rng.choice(NUMBERS)
            elif kind == 6 and values:
                words[rng.choice(values)] = rng.choice(WORDS)
            elif kind == 7 and places:
                words[rng.choice(places)] = rng.choice(TAGS)
            lines[row] = "".join(words)
        lines = lines or [""]
    text = "\n".join(lines)
    content = text.encode(rng.choice(["utf-8"] * 8 + ["utf-16", "cp1252"]), errors="replace")
    if rng.random() < 0.1:
        content = mutated(content or b" ", other.encode(errors="replace"), rng)
    return gzip.compress(content, 1) if rng.random() < 0.05 else content


def _is_operation(line):
    return line.count(",") == 2 and "x" in line


def mutated_table(rows, whole, path, rng):
    """Write a parquet table with odd values or damaged bytes."""
    if rng.random() < 0.5:
        path.write_bytes(mutated(whole, whole, rng))
        return
    frame = pd.DataFrame(rows)
    for _ in range(rng.randint(1, 3)):
        column = rng.choice(list(frame))
        if rng.random() < 0.1:
            frame = frame.drop(columns=column)
        elif rng.random() < 0.5:
            frame[column] = [rng.choice(VALUES)] * len(frame)
        else:
            values = list(frame[column])
            values[rng.randrange(len(values))] = rng.choice(VALUES)
            frame[column] = pd.Series(values, dtype=object)
        if frame.empty or not len(frame.columns):
            break
    try:
        frame.to_parquet(path, index=False)
    except Exception:  # noqa: BLE001 - pyarrow cannot write every odd table
        path.write_bytes(mutated(whole, whole, rng))


def read(path, rng, share=0.1):
    """Outcomes of reading a file, and of listing the reflections of some of its crystals."""
    items = table_items(path) if path.suffix == ".parquet" else cif_items(path)
    for item in items:
        yield "FormatError" if isinstance(item, FormatError) else "read"
        if not isinstance(item, FormatError) and rng.random() < share:
            try:
                ReflectionList.from_crystal(item, d_min=1.5)
                yield "listed"
            except ValueError:
                yield "ValueError of reflections"


def main(n_inputs, minutes):
    """Run, and write the counts."""
    rng = random.Random(SEED)
    pool = seeds()
    outcomes, slowest, failures, done = Counter(), 0.0, [], 0
    warnings.simplefilter("error")

    def give_up(*_):
        raise TimeoutError("took over 1 s")

    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "a.cif"), Path(folder, "a.parquet")
        crystals = [make_prototype("dimers", A="Cs", B="Bi", X=x) for x in ("I", "Br", "Cl")]
        write_crystals(crystals, files[1])
        whole, rows = files[1].read_bytes(), pd.read_parquet(files[1]).to_dict("records")
        for text in pool[:20]:  # compiles what is compiled
            files[0].write_text(text)
            list(read(files[0], rng, share=1))
        list(read(files[1], rng, share=1))
        signal.signal(signal.SIGPROF, give_up)
        started = time.perf_counter()
        while done < n_inputs and time.perf_counter() - started < 60 * minutes:
            path = files[rng.random() < 0.2]
            if path.suffix == ".cif":
                path.write_bytes(mutated_cif(rng.choice(pool), rng.choice(pool), rng))
            else:
                mutated_table(rows, whole, path, rng)
            start = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, 1.0)
            try:
                outcomes.update(read(path, rng))
            except Exception as error:  # noqa: BLE001 - what must not happen is looked for
                outcomes[type(error).__name__] += 1
                if len(failures) < 50:
                    failures.append(f"input {done}, {path.suffix}: {error!r}")
                    Path(f"fuzz_{done}{path.suffix}").write_bytes(path.read_bytes())
                    traceback.print_exc()
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - start)
            done += 1
            if done % 5_000 == 0:
                print(done, dict(outcomes), f"{time.perf_counter() - started:.0f} s", flush=True)
    record(
        "tools/fuzz_crystals",
        f"python -m benchmarks.tools.fuzz_crystals {n_inputs}",
        ("gemmi", "numpy", "pyarrow"),
        seed=SEED,
        n_inputs=done,
        n_seeds=len(pool),
        outcomes=dict(outcomes),
        slowest_seconds=round(slowest, 3),
        largest_memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        failures=failures,
    )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 50_000,
        float(sys.argv[2]) if len(sys.argv) > 2 else 60.0,
    )
