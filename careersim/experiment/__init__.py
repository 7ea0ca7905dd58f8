"""Replications side by side, and the proofs that a user can run on the own machine."""
