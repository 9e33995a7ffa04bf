"""A camera's redacted live view, while somebody looks."""
