"""Checks of the key `costs`: every name is known, every unit is right, and everybody who is paid has a price.

What `costs` says of a shipped profession that is not part of the run is left alone, so that a run of fewer
professions can be laid over one with the prices of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from careersim.config.cost_spec import CostSpec
from careersim.config.fault_report import FaultReport
from careersim.config.faults import format_key_path
from careersim.config.files import shipped_careers
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.parameter_spec import Unit
from careersim.config.yaml_source import KeyPath
from careersim.errors import nearest_name

__all__ = ["check_costs", "price_uses"]


@dataclass(frozen=True)
class _Use:
    """One place that names a price."""

    key_path: KeyPath
    price: str
    unit: Unit


def check_costs(run: LoadedRun, report: FaultReport) -> None:
    """Check what a run file says of costs.

    Parameters
    ----------
    run
        The run.
    report
        Takes the faults: unknown professions, states, pools and prices, prices in a wrong unit or without
        a use, states that are paid without a price.
    """
    spec = run.spec.costs
    if spec is None:
        return
    check = _Check(run, spec, report)
    check.professions()
    check.prices()
    for career in run.careers:
        check.career(career)


def price_uses(run: LoadedRun, price: str) -> tuple[str, ...]:
    """Keys under which a price is named, or the key of a price that applies to all."""
    spec = run.spec.costs
    if spec is None:
        return ()
    named = tuple(format_key_path(use.key_path) for use in _uses(spec) if use.price == price)
    return named or ((f"costs.{price}",) if price not in spec.prices else ())


def _uses(spec: CostSpec) -> Iterator[_Use]:
    for section, unit in (("pay", "sek_per_month"), ("posts", "sek_per_year")):
        for profession, entries in getattr(spec, section).items():
            for name, price in entries.items():
                yield _Use(("costs", section, profession, name), price, unit)  # type: ignore[arg-type]
    for profession, pools in spec.supervision.items():
        for name, entry in pools.items():
            yield _Use(("costs", "supervision", profession, name, "hours"), entry.hours, "hours_per_week")


@dataclass(frozen=True)
class _Check:
    run: LoadedRun
    spec: CostSpec
    report: FaultReport

    def professions(self) -> None:
        """Refuse professions that are neither part of the run nor shipped."""
        names = [career.spec.profession for career in self.run.careers]
        known = {*names, *shipped_careers()}
        nameless = any(("profession",) in career.pruned for career in self.run.careers)
        if nameless or len(self.run.careers) < len(self.run.spec.professions):
            return
        for section in ("pay", "posts", "supervision"):
            for name in getattr(self.spec, section):
                if name not in known:
                    self.unknown(("costs", section, name), "profession", name, names)
                elif section != "pay" and name not in self.spec.pay:
                    fault = self.run.fault(
                        ("costs", section, name),
                        f"'{name}' has {section} but no pay",
                        expected="the pay of its states under `costs.pay`",
                        remedy="add them, or remove this",
                    )
                    self.report.add(fault)

    def prices(self) -> None:
        """Refuse unknown prices, wrong units, and prices that nothing names."""
        used = set()
        for use in _uses(self.spec):
            used.add(use.price)
            record = self.spec.prices.get(use.price)
            if record is None:
                self.unknown(use.key_path, "price", use.price, list(self.spec.prices))
            elif record.unit != use.unit:
                fault = self.run.fault(
                    use.key_path,
                    f"price '{use.price}' has the unit {record.unit}",
                    expected=f"{use.unit} for {format_key_path(use.key_path)}",
                    remedy="name another price, or correct its unit",
                )
                self.report.add(fault)
        for name in self.spec.prices:
            if name not in used:
                fault = self.run.fault(
                    ("costs", "prices", name),
                    f"price '{name}' is not used",
                    nearest=None,
                    remedy="name it under `pay`, `posts` or `supervision`, or remove it",
                )
                self.report.add(fault)

    def career(self, career: LoadedCareer) -> None:
        """Check states and pools of one profession, and that everybody who is paid has a price."""
        profession = career.spec.profession
        pay = self.spec.pay.get(profession)
        if pay is None:
            return
        states, pools = career.spec.states, career.spec.pools
        for name in pay:
            if name not in states:
                self.unknown(("costs", "pay", profession, name), "state", name, list(states))
        needed: dict[str, str] = {
            name: "serves" for name, state in states.items() if state.serves and not state.abroad
        }
        for section in ("posts", "supervision"):
            for pool in getattr(self.spec, section).get(profession, {}):
                if pool not in pools:
                    self.unknown(("costs", section, profession, pool), "pool", pool, list(pools))
                    continue
                for holder in pools[pool].holders if section == "posts" else ():
                    held = states.get(holder)
                    if held is not None and (held.accrues or held.training is None):
                        needed[holder] = f"holds posts of {pool}"
        for pool, entry in self.spec.supervision.get(profession, {}).items():
            if entry.paid_as not in states:
                path: KeyPath = ("costs", "supervision", profession, pool, "paid_as")
                self.unknown(path, "state", entry.paid_as, list(states))
            else:
                needed[entry.paid_as] = f"supervises trainees of {pool}"
        for name, why in needed.items():
            if name not in pay and ("states", name) not in career.pruned:
                fault = self.run.fault(
                    ("costs", "pay", profession),
                    f"no pay for state '{name}', which {why}",
                    expected=f"the name of a price of unit sek_per_month under `{name}`",
                    remedy=f"add '{name}: ...'",
                )
                self.report.add(fault)

    def unknown(self, path: KeyPath, what: str, name: str, known: list[str]) -> None:
        fault = self.run.fault(
            path,
            f"unknown {what} '{name}'",
            expected=f"one of {', '.join(known)}" if known else None,
            nearest=nearest_name(name, known),
            remedy="correct the name",
        )
        self.report.add(fault)
