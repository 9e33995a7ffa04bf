"""Seconds in, who is where out: the story that the five drawn cameras tell once a minute."""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.demo import places
from tocsin.demo.cat import cat
from tocsin.demo.figure import Figure
from tocsin.demo.ground import Spot
from tocsin.demo.hall import hall
from tocsin.demo.person import person
from tocsin.demo.stage import View, Wall

LOOP_S = 60.0
"""After which every clip begins again."""

STORY_S = 53.0
"""By then everything has happened once."""


@dataclass(frozen=True)
class Role:
    """One actor's walk.

    poses    of the actor
    path     (seconds, east, north) in order; before and after it the actor is away
    cycle_s  that one walking cycle takes
    """

    poses: Callable[[], tuple[Figure, ...]]
    path: tuple[tuple[float, float, float], ...]
    cycle_s: float

    def spot(self, at_s: float) -> Spot | None:
        """Where the actor stands, or nothing while away."""
        for (from_s, x0, y0), (until_s, x1, y1) in zip(self.path, self.path[1:], strict=False):
            if from_s <= at_s < until_s:
                share = (at_s - from_s) / (until_s - from_s)
                return x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        return None

    def pose(self, at_s: float) -> Figure:
        """The picture of this moment's step."""
        poses = self.poses()
        return poses[int(at_s / self.cycle_s * len(poses)) % len(poses)]


@dataclass(frozen=True)
class Scene:
    """One drawn camera.

    walls      of the place
    zone       the guarded ground, as spots; none where anybody may be
    roles      who comes by
    covered_s  when a cloth hangs before the lens
    line       over the ground, at which is counted who goes in and out
    line_id    by which the box's events name it
    sways_px   a part of the picture that the wind moves: left, top, right, bottom of 1280 × 720
    light      share of daylight
    """

    name: str
    title: str
    place: str
    view: View
    walls: Callable[[], tuple[Wall, ...]]
    zone: tuple[Spot, ...] = ()
    roles: tuple[Role, ...] = ()
    covered_s: tuple[float, float] | None = None
    sways_px: tuple[int, int, int, int] | None = None
    line: tuple[Spot, ...] = ()
    line_id: str = "way-in"
    fps: int = 12
    light: float = 1.0

    def corners(self) -> tuple[tuple[float, float], ...]:
        """The zone as shares of the picture, as a box's configuration wants it."""
        return self._seen(self.zone)

    def points(self) -> tuple[tuple[float, float], ...]:
        """The line, in the same way."""
        return self._seen(self.line)

    def _seen(self, spots: tuple[Spot, ...]) -> tuple[tuple[float, float], ...]:
        pixels = (self.view.pixel((x, y, 0.0)) for x, y in spots)
        return tuple((_share(x / self.view.width), _share(y / self.view.height)) for x, y in pixels)


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 3)


_INTRUDER = Role(
    person,
    (
        (8.2, 0.0, 9.0),
        (10.9, 0.0, 5.6),
        (13.2, -0.3, 3.2),
        (15.0, -1.6, 1.8),
        (16.8, 0.2, 1.2),
        (18.2, 1.2, 2.1),
        (20.0, 0.2, 3.4),
        (22.0, 0.0, 5.8),
        (24.6, 0.0, 9.0),
    ),
    cycle_s=1.0,
)
_CAT = Role(cat, ((6.0, -1.9, 0.7), (15.2, 1.9, 0.7)), cycle_s=0.9)
_GUEST = (
    (35.0, 8.4, 2.0),
    (41.8, 1.6, 3.0),
    (43.6, 0.1, 4.0),
    (46.2, 0.0, 6.5),
    (48.6, 0.0, 8.8),
)
_BEHIND_S = 4.0
"""So far behind the guest with a badge goes one without."""

_GUESTS = tuple(
    Role(person, tuple((at_s + late_s, x, y) for at_s, x, y in _GUEST), cycle_s=1.0)
    for late_s in (0.0, _BEHIND_S)
)
_YARD = ((-3.2, 5.2), (1.2, 5.2), (2.2, 2.0), (0.2, 0.5), (-2.4, 1.0))

SCENES = (
    Scene(
        "yard-east",
        "YARD EAST",
        "yard",
        View((5.6, -3.6, 3.3), (-0.7, 2.4, 1.1), 1180),
        places.yard,
        _YARD,
        (_INTRUDER,),
        line=((-2.8, 2.6), (2.2, 2.6)),
    ),
    Scene(
        "yard-west",
        "YARD WEST",
        "yard",
        View((-6.8, -3.4, 3.9), (0.6, 2.4, 1.1), 1290),
        places.yard,
        _YARD,
        (_INTRUDER,),
    ),
    Scene(
        "lane",
        "LANE",
        "lane",
        View((0.3, -3.6, 1.55), (0.0, 2.2, 0.5), 2000),
        places.lane,
        ((-1.8, 8.0), (1.8, 8.0), (1.2, 0.55), (-0.8, 0.55)),
        (_CAT,),
    ),
    Scene(
        "gate",
        "GATE",
        "gate",
        View((-3.0, -10.0, 4.2), (0.8, 3.0, 1.3), 1300),
        places.gate,
        ((-1.8, 3.8), (3.8, 3.8), (4.2, 0.2), (-2.2, 0.2)),
        covered_s=(24.0, 34.0),
        sways_px=(940, 240, 1145, 350),
    ),
    Scene(
        "hall-door",
        "HALL",
        "hall",
        View((-4.5, -7.5, 3.3), (0.3, 3.0, 1.0), 1400),
        hall,
        roles=_GUESTS,
        line=((1.6, 3.9), (-1.6, 3.9)),
        line_id="sill",
    ),
)
"""The five cameras, in the order in which the demo shows them."""
