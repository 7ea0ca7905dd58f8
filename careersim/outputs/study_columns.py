"""Columns of the kinds that studies of sensitivity and rankings share."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn

__all__ = ["count", "number", "share", "text", "yes"]


def text(name: str, label: str) -> TableColumn:
    """A name."""
    return TableColumn(name, "String", "name", label)


def share(name: str, label: str) -> TableColumn:
    """A part of a whole, 0 to 1."""
    return TableColumn(name, "Float64", "share, 0 to 1", label)


def number(name: str, label: str) -> TableColumn:
    """A number in the unit of the outcome."""
    return TableColumn(name, "Float64", "unit of the outcome", label)


def count(name: str, label: str) -> TableColumn:
    """A whole number."""
    return TableColumn(name, "Int32", "number", label)


def yes(name: str, label: str) -> TableColumn:
    """True or false."""
    return TableColumn(name, "Boolean", "true or false", label)
