"""Words of the command line in, the page on which zones are drawn out."""

from pathlib import Path

from msgspec.structs import replace

from edge import logs
from edge.config import Camera, Detector, load
from edge.worker import load_networks
from pipelines.errors import ConfigError
from tocsin.cameras import chosen
from tocsin.zoning.desk import Desk
from tocsin.zoning.page import run as serve
from tocsin.zoning.still import Stills


def run(source: str, *, config: Path | None, camera: str) -> None:
    """Show the page until Ctrl-C.

    source  a clip or a URL; the camera's own where it is empty

    Raises ConfigError, ModelError or StreamError.
    """
    logs.begin("ERROR")
    if config is None:
        if not source:
            raise ConfigError("say what to look at: SOURCE, or --config FILE with --camera ID")
        known, detector = Camera(id="camera", place="place", url="none"), Detector()
    else:
        box = load(config)
        known, detector = chosen(box, camera, config), box.detector
    seen = _at(known, source) if source else known
    stills = Stills(seen, load_networks(detector).snapshot)
    serve(Desk(config, known, stills))


def _at(camera: Camera, source: str) -> Camera:
    """The camera as if `source` were its stream."""
    url = source if "://" in source else str(Path(source).resolve())
    return replace(camera, url=url, substream="", username="", password="")
