"""Cameras, boxes and a rate in, what a centre makes of them out."""
