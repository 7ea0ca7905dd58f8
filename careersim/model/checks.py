"""Does a career make sense: names that exist, states that are reached and left, trainings that can be done.

`check_career` looks at the graph as declared, `check_run` at the professions together; what can only be seen
in the resolved numbers is in `careersim.model.value_checks`. All add to one report and raise nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from careersim.config.career_spec import CareerSpec, TransitionSpec
from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.yaml_source import KeyPath
from careersim.errors import nearest_name
from careersim.model.slots import references

__all__ = ["check_career", "check_run", "destinations"]

_MOST_STATES = 255
_MOST_STREAMS = 254

# Section that a key of an entry names, for the keys that hold the name of something other than a parameter.
_NAMED = (
    ("states", "training", "trainings"),
    ("states", "working_time", "working_times"),
    ("states", "sectors", "sectors"),
    ("states", "relocates", "mobility"),
    ("mobility", "choice", "choices"),
    ("pools", "choice", "choices"),
    ("pools", "holders", "states"),
    ("pools", "supervisors", "states"),
    ("transitions", "source", "states"),
    ("transitions", "to", "states"),
    ("transitions", "pool", "pools"),
    ("streams", "state", "states"),
)
_WORDS = {
    "states": "state",
    "trainings": "training",
    "working_times": "scheme of working time",
    "sectors": "scheme of sectors",
    "mobility": "mobility",
    "choices": "choice",
    "pools": "pool",
}


def check_run(run: LoadedRun, report: FaultReport) -> None:
    """Check that professions do not collide and that the run has years to simulate."""
    names: dict[str, str] = {}
    keys: dict[int, str] = {}
    for career in run.careers:
        spec, file = career.spec, str(career.document.path)
        if spec.profession in names and ("profession",) not in career.pruned:
            message = f"profession '{spec.profession}' is declared twice, first in {names[spec.profession]}"
            remedy = "name each profession once in the run, with a name of its own"
            report.add(career.fault(("profession",), message, remedy=remedy))
        elif spec.key in keys and ("key",) not in career.pruned:
            message = f"key {spec.key} is already that of profession '{keys[spec.key]}'"
            expected = "a key from 1 to 255 that no other profession of the run has"
            report.add(career.fault(("key",), message, expected=expected, remedy="choose another key"))
        names.setdefault(spec.profession, file)
        keys.setdefault(spec.key, spec.profession)
        if run.dated and run.spec.until <= spec.start_year:
            message = f"until {run.spec.until} leaves no year to simulate for '{spec.profession}'"
            expected = f"{spec.start_year + 1} or later"
            report.add(run.fault(("until",), message, expected=expected, remedy="write a later year"))


def check_career(career: LoadedCareer, report: FaultReport, *, starts_anywhere: bool = False) -> None:
    """Check a career graph as declared.

    Parameters
    ----------
    career
        The career; what was pruned from it is neither missed nor blamed.
    report
        Takes the faults.
    starts_anywhere
        Whether a register panel may put persons into any state.
    """
    check = _Career(career, report)
    check.names()
    check.sizes()
    for name, transition in career.spec.transitions.items():
        check.transition(name, transition)
    for name in career.spec.states:
        check.state(name)
    for name in career.spec.pools:
        check.pool(name)
    check.margins()
    check.planning()
    if check.whole:
        check.unused()
    if check.connected and not starts_anywhere:
        check.ways()


def destinations(transition: TransitionSpec) -> list[str]:
    """States that a transition leads to."""
    return [transition.to] if isinstance(transition.to, str) else list(transition.to)


@dataclass(frozen=True)
class _Career:
    """The checks of one career graph."""

    career: LoadedCareer
    report: FaultReport

    @property
    def spec(self) -> CareerSpec:
        return self.career.spec

    @property
    def whole(self) -> bool:
        """Whether nothing but parameters was pruned; otherwise what the rest needs may look unused."""
        return all(path[0] == "parameters" for path in self.career.pruned)

    @property
    def connected(self) -> bool:
        """Whether all ends of arrows and all seats are known; otherwise states may look unreachable."""
        return self.whole and not self.unknown("states") and not self.unknown("pools")

    def unknown(self, section: str) -> set[str]:
        """Names that are used but not declared in a section."""
        known = getattr(self.spec, section)
        return {word for word in self.named(section) if word not in known}

    def named(self, section: str) -> set[str]:
        """Names of a section that other sections use."""
        return {
            word
            for user, key, wanted in _NAMED
            if wanted == section
            for entry in getattr(self.spec, user).values()
            for word, _ in _words(getattr(entry, key))
        } | (set(self.spec.start) if section == "states" else set())

    def fault(
        self,
        path: KeyPath,
        message: str,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.report.add(self.career.fault(path, message, expected=expected, nearest=nearest, remedy=remedy))

    def names(self) -> None:
        """Every name refers to something that is declared."""
        for section, key, wanted in _NAMED:
            for name, entry in getattr(self.spec, section).items():
                path = (section, name, "from" if key == "source" else key)
                for word, below in _words(getattr(entry, key)):
                    self.known(wanted, word, (*path, *below))
        for state in self.spec.start:
            self.known("states", state, ("start", state))

    def known(self, section: str, word: str, path: KeyPath) -> None:
        names = getattr(self.spec, section)
        if word in names or (section, word) in self.career.pruned:
            return
        expected = f"a name under `{section}`"
        remedy = f"correct the name, or declare it under `{section}`"
        self.fault(path, f"unknown {_WORDS[section]} '{word}'", expected, nearest_name(word, names), remedy)

    def sizes(self) -> None:
        for section, most in (("states", _MOST_STATES), ("streams", _MOST_STREAMS)):
            count = len(getattr(self.spec, section))
            if count > most:
                self.fault((section,), f"{count} {section}", f"at most {most}", remedy="split the profession")
        for name, scheme in self.spec.working_times.items():
            levels = scheme.levels
            if len(set(levels)) < len(levels) or not all(1 <= level <= 100 for level in levels):
                expected = "different whole percentages from 1 to 100"
                path = ("working_times", name, "levels")
                self.fault(
                    path, f"levels {', '.join(map(str, levels))}", expected, remedy="correct the levels"
                )

    def transition(self, name: str, transition: TransitionSpec) -> None:
        """Each form has the keys that it needs, and no others."""
        path: KeyPath = ("transitions", name)
        form = transition.form
        ratios = ("duration", "county", "sector", "at_home", "working_time", "trained_abroad", "committed")
        rated = ("rate", *ratios, "workload")
        if form != "progress" and transition.rate is None:
            self.fault(path, f"{form} without `rate`", "a yearly rate", remedy="add `rate`")
        if form == "progress":
            for key in rated:
                if getattr(transition, key) is not None:
                    remedy = f"remove `{key}`, or change the form to hazard"
                    message = f"form progress has no `{key}`: it happens when the training is complete"
                    self.fault((*path, key), message, remedy=remedy)
        if form == "seat" and transition.pool is None:
            self.fault(path, "seat without `pool`", "a name under `pools`", remedy="add `pool`")
        if form != "seat" and transition.pool is not None:
            self.fault(
                (*path, "pool"), f"form {form} has no `pool`", remedy="remove it, or write `form: seat`"
            )
        if form != "progress" and not isinstance(transition.to, str):
            remedy = "declare one transition for each destination"
            self.fault((*path, "to"), f"form {form} leads to several states", "one state", remedy=remedy)
        self.training_of(name, transition)
        self.seat_is_held(name, transition)

    def training_of(self, name: str, transition: TransitionSpec) -> None:
        source = self.spec.states.get(transition.source)
        if transition.form == "progress" and source and not source.accrues:
            message = f"progress from '{transition.source}', where no training grows"
            remedy = f"write `training` and `accrues: true` under states.{transition.source}"
            self.fault(("transitions", name, "from"), message, "a state that accrues", remedy=remedy)
        if transition.credit is not None:
            untrained = [to for to in destinations(transition) if to in self.spec.states]
            untrained = [to for to in untrained if self.spec.states[to].training is None]
            if untrained:
                message = f"credit towards '{untrained[0]}', which has no training"
                remedy = f"remove `credit`, or write `training` under states.{untrained[0]}"
                self.fault(("transitions", name, "credit"), message, remedy=remedy)

    def seat_is_held(self, name: str, transition: TransitionSpec) -> None:
        pool = self.spec.pools.get(transition.pool) if transition.pool else None
        if transition.form != "seat" or pool is None or not isinstance(transition.to, str):
            return
        if transition.to not in pool.holders and transition.to in self.spec.states:
            message = f"the seat leads to '{transition.to}', which is not among the holders"
            expected = f"one of {', '.join(pool.holders)}, the holders of pool '{transition.pool}'"
            remedy = f"add '{transition.to}' to pools.{transition.pool}.holders"
            nearest = nearest_name(transition.to, pool.holders)
            self.fault(("transitions", name, "to"), message, expected, nearest, remedy)

    def state(self, name: str) -> None:
        state = self.spec.states[name]
        path: KeyPath = ("states", name)
        leaving = [one for one in self.spec.transitions.values() if one.source == name]
        progress = [one for one in leaving if one.form == "progress"]
        if state.accrues and state.training is None:
            self.fault(
                (*path, "accrues"), "accrues without `training`", "a training", remedy="add `training`"
            )
        if state.accrues and not progress and self.connected:
            remedy = f"add a transition of form progress from '{name}', or remove `accrues`"
            message = "training grows here, but no progress transition leads out"
            self.fault((*path, "accrues"), message, "a progress transition", remedy=remedy)
        if len(progress) > 1:
            remedy = "keep one, and let its `to` name several states with shares"
            message = f"{len(progress)} progress transitions lead out"
            self.fault(path, message, "one progress transition", remedy=remedy)
        if state.final and leaving:
            remedy = "remove `final`, or the transition"
            message = f"final state '{name}' has a way out"
            self.fault((*path, "final"), message, "no transition from it", remedy=remedy)
        if not state.final and not leaving and self.connected:
            message = f"nothing leads out of state '{name}'"
            remedy = "add a transition from it, or write `final: true`"
            self.fault(path, message, "a transition, or a final state", remedy=remedy)

    def pool(self, name: str) -> None:
        pool = self.spec.pools[name]
        for key, lacking in (("supervisors", "per_supervisor"), ("per_supervisor", "supervisors")):
            if getattr(pool, key) and not getattr(pool, lacking):
                message = f"pool '{name}' has `{key}` without `{lacking}`"
                self.fault(("pools", name, key), message, "both or none", remedy=f"add `{lacking}`")
        seats = [one for one in self.spec.transitions.values() if one.pool == name]
        if not seats and self.connected:
            message = f"no transition takes a seat of pool '{name}'"
            remedy = "add a transition of form seat, or remove the pool"
            self.fault(("pools", name), message, "a seat transition", remedy=remedy)

    def margins(self) -> None:
        """A start margin by county needs no weights, and a national one does."""
        for name, margins in self.spec.start.items():
            persons = self.career.parameters.get(margins.persons)
            if persons is None:
                continue
            by_county = bool(persons.spec.by or (persons.spec.data and persons.spec.data.by))
            if by_county and margins.counties is not None:
                message = f"'{margins.persons}' is by county already"
                self.fault(("start", name, "counties"), message, "no weights", remedy="remove `counties`")
            if not by_county and margins.counties is None:
                message = f"'{margins.persons}' is one national number without weights"
                remedy = "add `counties`, a parameter by county to spread it"
                self.fault(("start", name, "persons"), message, "weights by county", remedy=remedy)

    def planning(self) -> None:
        """The planner's lever is a pool with posts or a stream, and the pools that keep up exist."""
        planning = self.spec.planning
        if planning is None:
            return
        names = [name for name, pool in self.spec.pools.items() if pool.posts is not None]
        names += self.spec.streams
        lost = {path[1] for path in self.career.pruned if path[0] in ("pools", "streams") and len(path) > 1}
        if planning.lever not in {*names, *lost}:
            message = f"the planner's lever '{planning.lever}' is neither a pool with posts nor a stream"
            expected = f"one of {', '.join(names)}" if names else "a pool with `posts`, or a stream"
            nearest = nearest_name(planning.lever, names)
            self.fault(("planning", "lever"), message, expected, nearest, "correct the name")
        for number, name in enumerate(planning.keeps_up):
            self.known("pools", name, ("planning", "keeps_up", number))
            if name == planning.lever:
                message = f"pool '{name}' is the lever and cannot keep up with itself"
                self.fault(("planning", "keeps_up", number), message, remedy="remove it")

    def unused(self) -> None:
        """Every parameter, and every entry that can be referred to, is."""
        used = {reference.parameter for reference in references(self.spec)}
        remedy = "name it where it belongs, or remove it"
        for name in _forgotten(self.career.parameters, used):
            message = f"parameter '{name}' is never used"
            self.report.add(self.career.parameters[name].fault(message, remedy=remedy))
        for section in ("trainings", "working_times", "sectors", "mobility", "choices"):
            for name in _forgotten(getattr(self.spec, section), self.named(section)):
                self.fault((section, name), f"{_WORDS[section]} '{name}' is never used", remedy=remedy)

    def ways(self) -> None:
        """Every state is reached from where persons start or enter."""
        entries = [*self.spec.start, *(stream.state for stream in self.spec.streams.values())]
        reached: set[str] = set()
        waiting = list(entries)
        while waiting:
            state = waiting.pop()
            if state not in reached:
                reached.add(state)
                waiting += self.next_states(state)
        for state in self.spec.states:
            if state not in reached:
                message = f"state '{state}' is never reached"
                expected = "a way to it from `start` or `streams`"
                remedy = "add a transition to it, a stream or a start margin, or remove the state"
                self.fault(("states", state), message, expected, remedy=remedy)

    def next_states(self, state: str) -> Iterator[str]:
        for transition in self.spec.transitions.values():
            if transition.source == state:
                yield from destinations(transition)


def _words(value: object) -> Iterable[tuple[str, KeyPath]]:
    """Names in the value of a key, with the path below the key."""
    if isinstance(value, str):
        return [(value, ())]
    if isinstance(value, list):
        return [(word, (number,)) for number, word in enumerate(value)]
    return [(word, (word,)) for word in value] if isinstance(value, dict) else []


def _forgotten(declared: Iterable[str], used: set[str]) -> list[str]:
    """Names declared and not used, without those that a misspelt use was probably meant to be."""
    names = list(declared)
    meant = {nearest_name(word, names) for word in used.difference(names)}
    return [name for name in names if name not in used and name not in meant]
