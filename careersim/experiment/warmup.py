"""`warm_up_shipped`: compile all kernels on the careers that come with the package."""

from __future__ import annotations

from importlib.resources import as_file, files
from time import perf_counter

from careersim.config.load import shipped_careers
from careersim.experiment.engines import warm_up
from careersim.model.assemble import read_model
from careersim.population.synthesis import MarginSource

__all__ = ["warm_up_shipped"]


def warm_up_shipped() -> float:
    """Compile, or load what was compiled before, and give the seconds it took."""
    started = perf_counter()
    for name in shipped_careers():
        with as_file(files("careersim") / "careers" / f"{name}.yaml") as path:
            _, model = read_model(path)
        warm_up(model, MarginSource(model))
    return perf_counter() - started
