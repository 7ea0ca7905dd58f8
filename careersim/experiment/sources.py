"""`population_source`: margins or the user's register panel, profession by profession."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.population.panel import PanelSource
from careersim.population.synthesis import MarginSource, PopulationSource

__all__ = ["population_source"]


def population_source(model: Model, panels: Mapping[str, Path]) -> PopulationSource:
    """Choose where the persons of each profession come from.

    Parameters
    ----------
    model
        Its margins serve the professions without a panel.
    panels
        Register panels by name of the profession.

    Raises
    ------
    DataError
        If a panel cannot be read or has faults.
    """
    without = [one for one in model.professions if one.name not in panels]
    margins = MarginSource(replace(model, professions=tuple(without)))
    given = {
        one.name: PanelSource(panels[one.name], [one]) for one in model.professions if one.name in panels
    }
    return _Sources(margins, given)


@dataclass(frozen=True)
class _Sources:
    margins: MarginSource
    panels: Mapping[str, PanelSource]

    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        """Give the persons in order of `person_id`."""
        source = self.panels.get(profession.name, self.margins)
        return source.population(profession, seed, replication)
