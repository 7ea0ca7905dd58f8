"""Three engines over one declared model: numba (columns), reference (Mesa objects), expected value (cells)."""
