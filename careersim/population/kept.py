"""Tables that take long to make, kept in the user's cache folder from one run to the next.

A table is a pure function of its inputs and of the sources of this package, and its file is named by the hash
of both. What is read back must carry the hash of its own content; otherwise it is made anew.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import cache_folder

__all__ = ["kept_table"]

Table = NDArray[np.int64]


def kept_table(inputs: bytes, make: Callable[[], Table]) -> Table:
    """Return `make()`, or what it returned before for the same inputs and sources.

    Parameters
    ----------
    inputs
        Everything that `make` depends on besides the sources.
    make
        Makes the table; called if no sound copy is kept.
    """
    name = hashlib.sha256(_sources_hash() + inputs).hexdigest()
    path = cache_folder().parent / "tables" / f"{name}.npz"
    table = _read(path)
    if table is None:
        table = make()
        with suppress(OSError):  # a folder that cannot be written only costs time
            _write(path, table)
    return table


def _read(path: Path) -> Table | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            table, digest = file["table"], file["digest"].tobytes()
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    sound = table.dtype == np.int64 and digest == _digest(table)
    return table if sound else None


def _write(path: Path, table: Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as file:
            digest = np.frombuffer(_digest(table), dtype=np.uint8)
            np.savez_compressed(file, table=table, digest=digest)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _digest(table: Table) -> bytes:
    return hashlib.sha256(repr(table.shape).encode() + table.tobytes()).digest()


@cache
def _sources_hash() -> bytes:
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
