"""The reference engine: pure Mesa, one agent a person, written to be read beside the contract of the year.

It evaluates the declared career graph person by person and shares no code with the numba engine, so that
equal careers from the two test lowering and kernels at once.
"""

from careersim.engines.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
