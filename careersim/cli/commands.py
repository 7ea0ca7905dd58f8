"""The commands: each calls one public function and prints what it gives.

Only click is imported here; everything else waits for the command that needs it, so that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from careersim import __version__
from careersim.cli.compare import compare
from careersim.cli.guideline import guideline
from careersim.cli.plugins import Commands
from careersim.cli.printing import as_json, print_json, print_text, shown_progress
from careersim.cli.priors import draws_option, posterior_option, priors
from careersim.cli.published import published
from careersim.cli.rank import rank
from careersim.cli.sensitivity import sensitivity
from careersim.errors import UserError

__all__ = ["careersim"]

one_config = click.argument("config")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careersim")
def careersim() -> None:
    """Simulate careers in the Swedish health workforce, person by person."""


@careersim.command()
@one_config
@click.option("--out", required=True, metavar="DIR", help="New folder for the results.")
@click.option("--replications", type=int, metavar="N", help="Instead of what CONFIG says.")
@click.option("--seed", type=int, metavar="S", help="Instead of what CONFIG says.")
@click.option("--engine", default="numba", show_default=True, metavar="NAME", help="numba or reference.")
@click.option(
    "--threads", type=int, metavar="N", help="Default: all processors. Results do not depend on it."
)
@click.option("--until", type=int, metavar="YEAR", help="Instead of what CONFIG says.")
@click.option("--events", is_flag=True, help="Also write every event of every person.")
@draws_option
@posterior_option
@as_json
def run(config: str, out: str, as_json: bool, **options: Any) -> None:
    """Simulate CONFIG, write a run folder, and print a summary."""
    from careersim.outputs.folder import check_target
    from careersim.outputs.text import SUMMARY_WIDTH, headline, print_summary
    from careersim.simulate import simulate

    check_target(out)
    with shown_progress() as progress:
        result = simulate(config, progress=progress, **options)
    folder = result.write(out)
    if as_json:
        print_json({"folder": str(folder), **headline(result.tables, result.manifest)})
        return
    print_text(partial(print_summary, result.tables, result.manifest), least=SUMMARY_WIDTH)
    click.echo(f"\nWritten to {folder}")


@careersim.command()
@click.argument("configs", nargs=-1, required=True, metavar="CONFIG...")
@as_json
def validate(configs: tuple[str, ...], as_json: bool) -> None:
    """Check run files and career files; report every fault of all of them, and what their numbers rest on."""
    from careersim.experiment.validation import checked

    reports = {config: checked(config) for config in configs}
    valid = not any(report.faults for report in reports.values())
    if as_json:
        print_json({"valid": valid, "files": [{"path": p, **vars(report)} for p, report in reports.items()]})
    for path, report in reports.items() if not as_json else ():
        for fault in report.faults:
            click.echo(fault, err=True)
        if not report.faults:
            click.echo(f"{path}: fine; {report.sources()}")
    if not valid:
        raise click.exceptions.Exit(UserError.exit_code)


@careersim.command()
@one_config
@click.option("--profession", metavar="P", help="Only this one.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "mermaid", "dot"]), default="table",
    show_default=True, help="How to print it.",
)  # fmt: skip
def explain(config: str, profession: str | None, form: str) -> None:
    """Show what CONFIG means: the career graph, and every number with its source and file."""
    from careersim.model.assemble import read_model
    from careersim.model.lever_records import lever_records
    from careersim.model.provenance import provenance
    from careersim.outputs.diagram import dot, mermaid
    from careersim.outputs.explain import choose_professions, explanation, print_explanation

    loaded, model = read_model(config)
    chosen = choose_professions(model, profession)
    if form in ("mermaid", "dot"):
        click.echo((mermaid if form == "mermaid" else dot)(chosen), nl=False)
        return
    content = explanation(chosen, provenance(loaded), lever_records(loaded))
    if form == "json":
        print_json(content)
    else:
        print_text(partial(print_explanation, content))


careersim.add_command(compare)
careersim.add_command(published)
careersim.add_command(guideline)
careersim.add_command(priors)
careersim.add_command(sensitivity)
careersim.add_command(rank)


@careersim.group()
def data() -> None:
    """Look at the published tables that come with the package."""


@data.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """List the tables."""
    from careersim.data import list_tables

    tables = [{"name": table.name, "title": table.title} for table in list_tables()]
    if as_json:
        print_json({"tables": tables})
    for table in [] if as_json else tables:
        click.echo(f"{table['name']:36} {table['title']}")


@data.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """Print table NAME."""
    from careersim.data import load_table, table_info

    table = load_table(name)
    if as_json:
        info = table_info(name)
        print_json({"name": name, "title": info.title, "sha256": info.sha256, "rows": table.to_dicts()})
    else:
        click.echo(table.write_csv(), nl=False)


@data.command()
@click.argument("name")
@click.argument("row", nargs=-1, required=True, metavar="ROW...")
@as_json
def source(name: str, row: tuple[str, ...], as_json: bool) -> None:
    """Say where a row of table NAME comes from; ROW is COLUMN=VALUE, such as county_code=01."""
    from careersim.data import source_of

    found = source_of(name, **_keys(row))
    if as_json:
        print_json({"table": name, "row": _keys(row), "source": asdict(found)})
    else:
        title = f"{found.document.title_en}, {found.document.publisher}, {found.document.date}"
        click.echo(f"{title}: {'; '.join(found.locators)}")


@careersim.command()
@one_config
@as_json
def verify(config: str, as_json: bool) -> None:
    """Prove on this machine that CONFIG gives the same lives whatever must not matter."""
    from careersim.experiment.sources import population_source
    from careersim.experiment.verify import verify as prove
    from careersim.model.assemble import read_model

    loaded, model = read_model(config)
    checks = []
    for check in prove(model, population_source(model, loaded.panels), loaded.spec.seed, loaded.panels):
        checks.append(check)
        if not as_json:
            click.echo(f"{'pass' if check.passed else 'FAIL'}  {check.name}: {check.detail}")
    passed = all(check.passed for check in checks)
    if as_json:
        print_json({"passed": passed, "checks": [asdict(check) for check in checks]})
    if not passed:
        raise click.exceptions.Exit(1)


@careersim.command()
def warmup() -> None:
    """Compile all kernels now, so that the next run starts at once."""
    from careersim.experiment.warmup import warm_up_shipped

    seconds = warm_up_shipped()
    from careersim.kernels.compile import cache_is_usable

    if cache_is_usable():
        click.echo(f"Kernels are ready ({seconds:.1f} s).")
    else:
        click.echo(
            f"Kernels work ({seconds:.1f} s), but could not be kept: the next run compiles them again."
        )


def _keys(row: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in row]
    if any(not mark for _, mark, _ in pairs):
        raise UserError(f"'{' '.join(row)}' does not name a row", where="ROW", expected="COLUMN=VALUE")
    return {column: value for column, _, value in pairs}
