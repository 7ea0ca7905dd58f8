"""The command `careersim calibrate`, which careersim finds by the entry point `careersim.commands`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from careersim.cli.printing import as_json, print_json
from careersim.errors import UserError

__all__ = ["calibrate", "teller"]


@click.command()
@click.argument("config")
@click.option(
    "--out", required=True, metavar="DIR", help="New folder; unfinished work is kept in DIR.unfinished."
)
@click.option("--workers", type=int, metavar="N", help="Processes; all processors by default, same result.")
@click.option("--point", is_flag=True, help="A quick look: only a good point, no posterior.")
@click.option(
    "--recover",
    type=int,
    metavar="N",
    help="Instead: find N (20 or more) known truths; exit code 1 if it fails.",
)
@as_json
def calibrate(config: str, out: str, as_json: bool, **options: Any) -> None:
    """Fit the numbers of CONFIG to published figures, or prove that this can be trusted.

    CONFIG is a calibration file, such as those in configs/calibration: which numbers may move, and to which
    figures they are fitted. If the command is killed, give it again, and it goes on where it was. Begin with
    docs/tutorial/first-calibration.md. Needs the extra: pip install -e '.[calib]'
    """
    # Small products of matrices: more threads than one take ten times as long on a busy machine. numpy reads
    # this when it is imported, which no command has done before.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    workers = options["workers"] or os.cpu_count() or 1
    if options["workers"] is not None and options["workers"] < 1:
        raise UserError(f"{options['workers']} workers", where="--workers", expected="1 or more")
    out = str(Path(out)) if out else out  # DIR/ is DIR, also for the folder of unfinished work
    if options["point"] and options["recover"] is not None:
        raise UserError("--point and --recover are different things", expected="one of the two")
    if options["recover"] is not None:
        _recover(config, out, options["recover"], workers, as_json)
        return
    from calibration.fitting.fit import fit
    from calibration.fitting.report import first_lines

    done, folder = fit(config, out, workers=workers, point=options["point"], told=teller())
    met = done.table["met"].drop_nulls()
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "targets": len(met),
                "met": int(met.sum()),
                "missed": done.table.filter(~done.table["met"].fill_null(True))["id"].to_list(),
                "unidentified": []
                if done.point_only
                else done.identification.filter(~done.identification["identified"])["path"].to_list(),
                "calibrated": dict(zip(done.unknowns.paths, map(float, done.calibrated), strict=True)),
            }
        )
        return
    click.echo("\n".join(first_lines(done)))
    click.echo(f"\nWritten to {folder}")


def _recover(config: str, out: str, truths: int, workers: int, as_json: bool) -> None:
    from calibration.fitting.recover import recover

    verdict, folder = recover(config, out, truths, workers=workers, told=teller())
    if as_json:
        print_json({"folder": str(folder), **verdict})
    else:
        click.echo((folder / "report.md").read_text(encoding="utf-8"))
        click.echo(f"Written to {folder}")
    if not verdict["passed"]:
        raise click.exceptions.Exit(1)


def teller() -> Callable[[str, int, int], None]:
    """Tell on stderr when a stage begins, every twentieth of it, and when it ends."""
    last: dict[str, int] = {}

    def told(stage: str, done: int, many: int) -> None:
        part = done * 20 // max(many, 1)
        if last.get(stage) != part:
            last[stage] = part
            click.echo(f"{stage}: {done} of {many}", file=sys.stderr)

    return told
