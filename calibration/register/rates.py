"""`estimate_rates`: from a person-year table to the rates of a career graph, with their standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.register.choice import Chosen, choose
from calibration.register.counties import county_ratios
from calibration.register.exposure import Risks, risks_of
from calibration.register.likelihood import Fit, lived, maximise, rates
from calibration.register.numbers import NUMBERS, Numbers, numbers_of
from calibration.register.pairs import Pairs, year_pairs
from calibration.register.panel import Panel
from calibration.register.settings import RateSettings
from calibration.register.shares import shares
from calibration.register.workload import depends_on_workload, with_excess
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.errors import UserError, nearest_name
from careersim.model.graph import Model

__all__ = ["Rates", "estimate_rates"]

Floats = NDArray[np.float64]
NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Rates:
    """Estimated rates.

    Attributes
    ----------
    panel
        Where they come from.
    career
        Whose parameters they are.
    table
        One row a number: `parameter`, `kind` (key of the hazard), `cell` (its keys, joined by `, `),
        `published`, `estimate`, `low`, `high` (95 %), `log_error` (standard error of the logarithm),
        `events`, `person_years`, and `status`: `estimated`, or why the number stays as it is.
    counties
        One row a parameter and county: `parameter`, `county_code`, `events`, `expected` at the national
        rates, `ratio`, `error`, `low`, `high`, `spread` (standard deviation over counties).
    shares
        One row a share of a completed training: `parameter`, `transition`, `to`, `published`, `estimate`,
        `low`, `high`, `error`, `completions`, `status`.
    numbers
        The numbers in the order of `table`.
    years
        First and last year in which events were observed.
    left_out
        What the table has and no rate was learnt from: a sentence and a number of persons.
    notes
        What else to know of the numbers.
    """

    panel: Panel
    career: LoadedCareer
    table: pl.DataFrame
    counties: pl.DataFrame
    shares: pl.DataFrame
    numbers: Numbers
    years: tuple[int, int]
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def within(self, errors: float = 2.0) -> tuple[int, int]:
        """How many estimates lie within so many standard errors of the run's values, and of how many."""
        known = self.table.filter(pl.col("status") == "estimated")
        distance = (pl.col("estimate") / pl.col("published")).log().abs()
        return len(known.filter(distance < errors * pl.col("log_error"))), len(known)


def estimate_rates(panel: Panel, run: LoadedRun, model: Model, settings: RateSettings | None = None) -> Rates:
    """Estimate the rates of one profession.

    Parameters
    ----------
    panel
        The person-year table.
    run, model
        The run whose rates they are, as `careersim.model.assemble.read_model` gives it; without levers.
    settings
        Choices.

    Returns
    -------
    Rates per year as the engine uses them, with standard errors.

    Raises
    ------
    UserError
        If the run has levers, a name is unknown, no two consecutive years are in the table, or the table
        does not tell rates apart.
    """
    settings = settings or RateSettings()
    if run.spec.levers:
        raise UserError(
            "the run has levers, and a register is of what happened without them",
            where="levers",
            remedy="name the run file that the levers are laid over",
        )
    index = [one.name for one in model.professions].index(panel.profession.name)
    career, profession = run.careers[index], model.professions[index]
    numbers = numbers_of(career, profession, settings.smooth)
    _check_names(settings, numbers)
    pairs = year_pairs(panel)
    if not len(pairs.table):
        raise UserError(
            "nobody is there in two consecutive years",
            where=panel.name,
            expected="rows of the same persons in one year and the next",
            remedy="use keys of persons that stay the same over the years",
        )
    risks = risks_of(with_excess(pairs.table, panel, model), numbers, profession)
    logarithms = numbers.logarithms()
    chosen = choose(numbers, risks, settings, panel, pairs)
    fit = maximise(risks, logarithms, chosen.free, chosen.curves)
    seen = pairs.table["year"]
    return Rates(
        panel=panel,
        career=career,
        table=_table(numbers, risks, fit, chosen),
        counties=county_ratios(numbers, risks, fit),
        shares=shares(career, profession, pairs, settings.fewest_events),
        numbers=numbers,
        years=(int(seen.to_numpy().min()) + 1, int(seen.to_numpy().max()) + 1),
        left_out=_left_out(pairs, risks, panel),
        notes=_notes(panel, model),
    )


