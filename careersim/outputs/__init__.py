"""Run folders and the printed summary."""
