"""What the events of a run folder tell of degrees, licences and certificates.

The manifest keeps the career files, which say what each sort of event stamps; the events say who had it when.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import ConfigError

__all__ = ["RUN_FORMAT", "STAMPS", "read_histories"]

RUN_FORMAT = 1
"""Layout of the run folders that can be read."""

STAMPS = ("degree", "licence", "certificate")

_KINDS = {"hazard": "exit", "progress": "completion", "seat": "seat"}
_COPY = "copy the run folder again as a whole, or run it again with `careersim run CONFIG --out DIR --events`"
_WHOLE = ("replication", "person_id", "year")
_NAMES = ("profession", "kind", "from_state", "to_state")
_FIRST, _LAST = 1900, 2200
_IN_WORDS = {int: f"a year, {_FIRST} to {_LAST}", str: "a name", list: "a list", dict: "a mapping"}


def read_histories(folder: Path) -> pl.DataFrame:
    """Read the stamps of all who got one within a run; what they had at its start is in no event.

    Parameters
    ----------
    folder
        Made with `careersim run --events`.

    Returns
    -------
    A row for each person and replication, without the keys of persons: `profession`, `trained_abroad`,
    `degree_year`, `licence_year`, `certificate_year`, `observed_from`, `observed_until`.

    Raises
    ------
    ConfigError
        If it is no run folder, is damaged, holds no histories, or nobody in it has a stamp.
    """
    manifest = _manifest(folder)
    until = _entry(folder, manifest, "", "until", int)
    meanings, windows = [], []
    for number, profession in enumerate(_entry(folder, manifest, "", "professions", list)):
        place = f"professions[{number}]"
        name = _entry(folder, profession, place, "name", str)
        meanings += _meanings(folder, name, _career(folder, manifest, name))
        windows.append((name, _entry(folder, profession, place, "start_year", int) + 1, until))
    schema = ["profession", "kind", "from_state", "to_state", "stamp", "trained_abroad"]
    stamps = pl.DataFrame(meanings, dict.fromkeys(schema, pl.String), orient="row")
    stamps = stamps.with_columns(pl.col("trained_abroad").cast(pl.Int64))
    observed = pl.DataFrame(
        windows,
        {"profession": pl.String, "observed_from": pl.Int64, "observed_until": pl.Int64},
        orient="row",
    )
    stamped = (
        _events(folder)
        .join(stamps.lazy(), on=list(_NAMES))
        .group_by("profession", "replication", "person_id")
        .agg(
            # A further certificate is none: a register shows when a doctor first became a specialist.
            *(pl.col("year").filter(pl.col("stamp") == one).min().alias(f"{one}_year") for one in STAMPS),
            pl.col("trained_abroad").max(),
        )
        .filter(pl.any_horizontal(pl.col(f"{one}_year").is_not_null() for one in STAMPS))
    )
    try:
        persons = stamped.collect(engine="streaming")  # histories may be longer than the memory
    except pl.exceptions.PolarsError:
        raise ConfigError("events.parquet cannot be read", where=str(folder), remedy=_COPY) from None
    if not len(persons):
        raise ConfigError(
            f"nobody in this run got a degree, licence or certificate: {_why_nobody(stamps, observed)}",
            where=str(folder),
            expected="careers with transitions or streams that have a `stamp`",
            remedy="run a profession with such stamps, for example doctor, for more years",
        )
    return persons.join(observed, on="profession").with_columns(
        pl.col("^.*_year$", "^observed_.*$").cast(pl.Int64)
    )


def _why_nobody(stamps: pl.DataFrame, observed: pl.DataFrame) -> str:
    names = ", ".join(observed["profession"]) or "no profession"
    if stamps["stamp"].null_count() == len(stamps):
        return f"no career file in it ({names}) gives one"
    return f"no event of {names} gave one between its years"


def _entry(folder: Path, mapping: object, place: str, key: str, kind: type[Any]) -> Any:
    """Value of a key of the manifest; refused if it is missing or of another type."""
    value: Any = mapping.get(key) if isinstance(mapping, dict) else None
    right = isinstance(value, kind) and not isinstance(value, bool)
    if not right or (kind is int and not _FIRST <= value <= _LAST):
        path = f"{place}.{key}" if place else key
        raise ConfigError(
            "the manifest is damaged: the key is missing or holds something else",
            where=f"{folder / 'manifest.json'}: {path}",
            expected=_IN_WORDS[kind],
            remedy=_COPY,
        )
    return value


def _manifest(folder: Path) -> Mapping[str, Any]:
    remedy = "name a folder that `careersim run` has made"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError(
            "this is not a run folder: manifest.json cannot be read", where=str(folder), remedy=remedy
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != RUN_FORMAT:
        raise ConfigError(
            "manifest.json describes no run that can be read",
            where=str(folder),
            expected=f"a run folder of format {RUN_FORMAT}",
            remedy=remedy,
        )
    return manifest


def _events(folder: Path) -> pl.LazyFrame:
    file = folder / "events.parquet"
    if not file.is_file():
        raise ConfigError(
            "the run folder holds no histories of persons",
            where=str(folder),
            expected="events.parquet",
            remedy="run it again with `careersim run CONFIG --out DIR --events`",
        )
    lazy = pl.scan_parquet(file)
    try:
        schema = lazy.collect_schema()
    except (OSError, pl.exceptions.PolarsError):
        raise ConfigError("events.parquet cannot be read", where=str(folder), remedy=_COPY) from None
    for name in (*_WHOLE, *_NAMES):
        dtype = schema.get(name)
        whole = dtype is not None and dtype.is_integer()
        named = dtype in (pl.String, pl.Categorical, pl.Enum)
        if not (whole if name in _WHOLE else named):
            found = "missing" if dtype is None else f"of the type {dtype}"
            raise ConfigError(
                f"the column is {found}",
                where=f"{file}: {name}",
                expected="whole numbers" if name in _WHOLE else "names",
                remedy=_COPY,
            )
    names = pl.col(_NAMES).cast(pl.String).fill_null("")
    return lazy.select(*_WHOLE, names)


def _career(folder: Path, manifest: Mapping[str, Any], profession: str) -> Mapping[str, Any]:
    """Career file of a profession, as the manifest keeps it."""
    config = _entry(folder, manifest, "", "config", dict)
    for file in _entry(folder, config, "config", "files", list):
        content = file.get("content") if isinstance(file, dict) else None
        if isinstance(content, dict) and content.get("profession") == profession and "transitions" in content:
            return content
    raise ConfigError(
        f"the manifest does not hold the career file of {profession}, which says what gives a licence",
        where=str(folder),
        remedy="run it again with this version of careersim",
    )


def _meanings(folder: Path, profession: str, career: Mapping[str, Any]) -> list[tuple[str | None, ...]]:
    """What each sort of event stamps: profession, kind, states, stamp, trained abroad."""
    try:
        found = _told(career)
        names = {word for key, told in found.items() for stamps, _ in told for word in (*key, *stamps)}
        if not all(isinstance(name, str) for name in names):
            raise TypeError(names)
    except (AttributeError, KeyError, TypeError):
        raise ConfigError(
            f"the manifest is damaged: the career file of {profession} in it cannot be understood",
            where=f"{folder / 'manifest.json'}: config.files",
            expected="transitions with `form`, `from` and `to`, and streams with `state`",
            remedy=_COPY,
        ) from None
    return [row for key, told in found.items() for row in _rows(folder, profession, key, told)]


def _told(career: Mapping[str, Any]) -> dict[tuple[str, str, str], set[tuple[tuple[str, ...], bool]]]:
    """What events of a kind between two states may mean: stamps, and whether trained abroad."""
    found: dict[tuple[str, str, str], set[tuple[tuple[str, ...], bool]]] = {}
    for transition in career["transitions"].values():
        targets = [transition["to"]] if isinstance(transition["to"], str) else list(transition["to"])
        stamp = (transition["stamp"],) if transition.get("stamp") else ()
        for target in targets:
            key = (_KINDS[transition["form"]], transition["from"], target)
            found.setdefault(key, set()).add((stamp, False))
    for stream in (career.get("streams") or {}).values():
        abroad = str(stream.get("trained_abroad", False)).lower() == "true"
        stamps = tuple(stream.get("stamps") or ())
        found.setdefault(("entry", "", stream["state"]), set()).add((stamps, abroad))
    return found


def _rows(
    folder: Path,
    profession: str,
    key: tuple[str, str, str],
    told: Iterable[tuple[tuple[str, ...], bool]],
) -> list[tuple[str | None, ...]]:
    """Rows of one sort of event; those that stamp nothing and nobody from abroad are left out."""
    meanings = list(told)
    if len(meanings) > 1:
        kind, source, target = key
        raise ConfigError(
            f"events '{kind}' of {profession} from '{source}' to '{target}' may mean several things: "
            "two transitions or streams between the same states stamp differently",
            where=str(folder),
            remedy="give them different states in the career file, or use a register panel",
        )
    ((stamps, abroad),) = meanings
    names: tuple[str | None, ...] = stamps or ((None,) if abroad else ())
    return [(profession, *key, name, str(int(abroad))) for name in names]
