"""The columns of a register panel, declared once; docs/reference/register-panel.md explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from careersim.population.programmes import MOST_PROGRESS
from careersim.schema import AGES

__all__ = ["ABROAD", "FIRST_STAMP", "FLAGS", "PANEL_COLUMNS", "PanelColumn"]

ABROAD = "abroad"
"""Word in `home_county_code` for persons who grew up and trained outside Sweden."""

FLAGS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}

FIRST_STAMP = 1900


@dataclass(frozen=True)
class PanelColumn:
    """One column.

    Attributes
    ----------
    name
        In the header of the file.
    kind
        `key`: text or whole numbers that tell persons apart. `name`: text, one of a list. `whole`: whole
        number. `years`: number of years with up to two decimals. `stamp`: calendar year up to that of the
        row, or 0. `flag`: one of `FLAGS`.
    required
        Whether the column must be there, without empty cells; otherwise empty and absent mean 0, and for
        `home_county_code` the county of work.
    lowest, highest
        Range of numbers.
    """

    name: str
    kind: Literal["key", "name", "whole", "years", "stamp", "flag"]
    required: bool
    lowest: float = 0
    highest: float = 0

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers."""
        return self.kind in ("whole", "years", "stamp")


PANEL_COLUMNS = (
    PanelColumn("person", "key", required=True),
    PanelColumn("year", "whole", required=True, lowest=1900, highest=2200),
    PanelColumn("profession", "name", required=True),
    PanelColumn("state", "name", required=True),
    PanelColumn("county_code", "name", required=True),
    PanelColumn("sector", "name", required=True),
    PanelColumn("sex", "name", required=True),
    PanelColumn("age", "whole", required=True, lowest=0, highest=AGES - 1),
    PanelColumn("fte_percent", "whole", required=True, lowest=1, highest=100),
    PanelColumn("years_in_state", "whole", required=True, lowest=0, highest=AGES - 1),
    PanelColumn("home_county_code", "name", required=False),
    PanelColumn("trained_abroad", "flag", required=False),
    PanelColumn("commitment_years", "whole", required=False, lowest=0, highest=255),
    PanelColumn("training_progress_years", "years", required=False, lowest=0, highest=MOST_PROGRESS / 100),
    PanelColumn("degree_year", "stamp", required=False, lowest=FIRST_STAMP),
    PanelColumn("licence_year", "stamp", required=False, lowest=FIRST_STAMP),
    PanelColumn("certificate_year", "stamp", required=False, lowest=FIRST_STAMP),
)
