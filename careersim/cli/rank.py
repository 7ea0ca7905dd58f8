"""`careersim rank`: which policy to choose when parameters are uncertain."""

from __future__ import annotations

from functools import partial

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress
from careersim.cli.priors import posterior_option

__all__ = ["rank"]


@click.command()
@click.argument("baseline")
@click.argument("policies", nargs=-1, required=True, metavar="POLICY...")
@click.option(
    "--draws", type=int, metavar="N", help="Of the parameters. [default: 100, or all of --posterior]"
)
@click.option("--replications", type=int, default=4, show_default=True, metavar="R", help="Of each draw.")
@posterior_option
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="NAME",
    help="Such as workforce_fte:00:2040; may be repeated. [default: workforce_fte at the end, and "
    "coverage_fte in the worst county]",
)  # fmt: skip
@click.option("--seed", type=int, metavar="S", help="Instead of what the files say, for all.")
@click.option("--until", type=int, metavar="YEAR", help="Instead of what the files say, for all.")
@click.option(
    "--threads", type=int, metavar="N", help="Default: all processors. Results do not depend on it."
)
@click.option("--out", metavar="DIR", help="New folder for all tables.")
@as_json
def rank(
    baseline: str,
    policies: tuple[str, ...],
    draws: int | None,
    replications: int,
    posterior: tuple[str, ...] | None,
    outcomes: tuple[str, ...],
    seed: int | None,
    until: int | None,
    threads: int | None,
    out: str | None,
    as_json: bool,
) -> None:
    """Rank each POLICY and doing nothing (BASELINE) over draws of the uncertain parameters.

    All are run files. Every policy meets the same parameters with the same luck.
    """
    from careersim.outputs.folder import check_target
    from careersim.outputs.rank_text import print_ranking, ranking_headline
    from careersim.rank import rank as run

    if out is not None:
        check_target(out)
    with shown_progress() as progress:
        found = run(
            baseline,
            policies,
            draws=draws,
            posterior=posterior,
            outcomes=outcomes,
            replications=replications,
            seed=seed,
            until=until,
            threads=threads,
            progress=progress,
        )
    folder = None if out is None else str(found.write(out))
    if as_json:
        print_json({"folder": folder, **ranking_headline(found.tables, found.manifest)})
        return
    print_text(partial(print_ranking, found.tables, found.manifest))
    if folder is not None:
        click.echo(f"\nWritten to {folder}")
