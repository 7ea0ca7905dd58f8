"""`careersim priors`: what is uncertain in a run; and the options of commands that draw from it."""

from __future__ import annotations

from functools import partial

import click

from careersim.cli.printing import as_json, print_json, print_text

__all__ = ["draws_option", "posterior_option", "priors"]

draws_option = click.option(
    "--draws", type=int, metavar="N",
    help="Draw uncertain parameters so often; --replications are those of each draw [default: 4].",
)  # fmt: skip
posterior_option = click.option(
    "--posterior", multiple=True, metavar="FILE", callback=lambda _context, _option, files: files or None,
    help="Take the draws from a calibration instead of the priors: its file of draws, or a folder of such "
    "files. May be repeated, with a file for each profession.",
)  # fmt: skip


@click.command()
@click.argument("config")
@click.option("--profession", metavar="P", help="Only this one.")
@as_json
def priors(config: str, profession: str | None, as_json: bool) -> None:
    """List the uncertain numbers of CONFIG with their priors, and count those that are fixed."""
    from careersim.outputs.priors_text import PRIORS_WIDTH, print_priors
    from careersim.priors import priors as list_priors

    found = list_priors(config, profession=profession)
    if as_json:
        print_json(found.data())
    else:
        print_text(partial(print_priors, found.priors, found.fixed), least=PRIORS_WIDTH)
