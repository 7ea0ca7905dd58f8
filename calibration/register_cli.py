"""`careersim register`: make a synthetic register, and estimate rates from a real or synthetic one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress

if TYPE_CHECKING:
    from calibration.register.rates import Rates

__all__ = ["register"]


@click.group()
def register() -> None:
    """Work with registers of persons: one row a person and year.

    `synthesize` makes one to practise on, `rates` estimates rates from it or from your own. Both read a
    register file (docs/reference/person-year-panel.md).
    """


@register.command()
@click.argument("config")
@click.option("--out", required=True, metavar="DIR", help="New folder; the register is panel.parquet in it.")
@as_json
def synthesize(config: str, out: str, as_json: bool) -> None:
    """Simulate what a register would hold, with the errors that CONFIG describes.

    CONFIG is a register file: which run is simulated, and under `observation` how the register errs.
    """
    from calibration.register.folder import write_register
    from calibration.register.spec import read_register
    from careersim.outputs.folder import check_target

    check_target(out)
    loaded = read_register(config)
    with shown_progress() as progress:
        made = write_register(loaded, out, progress=progress)
    if as_json:
        print_json({"folder": str(made.folder), "rows": made.rows, "complete_rows": made.complete})
        return
    click.echo(f"{made.rows} rows of {made.complete} that a complete register would have.")
    click.echo(f"Written to {made.folder}")


@register.command()
@click.argument("panel")
@click.option("--config", required=True, metavar="CONFIG", help="Register file: the run and how to estimate.")
@click.option("--out", required=True, metavar="FILE.yaml", help="New run file; tables stand beside it.")
@as_json
def rates(panel: str, config: str, out: str, as_json: bool) -> None:
    """Estimate rates from PANEL and write them as a run file over that of CONFIG.

    PANEL is a table with one row a person and year (.parquet or .csv), synthetic or real. Nothing is written
    while it has a fault.
    """
    from calibration.register.overlay import check_rates_target, write_rates
    from calibration.register.panel import read_panel
    from calibration.register.rates import estimate_rates
    from calibration.register.spec import read_register

    check_rates_target(out)
    loaded = read_register(config)
    table = read_panel(panel, loaded.profession, years=loaded.years)
    found = estimate_rates(table, loaded.run, loaded.model, loaded.settings)
    files = write_rates(found, loaded.run_file, out)
    if as_json:
        print_json({"files": [str(file) for file in files], **_content(found)})
        return
    print_text(partial(_print_rates, found))
    click.echo(f"\nWritten to {', '.join(str(file) for file in files)}")


def _content(found: Rates) -> dict[str, Any]:
    return {
        "profession": found.panel.profession.name,
        "years": list(found.years),
        "rates": found.table.to_dicts(),
        "shares": found.shares.to_dicts(),
        "within_2_standard_errors": dict(zip(("numbers", "of"), found.within(), strict=True)),
        "left_out": dict(found.left_out),
        "notes": list(found.notes),
    }


def _print_rates(found: Rates, console: Any) -> None:
    from rich.table import Table

    table = Table("parameter", "cell", title=f"Rates of {found.years[0]}-{found.years[1]}")
    for name in ("before", "estimate", "95 % interval", "events", "person-years"):
        table.add_column(name, justify="right")
    table.add_column("why as before")
    for row in _shortened(found.table.to_dicts()):
        known = row["status"] == "estimated"
        table.add_row(
            row["parameter"],
            row["cell"],
            f"{row['published']:.4g}",
            f"{row['estimate']:.4g}" if known else "",
            f"{row['low']:.4g} to {row['high']:.4g}" if known else "",
            str(row["events"]),
            f"{row['person_years']:,.0f}",
            "" if known else row["status"],
        )
    console.print(table)
    near, known = found.within()
    console.print(
        f"{near} of {known} estimates lie within 2 standard errors of the number before: of the truth, if the"
        " register is synthetic; of what the career file says, if it is real."
    )
    for what, count in found.left_out.items():
        console.print(f"Left out: {count} persons {what}.")
    for note in found.notes:
        console.print(note)


def _shortened(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tell numbers that follow each other and that nothing was learnt about, for one reason, in one line."""

    def alike(row: dict[str, Any]) -> tuple[Any, ...]:
        own = "" if row["person_years"] == 0 else row["cell"]
        return row["parameter"], row["status"], row["published"], own

    for _, together in groupby(rows, key=alike):
        first, *others = together
        yield first | {"cell": f"{first['cell']} ... {others[-1]['cell']}"} if others else first
