"""Numbers and points in shares of a picture's width and height, 0..1; (0, 0) is top left."""

from typing import Annotated

import msgspec

from pipelines.fitting import fits

Share = Annotated[
    float,
    msgspec.Meta(ge=0, le=1, extra=fits("a share of the picture from 0 to 1, not a pixel")),
]
Corner = tuple[Share, Share]
Point = tuple[float, float]
