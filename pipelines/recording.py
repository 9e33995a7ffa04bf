"""A whole recording in, frame by frame, and what to cover on each of its frames out.

Two passes. On the first, looks are taken as on live pictures (`Survey`). When all is seen, tracks
are run forwards and backwards over what was found, and go on for `EXTENDED_S` beyond it: so a face
is covered before it was found for the first time and after the last (`Survey.covers`). On the
second the frames are covered (`pipelines.redaction`) and encoded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import inf

from pipelines.bodies import Body, beside, bodies, several
from pipelines.flow import Box, Frame, Look, Track
from pipelines.live import EARLY_S, OF_FACES, OF_PERSONS
from pipelines.redaction import BODY_MARGIN, PLAIN_STYLE, Heads, Style, head_of, patches
from pipelines.searching import Search
from pipelines.tracking import Tracker, TrackSettings

TIGHT = Heads(told_px=0.0, width=0.5, above=0.09, low=0.75, margin=0.2)
"""With looks before and after a frame, any face that is found for sure tells where the head is."""

DOUBT = (0.7, 0.3)  # of its height by which a face is uncertain a second on, across and down
DOUBT_PX = 1.0  # by which it is uncertain at once
WEAK, BRIEF_S = 0.4, 0.1  # the score of a find which, alone, is believed for so long only
FAINT = 0.3  # a find that never was surer tells of no head, and is believed on a person only
ABOUT = 0.3  # by which a person's head is widened for that
SLIGHT = 0.1  # by which such a find is widened

EXTENDED_S = 0.3
"""For so long a track goes on before its first find and after its last."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is looked.

    look_s   between looks; at a walk a face moves by its width in .3 s
    sweep_s  between looks for faces over the whole frame
    sweeps   scales at which it is shown then
    turns    parts of the frame that are searched for persons at each look, in turn
    """

    look_s: float = 0.08
    sweep_s: float = 0.48
    sweeps: tuple[float, ...] = (2.0, 0.5)
    turns: tuple[tuple[int, ...], ...] = ((0, 1, 2),)

    @property
    def heads_s(self) -> float:
        """For so long after somebody was found a head is believed where it should be: two looks."""
        return min(2 * self.look_s, EXTENDED_S)


THOROUGH = Pace()
FAST = Pace(look_s=0.2, sweep_s=1.0, sweeps=(1.0,), turns=((0,), (1,), (0,), (2,)))

FACES = TrackSettings(
    hits=1, sure=0.2, weak=0.2, lost_s=EXTENDED_S, forgotten_s=EXTENDED_S, widen=0.8, lean=0.0
)
PERSONS = TrackSettings(
    hits=2, sure=0.5, weak=0.2, lost_s=EXTENDED_S, forgotten_s=EXTENDED_S, lean=0.0
)
"""Without leaning: covers that follow each find uncover twice as many faces as the course does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What two looks at one frame found."""

    at_s: float
    persons: Look
    faces: Look


class Survey:
    """The first pass; call it with each frame in order, then ask for `covers`."""

    def __init__(self, search: Search, pace: Pace = THOROUGH) -> None:
        self.search, self.pace = search, pace
        self.faces, self.persons = Tracker(OF_FACES), Tracker(OF_PERSONS)
        self.turns = cycle(pace.turns)
        self.times: list[float] = []
        self.looks: list[Seen] = []
        self.swept_s = -inf
        self.width = self.height = 0

    def __call__(self, frame: Frame) -> None:
        """Look at a frame, if it is due. Raises what the networks raise."""
        now_s = frame.captured_s
        self.width, self.height = frame.width, frame.height
        self.times.append(now_s)
        if not self.looks or now_s - self.looks[-1].at_s >= self.pace.look_s - EARLY_S:
            self.looks.append(self._look(frame, now_s))

    def _look(self, frame: Frame, now_s: float) -> Seen:
        known = [each.box for each in self.persons(now_s, None)]
        turns = next(self.turns) if self.looks else range(3)
        persons = self.search.persons(frame, known, turns)
        heads = [head_of(each.box) for each in self.persons(now_s, persons)]
        lately = [each.box.grown(1.0) for each in self.faces(now_s, None)]
        swept = now_s - self.swept_s >= self.pace.sweep_s - EARLY_S
        self.swept_s = now_s if swept else self.swept_s
        sweeps = self.pace.sweeps if swept else ()
        faces = self.search.faces(frame, [*heads, *lately], sweeps)
        self.faces(now_s, faces)
        return Seen(now_s, persons, faces)

    def covers(self, style: Style = PLAIN_STYLE) -> list[tuple[Box, ...]]:
        """What to cover on each frame that was shown, in their order."""
        faces = _both_ways(self.times, [(each.at_s, each.faces) for each in self.looks], FACES)
        persons = _both_ways(
            self.times, [(each.at_s, each.persons) for each in self.looks], PERSONS
        )
        looked = {each.at_s: each.faces.found for each in self.looks}
        found = [
            [each.box for each in looked.get(at_s, ()) if each.score >= FAINT]
            for at_s in self.times
        ]
        lately = (_lately(run, self.times, self.pace.heads_s) for run in persons)
        ahead, back = (bodies(run, found, self.width, self.height) for run in lately)
        return [
            _covers([*one, *other], [*some, *more], at_s, style, self.height)
            for at_s, one, other, some, more in zip(self.times, *faces, ahead, back, strict=True)
        ]


def _covers(
    faces: Sequence[Track], people: Sequence[Body], at_s: float, style: Style, height: float
) -> tuple[Box, ...]:
    """What to cover on one frame: sure faces, faint ones that lie on somebody, other heads.

    Where a box may hold two people, all is covered where a head may be, until faces tell of both.
    """
    sure = [*_doubtful((each for each in faces if each.score >= FAINT), at_s)]
    boxes = [person.box for person in people if not person.hidden]
    behind = [person.box.grown(BODY_MARGIN) for person in people if person.hidden and style.bodies]
    heads = [head_of(box).grown(ABOUT) for box in boxes]
    faint = (
        each for each in faces
        if each.score < FAINT and any(head.holds(each.box.middle) for head in heads)
    )  # fmt: skip
    also = (box.grown(SLIGHT) for box in _doubtful(faint, at_s))
    shared = (*several(sure, people, height), *beside(sure, people))
    return (*patches(sure, boxes, style, TIGHT), *also, *shared, *behind)


def _doubtful(tracks: Iterable[Track], at_s: float) -> Iterator[Box]:
    """Boxes that widen with the time since they were found, on either side of it."""
    for each in tracks:
        past_s = abs(at_s - abs(each.seen_s))
        if each.score < WEAK and each.born_s == each.seen_s and past_s > BRIEF_S:
            continue
        across, down = (DOUBT_PX + share * each.box.height * past_s for share in DOUBT)
        x0, y0, x1, y1 = each.box
        yield Box(x0 - across, y0 - down, x1 + across, y1 + down)


Looks = Sequence[tuple[float, Look]]


Run = list[tuple[Track, ...]]
Runs = tuple[Run, Run]


def _both_ways(times: Sequence[float], looks: Looks, rules: TrackSettings) -> Runs:
    """For each frame the tracks that run forwards over it, and those that run backwards."""
    forwards = _run(times, looks, Tracker(rules))
    turned = [(-at_s, look) for at_s, look in reversed(looks)]
    backwards = _run([-each for each in reversed(times)], turned, Tracker(rules))
    return forwards, backwards[::-1]


def _run(times: Sequence[float], looks: Looks, tracker: Tracker) -> Run:
    """Tracks on each frame, in the order in which the frames come."""
    due = dict(looks)
    return [tracker(at_s, due.get(at_s)) for at_s in times]


def _lately(run: Run, times: Sequence[float], within_s: float) -> Run:
    """Those that were found so shortly before or after a frame."""
    return [
        tuple(each for each in there if abs(at_s - abs(each.seen_s)) <= within_s + EARLY_S)
        for at_s, there in zip(times, run, strict=True)
    ]
