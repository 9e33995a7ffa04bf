"""What a box's file says of live views: how many at once, how large and how often."""

from typing import Annotated

import msgspec

from pipelines.liveview import Rate


class LiveViews(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of the live views, which `commands: [live]` allows.

    full   films at once; `low`: cameras at once of which only a still each second is shown
    fps    pictures a second of a film; each is looked over for faces and persons
    width  of a film, pixels at most
    """

    full: Annotated[int, msgspec.Meta(ge=0, le=64)] = 4
    low: Annotated[int, msgspec.Meta(ge=0, le=256)] = 16
    fps: Annotated[int, msgspec.Meta(ge=1, le=15)] = 8
    width: Annotated[int, msgspec.Meta(ge=160, le=1920)] = 1280

    def most(self, rate: Rate) -> int:
        """Views of a rate at once."""
        return self.full if rate == "full" else self.low
