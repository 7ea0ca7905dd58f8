"""`careersim compare`: baseline and scenarios on the same persons with the same luck."""

from __future__ import annotations

from functools import partial

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress
from careersim.cli.priors import draws_option, posterior_option
from careersim.errors import UserError

__all__ = ["compare"]


@click.command()
@click.argument("baseline")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--out", required=True, metavar="DIR", help="New folder for the results.")
@click.option("--replications", type=int, metavar="N", help="Instead of what the files say, for all runs.")
@click.option("--seed", type=int, metavar="S", help="Instead of what the files say, for all runs.")
@click.option("--until", type=int, metavar="YEAR", help="Instead of what the files say, for all runs.")
@click.option(
    "--threads", type=int, metavar="N", help="Default: all processors. Results do not depend on it."
)
@click.option(
    "--until-halfwidth", type=float, metavar="X",
    help="Go on until the 95 % half-width of a mean difference is at most X persons (see the options below).",
)  # fmt: skip
@click.option(
    "--max-replications", type=int, metavar="N", help="Where --until-halfwidth stops. [default: 500]"
)
@click.option("--quantity", metavar="Q", help="workforce or trainees. [default: workforce]")
@click.option("--measure", metavar="M", help="headcount or fte. [default: headcount]")
@click.option("--profession", metavar="P", help="Of --until-halfwidth. [default: that of the guideline]")
@click.option("--county", metavar="CODE", help="Of --until-halfwidth. [default: 00, Sweden]")
@click.option("--year", type=int, metavar="YEAR", help="Of --until-halfwidth. [default: the last year]")
@draws_option
@posterior_option
@as_json
def compare(
    baseline: str,
    scenarios: tuple[str, ...],
    out: str,
    replications: int | None,
    seed: int | None,
    until: int | None,
    threads: int | None,
    until_halfwidth: float | None,
    max_replications: int | None,
    quantity: str | None,
    measure: str | None,
    profession: str | None,
    county: str | None,
    year: int | None,
    draws: int | None,
    posterior: tuple[str, ...] | None,
    as_json: bool,
) -> None:
    """Compare each SCENARIO with BASELINE, write a folder, and print what differs.

    All are run files. The same persons meet the same luck in all of them, so that what differs is what the
    scenario does.
    """
    from careersim.compare import Precision
    from careersim.compare import compare as run
    from careersim.outputs.compare_text import comparison_headline, print_comparison
    from careersim.outputs.folder import check_target

    check_target(out)
    _refuse_idle(until_halfwidth, quantity, measure, profession, county, year)
    precision = None
    if until_halfwidth is not None:
        precision = Precision(
            until_halfwidth,
            quantity=quantity or "workforce",
            profession=profession or "",
            county_code=county or "00",
            year=year or 0,
            measure=measure or "headcount",
        )
    with shown_progress() as progress:
        found = run(
            baseline,
            scenarios,
            replications=replications,
            seed=seed,
            until=until,
            threads=threads,
            precision=precision,
            max_replications=max_replications,
            draws=draws,
            posterior=posterior,
            progress=progress,
        )
    folder = found.write(out)
    if as_json:
        print_json({"folder": str(folder), **comparison_headline(found.tables, found.manifest)})
        return
    print_text(partial(print_comparison, found.tables, found.manifest))
    click.echo(f"\nWritten to {folder}")


def _refuse_idle(half_width: float | None, *words: object) -> None:
    """Refuse options that would do nothing."""
    names = ("quantity", "measure", "profession", "county", "year")
    for name, word in zip(names, words, strict=True):
        if half_width is None and word is not None:
            raise UserError(
                f"--{name} belongs to --until-halfwidth", where=name, remedy="give both, or leave it out"
            )
