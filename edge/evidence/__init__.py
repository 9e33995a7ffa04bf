"""Clips under seal: recorded, kept, opened by two custodians, and let go of."""
