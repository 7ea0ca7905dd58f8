"""`rank_tables`: policies over draws of the parameters as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from careersim.data.data_gaps import data_gaps
from careersim.experiment.ranking import Ranked, Ranking
from careersim.flows.areas import AREA_CODES, NATION
from careersim.outputs.columns import check_columns, empty_table
from careersim.outputs.rank_columns import RANK_TABLES

__all__ = ["rank_tables"]


def rank_tables(ranking: Ranking) -> dict[str, pl.DataFrame]:
    """Tabulate a ranking."""
    rows: dict[str, list[dict[str, Any]]] = {"ranking": [], "draws": [], "value_of_information": []}
    for one in ranking.ranked:
        rows["ranking"].extend(_ranking(one, ranking.policies))
        rows["draws"].extend(_draws(one, ranking.policies))
        rows["value_of_information"].extend(_worth(one, ranking))
    tables = {
        name: pl.DataFrame(found, schema=empty_table(name, RANK_TABLES).schema, orient="row")
        for name, found in rows.items()
    }
    draws, count = ranking.points.shape
    tables["points"] = pl.DataFrame(
        {
            "draw": np.repeat(np.arange(draws, dtype=np.int32), count),
            "parameter": pl.Series(list(ranking.paths) * draws, dtype=pl.String),
            "value": ranking.points.reshape(-1),
        }
    )
    for name, table in tables.items():
        check_columns(name, table.lazy(), RANK_TABLES)
    return tables


def _ranking(one: Ranked, policies: Sequence[str]) -> Iterator[dict[str, Any]]:
    found, values = one.decision, one.values
    effect = values - values[:, [0]]
    low, high = one.effect_low, one.effect_high
    order = sorted(range(len(policies)), key=lambda n: (-found.mean[n], n))
    for rank, n in enumerate(order, start=1):
        p10, p90 = np.quantile(effect[:, n], [0.1, 0.9])
        worst = _worst(one, n)
        yield {
            "outcome": one.outcome.name,
            "unit": one.outcome.unit,
            "rank": rank,
            "policy": policies[n],
            "is_baseline": n == 0,
            "value_mean": float(found.mean[n]),
            "value_p10": float(found.p10[n]),
            "effect_mean": float(effect[:, n].mean()),
            "effect_low": float(low[n]),
            "effect_high": float(high[n]),
            "effect_p10": float(p10),
            "effect_p90": float(p90),
            "effect_chance_sd": float(np.sqrt((one.chance_sd[:, n] ** 2).mean())),
            "probability_best": float(found.best[n]),
            "probability_best_low": float(found.best_low[n]),
            "probability_best_high": float(found.best_high[n]),
            "expected_regret": float(found.expected_regret[n]),
            "expected_regret_low": float(found.expected_regret_low[n]),
            "expected_regret_high": float(found.expected_regret_high[n]),
            "max_regret": float(found.max_regret[n]),
            "tied_with_first": bool(found.tied[n]),
            "best_at_p10": n == found.best_p10,
            "least_max_regret": n == found.least_regret,
            **worst,
            "cost_mean": None if one.costs is None else float((one.costs[:, n] - one.costs[:, 0]).mean()),
            **{
                name: _known(getattr(found, name)[n])
                for name in ("cost_per_unit", "cost_per_unit_low", "cost_per_unit_high")
            },
            "draws": len(values),
            "replications": one.replications,
        }


def _worst(one: Ranked, policy: int) -> Mapping[str, Any]:
    """The county with the smallest expected difference, for outcomes of all of them."""
    if one.outcome.area != NATION or policy == 0:
        return {"worst_county": None, "worst_county_effect": None}
    effects = (one.by_area[policy] - one.by_area[0]).mean(axis=0)[1:]
    county = int(effects.argmin())
    return {"worst_county": AREA_CODES[1 + county], "worst_county_effect": float(effects[county])}


def _draws(one: Ranked, policies: Sequence[str]) -> Iterator[dict[str, Any]]:
    for n, policy in enumerate(policies):
        for draw in range(len(one.values)):
            yield {
                "outcome": one.outcome.name,
                "policy": policy,
                "draw": draw,
                "value": float(one.values[draw, n]),
                "effect": float(one.values[draw, n] - one.values[draw, 0]),
                "effect_chance_sd": float(one.chance_sd[draw, n]),
                "regret": float(one.decision.regret[draw, n]),
            }


def _worth(one: Ranked, ranking: Ranking) -> Iterator[dict[str, Any]]:
    worth = one.worth
    if worth is None:
        return
    yield {
        "outcome": one.outcome.name,
        "gap": "all",
        "label": "Everything",
        "parameters": len(ranking.owners),
        "value": worth.perfect,
        "value_low": worth.perfect_low,
        "value_high": worth.perfect_high,
    }
    gaps = data_gaps()
    for n in sorted(range(len(gaps)), key=lambda n: (-worth.group[n], n)):
        yield {
            "outcome": one.outcome.name,
            "gap": gaps[n].key,
            "label": gaps[n].label_en,
            "parameters": ranking.owners.count(n),
            "value": float(worth.group[n]),
            "value_low": float(worth.group_low[n]),
            "value_high": float(worth.group_high[n]),
        }


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
