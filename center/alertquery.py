"""The query of an URL in, filters of alerts out."""

from typing import Annotated

from pydantic import BaseModel, Field

from center.filters import Filters, StateWanted
from center.ladder import below
from center.moments import Moment
from center.watchlist import WatchList

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Part = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
Grade = Annotated[int, Field(ge=1, le=4)]


class AlertQuery(BaseModel):
    """What a list of alerts is narrowed to.

    `state`, `grade`, `rule` and `camera` may come several times, and any of them fits.

    place   this one with all below it
    since   to `until`: the alert's events lie at least partly within
    number  a part of the alert's id
    cursor  `next` of the page before
    """

    state: list[StateWanted] = []
    grade: list[Grade] = []
    place: Name | None = None
    rule: list[Name] = []
    camera: list[Name] = []
    since: Moment | None = None
    until: Moment | None = None
    number: Part | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Part | None = None

    def filters(self, watch_list: WatchList) -> Filters:
        """The same for the store, with the place's subtree spelt out."""
        return Filters(
            states=tuple(self.state), grades=tuple(self.grade), rules=tuple(self.rule),
            cameras=tuple(self.camera), since=self.since, until=self.until, number=self.number,
            places=below(watch_list, self.place) if self.place else None,
        )  # fmt: skip
