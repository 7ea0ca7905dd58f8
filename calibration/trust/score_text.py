"""How scores are told in tables: a number or nothing, and a skill with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["skill_text", "told"]


def told(number: float | None, form: str) -> str:
    """A number in a form such as `{:.1f}`, or nothing."""
    return "" if number is None else form.format(number)


def skill_text(row: Mapping[str, Any], name: str, kind: str = "skill") -> str:
    """The skill against a naive forecast, with its interval if it is about several numbers."""
    column = f"{kind}_{name}"
    if row[column] is None:
        return ""
    text = f"{row[column]:+.2f}"
    if row["numbers"] > 1:
        text += f" ({row[f'{column}_low']:+.2f} to {row[f'{column}_high']:+.2f})"
    return text
