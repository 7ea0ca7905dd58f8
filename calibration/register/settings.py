"""What can be chosen when rates are estimated."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RateSettings"]


@dataclass(frozen=True)
class RateSettings:
    """Choices of an estimation.

    Attributes
    ----------
    smooth
        Rates by age that are estimated for every single year of age, smoothed. The others keep the bands of
        the career file.
    keep
        Parameters that stay as they are.
    fewest_events
        A number with fewer events stays as it is.
    """

    smooth: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    fewest_events: int = 10
