"""The expected-value engine: a cohort-component recursion for the ensemble mean of careers without coupling.

It shares no rule with the engines that simulate persons, so that their mean over many replications can be
held against it in every state, county and year.
"""

from careersim.engines.expected_value.engine import ExpectedValueEngine
from careersim.engines.expected_value.record import ExpectedYear

__all__ = ["ExpectedValueEngine", "ExpectedYear"]
