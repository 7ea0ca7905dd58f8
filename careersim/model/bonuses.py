"""From levers of kind bonus to `Bonus` contracts and what they add to choices; a bonus of nothing is none."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from careersim.config.bonus_spec import BonusSpec, ResponseSpec
from careersim.config.career_spec import CareerSpec
from careersim.config.parameter_spec import ParameterSpec
from careersim.config.run_spec import LeverSpec
from careersim.model.bonus_types import Bonus, Response
from careersim.model.graph import Profession
from careersim.model.lever_types import ChoiceLever
from careersim.model.selection import age_range, selected_counties, selected_sectors, until

__all__ = ["attraction_levers", "build_bonuses"]


def build_bonuses(
    profession: Profession, career: CareerSpec, levers: Iterable[LeverSpec], last_year: int
) -> tuple[Bonus, ...]:
    """Make the contracts of a profession.

    Parameters
    ----------
    profession
        The career graph.
    career
        What the career file calls its mobilities.
    levers
        Checked levers of the profession; other kinds are passed over.
    last_year
        Of the run.

    Returns
    -------
    The best paid first, then by name, whatever the order of the levers. Nobody signs for 0 SEK: such a bonus
    is left out.
    """
    made = [
        _bonus(profession, career, lever, lever.bonus, last_year)
        for lever in levers
        if lever.bonus is not None and lever.value > 0
    ]
    return tuple(sorted(made, key=lambda bonus: (-bonus.amount, bonus.name)))


def attraction_levers(profession: Profession, lever: LeverSpec, last_year: int) -> tuple[ChoiceLever, ...]:
    """What a bonus adds to the utility of its counties while it is on offer: elasticity x ln(1 + rise)."""
    if lever.bonus is None or lever.bonus.attraction is None:
        return ()
    attraction = lever.bonus.attraction
    names = [choice.name for choice in profession.choices]
    return tuple(
        ChoiceLever(
            choice=names.index(choice),
            utility=_number(attraction.elasticity) * log(1.0 + lever.value / _number(lever.bonus.salary)),
            first_year=lever.first_year,
            last_year=until(lever, last_year),
            counties=selected_counties(lever),
        )
        for choice in attraction.choices
    )


def _bonus(
    profession: Profession, career: CareerSpec, lever: LeverSpec, bonus: BonusSpec, last_year: int
) -> Bonus:
    low, high = age_range(lever)
    return Bonus(
        name=lever.name,
        amount=lever.value,
        salary=_number(bonus.salary),
        first_year=lever.first_year,
        last_year=until(lever, last_year),
        states=tuple(state.name in lever.targets for state in profession.states),
        counties=selected_counties(lever),
        sectors=selected_sectors(lever),
        age_low=low,
        age_high=high,
        newcomers=bonus.who != "incumbents",
        incumbents=bonus.who != "newcomers",
        years=bonus.commitment_years,
        uptake=_number(bonus.uptake),
        responses=tuple(_response(profession, career, one) for one in bonus.responses.values()),
        rebound=1.0 if bonus.rebound is None else _number(bonus.rebound),
        rebound_years=bonus.rebound_years,
    )


def _response(profession: Profession, career: CareerSpec, spec: ResponseSpec) -> Response:
    names = [transition.name for transition in profession.transitions]
    return Response(
        transitions=tuple(names.index(name) for name in spec.transitions if name in names),
        moving=tuple(
            index
            for index, state in enumerate(profession.states)
            if career.states[state.name].relocates in spec.moves
        ),
        newcomers=0.0 if spec.newcomers is None else _number(spec.newcomers),
        incumbents=0.0 if spec.incumbents is None else _number(spec.incumbents),
    )


def _number(record: ParameterSpec) -> float:
    assert record.value is not None  # checked: the records of a lever are single numbers
    return record.value
