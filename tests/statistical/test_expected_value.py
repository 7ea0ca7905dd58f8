"""The mean of many replications equals the expected value in every state, county and year.

With seats without limit and no feedback every total of an ensemble is a sum of independent persons, each of
whom is in a cell or not. Chernoff's bound for such a sum, P(total beyond x) <= exp(-D) with m the expected
total and D = x ln(x/m) - x + m, holds for any number and any mixture of persons: no variance has to be
estimated, and small cells need no care. With z = +-sqrt(2 D), which for large m is the familiar
(x - m)/sqrt(m), all |z| of a family of N cells stay below sqrt(2 ln(2 N / ALPHA)) with a probability of at
least 1 - ALPHA, whatever the dependence between cells. See docs/explanation/expected-value.md.

What the comparison can see is computed, not hoped for: `power` gives the probability that a planted fault is
found, and every planted fault is then shown to be found.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from careersim.engines.expected_value import ExpectedValueEngine, ExpectedYear
from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord
from careersim.lowering.lowered import lower
from careersim.model.assemble import read_model
from careersim.model.graph import Model, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.schema import COUNTIES, NO_HOME, SECTORS
from tests.unit.engines.expected_value.drawn import Drawn, careers
from tests.unit.engines.reference import toy

F64 = NDArray[np.float64]
Totals = list[dict[str, F64]]
Change = Callable[[Profession], Profession]

ALPHA = 1e-3
"""Probability that a right engine fails one comparison (all cells of it together)."""

SMALL = 5.0
"""Counties in which fewer events are expected in all replications together are compared as one."""

OPEN = (0, 5, 18)
"""Counties in which the small worlds here live: a large, a middling and a distant one."""


# -- The comparison ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """How far the totals of an ensemble lie from what was expected, cell by cell."""

    z: F64
    names: list[str]

    @property
    def bound(self) -> float:
        return math.sqrt(2 * math.log(2 * len(self.z) / ALPHA))

    @property
    def worst(self) -> float:
        return float(np.abs(self.z).max())

    @property
    def agrees(self) -> bool:
        return self.worst <= self.bound

    def __str__(self) -> str:
        far = np.argsort(-np.abs(self.z))[:5]
        found = ", ".join(f"{self.names[i]} z={self.z[i]:.2f}" for i in far)
        return f"{len(self.z)} cells, bound {self.bound:.2f}; farthest: {found}"


def compare(expected: Totals, observed: Totals) -> Comparison:
    """Compare totals over replications by year, measure, row and county, and every row for the country."""
    z: list[F64] = []
    names: list[str] = []
    for year, (means, totals) in enumerate(zip(expected, observed, strict=True)):
        for measure, mean in means.items():
            for row in range(len(mean)):
                m, x, labels = cells_of_row(mean[row], totals[measure][row])
                z.append(deviance(m, x))
                names += [f"{measure}[{row}, {label}] in year {year + 1}" for label in labels]
    return Comparison(np.concatenate(z), names)


def cells_of_row(mean: F64, total: F64) -> tuple[F64, F64, list[str]]:
    """Counties with enough events, the others together, and all counties together; empty cells are left out.

    A person is in at most one county of a row of a year, so sums over counties are sums of persons too.
    """
    large = mean >= SMALL
    m = np.array([*mean[large], mean[~large].sum(), mean.sum()])
    x = np.array([*total[large], total[~large].sum(), total.sum()])
    labels = [*(f"county {county}" for county in np.flatnonzero(large)), "small counties", "country"]
    occurs = (m > 0) | (x > 0)
    return m[occurs], x[occurs], [label for label, kept in zip(labels, occurs, strict=True) if kept]


def deviance(mean: F64, total: F64) -> F64:
    """Signed root of twice the exponent of Chernoff's bound; infinite where nothing was possible."""
    ratio = np.divide(total, mean, out=np.full_like(mean, np.inf), where=mean > 0)
    # Where nothing happened x ln(x/m) is 0; rounding may leave a sum that is certain a hair above its mean.
    logs = np.log(ratio, out=np.zeros_like(mean), where=ratio > 0)
    exponent = np.maximum(total * logs - total + mean, 0.0)
    z: F64 = np.sign(total - mean) * np.sqrt(2 * exponent)
    return z


def power(truth: Totals, faulty: Totals) -> float:
    """Least probability with which `compare` finds a fault: that of the single most telling cell.

    `truth` and `faulty` are expected totals without and with the fault. The total of a cell varies by no more
    than a Poisson number does, and the most telling cell is large, so that it is all but normal.
    """
    shift = compare(truth, faulty)
    return NormalDist().cdf(shift.worst - shift.bound)


