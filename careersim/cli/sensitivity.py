"""`careersim sensitivity`: which parameters matter, and which register would tell most."""

from __future__ import annotations

from functools import partial

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress

__all__ = ["sensitivity"]


@click.command()
@click.argument("config")
@click.option(
    "--method", default="sobol", show_default=True, metavar="M",
    help="sobol (indices and value of information), morris (screening) or saltelli (few parameters).",
)  # fmt: skip
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="NAME",
    help="Such as gap_list:00:2040 or workforce_fte:doctor:25; may be repeated. [default: gap_list, "
    "workforce_fte and trainees at the end]",
)  # fmt: skip
@click.option(
    "--runs", type=int, metavar="N", help="Sets of parameter values at most. [default: what suits the method]"
)
@click.option(
    "--replications", type=int, default=4, show_default=True, metavar="R", help="At each set; 2 or more."
)
@click.option("--seed", type=int, metavar="S", help="Instead of what CONFIG says.")
@click.option("--until", type=int, metavar="YEAR", help="Instead of what CONFIG says.")
@click.option("--scenario", metavar="FILE", help="Study the effect of this scenario on CONFIG instead.")
@click.option(
    "--threads", type=int, metavar="N", help="Default: all processors. Results do not depend on it."
)
@click.option("--out", metavar="DIR", help="New folder for all tables.")
@as_json
def sensitivity(
    config: str,
    method: str,
    outcomes: tuple[str, ...],
    runs: int | None,
    replications: int,
    seed: int | None,
    until: int | None,
    scenario: str | None,
    threads: int | None,
    out: str | None,
    as_json: bool,
) -> None:
    """Tell which uncertain numbers of CONFIG move its outcomes, and which register would tell most.

    CONFIG is lived at many sets of parameter values, drawn from the ranges in its files, with the same luck.
    """
    from careersim.outputs.folder import check_target
    from careersim.outputs.sensitivity_text import print_sensitivity, sensitivity_headline
    from careersim.sensitivity import sensitivity as run

    if out is not None:
        check_target(out)
    with shown_progress() as progress:
        found = run(
            config,
            method=method,
            outcomes=outcomes,
            runs=runs,
            replications=replications,
            seed=seed,
            until=until,
            scenario=scenario,
            threads=threads,
            progress=progress,
        )
    folder = None if out is None else str(found.write(out))
    if as_json:
        print_json({"folder": folder, **sensitivity_headline(found.tables, found.manifest)})
        return
    print_text(partial(print_sensitivity, found.tables, found.manifest))
    if folder is not None:
        click.echo(f"\nWritten to {folder}")
