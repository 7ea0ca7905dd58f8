"""Where every lever of a run comes from and how well it is known: for explain and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from careersim.config.loaded import LoadedRun
from careersim.model.provenance import Kind, source_text

__all__ = ["LeverRecord", "lever_records"]


@dataclass(frozen=True)
class LeverRecord:
    """One lever with its source.

    Attributes
    ----------
    profession
        Name of the profession; None for a lever that acts on all.
    written
        The lever as in the run file after all overlays, with all keys.
    source, kind_of_source
        Title and place, citation, or the reason of an assumption; and which of them it is.
    evidence
        The evidence card as written; None if there is none.
    layer
        The file of the lever.
    """

    name: str
    profession: str | None
    written: dict[str, Any]
    source: str
    kind_of_source: Kind
    evidence: dict[str, Any] | None
    layer: str


def lever_records(run: LoadedRun) -> tuple[LeverRecord, ...]:
    """List all levers of a run in the order in which they act.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.

    Returns
    -------
    One record a lever.

    Raises
    ------
    DataError
        If a document or a literature key is unknown (`assemble` reports that as a fault).
    """
    records = []
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        kind, source = source_text(lever.source)
        document, _ = run.overlay.origin(("levers", number))
        card = lever.evidence
        records.append(
            LeverRecord(
                name=lever.name,
                profession=lever.profession,
                written=lever.model_dump(mode="json", by_alias=True),
                source=source,
                kind_of_source=kind,
                evidence=None if card is None else card.model_dump(exclude_none=True),
                layer=str(document.path),
            )
        )
    return tuple(records)
