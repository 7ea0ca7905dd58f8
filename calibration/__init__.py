"""Fit the unknown rates of careersim to published targets or to a register panel, and judge the fit."""
