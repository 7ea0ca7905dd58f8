"""`resolve_costs`: the prices of a run as numbers by state and pool; `with_prices`: other numbers in place.

Costs look at lives and change none, so they are no part of the `Model`: what a run costs can be asked again
with other prices without simulating it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from careersim.config.cost_spec import GENERAL_PRICES, HIGHEST_DISCOUNT_RATE, CostSpec
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import UNITS, ParameterSpec
from careersim.errors import UserError, nearest_name
from careersim.model.graph import Bonus, Model, Profession

__all__ = ["FULL_TIME_HOURS", "Costs", "PostPrice", "ProfessionPrices", "resolve_costs", "with_prices"]

FULL_TIME_HOURS = 40.0
"""Hours a week of full-time work (Arbetstidslagen 1982:673, section 5)."""


@dataclass(frozen=True)
class PostPrice:
    """Prices of one pool.

    Attributes
    ----------
    pool
        Its name.
    holders
        Indices of the states that hold its posts and are at work (not on leave).
    extra
        SEK per year and holder at work, besides pay; None if the posts are not costed.
    supervisor_hours, supervisor_pay
        Hours per week and trainee at work; SEK per month of full-time work of the supervisor. Zero if
        supervision is not costed.
    """

    pool: str
    holders: tuple[int, ...]
    extra: float | None
    supervisor_hours: float
    supervisor_pay: float


@dataclass(frozen=True)
class ProfessionPrices:
    """Prices of one profession.

    Attributes
    ----------
    pay
        SEK per month of full-time work by state; None for states without a price.
    serving
        Indices of the states of the pay bill: they serve, in Sweden, and hold no costed post.
    pools
        Pools with a price.
    bonuses
        SEK per month of the bonuses of the run by name; they differ between draws if the lever is uncertain.
    """

    pay: tuple[float | None, ...]
    serving: tuple[int, ...]
    pools: tuple[PostPrice, ...]
    bonuses: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Costs:
    """All prices of a run.

    Attributes
    ----------
    price_year
        Calendar year of the kronor.
    discount_rate, discount_from
        Rate per year, and the year that counts in full.
    employer_contributions, agreed_pension, overhead
        Shares of pay; of pay; of pay with both.
    professions
        Those with prices, by name.
    """

    price_year: int
    discount_rate: float
    discount_from: int
    employer_contributions: float
    agreed_pension: float
    overhead: float
    professions: Mapping[str, ProfessionPrices]

    def year_of_work(self, monthly_pay: float) -> float:
        """SEK that a year of full-time work costs the employer."""
        on_top = 1 + self.employer_contributions + self.agreed_pension
        return 12 * monthly_pay * on_top * (1 + self.overhead)

    def year_of_bonus(self, profession: str, bonus: Bonus) -> float:
        """SEK that a year of a contract costs the employer, whatever the working time."""
        prices = self.professions.get(profession)
        monthly = bonus.amount if prices is None else prices.bonuses.get(bonus.name, bonus.amount)
        return 12 * monthly * (1 + self.employer_contributions)

    def discount_factor(self, year: int) -> float:
        """What a krona of a year is worth in `discount_from`; more than one in the years before."""
        return float((1 + self.discount_rate) ** (self.discount_from - year))


def resolve_costs(run: LoadedRun, model: Model) -> Costs | None:
    """Turn the prices of a run into numbers by state and pool.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.
    model
        Its model.

    Returns
    -------
    The prices, or None if the run file has none.
    """
    spec = run.spec.costs
    if spec is None:
        return None
    return Costs(
        price_year=spec.price_year,
        discount_rate=_number(spec.discount_rate),
        discount_from=spec.price_year if spec.discount_from is None else spec.discount_from,
        employer_contributions=_number(spec.employer_contributions),
        agreed_pension=_number(spec.agreed_pension),
        overhead=_number(spec.overhead),
        professions={one.name: _profession(one, spec) for one in model.professions if one.name in spec.pay},
    )


def with_prices(run: LoadedRun, values: Mapping[str, float]) -> LoadedRun:
    """Put other numbers in the place of prices.

    Parameters
    ----------
    run
        The run.
    values
        Numbers by the name of the record: those of `run.prices`.

    Returns
    -------
    The run with these numbers; labels, units and sources stay.

    Raises
    ------
    UserError
        If a name is unknown or a number is outside the range of its unit.
    """
    spec = run.spec.costs
    records = dict(run.prices)
    for name, value in values.items():
        if spec is None or name not in records:
            raise UserError(
                f"unknown price '{name}'",
                where="costs",
                expected=f"one of {', '.join(records)}" if records else "a run file with `costs`",
                nearest=nearest_name(name, records),
            )
        record = _replaced(name, records[name].spec, value)
        records[name] = replace(records[name], spec=record)
        if name in GENERAL_PRICES:
            spec = spec.model_copy(update={name: record})
        else:
            spec = spec.model_copy(update={"prices": {**spec.prices, name: record}})
    return replace(run, spec=run.spec.model_copy(update={"costs": spec}), prices=records)


def _replaced(name: str, record: ParameterSpec, value: float) -> ParameterSpec:
    meaning, lowest, highest = UNITS[record.unit]
    if name == "discount_rate":
        highest = HIGHEST_DISCOUNT_RATE
    if not lowest <= value <= highest:
        raise UserError(
            f"{value:g} is out of range for {record.unit}",
            where=f"costs: {name}",
            expected=f"{lowest:g} to {highest:g} ({meaning})",
        )
    return record.model_copy(update={"value": float(value)})


def _number(record: ParameterSpec | None) -> float:
    return 0.0 if record is None or record.value is None else record.value


def _profession(profession: Profession, spec: CostSpec) -> ProfessionPrices:
    prices = {name: _number(record) for name, record in spec.prices.items()}
    pay_of = {state: prices[price] for state, price in spec.pay[profession.name].items()}
    posts = spec.posts.get(profession.name, {})
    supervision = spec.supervision.get(profession.name, {})
    states = profession.states
    pools, held = [], set()
    for pool in profession.pools:
        if pool.name not in posts and pool.name not in supervision:
            continue
        at_work = [one for one in pool.holders if states[one].accrues or states[one].training is None]
        if pool.name in posts:
            held |= set(pool.holders)
        time = supervision.get(pool.name)
        pools.append(
            PostPrice(
                pool=pool.name,
                holders=tuple(at_work),
                extra=prices[posts[pool.name]] if pool.name in posts else None,
                supervisor_hours=0.0 if time is None else prices[time.hours],
                supervisor_pay=0.0 if time is None else pay_of[time.paid_as],
            )
        )
    serving = [
        index
        for index, state in enumerate(states)
        if state.serves and not state.trains and not state.abroad and index not in held
    ]
    return ProfessionPrices(
        pay=tuple(pay_of.get(state.name) for state in states),
        serving=tuple(serving),
        pools=tuple(pools),
        bonuses={bonus.name: bonus.amount for bonus in profession.bonuses},
    )
