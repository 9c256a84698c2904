"""Feed the pattern readers mutated files: nothing but FormatError may come out.

Run as ``python -m benchmarks.tools.fuzz_readers [N]`` with ``SKXRD_DATA`` set (200,000 inputs
without N); writes ``benchmarks/results/tools/fuzz_readers.json``. Seeds are the samples of
``instrument_files``, ``dara_xrdml`` (three) and ``xerus_ras`` below 60 kB, and the first 20 kB of
larger ones. Each input is a seed with a few of: bits flipped, bytes dropped, doubled, replaced by
large numbers or by words of the formats, cut off, joined with another seed. An input that takes
over 1 s counts as a hang; memory is the largest of the process.
"""

import os
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from benchmarks.tools.record import record
from skxrd import FormatError
from skxrd.io._read_patterns import parse_scans

SEED, LARGEST, FIRST = 0, 60_000, 20_000
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
]


def seeds():
    """Name and content of each seed."""
    root = Path(os.environ["SKXRD_DATA"])
    files = [path for path in sorted((root / "instrument_files").rglob("*")) if path.is_file()]
    files += sorted((root / "dara_xrdml").rglob("*.xrdml"))[:3]
    files += sorted((root / "xerus_ras").rglob("*.ras"))
    for path in files:
        content = path.read_bytes()
        if content:
            yield path.name, content if len(content) < LARGEST else content[:FIRST]


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


def main(n_inputs):
    """Run, and write the counts."""
    rng = random.Random(SEED)
    pool = list(seeds())
    outcomes, slowest, failures = Counter(), 0.0, []

    def give_up(*_):
        raise TimeoutError("took over 1 s")

    signal.signal(signal.SIGALRM, give_up)
    started = time.perf_counter()
    for number in range(n_inputs):
        name, content = rng.choice(pool)
        data = mutated(content, rng.choice(pool)[1], rng)
        start = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        try:
            parse_scans(Path(name), data)
            outcomes["read"] += 1
        except FormatError:
            outcomes["FormatError"] += 1
        except Exception as error:  # noqa: BLE001 - what must not happen is what is looked for
            outcomes[type(error).__name__] += 1
            if len(failures) < 50:
                failures.append(f"input {number} of {name}: {error!r}")
                Path(f"fuzz_{number}.bin").write_bytes(data)
                traceback.print_exc()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.perf_counter() - start)
        if number % 20_000 == 0:
            print(number, dict(outcomes), f"{time.perf_counter() - started:.0f} s", flush=True)
    record(
        "tools/fuzz_readers",
        f"python -m benchmarks.tools.fuzz_readers {n_inputs}",
        ("gemmi", "numpy"),
        seed=SEED,
        n_inputs=n_inputs,
        n_seeds=len(pool),
        outcomes=dict(outcomes),
        slowest_seconds=round(slowest, 3),
        largest_memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        failures=failures,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
