"""The box beside the cameras: everything there that touches the world."""
