"""From the declared model to kernel arrays: the only place that knows both."""
