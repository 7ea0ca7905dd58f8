"""Configuration: files read strictly, every fault reported at once with its file, line and key."""
