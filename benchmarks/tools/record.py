"""How a benchmark writes down what it measured."""

import datetime
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "results"


def machine():
    """Cores, processor and Python of this machine."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":")[1].strip() if names else cpu
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}"


def record(name, command, packages, **values):
    """Write ``results/NAME.json`` with values, command, date, machine and versions."""
    content = {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": {package: version(package) for package in ("skxrd", *packages)},
        **values,
    }
    text = json.dumps(content, indent=1) + "\n"
    (RESULTS / f"{name}.json").write_text(text)
    print(text)
