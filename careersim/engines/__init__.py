"""Three engines over one model: numba (columns), reference (Mesa objects), expected value (cells)."""
