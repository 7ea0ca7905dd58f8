"""`sensitivity_tables`: all tables of a study of sensitivity."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from careersim.data.data_gaps import OTHER, data_gaps, gaps_of
from careersim.experiment.sensitivity import Analysed, Study
from careersim.outputs.columns import check_columns, empty_table
from careersim.outputs.sensitivity_columns import SENSITIVITY_TABLES

__all__ = ["sensitivity_tables", "typed_table"]


def sensitivity_tables(study: Study) -> dict[str, pl.DataFrame]:
    """Tabulate a study; tables of another method are empty."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SENSITIVITY_TABLES}
    paths = study.design.paths
    for one in study.analysed:
        key = {"outcome": one.outcome.name, "effect_of": study.effect_of}
        rows["outcomes"].append({**key, **_outcome(one)})
        rows["indices"].extend({**key, **row} for row in _indices(one, paths))
        rows["screening"].extend({**key, **row} for row in _screening(one, paths))
        rows["value_of_information"].extend({**key, **row} for row in _worths(one))
    tables = {name: typed_table(name, found, SENSITIVITY_TABLES) for name, found in rows.items()}
    tables["points"], tables["values"] = _points(study), _values(study)
    for name, table in tables.items():
        check_columns(name, table.lazy(), SENSITIVITY_TABLES)
    return tables


def typed_table(name: str, rows: Sequence[Mapping[str, Any]], declared: Mapping[str, Any]) -> pl.DataFrame:
    """Lay rows out as a declared table."""
    empty = empty_table(name, declared)
    return pl.DataFrame(rows, schema=empty.schema, orient="row") if rows else empty


def _outcome(one: Analysed) -> dict[str, Any]:
    mean = one.values.mean(axis=1)
    p10, p50, p90 = np.quantile(mean, [0.1, 0.5, 0.9])
    return {
        "unit": one.outcome.unit,
        "mean": float(mean.mean()),
        "p10": float(p10),
        "p50": float(p50),
        "p90": float(p90),
        "parameter_sd": math.sqrt(one.chance.parameter_variance),
        "chance_sd": math.sqrt(one.chance.chance_variance),
        "chance_share": one.chance.share,
        "distinguishable": one.chance.distinguishable,
        "q2": None if one.q2 is None else min(max(one.q2, 0.0), 1.0),
        "terms": one.terms,
        "sets": len(one.values),
        "replications": one.values.shape[1],
    }


def _indices(one: Analysed, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    found = one.indices
    if found is None:
        return
    order = sorted(range(len(paths)), key=lambda n: (-found.total[n], -found.first[n], n))
    gaps = gaps_of(paths)
    for rank, n in enumerate(order, start=1):
        yield {
            "rank": rank,
            "parameter": paths[n],
            "gap": gaps[n],
            **{
                name: float(getattr(found, name)[n])
                for name in ("first", "first_low", "first_high", "total", "total_low", "total_high")
            },
            "distinguishable": bool(found.distinguishable[n]) and one.chance.distinguishable,
        }


def _screening(one: Analysed, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    found = one.screened
    if found is None:
        return
    gaps = gaps_of(paths)
    for rank, n in enumerate(sorted(range(len(paths)), key=lambda n: (-found.mu_star[n], n)), start=1):
        yield {
            "rank": rank,
            "parameter": paths[n],
            "gap": gaps[n],
            "mu_star": float(found.mu_star[n]),
            "mu_star_low": float(found.low[n]),
            "mu_star_high": float(found.high[n]),
            "mu": float(found.mu[n]),
            "sigma": float(found.sigma[n]),
            "chance_share": float(found.chance_share[n]),
            "distinguishable": bool(found.distinguishable[n]),
        }


def _worths(one: Analysed) -> Iterator[dict[str, Any]]:
    worths = one.worths
    if worths is None:
        return
    found, gaps = worths.indices, data_gaps()
    now = math.sqrt(one.chance.parameter_variance)
    order = sorted(range(len(gaps)), key=lambda n: (gaps[n].key == OTHER, -found.first[n], n))
    for rank, n in enumerate(order, start=1):
        share = float(found.first[n])
        yield {
            "rank": None if gaps[n].key == OTHER else rank,
            "gap": gaps[n].key,
            "label": gaps[n].label_en,
            "parameters": worths.parameters[n],
            "share": share,
            "share_low": float(found.first_low[n]),
            "share_high": float(found.first_high[n]),
            "sd_now": now,
            "sd_known": now * math.sqrt(1 - share),
            "probability_first": None if gaps[n].key == OTHER else float(worths.probability_first[n]),
            "distinguishable": bool(found.distinguishable[n]) and one.chance.distinguishable,
        }


def _points(study: Study) -> pl.DataFrame:
    points, paths = study.design.points, study.design.paths
    sets = np.repeat(np.arange(len(points), dtype=np.int32), len(paths))
    names = pl.Series("parameter", list(paths) * len(points), dtype=pl.String)
    return pl.DataFrame({"set": sets, "parameter": names, "value": points.reshape(-1)})


def _values(study: Study) -> pl.DataFrame:
    parts = [empty_table("values", SENSITIVITY_TABLES)]
    for one in study.analysed:
        sets, replications = one.values.shape
        parts.append(
            pl.DataFrame(
                {
                    "set": np.repeat(np.arange(sets, dtype=np.int32), replications),
                    "replication": np.tile(np.arange(replications, dtype=np.int32), sets),
                    "value": one.values.reshape(-1),
                }
            ).select(
                pl.lit(one.outcome.name).alias("outcome"),
                pl.lit(study.effect_of, dtype=pl.String).alias("effect_of"),
                pl.all(),
            )
        )
    return pl.concat(parts)
