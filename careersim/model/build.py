"""Build the frozen career graph from a specification and its resolved tables.

Everything was checked before (`careersim.model.checks`, `careersim.model.parameters`), so nothing here can
fail: names are turned into indices, records into types.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from careersim.config.career_spec import CareerSpec, StartSpec, StateSpec, StreamSpec, TransitionSpec
from careersim.config.loaded import LoadedCareer
from careersim.config.yaml_source import KeyPath
from careersim.model.graph import (
    Choice,
    Destination,
    Hazard,
    Planning,
    Pool,
    Profession,
    SectorScheme,
    StartMargins,
    State,
    Stream,
    Transition,
    WorkingTimeScheme,
)
from careersim.model.parameters import Tables, hazard_levels
from careersim.model.spread import apportion
from careersim.model.table import Table
from careersim.schema import AGES, COUNTIES, SEXES

__all__ = ["build_profession"]

_ALL_OTHER = (0.0, 0.0, 0.0, 1.0)


def build_profession(career: LoadedCareer, tables: Tables, years: tuple[int, int]) -> Profession:
    """Build one profession without levers.

    Parameters
    ----------
    career
        A career without faults.
    tables
        Its resolved parameters.
    years
        First and last year of the run.

    Returns
    -------
    The career graph.
    """
    return _Builder(career, tables, years).profession()


@dataclass(frozen=True)
class _Builder:
    career: LoadedCareer
    tables: Tables
    years: tuple[int, int]

    @property
    def spec(self) -> CareerSpec:
        return self.career.spec

    def profession(self) -> Profession:
        spec = self.spec
        return Profession(
            name=spec.profession,
            key=spec.key,
            label_en=spec.label.en,
            label_sv=spec.label.sv,
            start_year=spec.start_year,
            states=tuple(self.state(name, state) for name, state in spec.states.items()),
            transitions=tuple(self.transition(name, one) for name, one in spec.transitions.items()),
            pools=tuple(self.pool(name) for name in spec.pools),
            streams=tuple(self.stream(name, stream) for name, stream in spec.streams.items()),
            working_times=tuple(self.working_time(name) for name in spec.working_times),
            sector_schemes=tuple(
                SectorScheme(name, _four(self.tables["sectors", name, "shares"].values))
                for name in spec.sectors
            ),
            choices=tuple(self.choice(name) for name in spec.choices),
            start=tuple(self.start(name, margins) for name, margins in spec.start.items()),
            caveats=tuple(spec.caveats),
            planning=self.planning(),
        )

    def planning(self) -> Planning | None:
        spec = self.spec
        if spec.planning is None:
            return None
        is_pool = spec.planning.lever in spec.pools
        return Planning(
            pool=_index(spec.pools, spec.planning.lever) if is_pool else None,
            stream=None if is_pool else _index(spec.streams, spec.planning.lever),
            keeps_up=tuple(list(spec.pools).index(name) for name in spec.planning.keeps_up),
        )

    def state(self, name: str, state: StateSpec) -> State:
        spec = self.spec
        mobility = spec.mobility[state.relocates] if state.relocates else None
        return State(
            name=name,
            label_en=state.label.en,
            label_sv=state.label.sv,
            training=_index(spec.trainings, state.training),
            accrues=state.accrues,
            pace_full_time=bool(state.training) and spec.trainings[state.training or ""].pace == "full_time",
            working_time=_index(spec.working_times, state.working_time),
            sectors=_index(spec.sectors, state.sectors),
            mobility=self.hazard(("mobility", state.relocates)) if state.relocates else None,
            mobility_choice=list(spec.choices).index(mobility.choice) if mobility else 0,
            serves=state.serves,
            trains=state.trains,
            abroad=state.abroad,
            final=state.final,
        )

    def transition(self, name: str, transition: TransitionSpec) -> Transition:
        here: KeyPath = ("transitions", name)
        source = self.spec.states[transition.source]
        requirement = 0
        if transition.form == "progress" and source.training:
            requirement = self.hundredths("trainings", source.training, "requirement")
        return Transition(
            name=name,
            source=self.position(transition.source),
            form=transition.form,
            destinations=self.destinations(name, transition),
            hazard=None if transition.form == "progress" else self.hazard(here),
            requirement=requirement,
            pool=_index(self.spec.pools, transition.pool),
            credit=self.hundredths(*here, "credit"),
            commitment=round(self.number(*here, "commitment", default=0.0)),
            stamp=transition.stamp,
        )

    def destinations(self, name: str, transition: TransitionSpec) -> tuple[Destination, ...]:
        if isinstance(transition.to, str):
            return (Destination(self.position(transition.to), 1.0),)
        shares = [self.number("transitions", name, "to", state) for state in transition.to]
        total = fsum(shares)
        if abs(total - 1) > 1e-9:
            shares = [share / total for share in shares]
        states = map(self.position, transition.to)
        return tuple(Destination(state, share) for state, share in zip(states, shares, strict=True))

    def hazard(self, here: KeyPath) -> Hazard:
        level_ratios = self.table(*here, "working_time")
        pairs = zip(hazard_levels(self.career), level_ratios.values, strict=True) if level_ratios else ()
        return Hazard(
            rate=self.tables[(*here, "rate")],
            duration=self.table(*here, "duration"),
            county=self.table(*here, "county"),
            sector=self.table(*here, "sector"),
            at_home=self.optional(*here, "at_home"),
            working_time=tuple((level, ratio) for level, ratio in pairs if ratio != 1.0),
            trained_abroad=self.optional(*here, "trained_abroad"),
            committed=self.optional(*here, "committed"),
            workload=self.optional(*here, "workload"),
        )

    def pool(self, name: str) -> Pool:
        pool = self.spec.pools[name]
        return Pool(
            name=name,
            label_en=pool.label.en,
            holders=tuple(map(self.position, pool.holders)),
            posts=self.table("pools", name, "posts"),
            supervisors=tuple(map(self.position, pool.supervisors)),
            per_supervisor=self.table("pools", name, "per_supervisor"),
            choice=list(self.spec.choices).index(pool.choice),
            wishes=pool.wishes,
            local_first=pool.local_first,
        )

    def choice(self, name: str) -> Choice:
        attractiveness = self.table("choices", name, "attractiveness")
        return Choice(
            home=self.number("choices", name, "home", default=0.0),
            stay=self.number("choices", name, "stay", default=0.0),
            distance=self.number("choices", name, "distance", default=0.0),
            size=self.number("choices", name, "size", default=0.0),
            attractiveness=_by_county(attractiveness) if attractiveness else (0.0,) * COUNTIES,
            name=name,
        )

    def working_time(self, name: str) -> WorkingTimeScheme:
        return WorkingTimeScheme(
            name=name,
            levels=tuple(sorted(self.spec.working_times[name].levels)),
            review=self.tables["working_times", name, "review"],
            shares=self.tables["working_times", name, "shares"],
        )

    def stream(self, name: str, stream: StreamSpec) -> Stream:
        weights = _by_county(self.tables["streams", name, "counties"])
        total = fsum(weights)
        national = self.tables["streams", name, "inflow"]
        first, last = self.years
        run = range(first, last + 1)
        inflow = (national.at(year=year) * (weight / total) for weight in weights for year in run)
        shape = (COUNTIES, len(run))
        return Stream(
            name=name,
            state=self.position(stream.state),
            inflow=Table(("county", "year"), shape, tuple(inflow), first),
            added=Table(("county", "year"), shape, (0.0,) * (COUNTIES * len(run)), first),
            dispersion=stream.dispersion,
            women=self.number("streams", name, "women"),
            ages=self.tables["streams", name, "ages"],
            trained_abroad=stream.trained_abroad,
            stamps=tuple(dict.fromkeys(stream.stamps)),
        )

    def start(self, name: str, margins: StartSpec) -> StartMargins:
        here: KeyPath = ("start", name)
        state = self.spec.states[name]
        sectors = self.table(*here, "sectors")
        if sectors is None and state.sectors:
            sectors = self.tables["sectors", state.sectors, "shares"]
        return StartMargins(
            state=self.position(name),
            persons=self.persons(name),
            women=self.number(*here, "women"),
            ages=self.tables[(*here, "ages")],
            sectors=_four(sectors.values) if sectors else _ALL_OTHER,
            working_time=self.start_working_time(name, state, margins),
            trained_abroad=self.number(*here, "trained_abroad", default=0.0),
            at_home=self.number(*here, "at_home", default=1.0),
        )

    def persons(self, name: str) -> tuple[int, ...]:
        """Whole persons by county: as published, or the national number spread by weights."""
        table = self.tables["start", name, "persons"]
        weights = self.table("start", name, "counties")
        if table.by:
            return apportion(round(fsum(table.values)), table.values)
        return apportion(round(table.at()), _by_county(weights) if weights else (1.0,) * COUNTIES)

    def start_working_time(
        self, name: str, state: StateSpec, margins: StartSpec
    ) -> tuple[tuple[int, float], ...]:
        """Shares of the levels: as given, or what the state's scheme means for this sex and age mix."""
        if state.working_time is None:
            return ((100, 1.0),)
        levels = sorted(self.spec.working_times[state.working_time].levels)
        if margins.working_time is not None:
            return tuple(zip(levels, self.tables["start", name, "working_time"].values, strict=True))
        shares = self.tables["working_times", state.working_time, "shares"]
        ages = self.tables["start", name, "ages"]
        women = self.number("start", name, "women")
        by_sex = (women, 1.0 - women)
        return tuple(
            (
                level,
                fsum(
                    by_sex[sex] * ages.at(age=age) * shares.at(sex=sex, age=age, level=position)
                    for sex in range(len(SEXES))
                    for age in range(AGES)
                ),
            )
            for position, level in enumerate(levels)
        )

    def position(self, state: str) -> int:
        return list(self.spec.states).index(state)

    def table(self, *key_path: str | int) -> Table | None:
        return self.tables.get(key_path)

    def optional(self, *key_path: str | int) -> float | None:
        table = self.tables.get(key_path)
        return None if table is None else table.at()

    def number(self, *key_path: str | int, default: float = 0.0) -> float:
        table = self.tables.get(key_path)
        return default if table is None else table.at()

    def hundredths(self, *key_path: str | int) -> int:
        return round(self.number(*key_path) * 100)


def _index(names: Iterable[str], name: str | None) -> int | None:
    return None if name is None else list(names).index(name)


def _by_county(table: Table) -> tuple[float, ...]:
    return tuple(table.at(county=county) for county in range(COUNTIES))


def _four(values: tuple[float, ...]) -> tuple[float, float, float, float]:
    first, second, third, fourth = values
    return first, second, third, fourth
