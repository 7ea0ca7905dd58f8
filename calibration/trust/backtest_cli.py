"""`careersim backtest`: forecasts from past years, scored against what was printed since."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from careersim.cli.printing import as_json, print_json

__all__ = ["backtest"]


@click.command()
@click.argument("config")
@click.option(
    "--out", required=True, metavar="DIR", help="New folder; unfinished work is kept in DIR.unfinished."
)
@click.option("--workers", type=int, metavar="N", help="Processes; all processors by default, same result.")
@as_json
def backtest(config: str, out: str, workers: int | None, as_json: bool) -> None:
    """Forecast published years from what was known before, and score the forecasts beside naive ones."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported, which is now
    from calibration.cli import teller
    from calibration.trust.backtest import backtest as run
    from calibration.trust.backtest_report import first_lines, write_backtest
    from careersim.errors import UserError
    from careersim.outputs.folder import check_target

    if workers is not None and workers < 1:
        raise UserError(f"{workers} workers", where="--workers", expected="1 or more")
    check_target(out)
    unfinished = Path(f"{Path(out)}.unfinished")  # DIR/ is DIR
    found = run(config, unfinished, workers=workers or os.cpu_count() or 1, told=teller())
    folder = write_backtest(found, out)
    shutil.rmtree(unfinished, ignore_errors=True)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "verdict": first_lines(found),
                "summary": found.summary.to_dicts(),
                "noise_floor": found.floor.to_dicts(),
            }
        )
        return
    click.echo("\n".join(first_lines(found)))
    click.echo(f"\nWritten to {folder}; the table is in {folder}/report.md.")
