"""What every person may look up: the career graph by state, the counties this year, the chance of the run."""

from __future__ import annotations

from dataclasses import replace

from careersim.engines.record import YearRecord, arcs_of
from careersim.engines.reference.chance import thresholds
from careersim.engines.reference.choice import CountyChoice
from careersim.engines.reference.philox import Block, block
from careersim.model.graph import AgeShift, Model, Profession, RateLever, Transition
from careersim.schema import Decision

__all__ = ["World"]


class World:
    """The surroundings of all persons of one profession and one replication.

    Attributes
    ----------
    year
        Calendar year that is being lived.
    record
        Counts of that year, written to as it is lived.
    strain
        Workload above the reference at the end of last year by county, clipped; None if feedback is off.
    exits, applications
        Positions of the `hazard` and of the `seat` transitions that lead out of each state.
    completion
        Position of the `progress` transition of each state, or None.
    ways_out
        Thresholds of the destinations of each transition.
    levers
        Rate levers on each transition, in declared order.
    age_shifts
        Shifts of the ages of each transition, in declared order.
    """

    def __init__(self, profession: Profession, model: Model, seed: int, replication: int) -> None:
        self.profession = profession
        self.model = model
        self.seed = seed
        self.replication = replication
        self.year = profession.start_year
        self.record = YearRecord.empty(profession, self.year)
        self.strain: tuple[float, ...] | None = None

        self.exits = _leading_out(profession, "hazard")
        self.applications = _leading_out(profession, "seat")
        self.completion = tuple(next(iter(found), None) for found in _leading_out(profession, "progress"))
        self.ways_out = tuple(
            thresholds([destination.share for destination in transition.destinations])
            for transition in profession.transitions
        )
        self.levers: tuple[tuple[RateLever, ...], ...] = tuple(
            tuple(lever for lever in profession.rate_levers if lever.transition == index)
            for index in range(len(profession.transitions))
        )
        self.age_shifts: tuple[tuple[AgeShift, ...], ...] = tuple(
            tuple(shift for shift in profession.age_shifts if shift.transition == index)
            for index in range(len(profession.transitions))
        )
        self._choices: dict[tuple[int, tuple[float, ...]], CountyChoice] = {}
        self._first_arc = _first_arcs(profession)

    def words(self, person_id: int, decision: Decision | int) -> Block:
        """Give the four words of a person for a decision of this year."""
        return block(self.seed, self.replication, person_id, self.year, decision)

    def county_choice(self, index: int) -> CountyChoice:
        """Give a choice among counties as it is this year, with what levers add to the attractiveness."""
        declared = self.profession.choices[index]
        attractiveness = list(declared.attractiveness)
        for lever in self.profession.choice_levers:
            if lever.choice == index and lever.first_year <= self.year <= lever.last_year:
                attractiveness = [
                    there + lever.utility if selected else there
                    for there, selected in zip(attractiveness, lever.counties, strict=True)
                ]
        key = (index, tuple(attractiveness))
        if key not in self._choices:
            choice = replace(declared, attractiveness=tuple(attractiveness))
            self._choices[key] = CountyChoice(choice, self.model, self.profession.start_year)
        return self._choices[key]

    def transition(self, index: int) -> Transition:
        """Give a transition by its position."""
        return self.profession.transitions[index]

    def arc(self, transition: int, way: int) -> int:
        """Give the position, among all arcs, of a transition's destination number `way`."""
        return self._first_arc[transition] + way


def _leading_out(profession: Profession, form: str) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(
            index
            for index, transition in enumerate(profession.transitions)
            if transition.source == state and transition.form == form
        )
        for state in range(len(profession.states))
    )


def _first_arcs(profession: Profession) -> tuple[int, ...]:
    owners = [arc.transition for arc in arcs_of(profession)]
    return tuple(owners.index(transition) for transition in range(len(profession.transitions)))
