"""`fit_key`: hashes of everything that a calibration follows from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import calibration
import careersim
from calibration.fitting.spec import Calibration

__all__ = ["fit_key"]


def fit_key(asked: Calibration) -> dict[str, str]:
    """Name what must not change between the beginning and the end of a calibration.

    Returns
    -------
    SHA-256 in hexadecimal of the calibration file with what was asked of it, of the files of the run, of the
    targets, and of the programs; and the version of careersim.
    """
    spec = json.dumps(asked.spec.model_dump(mode="json"), sort_keys=True)
    placeless = [replace(target, file="", line=0) for target in asked.targets.targets]
    files = "\n".join(document.sha256 for document in asked.run.documents)
    return {
        "calibration file": _hash(spec),
        "run and career files": _hash(files),
        "targets": _hash("\n".join(map(repr, placeless)) + repr(dict(asked.targets.coverages))),
        "programs": _programs(),
        "version": careersim.__version__,
    }


def _programs() -> str:
    content = hashlib.sha256()
    for package in (careersim, calibration):
        folder = Path(package.__file__ or "").parent
        for file in sorted(folder.rglob("*.py")):
            content.update(file.relative_to(folder).as_posix().encode())
            content.update(file.read_bytes())
    return content.hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
