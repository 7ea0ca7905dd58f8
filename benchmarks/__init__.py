"""Timings and memory, as ratios within one process on the same work: `python -m benchmarks --help`."""
