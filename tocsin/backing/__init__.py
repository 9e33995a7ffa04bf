"""Backups of a centre, as the command line has them."""
