"""What may be wrong with a lever: no target, no effect, outside the run, or a value out of range."""

from __future__ import annotations

from careersim.config.career_spec import TransitionSpec
from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.run_spec import LeverSpec
from careersim.errors import nearest_name
from careersim.model.bonus_checks import check_bonus, check_number_of_bonuses
from careersim.model.lever_limits import lever_limits
from careersim.model.levers import DEMAND_TARGETS, LIST_TARGETS
from careersim.model.selection import age_span
from careersim.schema import AGES, COUNTIES

__all__ = ["check_levers"]

_SECTIONS = {
    "rate": "transitions",
    "retirement_age": "transitions",
    "seats": "pools",
    "supervision": "pools",
    "entry": "streams",
    "working_time": "working_times",
    "attractiveness": "choices",
    "bonus": "states",
}
_OPERATIONS = {
    "rate": ("multiply",),
    "retirement_age": ("add",),
    "seats": ("set", "multiply", "add"),
    "supervision": ("set", "multiply"),
    "entry": ("multiply", "add"),
    "working_time": ("multiply",),
    "attractiveness": ("add",),
    "demand": ("multiply",),
    "bonus": ("add",),
    "list_size": ("set", "multiply"),
    "substitution": ("set", "multiply", "add"),
}
_TARGETS = {
    "demand": DEMAND_TARGETS,
    "list_size": LIST_TARGETS,
    "substitution": ("guideline",),
}
"""Names that levers without a section of the career file may have as targets."""

_SELECTS = {
    "rate": ("sectors", "ages"),
    "retirement_age": ("sectors",),
    "working_time": ("ages",),
    "bonus": ("sectors", "ages"),
}
"""What a lever may select besides counties."""


def check_levers(run: LoadedRun, report: FaultReport) -> None:
    """Check that every lever has a target, acts within the run, and changes something that can be changed.

    Parameters
    ----------
    run
        The run.
    report
        Takes the faults.
    """
    careers = {career.spec.profession: career for career in run.careers}
    seen: dict[str, int] = {}
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        check = _Check(run, number, lever, report)
        if lever.name in seen:
            check.refuse("name", f"lever '{lever.name}' is declared twice", remedy="give each its own name")
        seen.setdefault(lever.name, number)
        check.operation()
        check.selection()
        if lever.kind in _TARGETS:
            if run.dated and careers:
                check.years(max(career.spec.start_year for career in run.careers))
            check.demand()
        elif lever.profession in careers:
            career = careers[lever.profession]
            if run.dated:
                check.years(career.spec.start_year)
            check.targets(career)
            check_bonus(run, number, lever, career, report)
    check_number_of_bonuses(run, report)


