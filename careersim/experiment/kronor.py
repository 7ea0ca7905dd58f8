"""`refuse_unlike_kronor`: costs of two runs can be compared only in the same kronor."""

from __future__ import annotations

from collections.abc import Sequence

from careersim.errors import UserError
from careersim.experiment.pairing import Asked
from careersim.model.costs import resolve_costs

__all__ = ["refuse_unlike_kronor"]


def refuse_unlike_kronor(baseline: Asked, scenarios: Sequence[Asked]) -> None:
    """Refuse scenarios whose kronor are of another year or discounted otherwise; other prices are allowed.

    Raises
    ------
    UserError
        If the price year, the discount rate or the year of discounting differs.
    """
    ours = resolve_costs(baseline.run, baseline.model)
    for one in scenarios:
        theirs = resolve_costs(one.run, one.model)
        if ours is None or theirs is None:
            continue
        for key in ("price_year", "discount_rate", "discount_from"):
            if getattr(ours, key) != getattr(theirs, key):
                base, other = getattr(ours, key), getattr(theirs, key)
                raise UserError(
                    f"{other:g} cannot be compared with {base:g} of the baseline",
                    where=f"{one.config}: costs.{key}",
                    expected=f"{base:g}, so that kronor of both runs are worth the same",
                    remedy="remove the key if the file extends the baseline",
                )
