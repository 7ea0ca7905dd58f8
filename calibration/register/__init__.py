"""Registers of persons and years: read them, make synthetic ones, and estimate rates from them.

The route: `read_panel` (typed and free of contradictions), `year_pairs` (what happened to whom from one end
of a year to the next), `estimate_rates` (competing risks with their standard errors), `write_rates` (a run
file with the new numbers). `synthesize` makes a register from a simulation, so that all of it can be tried
and tested without real persons.
"""

from calibration.register.observation import Observation
from calibration.register.occurrence import occurrence, stocks
from calibration.register.overlay import write_rates
from calibration.register.pairs import year_pairs
from calibration.register.panel import Panel, read_panel
from calibration.register.rates import Rates, estimate_rates
from calibration.register.settings import RateSettings
from calibration.register.shares import moves
from calibration.register.synthesis import counts, synthesize

__all__ = [
    "Observation",
    "Panel",
    "RateSettings",
    "Rates",
    "counts",
    "estimate_rates",
    "moves",
    "occurrence",
    "read_panel",
    "stocks",
    "synthesize",
    "write_rates",
    "year_pairs",
]
