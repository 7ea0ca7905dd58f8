"""The declared model: immutable career graphs, pools, streams and levers, from configuration and data."""
