"""A name of the catalogue in, a network ready to be called out."""

from collections.abc import Callable

from models import centerface, nanodet
from models.catalogue import entry, path_of
from models.session import Session
from pipelines.errors import ConfigError
from pipelines.flow import Bytes, Detection

Network = Callable[[Bytes], tuple[Detection, ...]]
"""A BGR picture, (H, W, 3) uint8, in; detections in its pixels out."""


def object_network(name: str, *, minimum_score: float, threads: int = 1) -> Network:
    """Load a network that finds objects. Raises ConfigError or ModelError."""
    each = entry(name)
    if each.finds != "objects":
        raise ConfigError(f"the model {name!r} finds {each.finds}, a detector must find objects")
    session = Session(path_of(each), outputs=nanodet.OUTPUTS, threads=threads)
    return nanodet.NanoDet(session, minimum_score=minimum_score)


def face_network(*, threads: int = 1) -> Network:
    """Load the network that finds faces in order to cover them. Raises ModelError."""
    session = Session(path_of(entry("centerface")), outputs=centerface.OUTPUTS, threads=threads)
    return centerface.CenterFace(session)
