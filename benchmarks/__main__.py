"""Run the benchmarks and print or save them: `python -m benchmarks [--quick] [--json FILE] [NAME ...]`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import llvmlite
import numba
import numpy as np

import careersim
from benchmarks import measure

Numbers = dict[str, float]


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(_full())}; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the numbers, to compare with later")
    options = parser.parse_args()
    table = _quick() if options.quick else _full()
    unknown = set(options.names) - set(table)
    if unknown:
        parser.error(f"unknown benchmark {sorted(unknown)}; there are {', '.join(table)}")
    results: dict[str, Numbers] = {}
    for name in options.names or table:
        results[name] = table[name]()
        sys.stdout.write(f"{name}: " + ", ".join(f"{k} {v:.4g}" for k, v in results[name].items()) + "\n")
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps({"stamp": _stamp(), "results": results}, indent=2) + "\n")


def _full() -> dict[str, Callable[[], Numbers]]:
    return {
        "philox_ratio": lambda: measure.philox_ratio(10_000_000, 21),
        "linearity": lambda: measure.linearity((100_000, 1_000_000, 10_000_000), 3),
        "reference_ratio": lambda: measure.reference_ratio(100_000),
        "national_baseline": lambda: measure.national_baseline(200),
        "command_line": measure.command_line,
        "memory": lambda: measure.memory(50_000_000),
    }


def _quick() -> dict[str, Callable[[], Numbers]]:
    return {
        "philox_ratio": lambda: measure.philox_ratio(2_000_000, 21),
        "linearity": lambda: measure.linearity((100_000, 1_000_000), 3),
        "reference_ratio": lambda: measure.reference_ratio(20_000),
        "national_baseline": lambda: measure.national_baseline(20),
        "command_line": measure.command_line,
        "memory": lambda: measure.memory(5_000_000),
    }


def _stamp() -> dict[str, str]:
    return {
        "careersim": careersim.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    main()
