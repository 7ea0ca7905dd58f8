"""What is measured, each a function that returns plain numbers; `benchmarks.__main__` prints them.

Times of one person and year are in nanoseconds, by processor time of the one thread that works, so that other
work on the machine disturbs them less; wall times are in seconds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.cases import BASELINE, Case, doctors
from careersim.engines.reference import ReferenceEngine
from careersim.kernels.compile import kernel
from careersim.kernels.draws import block_words

__all__ = [
    "command_line",
    "linearity",
    "memory",
    "national_baseline",
    "philox_ratio",
    "reference_ratio",
]

_BLOCK = 2048
_NANO = 1e9
_ROUNDS = 5


def philox_ratio(persons: int, years: int) -> dict[str, float]:
    """Engine against one Philox block a person-year: years of both in turn, on one thread.

    Returns
    -------
    Nanoseconds of the engine and of Philox per person-year (means weighted by persons over the years), and
    the median over the years of their ratio within the year.
    """
    _warm_up()
    case = doctors(persons)
    engine = case.engine()
    steps, draws, lived = [], [], []
    while len(steps) < years and engine.year < case.model.last_year:
        ids = np.arange(len(engine), dtype=np.uint64)
        before = time.thread_time()
        engine.step()
        middle = time.thread_time()
        _draw_everybody(ids)
        steps.append(middle - before)
        draws.append(time.thread_time() - middle)
        lived.append(len(ids))
    return {
        "persons_mean": float(np.mean(lived)),
        "engine_ns": sum(steps) / sum(lived) * _NANO,
        "philox_ns": sum(draws) / sum(lived) * _NANO,
        "ratio": statistics.median(s / d for s, d in zip(steps, draws, strict=True)),
    }


def linearity(sizes: tuple[int, ...], years: int) -> dict[str, float]:
    """Engine nanoseconds per person-year at several sizes, over the same years of the national run.

    Sizes take turns, and the least of several rounds counts: machines have slow and fast minutes.
    """
    _warm_up()
    cases = {size: doctors(size) for size in sizes}
    rounds = [{size: _engine_ns(case, years) for size, case in cases.items()} for _ in range(_ROUNDS)]
    return {f"{size:.0e}": min(one[size] for one in rounds) for size in sizes}


def reference_ratio(persons: int) -> dict[str, float]:
    """One year of the doctors' full graph in Mesa objects against the same year in columns."""
    _warm_up()
    case = doctors(persons)
    engine = case.engine()
    reference = ReferenceEngine(case.profession, case.model, case.population, seed=1, replication=0)
    before = time.thread_time()
    engine.step()
    middle = time.thread_time()
    reference.step()
    fast, slow = middle - before, time.thread_time() - middle
    return {"numba_s": fast, "reference_s": slow, "ratio": slow / fast}


def national_baseline(replications: int) -> dict[str, float]:
    """The whole national baseline, warm: wall seconds in all and per replication, by stage."""
    from careersim.simulate import simulate

    simulate(BASELINE, replications=1)
    before = time.perf_counter()
    result = simulate(BASELINE, replications=replications)
    wall = time.perf_counter() - before
    timings = result.manifest["timings"]
    return {"wall_s": wall, "per_replication_s": timings["replications"] / replications, **timings}


def command_line() -> dict[str, float]:
    """Wall seconds from shell to result: `--help`, and one replication with compiled kernels."""
    help_s = min(_shell("--help") for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            _shell("run", str(BASELINE), "--replications", "1", "--out", str(Path(folder) / f"run{k}"))
            for k in range(3)
        ]
    return {"help_s": help_s, "one_replication_s": min(runs[1:])}


def memory(persons: int) -> dict[str, float]:
    """Peak resident memory of a process that builds columns of `persons` and steps one year, in gigabytes."""
    code = f"from benchmarks.measure import step_columns; step_columns({persons})"
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=BASELINE.parents[1]
    )
    return {"persons": persons, "peak_gb": float(out.stdout) / 1e9}


def step_columns(persons: int) -> None:
    """Step one year of the doctors' graph and print the peak resident memory of this process, in bytes."""
    import resource

    doctors(persons).engine().step()
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def _engine_ns(case: Case, years: int) -> float:
    engine = case.engine()
    spent = lived = 0.0
    for _ in range(years):
        lived += len(engine)
        before = time.thread_time()
        engine.step()
        spent += time.thread_time() - before
    return spent / lived * _NANO


def _warm_up() -> None:
    engine = doctors(1000).engine()
    engine.step()
    _draw_everybody(np.arange(len(engine), dtype=np.uint64))


def _shell(*arguments: str) -> float:
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "careersim", *arguments], check=True, capture_output=True, env=dict(os.environ)
    )
    return time.perf_counter() - before


@kernel
def _draw_everybody(ids: np.ndarray) -> np.uint32:
    """One block for each person, in blocks of persons as the engine draws them."""
    out = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    check = np.uint32(0)
    for low in range(0, len(ids), _BLOCK):
        high = min(low + _BLOCK, len(ids))
        block_words(np.uint64(1), np.uint32(0), ids, np.uint32(2020), np.uint32(0), low, high, out)
        check ^= out[0][0] ^ out[1][0] ^ out[2][0] ^ out[3][0]
    return check
