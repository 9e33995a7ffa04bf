"""A recording through the real pipeline, faster than it was recorded, to try rules on it."""
