"""Feed the pattern readers mutated files: nothing but FormatError may come out.

Run as ``python -m benchmarks.tools.fuzz_readers [N [SEED [JOBS [MINUTES]]]]`` with ``SKXRD_DATA``
set (300,000 inputs, seed 0, one job and no limit of time without them); writes
``benchmarks/results/tools/fuzz_readers.json``. After a last word ``hdf5`` or ``xlsx`` only files of
that format are damaged, and the result is ``fuzz_hdf5.json`` or ``fuzz_xlsx.json``. Seeds are
measured samples and small files of every format (``fuzz_seeds.py``). Each input is a seed with a
few of: bits flipped, bytes dropped, doubled, replaced by large numbers or by words of the formats,
cut off, joined with another seed. A fifth of the seeds are workbooks and HDF5 files. Members of zip
archives are mutated before they are packed, too. An input that takes over 1 s of processor time
counts as a hang, one that lets the process grow beyond 500 MB as a failure.
"""

import io
import os
import random
import resource
import signal
import sys
import time
import traceback
import warnings
import zipfile
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.tools.fuzz_seeds import made, samples
from benchmarks.tools.record import record
from skxrd import FormatError
from skxrd.io._scan_files import parse_scans

LARGEST_MEMORY, LONGEST = 500.0, 1.0  # MB, seconds
KINDS = {"hdf5": (".nxs", ".h5", ".hdf5"), "xlsx": (".xlsx",)}
WORDS = [
    b"-1",
    b"1e999",
    b"nan",
    b"99999999999",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"</scan>",
    b"BANK 1 999999999 1 CONST 1 1 0 0 STD",
    b"*RAS_INT_START",
    b"_2THETACOUNTS",
    b"loop_",
    b",",
    b";",
    b"\n",
    b"\0",
    b"RAW1.01",
    b"PK\x03\x04",
    b"1,234.5",
    b"2theta,I\n",
    b"# q_nm^-1 I\n",
    b"wavelength: 1e-300 m\n",
    b"10 0.001 179.9\n",
    b"[Data]\n",
    b"\xff\xfe",
    b"encoding='utf-7'",
    b" " * 3000,
]


def mutated(content, other, rng):
    """Return a damaged copy of a seed."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        place, size = rng.randrange(len(data) + 1), rng.choice([1, 2, 4, 8, 64, 1024])
        kind = rng.randrange(7)
        if kind == 0 and place < len(data):
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[place : place + size]
        elif kind == 2:
            data[place:place] = data[place : place + size] * rng.choice([1, 2, 50])
        elif kind == 3:
            word = rng.choice(WORDS)
            data[place : place + len(word)] = word
        elif kind == 4:
            data[place:place] = rng.choice(WORDS)
        elif kind == 5:
            del data[place:]
        else:
            start = rng.randrange(len(other))
            data[place : place + size] = other[start : start + size]
        if not data:
            data = bytearray(b" ")
    return bytes(data)


def mutated_member(content, other, rng):
    """Return a zip archive with one damaged member; content that is none, or damaged, as it is."""
    file = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
            names = old.namelist()
            changed = rng.choice(names)
            for name in names:
                inner = old.read(name)
                new.writestr(name, mutated(inner, other, rng) if name == changed else inner)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, IndexError):  # a part of one
        return content
    return file.getvalue()


def seeds(kind):
    """Lists of names and contents, measured and made files, of one format or all."""
    pools = [list(samples()), list(made())]
    if kind is None:  # what other libraries unpack is taken more often
        packages = [seed for seed in pools[1] if seed[0].endswith((".nxs", ".h5", ".xlsx"))]
        return [*pools, *pools, packages]
    chosen = [[(name, data) for name, data in pool if name.endswith(KINDS[kind])] for pool in pools]
    return [pool for pool in chosen if pool]


def run(n_inputs, seed, minutes, kind=None):
    """Outcomes, longest time, largest memory and failures of so many inputs."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (8 * 10**9, 8 * 10**9))
    rng = random.Random(seed)
    pools = seeds(kind)
    outcomes, kinds, slowest, failures = Counter(), Counter(), (0.0, ""), []

    def give_up(*_):
        raise TimeoutError(f"took over {LONGEST:g} s")

    signal.signal(signal.SIGPROF, give_up)
    parse_scans(Path("seed"), b"10 1\n11 2\n")  # compiles what is compiled
    end = time.perf_counter() + 60 * minutes
    for number in range(n_inputs):
        if time.perf_counter() > end:
            break
        name, content = rng.choice(rng.choice(pools))
        other = rng.choice(rng.choice(pools))[1]
        if content.startswith(b"PK") and rng.random() < 0.5:
            data = mutated_member(content, other, rng)
        else:
            data = mutated(content, other, rng)
        kinds[Path(name).suffix.lower().lstrip(".") or name] += 1
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        problem = None
        try:
            parse_scans(Path(name), data, None, rng.choice([None, 1.5418]))
            outcomes["read"] += 1
        except FormatError:
            outcomes["FormatError"] += 1
        except Exception as error:  # noqa: BLE001 - what must not happen is what is looked for
            problem = error
            traceback.print_exc()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        slowest = max(slowest, (time.process_time() - start, name))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        if problem is None and memory > LARGEST_MEMORY:
            problem = MemoryError(f"the process grew to {memory:.0f} MB")
        if problem is not None:
            outcomes[type(problem).__name__] += 1
            failures.append(f"seed {seed}, input {number}, of {name}: {problem!r}")
            Path(f"fuzz_{seed}_{number}.bin").write_bytes(data)
            if len(failures) >= 20:
                break
        if number % 5000 == 0:
            print(seed, number, dict(outcomes), slowest, f"{memory:.0f} MB", flush=True)
    return outcomes, slowest, memory, failures, sum(map(len, pools[:2])), kinds


def main(n_inputs, seed, jobs, minutes, kind=None):
    """Run in so many processes, and write the counts."""
    started = time.perf_counter()
    share = -(-n_inputs // jobs)
    with ProcessPoolExecutor(jobs) as pool:
        shared = [[value] * jobs for value in (share, minutes, kind)]
        results = list(pool.map(run, shared[0], range(seed, seed + jobs), *shared[1:]))
    outcomes = sum((result[0] for result in results), Counter())
    slowest, where = max(result[1] for result in results)
    words = [str(word) for word in (n_inputs, seed, jobs, minutes, kind) if word is not None]
    record(
        f"tools/fuzz_{kind or 'readers'}",
        f"python -m benchmarks.tools.fuzz_readers {' '.join(words)}",
        ("gemmi", "h5py", "numpy", "openpyxl"),
        seed=seed,
        n_inputs=outcomes.total(),
        n_seeds=results[0][4],
        inputs_by_ending=dict(sum((result[5] for result in results), Counter()).most_common()),
        outcomes=dict(outcomes),
        slowest_seconds=round(slowest, 3),
        slowest_file=where,
        largest_memory_mb=round(max(result[2] for result in results)),
        minutes=round((time.perf_counter() - started) / 60, 1),
        failures=[failure for result in results for failure in result[3]],
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = words.pop() if words and words[-1] in KINDS else None
    given = [int(word) for word in words]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(*given, *[300_000, 0, 1, 10_000][len(given) :], chosen)
