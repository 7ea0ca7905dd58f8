"""careersim: agent-based microsimulation of the careers behind Sweden's primary care."""

__version__ = "0.1.0"
