"""Fit the unknown numbers of careersim to published figures or to a register, and judge the fit.

- Here: published figures and what a run predicts of them (`targets`, `observe`, `discrepancy`, `likelihood`,
  `tension`), and the commands.
- `calibration.fitting`: from a calibration file to a posterior and its report.
- `calibration.register`: from a table of persons and years to rates.
- `calibration.trust`: backtests, and the ledger of frozen forecasts.
"""
