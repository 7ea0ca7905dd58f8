"""`write_rates`: estimated rates as a run file that replaces the parameters, and a table beside it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from calibration.register.numbers import OTHERWISE, Number
from calibration.register.rates import Rates
from careersim.config.parameter_spec import ParameterSpec
from careersim.errors import DataError, OutputError, UserError
from careersim.schema import COUNTY_CODES

__all__ = ["check_rates_target", "rates_overlay", "write_rates"]

_DIGITS = 6
_UNITS = {"rate": "rate_per_year"}


def write_rates(rates: Rates, run_file: str | Path, out: str | Path) -> tuple[Path, ...]:
    """Write a run file that lays the estimated rates over another one, and every number as a table.

    Parameters
    ----------
    rates
        What `estimate_rates` gave.
    run_file
        The run file that is extended.
    out
        Ends in `.yaml`; must not exist, nor may the same name with `.csv`, `.counties.csv` or
        `.shares.csv`, which are written beside it.

    Returns
    -------
    The files.

    Raises
    ------
    OutputError
        If a file exists or cannot be written; none is left behind then.
    DataError
        If no rate was estimated.
    """
    files = check_rates_target(out)
    if not _records(rates):
        raise DataError(
            "no rate can be told from this table",
            where=rates.panel.name,
            expected="as many events of at least one rate as `fewest_events` says",
            remedy="use more years or persons, or lower `fewest_events`",
        )
    tables = (rates.table, rates.counties, rates.shares)
    texts = (rates_overlay(rates, run_file, out), *map(_csv, tables))
    _write_all(dict(zip(files, texts, strict=True)))
    return files


def check_rates_target(out: str | Path) -> tuple[Path, ...]:
    """Check that rates can be written here, before anything is computed.

    Returns
    -------
    The files that `write_rates` writes.

    Raises
    ------
    UserError
        If the name does not end in `.yaml`, a file is there already, or the folder is not.
    """
    out = Path(out)
    if out.suffix != ".yaml":
        raise UserError(
            f"the name '{out.name}'", where="out", expected="a file name ending in .yaml", remedy="rename it"
        )
    files = (out, *(out.with_suffix(end) for end in (".csv", ".counties.csv", ".shares.csv")))
    for path in files:
        if path.exists():
            raise OutputError(
                "the file exists already", where=str(path), remedy="choose another name, or remove it"
            )
    parent = out.absolute().parent
    if not parent.is_dir():
        raise OutputError(
            "cannot write: the folder that should hold it does not exist",
            where=str(out),
            remedy=f"make it first: mkdir -p '{parent}'",
        )
    return files


def rates_overlay(rates: Rates, run_file: str | Path, out: str | Path) -> str:
    """Text of a run file that stands at `out` and replaces the estimated parameters of `run_file`.

    Every record has the dimensions of the one that it replaces. `low` and `high` are the 95 % interval of
    its largest number; what was not identified keeps its value.
    """
    base = Path(os.path.relpath(Path(run_file).resolve(), Path(out).resolve().parent)).as_posix()
    profession = rates.panel.profession.name
    content = {
        "name": f"{profession}_rates",
        "extends": base,
        "description": _origin(rates),
        "parameters": {profession: _records(rates)},
    }
    kept = rates.table.filter(pl.col("status") != "estimated").with_columns(
        name=pl.concat_str("parameter", "cell", separator=" ").str.strip_chars(),
        why=pl.col("status").str.replace(r": \d+ events$", ": too few events"),
    )
    notes = [
        f"#   {why}: {'; '.join(part['name'])}" for (why,), part in kept.group_by("why", maintain_order=True)
    ]
    left = [f"#   {count} persons {what}" for what, count in rates.left_out.items()]
    head = [
        "# Rates estimated from a register; every number with its standard error is in the CSV beside it."
    ]
    head += [f"# {note}" for note in rates.notes]
    if notes:
        head += ["# As before:", *notes]
    if left:
        head += ["# Left out:", *left]
    text = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
    return "\n".join(head) + "\n" + text


class _Code(str):
    """A county code, which must be read as text everywhere."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Puts quotes around county codes."""


_Dumper.add_representer(
    _Code, lambda dumper, code: dumper.represent_scalar("tag:yaml.org,2002:str", str(code), style="'")
)


def _origin(rates: Rates) -> str:
    first, last = rates.years
    return f"Rates of {first}-{last} from the register panel {rates.panel.name} ({rates.panel.sha256[:12]})."


