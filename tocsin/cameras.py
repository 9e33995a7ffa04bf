"""A box's configuration and a name in, the camera that is meant out."""

from pathlib import Path

from edge.config import Camera, EdgeConfig
from pipelines.errors import ConfigError


def chosen(config: EdgeConfig, name: str, file: Path) -> Camera:
    """The camera of that name, or the only one. Raises ConfigError."""
    known = {camera.id: camera for camera in config.cameras}
    if name in known:
        return known[name]
    if not name and len(known) == 1:
        return config.cameras[0]
    why = f"no camera is named {name!r}" if name else "say which camera: --camera ID"
    raise ConfigError(f"{file}: {why}; there are: {', '.join(known)}")
