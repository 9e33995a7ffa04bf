"""Recordings and pictures redacted by hand: `tocsin redact`."""
