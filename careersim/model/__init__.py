"""The declared model: immutable career graphs, pools, streams and levers, assembled from configuration and data."""