def _notes(panel: Panel, model: Model) -> tuple[str, ...]:
    start = panel.profession.start_year
    if not (model.feedback and depends_on_workload(panel.profession)) or start in panel.years:
        return ()
    note = f"The table lacks {start}, from which workload is reckoned: rates that depend on it are those at "
    return (note + "the workload of the observed years.",)


def _check_names(settings: RateSettings, numbers: Numbers) -> None:
    names = sorted({cell.parameter for cell in numbers.cells})
    by_age = sorted({cell.parameter for cell in numbers.cells if cell.smooth})
    for key, valid, asked in (("smooth", by_age, settings.smooth), ("keep", names, settings.keep)):
        for name in asked:
            if name in valid:
                continue
            message = f"'{name}' is not a rate by age" if name in names else f"unknown rate '{name}'"
            raise UserError(
                message,
                where=key,
                expected=f"one of {', '.join(names)}" if name not in names else "a parameter with `by: age`",
                nearest=nearest_name(name, names) if name not in names else None,
            )


def _table(numbers: Numbers, risks: Sequence[Risks], fit: Fit, chosen: Chosen) -> pl.DataFrame:
    errors = fit.errors()
    time = _person_years(risks, fit.logarithms)
    at = np.arange(NUMBERS, NUMBERS + len(numbers.cells))
    published = np.array([cell.published for cell in numbers.cells])
    estimated = np.isfinite(errors[at])
    estimate = np.where(estimated, np.exp(fit.logarithms[at]), published)
    reach = np.exp(NORMAL * np.where(estimated, errors[at], 0.0))
    none = pl.lit(None, dtype=pl.Float64)
    return pl.DataFrame(
        {
            "parameter": [cell.parameter for cell in numbers.cells],
            "kind": [cell.kind for cell in numbers.cells],
            "cell": [", ".join(cell.labels) for cell in numbers.cells],
            "published": published,
            "estimate": estimate,
            "low": estimate / reach,
            "high": estimate * reach,
            "log_error": np.where(estimated, errors[at], 0.0),
            "events": chosen.events[at].astype(np.int64),
            "person_years": time[at],
            "status": [chosen.kept.get(int(place), "estimated") for place in at],
        }
    ).with_columns(
        pl.when(pl.col("status") == "estimated").then(pl.col(name)).otherwise(none).alias(name)
        for name in ("low", "high", "log_error")
    )


def _person_years(risks: Sequence[Risks], logarithms: Floats) -> Floats:
    """Person-years lived under each number."""
    time = np.zeros(len(logarithms))
    for one in risks:
        persons, events = one.persons.sum(axis=1), one.events.sum(axis=(1, 2))
        total = rates(one, logarithms).sum(axis=1)
        own = lived(persons, events, total)
        for k in range(one.factors.shape[1]):
            for c in range(one.factors.shape[2]):
                np.add.at(time, one.factors[:, k, c], own)
    return time


def _left_out(pairs: Pairs, risks: Sequence[Risks], panel: Panel) -> dict[str, int]:
    """What no rate was learnt from."""
    names = [state.name for state in panel.profession.states]
    out = {f"lost from {state}: seen in one year and not in the next": n for state, n in pairs.lost.items()}
    if pairs.across_gaps:
        out["seen again only after more than a year"] = pairs.across_gaps
    for (one, two), count in pairs.unknown_moves.items():
        out[f"from {one} to {two}: the career file has no such way within a year"] = count
    for (one, two), count in pairs.unclear.items():
        out[f"from {one} to {two}: several ways lead there"] = count
    for part in risks:
        for k, count in enumerate(part.impossible):
            if count:
                what = (
                    panel.profession.transitions[part.hazards[k]].name
                    if part.hazards
                    else f"relocation of {names[part.state]}"
                )
                out[f"{what}: where the rate of the career file is 0"] = count
    return out
