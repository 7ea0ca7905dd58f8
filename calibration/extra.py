"""`library`: a library of the extra `calib`, or a message that says how to get it."""

from __future__ import annotations

import importlib
from typing import Any

from careersim.errors import UserError

__all__ = ["library"]


def library(name: str) -> Any:
    """Import a library that only the calibration needs.

    Raises
    ------
    UserError
        If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            f"this command needs the library {name}",
            where="careersim calibrate",
            expected="an installation with the extra `calib`",
            remedy="pip install 'careersim[calib]'",
        ) from error
