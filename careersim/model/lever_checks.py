"""What may be wrong with a lever: no target, no effect, outside the run, or a value out of range."""

from __future__ import annotations

from careersim.config.faults import FaultReport
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.parameter_spec import UNITS, Unit
from careersim.config.run_spec import LeverSpec
from careersim.errors import nearest_name
from careersim.model.levers import age_span
from careersim.schema import AGES

__all__ = ["check_levers"]

_SECTIONS = {"rate": "transitions", "seats": "pools", "supervision": "pools", "entry": "streams"}
_OPERATIONS = {
    "rate": ("multiply",),
    "seats": ("set", "multiply", "add"),
    "supervision": ("set", "multiply"),
    "entry": ("multiply", "add"),
}
_UNITS: dict[str, Unit] = {"seats": "posts", "supervision": "trainees_per_fte", "entry": "persons_per_year"}


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
        if lever.profession in careers:
            career = careers[lever.profession]
            if run.dated:
                check.years(career.spec.start_year)
            check.target(career)


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
        factor = lever.operation == "multiply" or lever.kind not in _UNITS
        highest = UNITS["rate_ratio" if factor else _UNITS[lever.kind]][2]
        lowest = -highest if lever.operation == "add" else 0.0
        if not lowest <= lever.value <= highest:
            remedy = "write a factor: 10 per cent more is 1.1" if lever.operation == "multiply" else None
            self.refuse(
                "value", f"{lever.value:g} is out of range", f"{lowest:g} to {highest:g}", None, remedy
            )

    def selection(self) -> None:
        lever = self.lever
        if lever.kind != "rate":
            for key in ("sectors", "ages"):
                if getattr(lever, key):
                    message = f"a lever of kind {lever.kind} cannot select {key}"
                    self.refuse(key, message, remedy=f"remove `{key}`")
        if lever.decay_years is not None:
            self.decay()
        if lever.kind == "rate" and lever.ages is not None:
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

    def target(self, career: LoadedCareer) -> None:
        lever = self.lever
        section = _SECTIONS[lever.kind]
        names: dict[str, object] = getattr(career.spec, section)
        if lever.target not in names:
            if (section, lever.target) not in career.pruned:
                message = f"lever '{lever.name}' has the unknown target '{lever.target}'"
                expected = f"a name under {section} of {career.document.path}"
                nearest = nearest_name(lever.target, names)
                self.refuse("target", message, expected, nearest, "correct the target")
            return
        spec = career.spec
        if lever.kind == "rate" and spec.transitions[lever.target].form == "progress":
            message = f"'{lever.target}' has no rate: it is left when the training is complete"
            self.refuse("target", message, "a transition of form hazard or seat", remedy="choose another")
        if lever.kind == "seats" and spec.pools[lever.target].posts is None:
            self.refuse("target", f"pool '{lever.target}' has no `posts` to change", "a pool with `posts`")
        if lever.kind == "supervision" and spec.pools[lever.target].per_supervisor is None:
            message = f"pool '{lever.target}' has no `per_supervisor` to change"
            self.refuse("target", message, "a pool with supervisors")
