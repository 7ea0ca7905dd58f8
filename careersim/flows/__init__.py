"""From yearly records to stocks, flows, the guideline, what binds, and durations, with intervals."""
