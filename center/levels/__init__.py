"""Centres above and below: alerts, roll-ups and health go up, what was done goes both ways."""
