"""What may be wrong with a lever of kind bonus: no such state, rate or choice, no prior, nobody to pay."""

from __future__ import annotations

from careersim.config.bonus_spec import BonusSpec, ResponseSpec, bonus_records
from careersim.config.career_spec import CareerSpec
from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.parameter_spec import ParameterSpec, Unit
from careersim.config.run_spec import LeverSpec
from careersim.config.yaml_source import KeyPath
from careersim.errors import nearest_name
from careersim.model.bonus_types import MOST_BONUSES
from careersim.schema import COUNTIES

__all__ = ["check_bonus", "check_number_of_bonuses"]

MOST_SALARIES = 100.0
"""More is SEK a month beside a salary in another unit."""

_UNITS: dict[str, Unit] = {"uptake": "share", "salary": "sek_per_month", "rebound": "rate_ratio"}


def check_bonus(
    run: LoadedRun, number: int, lever: LeverSpec, career: LoadedCareer, report: FaultReport
) -> None:
    """Check a lever of kind bonus against the career that it acts on.

    Parameters
    ----------
    run, number
        The run, and the number of the lever in it, for messages.
    lever, career
        The lever and its profession; unknown targets have been reported.
    report
        Takes the faults.
    """
    if lever.bonus is not None:
        check = _BonusCheck(run, number, lever, lever.bonus, career, report)
        check.places()
        check.records()
        check.responses()
        check.attraction()
        check.rebound()


def check_number_of_bonuses(run: LoadedRun, report: FaultReport) -> None:
    """Refuse more bonuses of a profession than persons can keep apart."""
    for career in run.careers:
        profession = career.spec.profession
        numbers = [
            number
            for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True)
            if lever.kind == "bonus" and lever.profession == profession
        ]
        if len(numbers) > MOST_BONUSES:
            report.add(
                run.fault(
                    ("levers", numbers[MOST_BONUSES], "kind"),
                    f"{len(numbers)} bonuses of {profession}",
                    expected=f"at most {MOST_BONUSES} a profession",
                    remedy="give one bonus several counties or states",
                )
            )