def _records(rates: Rates) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parameter in rates.table["parameter"].unique(maintain_order=True):
        rows = rates.table.with_row_index().filter(pl.col("parameter") == parameter)
        record = rates.career.parameters[parameter].spec
        if (rows["kind"] == "county").all():
            own = rates.counties.filter(pl.col("parameter") == parameter)
            if len(own):
                found[parameter] = _by_county(rates, record, own, rows)
        elif (rows["status"] == "estimated").any():
            found[parameter] = _record(rates, record, rows)
    written = rates.shares.filter(pl.col("status") == "estimated")
    for row in written.filter(pl.col("parameter").is_unique()).to_dicts():
        record = rates.career.parameters[row["parameter"]].spec
        found[row["parameter"]] = {
            **_opening(record, "share"),
            "value": _short(row["estimate"]),
            "low": _short(min(row["low"], row["estimate"])),
            "high": _short(max(row["high"], row["estimate"])),
            **_ending(rates, f"{row['completions']} completed trainings"),
        }
    return found


def _record(rates: Rates, record: ParameterSpec, rows: pl.DataFrame) -> dict[str, Any]:
    unit = _UNITS.get(rows["kind"][0], "rate_ratio")
    out = _opening(record, unit)
    cells = [rates.numbers.cells[index] for index in rows["index"]]
    values = dict(zip(cells, rows["estimate"].to_list(), strict=True))
    if cells[0].labels == ():
        out["value"] = _short(next(iter(values.values())))
    else:
        out["by"] = list(record.by)
        out["values"] = _nested(values, record)
        rest = [value for cell, value in values.items() if cell.labels == (OTHERWISE,)]
        if rest:
            out["otherwise"] = _short(rest[0])
        elif record.otherwise is not None or cells[0].smooth:
            out["otherwise"] = 0.0
    known = rows.filter(pl.col("status") == "estimated").sort("estimate", descending=True)
    largest = float(rows["estimate"].to_numpy().max())
    # Of a table, the interval is that of its largest number, and the others move in proportion.
    out["low"] = _short(largest * known["low"][0] / known["estimate"][0])
    out["high"] = _short(largest * known["high"][0] / known["estimate"][0])
    # Numbers of a table share their events only where several ratios stand in one hazard.
    events = int(rows["events"].sum())
    time = float(rows["person_years"].sum())
    return out | _ending(rates, f"{events} events in {time:,.0f} person-years")


def _nested(values: dict[Number, float], record: ParameterSpec) -> dict[str, Any]:
    """Values by their keys; what the record lists with 0, nothing can be learnt about, and stays 0."""
    out: dict[str, Any] = {}
    smooth = next(iter(values)).smooth
    if record.values is not None and not smooth:
        out = _zeros(record.values)
    for cell, value in values.items():
        if cell.labels == (OTHERWISE,):
            continue
        node = out
        for label in cell.labels[:-1]:
            node = node.setdefault(label, {})
        node[cell.labels[-1]] = _short(value)
    return out


def _zeros(node: dict[str, Any]) -> dict[str, Any]:
    return {key: _zeros(below) if isinstance(below, dict) else 0.0 for key, below in node.items()}


def _by_county(rates: Rates, record: ParameterSpec, own: pl.DataFrame, rows: pl.DataFrame) -> dict[str, Any]:
    before = {
        rates.numbers.cells[index].labels[0]: rates.numbers.cells[index].published for index in rows["index"]
    }
    rest = before.get(OTHERWISE, 0.0)
    ratio = {code: before.get(code, rest) for code in COUNTY_CODES}
    after = {row["county_code"]: ratio[row["county_code"]] * row["ratio"] for row in own.to_dicts()}
    top = max(after, key=lambda code: after[code])
    row = own.row(by_predicate=pl.col("county_code") == top, named=True)
    return {
        **_opening(record, "rate_ratio"),
        "by": ["county"],
        "values": {_Code(code): _short(value) for code, value in after.items()},
        "low": _short(min(ratio[top] * row["low"], after[top])),
        "high": _short(max(ratio[top] * row["high"], after[top])),
        **_ending(rates, f"{int(own['events'].sum())} events, pooled over counties"),
    }


def _opening(record: ParameterSpec, unit: str) -> dict[str, Any]:
    return {"label": record.label, "unit": unit} if record.label else {"unit": unit}


def _ending(rates: Rates, counted: str) -> dict[str, Any]:
    first, last = rates.years
    panel = rates.panel
    words = f"Estimated from the register panel {panel.name} ({panel.sha256[:12]}): {counted}."
    return {"year": f"{first}-{last}", "source": {"assumption": words}}


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _csv(table: pl.DataFrame) -> str:
    return table.write_csv(float_precision=8)


def _write_all(texts: dict[Path, str]) -> None:
    """Write all files or none: first under hidden names beside them, then rename."""
    drafts: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, text in texts.items():
            drafts[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            drafts[path].write_text(text, encoding="utf-8")
        for path, draft in drafts.items():
            draft.rename(path)
            done.append(path)
    except OSError as error:
        _remove(done)
        raise OutputError(
            f"cannot write: {error.strerror}",
            where=str(next(iter(texts))),
            remedy="make room or choose another place",
        ) from error
    finally:
        _remove(drafts.values())


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
