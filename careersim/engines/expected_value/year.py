"""Steps 3 to 8 of the year as probabilities: what the cells of the end of last year become."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.arrival import Arrivals, yearly_progress
from careersim.engines.expected_value.cells import Cells, joined, merged
from careersim.engines.expected_value.competition import NOBODY, Competition, Flow, by_state, leaving
from careersim.engines.expected_value.places import CountyShares, moved
from careersim.engines.expected_value.rates import Risk, over_sex_and_age, probability, whole
from careersim.engines.expected_value.record import ExpectedYear
from careersim.engines.expected_value.relevance import Relevance
from careersim.engines.record import arcs_of
from careersim.model.graph import Choice, Model, Profession
from careersim.schema import AGES

__all__ = ["Year"]


class Year:
    """The year of a profession, with everything that does not change from year to year prepared.

    Parameters
    ----------
    profession, model
        The declared career graph and the world around it.
    arrivals, relevance
        What is drawn on arrival in a state, and what matters there.
    """

    def __init__(
        self, profession: Profession, model: Model, arrivals: Arrivals, relevance: Relevance
    ) -> None:
        self._profession = profession
        self._arrivals = arrivals
        self._relevance = relevance
        self._competition = Competition(profession)
        self._mobility = [None if s.mobility is None else Risk(s.mobility) for s in profession.states]
        self._reviews = [probability(over_sex_and_age(s.review)) for s in profession.working_times]
        self._model = model
        self._choices: list[CountyShares] = []
        self._known: dict[Choice, CountyShares] = {}
        self.open_year(profession.start_year)
        owners = [arc.transition for arc in arcs_of(profession)]
        self._first_arc = [owners.index(index) for index in range(len(profession.transitions))]

    def open_year(self, year: int) -> None:
        """Take up the choices among counties as levers leave them in a year."""
        choices = [self._profession.choice_in(index, year) for index in range(len(self._profession.choices))]
        for choice in choices:
            if choice not in self._known:
                self._known[choice] = CountyShares(choice, self._model, self._profession.start_year)
        self._choices = [self._known[choice] for choice in choices]

    def live(self, cells: Cells, record: ExpectedYear) -> Cells:
        """Let everybody live through the year.

        Parameters
        ----------
        cells
            Expected persons at the end of last year.
        record
            Year whose flows are written to.

        Returns
        -------
        Expected persons at the end of the year, without the entrants.
        """
        # Who has changed state stands apart: years in state count as 0, and steps 4 and 5 do not apply.
        stayed, in_training, changed = self._exit(cells, record)
        stayed = self._relocate(stayed, record)
        stayed = self._review_working_time(stayed)
        stayed, completed = self._train(stayed, record)
        in_training, completed_after_exit = self._train(in_training, record)
        changed = merged(joined([changed, in_training, completed, completed_after_exit]))
        stayed, seated = self._take_seats(stayed, record)
        changed, seated_after_change = self._take_seats(changed, record)
        stayed = stayed.having(years_in_state=stayed.years_in_state + 1)
        return self._older(joined([stayed, changed, seated, seated_after_change]))

    def _exit(self, cells: Cells, record: ExpectedYear) -> tuple[Cells, Cells, Cells]:
        """Step 3. Returns who stays, who has left and may train on, and who has left otherwise."""
        staying, exits = self._competition.divide(cells, "hazard", record.year)
        training_on, others = [cells.take(NOBODY)], [cells.take(NOBODY)]
        for flow in exits:
            transition = self._profession.transitions[flow.transition]
            destination = transition.destinations[0].state
            before, after = (self._profession.states[s].training for s in (transition.source, destination))
            arrived = self._follow(flow, record)
            (training_on if after is not None and before == after else others).append(arrived)
        return staying, merged(joined(training_on)), joined(others)

    def _relocate(self, cells: Cells, record: ExpectedYear) -> Cells:
        """Step 4."""
        parts = [cells.take(NOBODY)]
        for state, here in by_state(cells):
            risk = self._mobility[state]
            if risk is None:
                parts.append(here)
                continue
            moving = probability(risk.rates_per_year(here))
            movers = here.weighted(moving)
            arrived = moved(movers, self._choices[self._profession.states[state].mobility_choice].relocations)
            record.moved_out[state] += movers.by_county()
            record.moved_in[state] += arrived.by_county()
            parts += [here.weighted(1.0 - moving), arrived]
        return merged(joined(parts))

    def _review_working_time(self, cells: Cells) -> Cells:
        """Step 5."""
        parts = [cells.take(NOBODY)]
        for state, here in by_state(cells):
            scheme = self._profession.states[state].working_time
            if scheme is None:
                parts.append(here)
                continue
            reviewing = self._reviews[scheme][here.sex, here.age]
            again = self._arrivals.draw_working_time(here.weighted(reviewing), state)
            parts += [here.weighted(1.0 - reviewing), again]
        return merged(joined(parts))

    def _train(self, cells: Cells, record: ExpectedYear) -> tuple[Cells, Cells]:
        """Step 6. Returns who goes on and who has completed the training."""
        parts, completed = [cells.take(NOBODY)], [cells.take(NOBODY)]
        for state, before in by_state(cells):
            here, declared = before, self._profession.states[state]
            if declared.accrues:
                progress = here.training_progress + yearly_progress(declared, here)
                here = here.having(training_progress=progress)
                for index in leaving(self._profession, state, "progress"):
                    done = here.training_progress >= self._profession.transitions[index].requirement
                    completed.append(self._complete(index, here.take(done), record))
                    here = here.take(~done)
            parts.append(here)
        return joined(parts), joined(completed)

    def _complete(self, index: int, cells: Cells, record: ExpectedYear) -> Cells:
        transition = self._profession.transitions[index]
        parts = [cells.take(NOBODY)]
        shares = whole(np.array([destination.share for destination in transition.destinations]))
        for way, share in enumerate(shares):
            part = cells.weighted(np.full(len(cells), share))
            surplus = part.training_progress - transition.requirement
            parts.append(self._follow(Flow(index, part), record, way, surplus))
        return joined(parts)

    def _take_seats(self, cells: Cells, record: ExpectedYear) -> tuple[Cells, Cells]:
        """Step 7: everybody who applies gets the first wish. Returns who stays and who has a seat."""
        staying, applying = self._competition.divide(cells, "seat", record.year)
        seated = [cells.take(NOBODY)]
        for flow in applying:
            pool = self._profession.transitions[flow.transition].pool
            assert pool is not None  # every seat transition declares one
            wishes = self._choices[self._profession.pools[pool].choice].wishes
            record.left[self._first_arc[flow.transition]] += flow.cells.by_county()
            seated.append(self._arrive(Flow(flow.transition, moved(flow.cells, wishes)), record))
        return staying, joined(seated)

    def _older(self, cells: Cells) -> Cells:
        """Step 8."""
        older = cells.having(
            age=np.minimum(cells.age + 1, AGES - 1),
            commitment_years=np.maximum(cells.commitment_years - 1, 0),
        )
        return merged(self._relevance.forget(older))

    def _follow(
        self, flow: Flow, record: ExpectedYear, way: int = 0, surplus: NDArray[np.int32] | None = None
    ) -> Cells:
        """Take destination number `way` of a transition without leaving the county."""
        record.left[self._first_arc[flow.transition] + way] += flow.cells.by_county()
        return self._arrive(flow, record, way, surplus)

    def _arrive(
        self, flow: Flow, record: ExpectedYear, way: int = 0, surplus: NDArray[np.int32] | None = None
    ) -> Cells:
        record.arrived[self._first_arc[flow.transition] + way] += flow.cells.by_county()
        transition = self._profession.transitions[flow.transition]
        return self._arrivals.enter(flow.cells, transition, transition.destinations[way].state, surplus)
