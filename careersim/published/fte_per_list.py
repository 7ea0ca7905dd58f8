"""Listed patients per doctor in full-time equivalents, as Region Halland measures its health centres.

The doctors of a centre are the full-time equivalents (FTE) of its specialists plus half of those of its
trainees. Halland prints the result for three of its health centres, A, B and C, and neither lists nor
doctors: there is nothing to recalculate, and the published rows only serve the comparison with a target. A
user who knows lists and doctors gets the measure itself. The report finds no sign that 1,100 listed per
specialist, which many at the centres wish for, would be right for all: needs differ, as the care need index
shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careersim.data import Figure, figure
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check
from careersim.published.ratios import per_head
from careersim.published.statements import statement

__all__ = ["CALCULATION", "ListRow", "ListSettings", "doctor_fte"]

DOCUMENT = "socialstyrelsen-2026-guideline"
TOPIC = "halland_health_centres"
CENTRES = ("A", "B", "C")


@dataclass(frozen=True)
class ListRow:
    """One health centre, or whatever has a list."""

    unit: str = column("Health centre or other unit", key=True)
    listed: Approx | None = column("Listed patients", unit="persons", lowest=0, required=False)
    specialist_fte: Approx | None = column(
        "Specialists in general medicine", unit="FTE", lowest=0, required=False
    )
    trainee_fte: Approx | None = column("Trainees; 0 if there are none", unit="FTE", lowest=0, required=False)
    printed_per_fte: Approx | None = column(
        "Listed per doctor as printed elsewhere, used where lists or doctors are not known",
        unit="listed patients per FTE",
        lowest=0,
        required=False,
    )
    care_need_index: Approx | None = column("Care need index (CNI)", unit="index", lowest=0, required=False)


@dataclass(frozen=True)
class ListSettings:
    """What can be set."""

    trainee_weight: float = setting(50.0, "A trainee counts as", unit="percent of a specialist", lowest=0)
    target: float = setting(
        1100.0, "Listed patients per doctor to compare with", unit="listed patients per FTE", lowest=1
    )


@dataclass(frozen=True)
class ListResult:
    """The measure of one unit, or of all units with known lists and doctors together."""

    unit: str = column("Health centre or other unit", key=True)
    care_need_index: Approx | None = column("Care need index (CNI)", unit="index", decimals=2)
    listed: Approx | None = column("Listed patients", unit="persons")
    doctor_fte: Approx | None = column("Doctors, trainees weighted", unit="FTE", decimals=2)
    listed_per_fte: Approx | None = column("Listed per doctor", unit="listed patients per FTE")
    basis: str = column("Where the measure comes from", choices=("calculated", "printed", "not known"))
    over_target: Approx | None = column("Listed per doctor above the target", unit="percent", decimals=1)
    needed_fte: Approx | None = column("Doctors needed for the target", unit="FTE", decimals=2)
    missing_fte: Approx | None = column(
        "Doctors missing to the target; below zero: to spare", unit="FTE", decimals=2
    )


def doctor_fte(specialists: float, trainees: float, trainee_weight: float) -> float:
    """Give doctors (FTE) from specialists and trainees (FTE), a trainee counting as so many percent."""
    return specialists + trainees * trainee_weight / 100


def over_target(listed_per_fte: float, target: float) -> float:
    """Give by how many percent a doctor's list exceeds the target: so many more doctors are needed."""
    return 100 * (listed_per_fte / target - 1)


def published() -> tuple[ListRow, ...]:
    """Give the three health centres of Bilaga 5, Tabell 1."""
    return tuple(
        ListRow(
            unit=f"Halland health centre {centre}",
            listed=None,
            specialist_fte=None,
            trainee_fte=None,
            printed_per_fte=of_figure(_printed(f"health_centre_{centre}_listed_per_doctor_fte")),
            care_need_index=of_figure(_printed(f"health_centre_{centre}_cni")),
        )
        for centre in CENTRES
    )


def compute(rows: Sequence[ListRow], settings: ListSettings) -> Tables:
    """Give the measure by unit, and for those units together whose lists and doctors are known."""
    known = [row for row in rows if None not in (row.listed, row.specialist_fte, row.trainee_fte)]
    whole = ListRow(
        unit="all with known figures",
        listed=total(row.listed for row in known) if known else None,
        specialist_fte=total(row.specialist_fte for row in known) if known else None,
        trainee_fte=total(row.trainee_fte for row in known) if known else None,
        printed_per_fte=None,
        care_need_index=None,
    )
    return {
        "listed_per_fte": [measure(row, settings) for row in rows],
        "together": [measure(whole, settings)],
    }


def measure(row: ListRow, settings: ListSettings) -> ListResult:
    """Give the measure of one unit: calculated if lists and doctors are known, else as printed."""
    doctors = through(
        lambda specialists, trainees: doctor_fte(specialists, trainees, settings.trainee_weight),
        row.specialist_fte,
        row.trainee_fte,
    )
    calculated = through(per_head, row.listed, doctors)
    used = calculated or row.printed_per_fte
    basis = "calculated" if calculated else "printed" if used else "not known"
    return ListResult(
        unit=row.unit,
        care_need_index=row.care_need_index,
        listed=row.listed,
        doctor_fte=doctors,
        listed_per_fte=used,
        basis=basis,
        over_target=through(lambda per_fte: over_target(per_fte, settings.target), used),
        needed_fte=through(lambda listed: listed / settings.target, row.listed),
        missing_fte=through(lambda listed, fte: listed / settings.target - fte, row.listed, doctors),
    )


def checks() -> tuple[Check, ...]:
    """List the printed numbers: all are inputs, since lists and doctors behind them are not printed."""
    return tuple(Check(table, printed, None) for table, printed in _inputs())


def _inputs() -> Iterable[tuple[str, Figure]]:
    for centre in CENTRES:
        yield "Bilaga 5 Tabell 1", _printed(f"health_centre_{centre}_cni")
        yield "Bilaga 5 Tabell 1", _printed(f"health_centre_{centre}_listed_per_doctor_fte")
    yield "Bilaga 5 text", _printed("trainee_weight_in_doctor_fte")
    yield "Bilaga 5 text", _printed("listed_patients_per_health_centre")
    for place in ("l. 1213", "l. 1225"):
        yield "Bilaga 5 text", statement(1100, "listed patients per specialist", DOCUMENT, place)


def _printed(indicator: str) -> Figure:
    return figure("other_indicators", "value", topic=TOPIC, indicator=indicator)


CALCULATION = Calculation(
    name="fte-per-list",
    title="Listed patients per doctor in full-time equivalents (Region Halland)",
    formula="Listed patients / (FTE of specialists + 50 percent of FTE of trainees), beside a target list.",
    documents=(DOCUMENT,),
    row=ListRow,
    published=published,
    compute=compute,
    checks=checks,
    settings=ListSettings,
)
