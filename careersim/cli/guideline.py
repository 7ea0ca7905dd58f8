"""`careersim guideline`: how many training posts each county needs."""

from __future__ import annotations

from typing import Any

import click

from careersim.cli.printing import as_json, print_json, print_text, shown_progress
from careersim.cli.priors import posterior_option

__all__ = ["guideline"]


@click.command()
@click.argument("config")
@click.option("--target-year", type=int, required=True, metavar="Y", help="Met at the end of this year.")
@click.option(
    "--probability", type=float, required=True, metavar="P",
    help="Met in at least this share of the replications, such as 0.8.",
)  # fmt: skip
@click.option(
    "--from", "first_year", type=int, metavar="YEAR",
    help="Posts change from this year on.  [default: 2027, or the first simulated year]",
)  # fmt: skip
@click.option("--profession", metavar="NAME", help="Whose posts or intake.  [default: the guideline's]")
@click.option(
    "--reading", metavar="NAME",
    help="list (specialists and trainees), ratio (specialists alone), density (hold today's) or demand.  "
    "[default: list; density for other professions]",
)  # fmt: skip
@click.option(
    "--demand", type=float, metavar="N", help="Inhabitants for each full-time equivalent (reading demand)."
)
@click.option("--basis", metavar="NAME", help="headcount or fte.  [default: headcount; fte for demand]")
@click.option(
    "--national", is_flag=True, help="One number for the nation, spread over the counties as today."
)
@click.option(
    "--county", "counties", multiple=True, metavar="CODE",
    help="Change the posts of this county only; may be repeated.  [default: all at once]",
)  # fmt: skip
@click.option(
    "--lever", metavar="NAME",
    help="Pool or stream that is searched.  [default: what the career file declares]",
)  # fmt: skip
@click.option("--draws", type=int, metavar="N", help="Draw uncertain numbers from their priors so often.")
@posterior_option
@click.option("--replications", type=int, metavar="N", help="Instead of what CONFIG says.")
@click.option("--seed", type=int, metavar="S", help="Instead of what CONFIG says.")
@as_json
def guideline(config: str, as_json: bool, **options: Any) -> None:
    """Find the posts with which each county meets the guideline.

    The smallest constant number of training posts (or of beginners a year, for professions whose career file
    says so) from a year on, what stops the counties that no number helps and what they would need besides,
    who would hold the posts, and DLF's closed form beside it.
    """
    from careersim.guideline import guideline_posts
    from careersim.outputs.posts_text import POSTS_WIDTH

    with shown_progress() as progress:
        answer = guideline_posts(config, progress=progress, **options)
    if as_json:
        print_json(answer.data())
        return
    print_text(answer.print, least=POSTS_WIDTH)
    click.echo(f"{answer.runs} runs, {answer.seconds:.0f} s, seed {answer.question.seed}.")
