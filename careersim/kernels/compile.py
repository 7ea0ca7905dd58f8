"""`kernel`: compile a function with numba, cached on disk under a key made of all kernel sources.

Numba's own cache looks only at the file of the function it compiles: after an edit in another file a stale
binary would be loaded. Every kernel is therefore cached in a folder named by the hash of all files of this
package, so that any edit starts afresh.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
from numba.core import config

__all__ = ["cache_folder", "inlined", "kernel"]

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` in nopython mode, releasing the interpreter lock, with exact float64 arithmetic."""
    settings = vars(config)  # numba reads the folder when a function is declared, not when it is compiled
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(cache_folder())
    try:
        compiled = numba.njit(nogil=True, cache=True, fastmath=False, error_model="numpy")(function)
    finally:
        settings["CACHE_DIR"] = before
    return cast("Callable[P, R]", compiled)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` into each of its callers; needed where a loop over calls must become vector code."""
    return cast("Callable[P, R]", numba.njit(nogil=True, inline="always", error_model="numpy")(function))


def cache_folder() -> Path:
    """Folder of compiled kernels for the present sources.

    `CAREERSIM_CACHE_DIR` overrides the user's cache folder (`XDG_CACHE_HOME` or `~/.cache`).
    """
    root = os.environ.get("CAREERSIM_CACHE_DIR")
    if root is None:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        root = str(Path(base) / "careersim")
    return Path(root) / f"kernels-{_sources_hash()}"


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
