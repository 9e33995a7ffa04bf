"""A picture file in, the same with nobody to be told on it and without its metadata out."""

import cv2
import numpy as np

from pipelines.alone import on_picture
from pipelines.blackening import Blackener
from pipelines.errors import ConfigError, RedactionError, TocsinError
from pipelines.flow import Bytes
from pipelines.pixels import planes_of
from pipelines.redaction import coded, redacted
from pipelines.searching import Search
from tocsin.redacting.order import Order
from tocsin.whole import whole

QUALITY = 92


def picture(order: Order, search: Search) -> None:
    """Redact a picture. Raises ConfigError or RedactionError; then there is no target."""
    frame = Blackener(order.masks)(planes_of(_read(order)))
    try:
        boxes = on_picture(search, frame, order.style)
    except RedactionError:
        raise
    except TocsinError as error:
        raise RedactionError(f"{order.source}: {error}") from error
    shown = redacted(frame, boxes, order.style.cover)
    data = coded(shown, order.target.suffix.lower(), quality=QUALITY)
    with whole(order.target) as partial:
        partial.write_bytes(data)


def _read(order: Order) -> Bytes:
    """(H, W, 3) uint8 BGR, turned as its metadata says."""
    try:
        data = np.frombuffer(order.source.read_bytes(), np.uint8)
    except OSError as error:
        raise ConfigError(f"{order.source}: cannot be read: {error.strerror}") from error
    found = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if found is None:
        raise ConfigError(f"{order.source}: is no picture that can be read")
    return np.asarray(found, np.uint8)
