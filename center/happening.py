"""An event in, what the cross-check needs of it out."""

from typing import NamedTuple

from pipelines.flow import Direction, Event, Phase


class Happening(NamedTuple):
    """An event as the cross-check sees it: where, what and when, no picture and no box.

    at_s      Unix time at which the camera saw it
    number    how many things it is about
    crossed   running number of the last of them that went over a line its way
    picture   whether it came with a redacted still
    """

    at_s: float
    id: str
    site: str
    camera: str
    place: str
    rule: str
    label: str | None = None
    line: str | None = None
    direction: Direction | None = None
    phase: Phase | None = None
    episode: str | None = None
    again: bool = False
    number: int = 1
    crossed: int | None = None
    picture: bool = False

    @property
    def begins(self) -> bool:
        """Whether something began with it: patterns count beginnings."""
        return self.phase in (None, "begin") and not self.again

    @property
    def life(self) -> str | None:
        """What the store calls the life that it is part of.

        A box speaks for its own site only, so no life reaches beyond its camera.
        """
        if self.episode is None:
            return None
        return f"{self.site}/{self.camera}/{self.place}/{self.rule}/{self.episode}"


def arrived(event: Event) -> Happening:
    """An event that has just come."""
    facts = event.data
    return Happening(
        at_s=event.time.timestamp(),
        id=event.id,
        site=facts.site,
        camera=facts.camera,
        place=facts.place,
        rule=facts.rule,
        label=facts.label,
        line=facts.line,
        direction=facts.direction,
        phase=facts.phase,
        episode=facts.episode,
        again=facts.again,
        number=facts.count,
        crossed=facts.b_to_a if facts.direction == "b-to-a" else facts.a_to_b,
        picture=facts.picture is not None,
    )
