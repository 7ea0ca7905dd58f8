"""The columns of a person-year table, declared once; docs/reference/person-year-panel.md explains them.

They are those of a register panel (`careersim.population.panel_schema`), for every year and not only the
first, with the year of birth in place of the age if the register keeps that, and a mark of new entries.
"""

from __future__ import annotations

from careersim.population.panel_schema import FIRST_STAMP, PANEL_COLUMNS, PanelColumn

__all__ = ["COLUMNS", "PERSON_YEAR_COLUMNS"]

_OWN = (
    PanelColumn("birth_year", "whole", required=False, lowest=FIRST_STAMP - 100, highest=2200),
    PanelColumn("entered", "flag", required=False),
)

PERSON_YEAR_COLUMNS = (*PANEL_COLUMNS, *_OWN)
"""All columns; `age` may be left out where there is `birth_year`."""

COLUMNS = {column.name: column for column in PERSON_YEAR_COLUMNS}
