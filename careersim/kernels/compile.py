"""`kernel` and its kin: compile a function with numba, cached on disk under a key made of all kernel sources.

Numba's own cache looks only at the file of the function it compiles: after an edit in another file a stale
binary would be loaded. Every kernel is therefore cached in a folder named by the hash of all files of this
package, so that any edit starts afresh. Where that folder cannot be written, kernels are not cached at all:
left alone, numba would choose a folder of its own, and look only at one file again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ParamSpec, TypeVar, cast

import numba
from numba.core import config

__all__ = ["bare_kernel", "cache_folder", "cache_is_usable", "inlined", "kernel"]

_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy"}

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` in nopython mode, releasing the interpreter lock, with exact float64 arithmetic.

    For functions that allocate arrays.
    """
    return _compile(function, _OPTIONS)


def bare_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` as `kernel` does, without reference counts and into each of its callers.

    For functions that are called once a person. They may not allocate. Counting references to the arrays
    of a career graph and handing them over took five times as long as the work itself.
    """
    return _compile(function, {**_OPTIONS, "_nrt": False, "forceinline": True})


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Write `function` out in each of its callers; needed where a loop over calls must become vector code."""
    return cast("Callable[P, R]", numba.njit(nogil=True, inline="always", error_model="numpy")(function))


def _compile(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    if not cache_is_usable():
        return cast("Callable[P, R]", numba.njit(**options)(function))
    settings = vars(config)  # numba reads the folder when a function is declared, not when it is compiled
    ours = {"CACHE_DIR": str(cache_folder()), "CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}
    before = {name: settings[name] for name in ours}
    settings.update(ours)
    try:
        return cast("Callable[P, R]", numba.njit(cache=True, **options)(function))
    finally:
        settings.update(before)


@cache
def cache_is_usable() -> bool:
    """Whether compiled kernels can be kept in `cache_folder`; tried once a process."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return True
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return False


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
