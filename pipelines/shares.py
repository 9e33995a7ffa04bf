"""Numbers and points in shares of a picture's width and height, 0..1; (0, 0) is top left."""

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Corner = tuple[Share, Share]
Point = tuple[float, float]
