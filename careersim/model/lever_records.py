"""What every lever of a run does and how well it is known, for `careersim explain` and the run's manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from careersim.config.loaded import LoadedRun
from careersim.config.run_spec import LeverSpec
from careersim.model.provenance import Kind, source_text

__all__ = ["LeverRecord", "lever_records"]


@dataclass(frozen=True)
class LeverRecord:
    """One lever as a reader wants to see it.

    Attributes
    ----------
    profession
        Name of the profession; None for a lever that acts on all.
    acts
        On what and how, in words.
    where_and_whom
        Counties, sectors and ages, in words; empty for everybody.
    source, kind_of_source
        Title and place, citation, or the reason of an assumption; and which of them it is.
    evidence
        The evidence card as written; None if there is none.
    layer
        The file of the lever.
    """

    name: str
    kind: str
    profession: str | None
    acts: str
    first_year: int
    last_year: int | None
    where_and_whom: str
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
        evidence = lever.evidence
        records.append(
            LeverRecord(
                name=lever.name,
                kind=lever.kind,
                profession=lever.profession,
                acts=_acts(lever),
                first_year=lever.first_year,
                last_year=lever.last_year,
                where_and_whom=_where_and_whom(lever),
                source=source,
                kind_of_source=kind,
                evidence=None if evidence is None else evidence.model_dump(exclude_none=True),
                layer=str(document.path),
            )
        )
    return tuple(records)


def _acts(lever: LeverSpec) -> str:
    targets = ", ".join(lever.targets)
    if lever.kind == "retirement_age":
        return f"{targets}: {abs(lever.value):g} years {'later' if lever.value >= 0 else 'earlier'}"
    if lever.kind == "working_time":
        return f"{targets}: shares below the highest level times {lever.value:g}"
    if lever.kind == "attractiveness":
        return f"{targets}: utility of the counties plus {lever.value:g}"
    by = {"multiply": "times", "add": "plus", "set": "set to"}[lever.operation]
    fading = "" if lever.decay_years is None else f", half of it gone after {lever.decay_years:g} years"
    return f"{targets}: {by} {lever.value:g}{fading}"


def _where_and_whom(lever: LeverSpec) -> str:
    parts = []
    if lever.counties:
        parts.append(f"counties {', '.join(lever.counties)}")
    if lever.sectors:
        parts.append(f"sectors {', '.join(lever.sectors)}")
    if lever.ages is not None:
        parts.append(f"ages {lever.ages}")
    return "; ".join(parts)
