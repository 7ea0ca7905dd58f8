"""`careersim published`: one command a published calculation, made from what the calculation declares."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from careersim.cli.printing import as_json, print_json, print_text

if TYPE_CHECKING:
    from careersim.published.declare import Column

__all__ = ["published"]


class _Calculations(click.Group):
    """Finds a calculation only when it is asked for, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from careersim.published.catalogue import CALCULATIONS

        return [*super().list_commands(ctx), *CALCULATIONS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _command(cmd_name)


@click.group(cls=_Calculations)
def published() -> None:
    """Repeat what documents calculate, on their figures or on yours."""


@published.command(name="list")
@as_json
def list_(as_json: bool) -> None:
    """List the calculations."""
    from careersim.published.catalogue import CALCULATIONS, calculation

    found = [calculation(name) for name in CALCULATIONS]
    if as_json:
        rows = [{"name": one.name, "title": one.title, "documents": one.documents} for one in found]
        print_json({"calculations": rows})
    for one in [] if as_json else found:
        click.echo(f"{one.name:22} {one.title}")


@published.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
    help="csv has a row for every printed number.",
)  # fmt: skip
@as_json
def check(names: tuple[str, ...], form: str, as_json: bool) -> None:
    """Compare every printed number with what the document's own formula gives."""
    from careersim.outputs.published_text import LEAST_WIDTH, ledger_data, ledger_frame, print_ledger
    from careersim.published.run import ledger

    found = ledger(names)
    if as_json or form == "json":
        print_json(ledger_data(found))
    elif form == "csv":
        click.echo(ledger_frame(found).write_csv(), nl=False)
    else:
        print_text(partial(print_ledger, found), least=LEAST_WIDTH)
    if found.unexplained:
        raise click.exceptions.Exit(1)


def _command(name: str) -> click.Command:
    """The command of one calculation; its settings are its options."""
    from careersim.published.catalogue import calculation
    from careersim.published.declare import columns

    asked = calculation(name)
    published_values = asked.settings()
    options = [
        click.Option(
            [f"--{key.replace('_', '-')}", key],
            metavar="|".join(one.choices) or "X",
            help=f"{_described(one)}.  [default: {_word(published_values, key)}]",
        )
        for key, one in columns(asked.settings).items()
    ]
    general = [
        click.Option(
            ["--input", "figures"], metavar="FILE", help="Your own figures; otherwise those of the document."
        ),
        click.Option(
            ["--format", "form"], type=click.Choice(["table", "csv", "json"]), default="table",
            show_default=True, help="How to print it.",
        ),
        click.Option(["--table"], metavar="NAME", help="Only this table; csv prints the first by default."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object and nothing else."),
    ]  # fmt: skip
    return click.Command(
        name,
        params=[*general, *options],
        callback=partial(_calculate, name),
        short_help=asked.title,
        help=f"{asked.title}.\n\n{asked.formula}\n\nColumns of FILE: {_columns(asked.row)}.",
    )


def _calculate(
    name: str, /, figures: str | None, form: str, table: str | None, as_json: bool, **settings: str | None
) -> None:
    from careersim.outputs.published_text import LEAST_WIDTH, print_published, published_data
    from careersim.published.run import published_tables

    given = {key: word for key, word in settings.items() if word is not None}
    found = published_tables(name, figures=figures, **given)
    if table is not None:
        found = found.only(table)
    if as_json or form == "json":
        print_json(published_data(found))
    elif form == "csv":
        click.echo(next(iter(found.tables.values())).write_csv(), nl=False)
    else:
        print_text(partial(print_published, found), least=LEAST_WIDTH)


def _columns(row: type[Any]) -> str:
    from careersim.published.declare import columns

    return ", ".join(name if one.required else f"{name} (optional)" for name, one in columns(row).items())


def _described(one: Column) -> str:
    return f"{one.label}, {one.unit}" if one.unit else one.label


def _word(settings: object, key: str) -> str:
    value = getattr(settings, key)
    return f"{value:g}" if isinstance(value, float) else str(value)
