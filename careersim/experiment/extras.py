"""`need_calib`: refuse a command whose libraries are not part of the core installation, before it starts."""

from __future__ import annotations

from importlib.util import find_spec

from careersim.errors import UserError

__all__ = ["need_calib"]

_LIBRARIES = ("SALib", "scipy")


def need_calib(command: str) -> None:
    """Check that the libraries of the extra `calib` are there.

    Raises
    ------
    UserError
        If one is missing.
    """
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise UserError(
            f"careersim {command} needs {' and '.join(missing)}, which is not installed",
            remedy="install the extra: pip install 'careersim[calib]', in a clone pip install -e '.[calib]'",
        )
