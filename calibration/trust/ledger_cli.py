"""`careersim ledger`: freeze a forecast, check that none was altered, score it when a year is added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress
from careersim.cli.priors import posterior_option

if TYPE_CHECKING:
    from rich.console import Console

    from calibration.trust.ledger_scores import LedgerScores

__all__ = ["ledger"]

_folder = click.option(
    "--ledger", "folder", default="forecasts", show_default=True, metavar="DIR", help="Folder of the ledger."
)


@click.group()
def ledger() -> None:
    """Keep forecasts that cannot be changed afterwards, and score them."""


@ledger.command()
@click.argument("config")
@click.option("--name", required=True, metavar="NAME", help="Of the forecast, such as 2026-baseline.")
@_folder
@posterior_option
@click.option("--draws", type=int, metavar="N", help="Draws or replications.  [default: all of them]")
@click.option("--seed", type=int, metavar="S", help="Instead of what CONFIG says.")
@click.option("--until", type=int, metavar="YEAR", help="Instead of what CONFIG says.")
@as_json
def freeze(
    config: str,
    name: str,
    folder: str,
    posterior: tuple[str, ...] | None,
    draws: int | None,
    seed: int | None,
    until: int | None,
    as_json: bool,
) -> None:
    """Forecast the years after the last published one, and freeze the forecast."""
    from calibration.trust.forecasts import forecast
    from calibration.trust.ledger import freeze as add
    from calibration.trust.ledger import refuse_name

    refuse_name(folder, name)
    with shown_progress() as progress:
        table, described = forecast(
            config, posterior=posterior, draws=draws, seed=seed, until=until, progress=progress
        )
    entry = add(folder, name, table, described, datetime.now(UTC).isoformat(timespec="seconds"))
    if as_json:
        print_json({**vars(entry), "folder": folder, **described})
        return
    click.echo(
        f"Frozen as number {entry.number}: {table.height:,} numbers of {described['draws']} draws "
        f"({described['spread']}), from {described['observed_until'] + 1} on."
    )
    click.echo(f"{folder}/{entry.file}  sha256 {entry.sha256}")


@ledger.command()
@_folder
@as_json
def check(folder: str, as_json: bool) -> None:
    """Check that no forecast was altered, replaced or dropped."""
    from calibration.trust.ledger import read_ledger

    entries = read_ledger(folder)
    if as_json:
        print_json({"folder": folder, "entries": [vars(entry) for entry in entries]})
        return
    for entry in entries:
        click.echo(f"{entry.number:4d}  {entry.frozen}  {entry.name}  {entry.sha256[:16]}")
    click.echo(f"{len(entries)} forecasts, none altered.")


@ledger.command()
@click.argument("observed")
@_folder
@click.option("--name", metavar="NAME", help="Of the forecast.  [default: the latest]")
@as_json
def score(observed: str, folder: str, name: str | None, as_json: bool) -> None:
    """Score a frozen forecast against the observed numbers of the CSV file OBSERVED."""
    from calibration.trust.ledger import open_forecast
    from calibration.trust.ledger_scores import score_forecast
    from calibration.trust.observed import read_observed

    entry, table, described = open_forecast(folder, name)
    seen = read_observed(observed, dict.fromkeys(sorted(set(table["profession"].to_list()))))
    scores = score_forecast(table, seen)
    if as_json:
        print_json(
            {
                "forecast": vars(entry),
                "made": described,
                "summary": scores.summary.to_dicts(),
                "unmatched": scores.unmatched.height,
            }
        )
        return
    print_text(lambda console: _print(console, entry.name, described, scores))


def _print(console: Console, name: str, described: dict[str, Any], scores: LedgerScores) -> None:
    from rich.table import Table

    from calibration.trust.ledger_scores import SHIFTED
    from calibration.trust.score_text import skill_text, told

    table = Table(title=f"Forecast {name} ({described['spread']}; {described['draws']} draws)")
    for heading in ("profession", "what", "year", "where", "forecast", "numbers", "MAPE %", "CRPS"):
        table.add_column(heading)
    for heading in ("80 % covers", "95 % covers", "skill: no change", "skill: cohort"):
        table.add_column(heading, justify="right")
    for row in scores.summary.iter_rows(named=True):
        table.add_row(
            row["profession"],
            f"{row['group']} {row['measure']}",
            str(row["year"]),
            row["area"],
            row["forecast"],
            str(row["numbers"]),
            told(row["mape"], "{:.1f}"),
            told(row["crps"], "{:.1f}"),
            told(row["coverage_80"], "{:.0%}"),
            told(row["coverage_95"], "{:.0%}"),
            skill_text(row, "no_change"),
            skill_text(row, "cohort"),
        )
    console.print(table)
    console.print(
        "Skill is 1 - CRPS / CRPS of the naive forecast, with the 95 % interval of a bootstrap over numbers; "
        "above 0 careersim was better. A single number has no interval. "
        f"{SHIFTED} is the same forecast, moved so that its median met the last figure known at freezing."
    )
    if scores.unmatched.height:
        console.print(f"{scores.unmatched.height} observed numbers are not part of the forecast.")
