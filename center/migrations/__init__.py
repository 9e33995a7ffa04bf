"""How the tables came to be what they are; `python -m center.migrations` adds a step."""
