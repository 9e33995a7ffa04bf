"""A local page on which zones, lines and masks are drawn over a redacted frame, and saved."""
