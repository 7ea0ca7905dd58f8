"""Where every number comes from: one record a parameter, for `careersim explain` and the run's manifest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from careersim.config.bonus_spec import bonus_records
from careersim.config.fault_report import FaultReport
from careersim.config.faults import format_key_path
from careersim.config.loaded import LoadedRun, Parameter
from careersim.config.parameter_spec import DataRef, Distribution, ParameterSpec, SourceSpec
from careersim.data import Figure, document, figure, figures_by_county, literature
from careersim.errors import DataError
from careersim.model.cost_checks import price_uses
from careersim.model.slots import references

__all__ = [
    "CALIBRATED",
    "Kind",
    "ParameterRecord",
    "calibrated_numbers",
    "check_sources",
    "provenance",
    "source_text",
]

CALIBRATED = "Calibrated:"
"""How the source of a number begins that a calibration has written."""

Kind = Literal["document", "literature", "assumption", "data", "calibrated"]


@dataclass(frozen=True)
class ParameterRecord:
    """One parameter as a reader wants to see it.

    Attributes
    ----------
    profession
        Name of the profession; `demand` for the need weight of the run, `costs` for its prices.
    value
        The number, or in words what the table holds.
    low, high
        Interval as declared; for data with one value, as rounding leaves it.
    distribution
        Declared distribution in words, or None.
    source
        Title and place, citation, or the reason of an assumption.
    kind
        What kind of source that is; `calibrated` if a calibration has written it.
    layer
        The file that had the last word.
    used_by
        Keys of the career file where the parameter is named.
    """

    profession: str
    name: str
    label: str
    unit: str
    value: str
    low: float | None
    high: float | None
    distribution: str | None
    source: str
    kind: Kind
    layer: str
    used_by: tuple[str, ...]


def provenance(run: LoadedRun) -> tuple[ParameterRecord, ...]:
    """List all parameters of a run with their sources.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.

    Returns
    -------
    One record a parameter, by profession in the order of the files.

    Raises
    ------
    DataError
        If a document, a literature key or a table is unknown (`assemble` reports that as a fault).
    """
    records = []
    for career in run.careers:
        used: dict[str, list[str]] = defaultdict(list)
        for reference in references(career.spec):
            used[reference.parameter].append(format_key_path(reference.key_path))
        for name, parameter in career.parameters.items():
            records.append(_record(career.spec.profession, parameter, tuple(used[name])))
    if run.need_weight is not None:
        records.append(_record("demand", run.need_weight, ("demand.need_weight",)))
    records.extend(_record("costs", price, price_uses(run, price.name)) for price in run.prices.values())
    for name, parameter in run.substitution.items():
        records.append(_record("guideline", parameter, (f"guideline.substitution.{name}",)))
    return tuple(records)


def calibrated_numbers(run: LoadedRun) -> dict[str, tuple[str, ...]]:
    """Name the parameters that a calibration has written, by profession; only professions that have some."""
    found = {
        career.spec.profession: tuple(
            name for name, parameter in career.parameters.items() if _is_calibrated(parameter.spec)
        )
        for career in run.careers
    }
    return {profession: names for profession, names in found.items() if names}


def _is_calibrated(spec: ParameterSpec) -> bool:
    return spec.source is not None and (spec.source.assumption or "").startswith(CALIBRATED)


def check_sources(run: LoadedRun, report: FaultReport) -> None:
    """Report documents and literature keys that do not exist, for parameters and levers."""
    parameters = [one for career in run.careers for one in career.parameters.values()]
    if run.need_weight is not None:
        parameters.append(run.need_weight)
    parameters += run.prices.values()
    parameters += run.substitution.values()
    for parameter in parameters:
        wrong = _unknown_key(parameter.spec.source)
        if wrong is not None:
            key, error = wrong
            words = {"expected": error.expected, "nearest": error.nearest, "remedy": "correct the key"}
            report.add(parameter.fault(error.message, "source", key, **words))
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        sources: dict[tuple[str, ...], SourceSpec | None] = {("source",): lever.source}
        if lever.bonus is not None:
            records = bonus_records(lever.bonus).items()
            sources |= {("bonus", *keys, "source"): record.source for keys, record in records}
        for keys, source in sources.items():
            wrong = _unknown_key(source)
            if wrong is not None:
                key, error = wrong
                words = {"expected": error.expected, "nearest": error.nearest, "remedy": "correct the key"}
                report.add(run.fault(("levers", number, *keys, key), error.message, **words))


def _unknown_key(source: SourceSpec | None) -> tuple[str, DataError] | None:
    """The key of a source that names nothing, with what the tables say about it."""
    if source is None:
        return None
    try:
        if source.document is not None:
            document(source.document)
    except DataError as error:
        return "document", error
    try:
        if source.literature is not None:
            literature(source.literature)
    except DataError as error:
        return "literature", error
    return None


def _record(profession: str, parameter: Parameter, used_by: tuple[str, ...]) -> ParameterRecord:
    spec = parameter.spec
    low, high = spec.low, spec.high
    kind, source = source_text(spec.source) if spec.source else (None, "")
    if spec.data is not None:
        figures = _figures(spec.data)
        source = _published(spec.data, figures) + (f"; {source}" if source else "")
        kind = "data"
        if low is None and high is None and len(figures) == 1:
            low, high = figures[0].low * spec.data.scale, figures[0].high * spec.data.scale
    if _is_calibrated(spec):
        kind = "calibrated"
    # A record without data has a source: the specification refuses it otherwise.
    assert kind is not None
    return ParameterRecord(
        profession=profession,
        name=parameter.name,
        label=spec.label or parameter.name.replace("_", " "),
        unit=spec.unit,
        value=_value(spec),
        low=low,
        high=high,
        distribution=_distribution(spec.distribution),
        source=source,
        kind=kind,
        layer=parameter.layer,
        used_by=used_by,
    )


def _value(spec: ParameterSpec) -> str:
    """The number, or how many numbers there are and between which."""
    if spec.value is not None:
        return f"{spec.value:g}"
    if spec.data is not None:
        scale = "" if spec.data.scale == 1 else f" × {spec.data.scale:g}"
        by = f" by {spec.data.by}" if spec.data.by else ""
        return f"{spec.data.table}.{spec.data.column}{by}{scale}"
    leaves = list(_leaves(spec.values))
    if spec.otherwise is not None:
        leaves.append(spec.otherwise)
    between = f"{min(leaves):g} to {max(leaves):g}"
    return f"{len(leaves)} values by {', '.join(spec.by)}: {between}"


def _leaves(node: object) -> list[float]:
    if isinstance(node, dict):
        return [leaf for below in node.values() for leaf in _leaves(below)]
    return [float(str(node).replace("_", ""))]


def _distribution(distribution: Distribution | None) -> str | None:
    if distribution is None:
        return None
    return f"{distribution.kind}({distribution.a:g}, {distribution.b:g})"


def source_text(source: SourceSpec) -> tuple[Kind, str]:
    """Which kind of source it is, and its title and place, citation, or reason."""
    note = f" ({source.note})" if source.note else ""
    if source.document is not None:
        found = document(source.document)
        return "document", f"{found.title_en}, {found.publisher}, {found.date}: {source.place}{note}"
    if source.literature is not None:
        place = f": {source.place}" if source.place else ""
        return "literature", f"{literature(source.literature).citation}{place}{note}"
    return "assumption", f"{source.assumption}{note}"


def _figures(data: DataRef) -> list[Figure]:
    if data.by == "county":
        return list(figures_by_county(data.table, data.column, **data.where).values())
    return [figure(data.table, data.column, **data.where)]


def _published(data: DataRef, figures: list[Figure]) -> str:
    """Titles of the documents and the places in them, each once."""
    places: dict[str, list[str]] = defaultdict(list)
    for one in figures:
        # Rows of one table differ by line only, so the part before the comma says enough for many.
        place = one.locator if len(figures) == 1 else one.locator.split(",")[0]
        if place not in places[one.document]:
            places[one.document].append(place)
    texts = (f"{document(key).title_en}: {'; '.join(found)}" for key, found in places.items())
    filled = f"; own estimate for county {', '.join(data.fill)}" if data.fill else ""
    return "; ".join(texts) + filled
