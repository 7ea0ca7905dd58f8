"""`Commands`: the group of all commands, with those of other packages, which are loaded when they are called.

A package offers a command by an entry point of the group `careersim.commands`; careersim itself imports none
of them.
"""

from __future__ import annotations

from importlib.metadata import entry_points

import click

__all__ = ["GROUP", "Commands"]

GROUP = "careersim.commands"


class Commands(click.Group):
    """Own commands first; an entry point never replaces one of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of own commands and of those of other packages."""
        offered = {point.name for point in entry_points(group=GROUP)}
        return sorted({*super().list_commands(ctx), *offered})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give an own command, or load that of another package."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = [point.load() for point in entry_points(group=GROUP, name=cmd_name)]
        return found[0] if found and isinstance(found[0], click.Command) else None
