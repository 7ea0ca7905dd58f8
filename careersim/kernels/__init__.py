"""Compiled loops over columns of persons. Nothing here knows a profession, a unit or a file."""
