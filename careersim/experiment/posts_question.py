"""`posts_question`: what a user asks of `careersim guideline`, checked against the run, with its defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from careersim.config.run_spec import RunSpec
from careersim.errors import UserError, nearest_name
from careersim.experiment.judged import Basis, Question, Reading
from careersim.experiment.posts_runs import profession_of
from careersim.model.graph import Model
from careersim.schema import COUNTIES, COUNTY_CODES
from careersim.types import COUNTY_NAMES

__all__ = ["posts_question"]

_NEXT_YEAR = 2027
"""First year whose posts can still be decided on when this was written."""

_TODAY = 2023
"""Last year whose workforce is published for all professions: its density is what is held."""


def posts_question(
    spec: RunSpec,
    model: Model,
    *,
    target_year: int,
    probability: float,
    first_year: int | None = None,
    reading: Reading | None = None,
    basis: Basis | None = None,
    counties: Sequence[str] = (),
    national: bool = False,
    profession: str | None = None,
    demand: float | None = None,
    lever: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
) -> Question:
    """Check what was asked and fill in what was not said.

    Raises
    ------
    UserError
        If an argument is wrong or two of them do not go together.
    """
    if not 0 < probability < 1:
        raise UserError(
            f"probability {probability:g}", where="probability",
            expected="a share above 0 and below 1",
            remedy="write 80 % as 0.8; no number of replications shows that something is certain",
        )  # fmt: skip
    if reading is not None:
        _check_choice("reading", reading, get_args(Reading))
    if basis is not None:
        _check_choice("basis", basis, get_args(Basis))
    if seed is not None and not 0 <= seed < 2**64:
        raise UserError(f"seed {seed}", where="seed", expected="0 to 18446744073709551615 (2**64 - 1)")
    chosen = tuple(sorted({_county(word) for word in counties}))
    if national and chosen:
        raise UserError(
            "one number for the nation and the posts of some counties are two questions",
            where="national",
            remedy="leave out either the counties or the nation",
        )
    name = profession or spec.guideline.profession
    one = profession_of(model, name)
    if reading is None:
        asked = demand is not None or (name in spec.demand.inhabitants_per_fte)
        own = name == spec.guideline.profession
        reading = "demand" if demand is not None else "list" if own else "demand" if asked else "density"
    wanted = spec.demand.inhabitants_per_fte.get(name) if demand is None else demand
    _check_demand(reading, demand, wanted, name)
    return Question(
        target_year=target_year,
        probability=probability,
        first_year=max(_NEXT_YEAR, one.start_year + 1) if first_year is None else first_year,
        reading=reading,
        basis=basis or ("fte" if reading == "demand" else "headcount"),
        counties=chosen or tuple(range(COUNTIES)),
        replications=spec.replications if replications is None else replications,
        seed=spec.seed if seed is None else seed,
        profession=name,
        demand=wanted if reading == "demand" else None,
        base_year=max(one.start_year, min(_TODAY, target_year - 1)),
        national=national,
        lever=lever,
    )


def _check_demand(reading: Reading, given: float | None, wanted: float | None, name: str) -> None:
    if given is not None and not 0 < given <= 1_000_000:
        raise UserError(
            f"demand {given:g}", where="demand",
            expected="inhabitants per full-time equivalent, above 0 and up to 1,000,000",
        )  # fmt: skip
    if given is not None and reading != "demand":
        raise UserError(
            f"a demand of {given:g} inhabitants in the reading {reading}", where="demand",
            expected="the reading demand", remedy="leave out either the demand or the reading",
        )  # fmt: skip
    if reading == "demand" and wanted is None:
        raise UserError(
            f"how many inhabitants one full-time equivalent of {name} should have is not said",
            where="demand",
            remedy="give --demand N, or `demand: {inhabitants_per_fte: {...}}` in the run file",
        )


def _check_choice(name: str, given: str, choices: Sequence[str]) -> None:
    if given not in choices:
        raise UserError(
            f"unknown {name} '{given}'", where=name, expected=f"one of {', '.join(choices)}",
            nearest=nearest_name(given, choices),
        )  # fmt: skip


def _county(word: str) -> int:
    """Index of a county by code or name."""
    codes = {name.casefold(): code for code, name in COUNTY_NAMES.items()} | {
        code: code for code in COUNTY_NAMES
    }
    code = codes.get(word.casefold())
    if code is None:
        raise UserError(
            f"unknown county '{word}'", where="county",
            expected="a two-digit code such as 01, or a name such as Stockholm",
            nearest=nearest_name(word.zfill(2), [*COUNTY_NAMES.values(), *COUNTY_NAMES]),
        )  # fmt: skip
    return COUNTY_CODES.index(code)
