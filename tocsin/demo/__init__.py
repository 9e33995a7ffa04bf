"""The demo: four drawn cameras, a real box, a real centre, and a judge of what came of it."""