# -- Worlds, expected totals and ensembles -----------------------------------------------------------------


@dataclass(frozen=True)
class World:
    profession: Profession
    model: Model
    population: Population
    years: int
    replications: int

    def expected(self, change: Change = lambda profession: profession, years: int | None = None) -> Totals:
        """Expected totals over all replications, of a profession with something changed about it."""
        engine = ExpectedValueEngine(change(self.profession), self.model, self.population)
        return [
            {name: self.replications * values for name, values in measures(engine.step()).items()}
            for _ in range(years or self.years)
        ]

    def simulated(self, seed: int) -> Totals:
        """Totals over replications of the engine that simulates persons."""
        lowered = lower(self.profession, self.model)
        totals: Totals = [{} for _ in range(self.years)]
        for replication in range(self.replications):
            engine = NumbaEngine(
                self.profession,
                self.model,
                self.population,
                seed=seed,
                replication=replication,
                lowered=lowered,
            )
            for year in totals:
                for name, values in measures(engine.step()).items():
                    year[name] = year.get(name, 0.0) + values
        return totals


def measures(record: YearRecord | ExpectedYear) -> dict[str, F64]:
    """What is compared, in persons: row x county.

    Full-time persons count a person by at most 1, as the bound demands.
    """

    def over_sectors(values: NDArray[np.int64] | F64) -> F64:
        return np.asarray(values.sum(axis=2) if values.ndim == 3 else values, dtype=np.float64)

    return {
        "stock": over_sectors(record.stock),
        "full-time persons": over_sectors(record.fte_percent) / 100,
        "left": over_sectors(record.left),
        "arrived": over_sectors(record.arrived),
        "moved out": over_sectors(record.moved_out),
        "moved in": over_sectors(record.moved_in),
        "entered": over_sectors(record.entered),
    }


def in_open_counties(profession: Profession, years: range) -> Profession:
    """The same profession where nobody chooses and nobody enters any other county, so that cells stay few."""

    def inflow(table: Table) -> Table:
        values = tuple(
            table.at(county=county, year=year) if county in OPEN else 0.0
            for county in range(COUNTIES)
            for year in years
        )
        return Table(("county", "year"), (COUNTIES, len(years)), values, first_year=years[0])

    def attractiveness(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(value if county in OPEN else -800.0 for county, value in enumerate(values))

    return replace(
        profession,
        choices=tuple(
            replace(c, attractiveness=attractiveness(c.attractiveness)) for c in profession.choices
        ),
        streams=tuple(replace(s, inflow=inflow(s.inflow), added=inflow(s.added)) for s in profession.streams),
    )


def alike(profession: Profession, copies: int, ages: Callable[[int], tuple[int, int]]) -> Population:
    """Women and men in every state that leads on, each `copies` times over: many persons, few cells.

    Who serves is there ten times as often, because few of them do anything in a year.
    """
    rows = [
        {
            "state": index,
            "county": OPEN[(index + sex) % len(OPEN)],
            "home_county": NO_HOME if index % 5 == 4 else OPEN[index % 2],
            "trained_abroad": int(index % 5 == 4),
            "sector": (index + sex) % len(SECTORS),
            "sex": sex,
            "age": ages(index)[sex],
            "years_in_state": 1,
            "fte": 80 if state.working_time is not None else 100,
            "commitment_years": 2 * sex,
            "training_progress": 0 if state.training is None else 120,
        }
        for index, state in enumerate(profession.states)
        if not state.final
        for sex in (0, 1)
    ]
    times = np.array([copies * (10 if profession.states[row["state"]].serves else 1) for row in rows])
    population = Population.empty(int(times.sum()))
    for name in rows[0]:
        getattr(population, name)[:] = np.repeat([row[name] for row in rows], times)
    population.person_id[:] = np.arange(len(population))
    return population


@pytest.fixture(scope="module")
def doctors(repository: Path) -> World:
    """The shipped career of doctors, seats without limit, in three counties."""
    return doctors_world(repository, copies=600, years=6, replications=200)


def doctors_world(repository: Path, copies: int, years: int, replications: int) -> World:
    _, shipped = read_model(repository / "configs" / "baseline.yaml")
    (declared,) = (profession for profession in shipped.professions if profession.name == "doctor")
    doctor = in_open_counties(declared, range(shipped.first_year, shipped.last_year + 1))
    model = replace(shipped, professions=(doctor,), seats_unlimited=True, feedback=False)
    before_specialist = doctor.state_index("other_specialist")
    people = alike(doctor, copies, lambda state: (30, 31) if state < before_specialist else (52, 62))
    return World(doctor, model, people, years, replications)


@pytest.fixture(scope="module")
def toy_world() -> World:
    """The toy career, which uses every covariate, lever, commitment and sector scheme there is."""
    profession = in_open_counties(toy.PROFESSION, range(toy.START, toy.LAST + 1))
    model = toy.country(profession, seats_unlimited=True, feedback=False)
    people = alike(profession, 500, lambda state: (24, 25) if state < toy.SPECIALIST else (44, 61))
    return World(profession, model, people, years=5, replications=200)


@pytest.fixture(scope="module")
def doctors_lived(doctors: World) -> Totals:
    return doctors.simulated(seed=1)


@pytest.fixture(scope="module")
def toy_lived(toy_world: World) -> Totals:
    return toy_world.simulated(seed=2)


# -- The bound itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chances", [[0.01] * 40, [0.5] * 30, [0.9, 0.1] * 12, [0.999] * 5 + [0.2] * 9, [0.03, 0.3, 0.6, 0.99]]
)
def test_the_bound_holds_for_unequal_persons(chances: list[float]) -> None:
    shares = np.ones(1)
    for chance in chances:
        shares = np.convolve(shares, [1 - chance, chance])
    totals = np.arange(len(shares), dtype=np.float64)
    z = np.abs(deviance(np.full_like(totals, sum(chances)), totals))
    for limit in z[z > 0]:
        assert shares[z >= limit].sum() <= 2 * math.exp(-(limit**2) / 2) * (1 + 1e-12)