class _Check:
    """The checks of one lever."""

    def __init__(self, run: LoadedRun, number: int, lever: LeverSpec, report: FaultReport) -> None:
        self.run, self.number, self.lever, self.report = run, number, lever, report

    def refuse(
        self,
        key: str,
        message: str,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        path = ("levers", self.number, key)
        fault = self.run.fault(path, message, expected=expected, nearest=nearest, remedy=remedy)
        self.report.add(fault)

    def operation(self) -> None:
        lever = self.lever
        allowed = _OPERATIONS[lever.kind]
        if lever.operation not in allowed:
            expected = f"{' or '.join(allowed)} for a lever of kind {lever.kind}"
            self.refuse("operation", f"cannot {lever.operation}", expected, remedy="change the operation")
        lowest, highest = lever_limits(lever)
        remedy = "write a factor: 10 per cent more is 1.1" if lever.operation == "multiply" else None
        if lever.kind == "retirement_age":
            remedy = "write by how many years people are older, not the new age"
        if lever.kind == "bonus":
            remedy = "write SEK per month before tax; a bonus takes nothing away"
        for key in ("value", "low", "high"):
            number: float | None = getattr(lever, key)
            if number is not None and not lowest <= number <= highest:
                message, expected = f"{number:g} is out of range", f"{lowest:g} to {highest:g}"
                self.refuse(key, message, expected, None, remedy)
                return

    def selection(self) -> None:
        lever = self.lever
        for key in ("sectors", "ages"):
            if getattr(lever, key) and key not in _SELECTS.get(lever.kind, ()):
                message = f"a lever of kind {lever.kind} cannot select {key}"
                self.refuse(key, message, remedy=f"remove `{key}`")
        if lever.counties and lever.kind == "list_size":
            message = "the guideline is one for the whole country"
            self.refuse("counties", message, remedy="remove `counties`")
        if lever.decay_years is not None:
            self.decay()
        if lever.kind == "attractiveness" and len(set(lever.counties)) in (0, COUNTIES):
            message = "adding the same to every county makes none of them more attractive than another"
            self.refuse("counties", message, "some of the counties", remedy="name them under `counties`")
        if lever.ages is not None and "ages" in _SELECTS.get(lever.kind, ()):
            low, high = age_span(lever.ages)
            if low > high or low >= AGES:
                expected = "the lower age first, such as 60-66"
                self.refuse("ages", f"ages {lever.ages} select nobody", expected, remedy="correct the ages")

    def decay(self) -> None:
        lever = self.lever
        if lever.kind != "rate":
            message = f"a lever of kind {lever.kind} cannot fade"
            self.refuse("decay_years", message, "a lever of kind rate", remedy="remove `decay_years`")
        elif lever.value == 0:
            message = "a rate of 0 cannot fade: half of the logarithm of 0 is no number"
            self.refuse("decay_years", message, "a `value` above 0", remedy="remove `decay_years`")

    def years(self, start_year: int) -> None:
        lever, until = self.lever, self.run.spec.until
        last = lever.last_year if lever.last_year is not None else until
        if lever.last_year is not None and lever.first_year > last:
            message = f"from {lever.first_year} is after to {last}"
            self.refuse("from", message, "`from` before `to`", remedy="exchange or correct the years")
            return
        expected = f"{start_year + 1} to {until}, the years that are simulated"
        if not start_year < lever.first_year <= until:
            remedy = "correct the year, or `until` of the run"
            self.refuse("from", f"from {lever.first_year} is outside the run", expected, remedy=remedy)
        if lever.last_year is not None and lever.last_year > until:
            remedy = "leave `to` out for a lever without end"
            self.refuse("to", f"to {lever.last_year} is outside the run", expected, remedy=remedy)

    def demand(self) -> None:
        lever = self.lever
        for number, target in enumerate(lever.targets):
            if target in lever.targets[:number]:
                message = f"lever '{lever.name}' names the target '{target}' twice"
                self.refuse("target", message, remedy="remove one of them")
            elif target not in _TARGETS[lever.kind]:
                allowed = _TARGETS[lever.kind]
                message = f"lever '{lever.name}' has the unknown target '{target}'"
                nearest = nearest_name(target, allowed)
                self.refuse("target", message, " or ".join(allowed), nearest, "correct the target")
        if lever.kind == "substitution" and lever.profession == self.run.spec.guideline.profession:
            message = f"'{lever.profession}' is the guideline's own profession and cannot help itself"
            self.refuse("profession", message, remedy="name another profession")

    def targets(self, career: LoadedCareer) -> None:
        lever = self.lever
        section = _SECTIONS[lever.kind]
        names: dict[str, object] = getattr(career.spec, section)
        for number, target in enumerate(lever.targets):
            if target in lever.targets[:number]:
                message = f"lever '{lever.name}' names the target '{target}' twice"
                self.refuse("target", message, remedy="remove one of them")
            elif target in names:
                self.target(career, target)
            elif (section, target) not in career.pruned:
                message = f"lever '{lever.name}' has the unknown target '{target}'"
                expected = f"a name under {section} of {career.document.path}"
                self.refuse("target", message, expected, nearest_name(target, names), "correct the target")

    def target(self, career: LoadedCareer, target: str) -> None:
        kind, spec = self.lever.kind, career.spec
        if kind in ("rate", "retirement_age"):
            self.sectors_of_targets(career)
        if kind == "rate" and spec.transitions[target].form == "progress":
            message = f"'{target}' has no rate: it is left when the training is complete"
            self.refuse("target", message, "a transition of form hazard or seat", remedy="choose another")
        if kind == "retirement_age":
            self.ages_of_target(career, target, spec.transitions[target])
        if kind == "working_time" and len(spec.working_times[target].levels) < 2:
            message = f"'{target}' has one level of working time, so that nothing can be moved"
            self.refuse("target", message, "a scheme with two levels or more", remedy="choose another")
        if kind == "seats" and spec.pools[target].posts is None:
            self.refuse("target", f"pool '{target}' has no `posts` to change", "a pool with `posts`")
        if kind == "supervision" and spec.pools[target].per_supervisor is None:
            message = f"pool '{target}' has no `per_supervisor` to change"
            self.refuse("target", message, "a pool with supervisors")

    def sectors_of_targets(self, career: LoadedCareer) -> None:
        """Somebody in one of the states that are left has one of the employers named."""
        sectors, spec = self.lever.sectors, career.spec
        leaving = [spec.transitions[name].source for name in self.lever.targets if name in spec.transitions]
        states = [name for name in leaving if name in spec.states]
        if sectors and "other" not in sectors and states and not any(spec.states[s].sectors for s in states):
            message = f"sectors {', '.join(sectors)} select nobody in {', '.join(dict.fromkeys(states))}"
            expected = "a transition from a state that names employers under `sectors`, or no `sectors`"
            self.refuse("sectors", message, expected, remedy="remove `sectors`")

    def ages_of_target(self, career: LoadedCareer, target: str, transition: TransitionSpec) -> None:
        expected = "a transition of form hazard with a rate by age"
        if transition.form != "hazard":
            message = f"'{target}' is of form {transition.form}, and no age can be shifted"
            self.refuse("target", message, expected, remedy="choose another")
            return
        rate = career.parameters.get(transition.rate or "")
        if rate is not None and "age" not in rate.spec.by:
            message = f"'{target}' has the same rate at every age, so that a shift changes nothing"
            self.refuse("target", message, expected, remedy="choose another")
