"""A point in, inside or not out: zones are polygons over the camera's picture."""

from typing import Annotated

import msgspec

from pipelines.settings import Id

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Corner = tuple[Share, Share]


class Zone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the picture.

    polygon      corners as shares of width and height, 0..1; (0, 0) is top left
    sensitivity  to motion, times the camera's: 2 takes half the step for movement
    """

    id: Id
    polygon: Annotated[tuple[Corner, ...], msgspec.Meta(min_length=3)]
    sensitivity: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point, in the same shares, lies inside (even-odd rule).

        The crossing-number test: M. Shimrat, Algorithm 112, CACM 5 (1962).
        """
        inside = False
        before_x, before_y = self.polygon[-1]
        for here_x, here_y in self.polygon:
            if (here_y > y) != (before_y > y):
                crossing = (before_x - here_x) * (y - here_y) / (before_y - here_y) + here_x
                inside ^= x < crossing
            before_x, before_y = here_x, here_y
        return inside
