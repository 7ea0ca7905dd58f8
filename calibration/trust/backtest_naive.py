"""What the naive forecasts of a backtest say, and how far two counts of the same thing are apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from calibration.target_types import Target, Targets
from calibration.trust.naive import cohort_model, no_change
from careersim.data import figures_by_county

__all__ = ["naive_forecasts", "noise_floor"]

_SPECIALISTS, _TRAINEES = "gp", "st_gp+st_gp_leave"
_REGISTER = "trainees_scb"
"""Coverage of the register whose trainees are counted every year."""


def naive_forecasts(held: Targets, everything: Targets, origin: int) -> Mapping[str, Sequence[float | None]]:
    """Forecast the held-out targets without a model.

    Parameters
    ----------
    held
        What is forecast.
    everything
        All targets, those before the origin among them.
    origin
        Last year that may be used.

    Returns
    -------
    By `no_change` and `cohort` one number a held-out target, in its unit; None where nothing of the kind
    was observed. No change is the last figure of the same measure, county and register. Trainees by county
    were first printed as a mean of three years; what it says of the first two is used.
    """
    before = _last_observed(everything.targets, origin)
    same = [_no_change(target, before) for target in held.targets]
    return {"no_change": same, "cohort": [_cohort(target, before) for target in held.targets]}


def noise_floor(numbers: pl.DataFrame) -> pl.DataFrame:
    """How far two published counts of trainees by county are apart: no forecast can be expected to do better.

    Returns
    -------
    Columns `what`, `median` and `mean` (per cent): 2023 against the mean of 2021-2023, and the two printed
    tables of 2023 against each other (Socialstyrelsen, December 2025, Tabell 2 and 3); and by origin and
    block of counties the error of our own median relative to the first.
    """
    mean = _values("st_scenarios", "trainees_mean_2021_2023")
    last = _values("st_scenarios", "trainees_2023")
    other = _values("baseline_2023", "trainees")
    rows = [
        {"what": what, **_apart(one, two)}
        for what, one, two in (
            ("trainees 2023 against the mean of 2021-2023", last, mean),
            ("trainees 2023, Tabell 2 against Tabell 3", other, last),
        )
    ]
    floor = float(str(rows[0]["median"]))
    ours = numbers.filter(pl.col("area") == "counties", pl.col("forecast") == "careersim")
    for (origin, block), part in ours.group_by(["origin", "block"], maintain_order=True):
        errors = part["absolute_percentage_error"]
        rows.append(
            {
                "what": f"{block} from {origin}: error of the median",
                "median": errors.median(),
                "mean": errors.mean(),
                "times_floor": float(str(errors.median())) / floor,
            }
        )
    schema = {"what": pl.String, "median": pl.Float64, "mean": pl.Float64, "times_floor": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


_Key = tuple[str, str, str, str, str]


def _key(target: Target) -> _Key:
    return target.profession, target.measure, target.of, target.county_code, target.coverage


def _last_observed(targets: Iterable[Target], origin: int) -> dict[_Key, tuple[int, float]]:
    """Year and figure of the last target of each kind, the register's trainees of counties among them."""
    found: dict[_Key, tuple[int, float]] = {}
    for target in targets:
        one_year = target.year == target.last_year <= origin and target.observed == "end_of_year"
        if one_year and target.value is not None and target.year >= found.get(_key(target), (0, 0.0))[0]:
            found[_key(target)] = (target.year, target.value)
    mean = _values("st_scenarios", "trainees_mean_2021_2023")
    last = _values("st_scenarios", "trainees_2023")
    for code in mean.keys() & last.keys():
        key = ("doctor", "stock", _TRAINEES, code, _REGISTER)
        found.setdefault(key, (origin, (3 * mean[code] - last[code]) / 2))
    return found


def _no_change(target: Target, before: Mapping[_Key, tuple[int, float]]) -> float | None:
    found = before.get(_key(target)) or before.get((*_key(target)[:4], ""))
    return None if found is None else no_change(found[1])


def _cohort(target: Target, before: Mapping[_Key, tuple[int, float]]) -> float | None:
    """The plain cohort model knows stocks of specialists and of the register's trainees."""
    if target.measure != "stock" or target.of not in (_SPECIALISTS, _TRAINEES):
        return None
    if target.of == _TRAINEES:
        return _no_change(target, before)
    profession, measure, _, code, _ = _key(target)
    specialists = before.get((profession, measure, _SPECIALISTS, code, ""))
    trainees = before.get((profession, measure, _TRAINEES, code, _REGISTER))
    if specialists is None or trainees is None:
        return None
    return cohort_model(specialists[1], trainees[1], target.year - specialists[0])


def _values(table: str, column: str) -> dict[str, float]:
    found = figures_by_county(table, column)
    return {code: one.value for code, one in found.items() if one.value is not None}


def _apart(one: Mapping[str, float], two: Mapping[str, float]) -> dict[str, float]:
    errors = pl.Series([100 * abs(one[code] - two[code]) / two[code] for code in one.keys() & two.keys()])
    return {"median": float(str(errors.median())), "mean": float(str(errors.mean()))}
