"""From a calibration file to a posterior: `calibration.fitting.fit.fit` is the way in."""
