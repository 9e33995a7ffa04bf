"""A centre into one file, and back into an empty one."""