class _BonusCheck:
    """The checks of one bonus."""

    def __init__(
        self,
        run: LoadedRun,
        number: int,
        lever: LeverSpec,
        bonus: BonusSpec,
        career: LoadedCareer,
        report: FaultReport,
    ) -> None:
        self.run, self.number, self.lever, self.bonus = run, number, lever, bonus
        self.career, self.report = career, report

    @property
    def spec(self) -> CareerSpec:
        return self.career.spec

    @property
    def targets_known(self) -> bool:
        """Whether what is said of places means anything; an unknown target has been reported."""
        return all(name in self.spec.states for name in self.lever.targets)

    def refuse(
        self,
        keys: tuple[str, ...],
        message: str,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        path: KeyPath = ("levers", self.number, *keys)
        self.report.add(self.run.fault(path, message, expected=expected, nearest=nearest, remedy=remedy))

    def places(self) -> None:
        """Targets are states in which somebody can work, with employers of the sectors named."""
        states = {name: self.spec.states[name] for name in self.lever.targets if name in self.spec.states}
        for name, state in states.items():
            if state.final or state.abroad:
                message = f"nobody in state '{name}' can be under contract: it is {_kind(state.final)}"
                self.refuse(("target",), message, "a state of work in Sweden", remedy="choose another")
        sectors = self.lever.sectors
        if sectors and "other" not in sectors and states and not any(s.sectors for s in states.values()):
            message = f"sectors {', '.join(sectors)} select nobody in {', '.join(states)}"
            expected = "a state that names employers under `sectors`, or no `sectors`"
            self.refuse(("sectors",), message, expected, remedy="remove `sectors`")

    def records(self) -> None:
        for keys, record in bonus_records(self.bonus).items():
            path = ("bonus", *keys)
            if record.value is None:
                message = f"{'.'.join(keys)} of a lever is one number"
                self.refuse(path, message, "`value`", remedy="write one `value`")
            unit = _UNITS.get(keys[0], "elasticity")
            if record.unit != unit:
                message = f"{'.'.join(keys)} in {record.unit}"
                self.refuse((*path, "unit"), message, f"unit: {unit}", remedy="correct the unit")
            elif unit == "elasticity" and not _has_prior(record):
                message = "elasticity without prior: how far money moves people is never known exactly"
                expected = "`low` and `high`, or a `distribution`"
                self.refuse(path, message, expected, remedy="add what the evidence leaves open")
        if self.bonus.salary.value == 0:
            message = "a salary of 0, so that no bonus is a share of it"
            self.refuse(("bonus", "salary", "value"), message, "SEK a month above 0")
        elif (
            self.bonus.salary.value is not None and self.lever.value > MOST_SALARIES * self.bonus.salary.value
        ):
            message = f"a bonus of {self.lever.value:g} a month on a salary of {self.bonus.salary.value:g}"
            expected = f"a bonus of at most {MOST_SALARIES:g} salaries"
            self.refuse(("bonus", "salary", "value"), message, expected, remedy="write SEK a month for both")

    def responses(self) -> None:
        if not self.bonus.responses and self.bonus.attraction is None:
            message = f"lever '{self.lever.name}' pays, and nobody responds"
            self.refuse(("bonus",), message, "`responses`, `attraction` or both", remedy="say who does what")
        seen: set[str] = set()
        for name, response in self.bonus.responses.items():
            path = ("bonus", "responses", name)
            if not response.transitions and not response.moves:
                self.refuse(path, f"response '{name}' names no rate", "`transitions`, `moves` or both")
            for named in (*response.transitions, *response.moves):
                if named in seen:
                    message = f"'{named}' is named twice"
                    self.refuse(path, message, "one elasticity a rate", remedy="remove one of them")
                seen.add(named)
            for transition in response.transitions:
                self.transition((*path, "transitions"), transition)
            for move in response.moves:
                self.move((*path, "moves"), move)
            self.who(path, response)

    def transition(self, path: tuple[str, ...], name: str) -> None:
        found = self.spec.transitions.get(name)
        if found is None:
            if ("transitions", name) not in self.career.pruned:
                expected = f"a name under transitions of {self.career.document.path}"
                nearest = nearest_name(name, self.spec.transitions)
                self.refuse(path, f"unknown transition '{name}'", expected, nearest, "correct the name")
        elif found.form != "hazard":
            message = f"'{name}' is of form {found.form}, and no contract holds anybody back from it"
            self.refuse(path, message, "a transition of form hazard", remedy="choose another")
        elif self.targets_known and found.source not in self.lever.targets:
            message = f"'{name}' leads out of '{found.source}', where nobody is under contract"
            expected = f"a transition from {' or '.join(self.lever.targets)}"
            self.refuse(path, message, expected, remedy=f"add {found.source} to `target`, or remove it")

    def move(self, path: tuple[str, ...], name: str) -> None:
        here = [self.spec.states[one].relocates for one in self.lever.targets if one in self.spec.states]
        if name not in self.spec.mobility:
            expected = f"a name under mobility of {self.career.document.path}"
            nearest = nearest_name(name, self.spec.mobility)
            self.refuse(path, f"unknown mobility '{name}'", expected, nearest, "correct the name")
        elif self.targets_known and name not in here:
            message = f"nobody under contract moves by '{name}'"
            known = sorted({one for one in here if one})
            self.refuse(path, message, " or ".join(known) or "no `moves`", remedy="remove it")

    def who(self, path: tuple[str, ...], response: ResponseSpec) -> None:
        """An elasticity for everybody who can sign, and for nobody else."""
        signing = {"newcomers": self.bonus.who != "incumbents", "incumbents": self.bonus.who != "newcomers"}
        for who, signs in signing.items():
            given = getattr(response, who) is not None
            if signs and not given:
                self.refuse(path, f"missing key '{who}'", f"the elasticity of {who}, who sign: {self._who}")
            elif given and not signs:
                message = f"an elasticity of {who}, who cannot sign: {self._who}"
                self.refuse((*path, who), message, remedy="remove it, or change `who`")

    @property
    def _who(self) -> str:
        return f"`who` is {self.bonus.who}"

    def attraction(self) -> None:
        attraction = self.bonus.attraction
        if attraction is None:
            return
        path = ("bonus", "attraction", "choices")
        for name in attraction.choices:
            if name not in self.spec.choices and ("choices", name) not in self.career.pruned:
                expected = f"a name under choices of {self.career.document.path}"
                nearest = nearest_name(name, self.spec.choices)
                self.refuse(path, f"unknown choice '{name}'", expected, nearest, "correct the name")
        if len(set(self.lever.counties)) in (0, COUNTIES):
            message = "a bonus of every county makes none of them more attractive than another"
            remedy = "name counties, or remove `attraction`"
            self.refuse(("bonus", "attraction"), message, "some of the counties", remedy=remedy)
        if self.bonus.who == "incumbents":
            message = "who comes gets no contract, so that nobody is attracted: `who` is incumbents"
            self.refuse(("bonus", "attraction"), message, remedy="remove it, or change `who`")

    def rebound(self) -> None:
        if self.bonus.rebound is None and self.bonus.rebound_years > 0:
            message = "`rebound_years` without `rebound`"
            self.refuse(("bonus", "rebound_years"), message, "the rate ratio `rebound`, with its source")
        elif self.bonus.rebound is not None and self.bonus.rebound_years == 0:
            self.refuse(("bonus", "rebound"), "`rebound` without `rebound_years`", "for how many years")
        elif self.bonus.rebound is not None and not self.bonus.responses:
            self.refuse(("bonus", "rebound"), "a rebound of no rate", "`responses` that name rates")


def _has_prior(record: ParameterSpec) -> bool:
    return record.distribution is not None or (record.low is not None and record.high is not None)


def _kind(final: bool) -> str:
    return "final" if final else "abroad"