# -- The engines agree -------------------------------------------------------------------------------------


def test_doctors_agree_with_the_expected_value(doctors: World, doctors_lived: Totals) -> None:
    found = compare(doctors.expected(), doctors_lived)
    assert found.agrees, found


def test_the_toy_career_agrees_with_the_expected_value(toy_world: World, toy_lived: Totals) -> None:
    found = compare(toy_world.expected(), toy_lived)
    assert found.agrees, found


@settings(max_examples=25)
@given(careers())
def test_careers_drawn_at_random_agree_with_the_expected_value(drawn: Drawn) -> None:
    people = drawn.population.take(np.repeat(np.arange(len(drawn.population)), 4000))
    people.person_id[:] = np.arange(len(people))
    world = World(drawn.profession, drawn.model, people, years=3, replications=2)
    found = compare(world.expected(), world.simulated(seed=4))
    assert found.agrees, found


@pytest.mark.slow
def test_doctors_agree_over_ten_years_at_full_size(repository: Path) -> None:
    world = doctors_world(repository, copies=3000, years=10, replications=500)
    found = compare(world.expected(), world.simulated(seed=3))
    assert found.agrees, found


# -- and would not if one of them were wrong ---------------------------------------------------------------


def rate_times(profession: Profession, *, transition: str, factor: float) -> Profession:
    def changed(declared):
        if declared.name != transition:
            return declared
        rate = replace(declared.hazard.rate, values=tuple(factor * v for v in declared.hazard.rate.values))
        return replace(declared, hazard=replace(declared.hazard, rate=rate))

    return replace(profession, transitions=tuple(changed(declared) for declared in profession.transitions))


def requirement_plus(profession: Profession, *, transition: str, hundredths: int) -> Profession:
    return replace(
        profession,
        transitions=tuple(
            replace(t, requirement=t.requirement + hundredths) if t.name == transition else t
            for t in profession.transitions
        ),
    )


def home_plus(profession: Profession, *, utility: float) -> Profession:
    choices = tuple(replace(choice, home=choice.home + utility) for choice in profession.choices)
    return replace(profession, choices=choices)


FAULTS: dict[str, Change] = {
    "a rate 3 % too high": partial(rate_times, transition="leaves_primary_care", factor=1.03),
    "a rate 3 % too low": partial(rate_times, transition="retires", factor=0.97),
    "applications 3 % too rare": partial(rate_times, transition="takes_st_gp", factor=0.97),
    "a training two hundredths of a year too long": partial(
        requirement_plus, transition="completes_at", hundredths=2
    ),
    "the pull of home 0.1 too strong": partial(home_plus, utility=0.1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(doctors: World, doctors_lived: Totals, fault: str) -> None:
    years = 3
    truth, faulty = doctors.expected(years=years), doctors.expected(FAULTS[fault], years)
    assert power(truth, faulty) >= 0.99
    assert not compare(faulty, doctors_lived[:years]).agrees
