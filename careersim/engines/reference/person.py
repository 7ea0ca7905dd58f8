"""`Person`: one Mesa agent, and what happens to it in a year, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import mesa

from careersim.engines.reference.arrival import (
    FULL_TIME,
    Worker,
    accrual,
    drawn_sector,
    drawn_working_time,
    head_start,
)
from careersim.engines.reference.chance import chosen, happens, hazard_probability, risk_that_strikes
from careersim.engines.reference.contracts import (
    Place,
    bonus_of,
    end_contract_year,
    sign_as_incumbent,
    sign_as_newcomer,
)
from careersim.engines.reference.philox import Block
from careersim.engines.reference.rates import age_shift, lever_factor, rate_per_year
from careersim.engines.reference.world import World
from careersim.model.graph import Hazard, State, Transition
from careersim.schema import AGES, PERSON_COLUMNS, Decision

__all__ = ["Person"]

EXIT, RELOCATION, WORKING_TIME, APPLICATION = range(4)
"""Which word of `Decision.YEAR` decides which step."""

SECTOR, HEAD_START, NEW_WORKING_TIME = range(3)
"""Which word decides what on entering a state."""

MOST_PROGRESS = 65_535
MOST_YEARS_IN_STATE = 255


class Person(mesa.Agent):
    """One person; the columns of `careersim.schema` are plain integer attributes.

    The steps are called in the order in which they stand here. They read nothing of other persons, hence any
    order of activation gives the same careers.

    Parameters
    ----------
    engine
        The Mesa model to register with.
    world
        What the person may look up.
    columns
        Initial value of every person column.
    """

    person_id: int
    state: int
    county: int
    home_county: int
    sector: int
    sex: int
    age: int
    years_in_state: int
    fte: int
    trained_abroad: int
    commitment_years: int
    training_progress: int
    degree_year: int
    licence_year: int
    certificate_year: int
    bonus: int
    bonus_years: int

    def __init__(self, engine: mesa.Model, world: World, columns: Mapping[str, int]) -> None:
        super().__init__(engine)
        for column in PERSON_COLUMNS:
            setattr(self, column.name, columns[column.name])
        self._world = world
        self._words: Block = (0, 0, 0, 0)
        self._exited = self._changed_state = self._committed_now = False
        self._in_same_training = True
        self._before: Place | None = None
        self.application: int | None = None
        """Position of the `seat` transition that the person applies for this year."""

    def begin_year(self) -> None:
        """Forget last year's events and take up the luck of the new year; sign a bonus that begins now."""
        self._words = self._world.words(self.person_id, Decision.YEAR)
        self._exited = self._changed_state = self._committed_now = False
        self._in_same_training = True
        self.application = None
        self._before = Place(self.state, self.county, self.sector)
        sign_as_incumbent(self._world, self)

    def exit(self) -> None:
        """Step 3: competing risks of leaving the state."""
        risk = self._risk(self._world.exits[self.state], self._words[EXIT])
        if risk is None:
            return
        training = self._declared.training
        self._take(risk, 0, Decision.AFTER_EXIT)
        self._exited = True
        self._in_same_training = training is not None and training == self._declared.training

    def relocate(self) -> None:
        """Step 4: move to another county."""
        state = self._declared
        if self._exited or state.mobility is None:
            return
        found = bonus_of(self._world, self.bonus)
        ratio = 1.0 if found is None else found[1].moving_ratio(self.state, found[2])
        if happens(self._words[RELOCATION], hazard_probability(self._rate(state.mobility, contract=ratio))):
            origin = self.county
            word = self._world.words(self.person_id, Decision.DESTINATION)[0]
            choice = self._world.county_choice(state.mobility_choice)
            self.county = choice.relocation(word, self.home_county, origin)
            self._world.record.moved_out[self.state, origin] += 1
            self._world.record.moved_in[self.state, self.county] += 1

    def review_working_time(self) -> None:
        """Step 5: reconsider the working time."""
        profession, scheme = self._world.profession, self._declared.working_time
        if self._exited or scheme is None:
            return
        review = profession.working_times[scheme].review.at(sex=self.sex, age=self.age)
        if happens(self._words[WORKING_TIME], hazard_probability(review)):
            word = self._world.words(self.person_id, Decision.WORKING_TIME)[0]
            self.fte = self._drawn_working_time(scheme, word)

    def train(self) -> None:
        """Step 6: gain training and complete it."""
        state = self._declared
        if not state.accrues or not self._in_same_training:
            return
        self.training_progress += accrual(state, self.fte)
        completion = self._world.completion[self.state]
        if completion is None:
            return
        surplus = self.training_progress - self._world.transition(completion).requirement
        if surplus >= 0:
            word = self._world.words(self.person_id, Decision.COMPLETION)[0]
            way = chosen(word, self._world.ways_out[completion])
            self._take(completion, way, Decision.AFTER_COMPLETION, surplus)

    def apply(self) -> None:
        """Step 7, first half: decide whether and for what to apply."""
        self.application = self._risk(self._world.applications[self.state], self._words[APPLICATION])

    def take_seat(self, county: int) -> None:
        """Step 7, second half: take up the seat applied for, in the county of the seat."""
        if self.application is None:
            message = f"person {self.person_id} is given a seat without having applied"
            raise ValueError(message)
        self._take(self.application, 0, Decision.AFTER_SEAT, county=county)

    def grow_older(self) -> None:
        """Step 8: age, years in state and contract years."""
        self.age = min(self.age + 1, AGES - 1)
        if not self._changed_state:
            self.years_in_state = min(self.years_in_state + 1, MOST_YEARS_IN_STATE)
        if self.commitment_years > 0 and not self._committed_now:
            self.commitment_years -= 1

    def close_contract(self) -> None:
        """Step 8, for entrants too: the year of a bonus contract ends, and who has come may sign one."""
        end_contract_year(self._world, self)
        sign_as_newcomer(self._world, self, self._before)
        self._before = None

    @property
    def _declared(self) -> State:
        return self._world.profession.states[self.state]

    def _rate(
        self, hazard: Hazard, factor: float = 1.0, years_younger: float = 0.0, contract: float = 1.0
    ) -> float:
        strain = None if self._world.strain is None else self._world.strain[self.county]
        return rate_per_year(hazard, self, factor, strain, years_younger, contract)

    def _risk(self, transitions: Iterable[int], word: int) -> int | None:
        """Let the competing transitions decide; give the position of the one that strikes."""
        risks = [
            (index, hazard)
            for index in transitions
            if (hazard := self._world.transition(index).hazard) is not None
        ]
        found = bonus_of(self._world, self.bonus)
        rates = [
            self._rate(
                hazard,
                lever_factor(self._world.levers[index], self, self._world.year),
                age_shift(self._world.age_shifts[index], self, self._world.year),
                1.0 if found is None else found[1].rate_ratio(index, found[2]),
            )
            for index, hazard in risks
        ]
        struck = risk_that_strikes(word, rates)
        return None if struck is None else risks[struck][0]

    def _take(
        self, index: int, way: int, decision: Decision, surplus: int | None = None, county: int | None = None
    ) -> None:
        """Follow destination number `way` of a transition and count it."""
        transition, arc = self._world.transition(index), self._world.arc(index, way)
        self._world.record.left[arc, self.county] += 1
        if county is not None:
            self.county = county
        self._world.record.arrived[arc, self.county] += 1
        self._enter(transition.destinations[way].state, transition, decision, surplus)

    def _enter(self, state: int, transition: Transition, decision: Decision, surplus: int | None) -> None:
        profession, words = self._world.profession, self._world.words(self.person_id, decision)
        before, after = self._declared, profession.states[state]
        self.state = state
        if after.sectors != before.sectors:
            self.sector = drawn_sector(profession, after.sectors, words[SECTOR])
        if after.working_time != before.working_time:
            self.fte = self._drawn_working_time(after.working_time, words[NEW_WORKING_TIME])
        progress = self._progress_on_entry(before, after, words[HEAD_START], surplus)
        credit = 0 if after.training is None else transition.credit
        self.training_progress = min(progress + credit, MOST_PROGRESS)
        self.years_in_state = 0
        self._changed_state = True
        if transition.stamp is not None:
            setattr(self, f"{transition.stamp}_year", self._world.year)
        if transition.commitment > 0:
            self.commitment_years = transition.commitment
            self._committed_now = True

    def _drawn_working_time(self, scheme: int | None, word: int) -> int:
        who = Worker(self.sex, self.age, self.county)
        return drawn_working_time(self._world.profession, scheme, who, self._world.year, word)

    def _progress_on_entry(self, before: State, after: State, word: int, surplus: int | None) -> int:
        if after.training is None:
            return 0
        if after.training == before.training:
            return self.training_progress
        if surplus is None:
            return head_start(after, self.fte, word)
        return min(surplus, FULL_TIME) if after.accrues else 0
