"""Glances and packets in, whether they are as usual out: what one camera's health remembers."""

from collections import deque
from dataclasses import dataclass

from pipelines.flow import Frame
from pipelines.healthrules import Blurred, Drift, Frozen, Moved, Rate, Size
from pipelines.healthturn import Turn
from pipelines.healthview import Change, Glance, Likeness, Still
from pipelines.kernels import Floats

FIRM = 8
"""Glances after which what was learnt is relied on."""

LEAST_TILES = 4  # that must show something, or nothing can be compared
SPECKS = 0.003  # share of the parts that may differ at once in a picture that stands
SAME = 0.6  # correlation from which a tile has not changed since the last glance
FOLLOW = 0.03  # share of a glance that the usual scene takes over
COLOURED, GREY = 0.03, 0.01  # share of the picture with a colour, by day and in infrared


class Scene:
    """What a camera usually shows.

    A colour picture that turns grey, or back, is day and night and no other scene: what is shown
    then is the usual one at once.

    clarity  that it usually has
    turns    how often what is usual was learnt anew
    """

    def __init__(self, rule: Moved) -> None:
        self.rule = rule
        self.known: Floats | None = None
        self.clarity = 0.0
        self.firm = self.turns = 0
        self.coloured = False
        self.candidate: Floats | None = None
        self.candidate_s = self.other_s = 0.0
        self.steady = False
        self.compared: tuple[Glance, Likeness] | None = None

    def shows(self, seen: Glance) -> bool:
        """Whether the usual scene is still to be seen, however faintly."""
        like = self._like(seen)
        return like is not None and like.compared >= LEAST_TILES and 2 * like.kept >= like.compared

    def _like(self, seen: Glance) -> Likeness | None:
        """How a glance compares with the usual scene; worked out once."""
        if self.known is None:
            return None
        if self.compared is None or self.compared[0] is not seen:
            self.compared = seen, Likeness(seen.edges, self.known)
        return self.compared[1]

    def __call__(self, at_s: float, seen: Glance, *, calm: bool, told: bool) -> bool:
        """Whether another scene stands there.

        calm  little moves in the picture
        told  it has been told that another scene stands there
        """
        like = self._like(seen)
        if like is None or self._relit(seen):
            return self._learn(seen)
        if like.compared < LEAST_TILES:
            return self._learn(seen)
        if like.compared - like.kept < self.rule.share * like.compared:
            self.candidate = None
            if 2 * like.upright < like.compared:  # infrared, on a camera that has no colours
                return self._learn(seen)
            self._follow(seen, told=told)
            return False
        if self.firm < FIRM or (told and at_s - self.other_s >= self.rule.settles_s):
            return self._learn(seen)
        return told or self._stands(at_s, seen, calm=calm)

    def forget(self) -> None:
        """Nothing is known of what comes next."""
        self.known = self.candidate = None

    def _relit(self, seen: Glance) -> bool:
        return seen.tinted < GREY if self.coloured else seen.tinted > COLOURED

    def _learn(self, seen: Glance) -> bool:
        """Take what is shown for the usual scene."""
        self.known, self.clarity, self.candidate = seen.edges, seen.clarity, None
        self.firm, self.turns, self.coloured = 0, self.turns + 1, seen.tinted > COLOURED
        return False

    def _follow(self, seen: Glance, *, told: bool) -> None:
        if self.known is not None and not told:
            self.firm += 1
            share = max(FOLLOW, 1 / (self.firm + 1))
            self.known = self.known + share * (seen.edges - self.known)
            self.clarity += share * (seen.clarity - self.clarity)

    def _stands(self, at_s: float, seen: Glance, *, calm: bool) -> bool:
        """The other scene has been the same for long enough, in at least half of its tiles.

        One glance may differ, as when something passes; what goes on moving is no other scene yet.
        """
        if self.candidate is not None and at_s >= self.candidate_s:
            same = 2 * Likeness(seen.edges, self.candidate, alike=SAME).same >= seen.tiles
            if same or self.steady:
                self.steady, self.other_s = same, at_s
                return same and calm and at_s - self.candidate_s >= self.rule.after_s
        self.candidate, self.candidate_s, self.steady = seen.edges, at_s, False
        return False


class Focus:
    """How steep edges usually are, for the contrast that the scene has.

    What noise hides cannot be told: it waits until the picture is about as clear as it usually is.
    """

    FOLLOW = 0.002
    BACK = 1.15  # times the share from which it is in focus again
    CLOSE = 0.8  # of the usual steepness, from which a glance is learnt from
    FAINT = 1.0  # grey levels: the steepness that there must usually be
    NOISIER, NOISY = 1.5, 0.7

    def __init__(self, rule: Blurred) -> None:
        self.rule = rule
        self.forget()

    def forget(self) -> None:
        """Another scene: learn anew."""
        self.steep = self.noise = 0.0
        self.firm = 0

    def __call__(self, seen: Glance, *, told: bool) -> bool | None:
        """Whether edges have lost their steepness; None: it cannot be told.

        told  it has been told that they have
        """
        steep, noise = seen.steep / seen.contrast, seen.noise / seen.contrast
        if self.firm < FIRM:
            return self._learn(steep, noise)
        if noise > max(self.NOISIER * self.noise, self.noise + self.NOISY):
            return None
        if self.steep * seen.contrast < self.FAINT:
            return None
        if steep < self.rule.share * (self.BACK if told else 1.0) * self.steep:
            return True
        if told or steep < self.CLOSE * self.steep:
            return False
        return self._learn(steep, noise)

    def _learn(self, steep: float, noise: float) -> bool:
        self.firm += 1
        mix = max(self.FOLLOW, 1 / self.firm)
        self.steep += (steep - self.steep) * mix
        self.noise += (noise - self.noise) * mix
        return False


@dataclass(frozen=True, slots=True)
class _Second:
    """What changed: from one frame to the next, and until the next glance."""

    at_s: float
    at_once: Change
    later: Change

    @property
    def still(self) -> bool:
        """The picture stood, but for what an encoder does to one that stands."""
        return self.at_once.parts <= SPECKS and not self.later.strong


class Freeze:
    """Whether pictures repeat themselves on a camera whose pictures never did.

    Noise, a clock in the picture, anything: what is not frozen changes. Some cameras and encoders
    repeat a quiet scene, so nothing is told unless life was all over the picture from one frame to
    the next: one who walks through an empty room, and leaves it, is not enough.
    """

    LEAST = 3  # seconds that must be known
    LONG_S = 5.0  # between two pictures: then nothing follows from the one for the other
    SPREAD = 0.3  # share of the tiles in which anything changes at once, from which that is life
    LIVELY = 0.9  # share of the seconds that must have been
    STILL = 0.7  # share of the last seconds that must be still; a keyframe may come between
    FOLLOW = 0.01

    def __init__(self, rule: Frozen) -> None:
        self.rule, self.still = rule, Still()
        self.seconds: deque[_Second] = deque()
        self.at_once: Change | None = None
        self.kept_s = 0.0
        self.pairing = False
        self.lively, self.firm = 0.0, 0

    def forget(self) -> None:
        """Another stream, or nothing to be seen: what comes is not compared with what was."""
        self.seconds.clear()
        self.still, self.at_once, self.pairing = Still(), None, False

    def pair(self, frame: Frame) -> None:
        """Compare a frame with the one just before it."""
        self.at_once, self.pairing = self.still(frame), False

    def __call__(self, frame: Frame, *, told: bool) -> bool | None:
        """Compare a frame with that of the last glance; None: too little is known.

        told  it has been told that the picture is frozen
        """
        at_s, later = frame.captured_s, self.still(frame)
        if later is None or self.at_once is None or not 0 < at_s - self.kept_s < self.LONG_S:
            self.forget()
        else:
            self.seconds.append(_Second(at_s, self.at_once, later))
        self.still.keep(frame)
        self.kept_s, self.pairing = at_s, True
        while len(self.seconds) > self.LEAST and self._is_old(self.seconds[0], at_s):
            self._learn(self.seconds.popleft(), told=told)
        return self._verdict()

    def _is_old(self, second: _Second, at_s: float) -> bool:
        return at_s - second.at_s >= self.rule.after_s

    def _learn(self, second: _Second, *, told: bool) -> None:
        if not told:
            self.firm += 1
            lively = float(second.at_once.tiles >= self.SPREAD)
            self.lively += (lively - self.lively) * max(self.FOLLOW, 1 / self.firm)

    def _verdict(self) -> bool | None:
        if len(self.seconds) < self.LEAST or self.firm < FIRM:
            return None
        if self.lively < self.LIVELY:
            return False
        still = sum(second.still for second in self.seconds)
        return still >= self.STILL * len(self.seconds)


class PictureSize:
    """What size pictures usually have."""

    def __init__(self, rule: Size) -> None:
        self.rule = rule
        self.usual = (0, 0)
        self.other_s: float | None = None

    def __call__(self, at_s: float, size: tuple[int, int]) -> bool:
        """Whether it is another one."""
        if self.usual in ((0, 0), size):
            self.usual, self.other_s = size, None
            return False
        self.other_s = at_s if self.other_s is None else min(self.other_s, at_s)
        if at_s - self.other_s < self.rule.settles_s:
            return True
        self.usual, self.other_s = size, None
        return False


@dataclass(slots=True)
class Memory:
    """What is known of the pictures of one source: a camera's large stream, or its small one.

    turns  of the scene, for which the focus is known
    """

    scene: Scene
    turn: Turn
    focus: Focus
    freeze: Freeze
    size: PictureSize
    turns: int = 0
    last: tuple[int, int] = (0, 0)

    def resized(self, at_s: float, size: tuple[int, int]) -> bool:
        """Whether the picture's size is not the usual one; what another one shows is new."""
        if size != self.last:
            self.last = size
            self.scene.forget()
            self.freeze.forget()
        return self.size(at_s, size)

    def blurred(self, seen: Glance, *, calm: bool, told: bool) -> bool | None:
        """Whether the picture is out of focus, for the scene that it shows."""
        if self.turns != self.scene.turns:
            self.turns = self.scene.turns
            self.focus.forget()
        return self.focus(seen, told=told) if calm else None


@dataclass(frozen=True, slots=True)
class Link:
    """How a camera's stream comes in, as its reader counted.

    packets          that came so far
    captured_s       Unix time at which the camera saw the newest
    is_open          False: it is being opened, once more
    clock_ahead_s    the camera's clock minus the box's, by its sender reports
    stream_ahead_s   by how much more the stream's own time has passed than the box's
    """

    packets: int
    captured_s: float
    is_open: bool
    clock_ahead_s: float | None = None
    stream_ahead_s: float | None = None


class FrameRate:
    """How many packets a second usually bring, by the stream's own time."""

    WINDOW = 4  # readings, a second apart
    LEAST = 3.0  # packets more or less that are no news
    FIRM = 5
    FOLLOW = 0.05

    def __init__(self, rule: Rate) -> None:
        self.rule = rule
        self.readings: deque[tuple[int, float]] = deque(maxlen=self.WINDOW)
        self.usual, self.firm = 0.0, 0
        self.other_s: float | None = None

    def __call__(self, at_s: float, link: Link) -> bool | None:
        """Whether the rate is another one; None: it cannot be told."""
        if not link.is_open:
            self.readings.clear()
            return None
        self.readings.append((link.packets, link.captured_s))
        packets, passed_s = (
            after - before
            for before, after in zip(self.readings[0], self.readings[-1], strict=True)
        )
        if len(self.readings) < self.WINDOW or passed_s < 1.0:
            return None
        expected = self.usual * passed_s
        differs = abs(packets - expected) > max(self.rule.share * expected, self.LEAST)
        if self.firm >= self.FIRM and differs:
            if not self._settled(at_s):
                return True
            self.firm = 0
        self._learn(packets / passed_s)
        return False

    def _settled(self, at_s: float) -> bool:
        self.other_s = at_s if self.other_s is None else min(self.other_s, at_s)
        return at_s - self.other_s >= self.rule.settles_s

    def _learn(self, rate: float) -> None:
        self.firm, self.other_s = self.firm + 1, None
        self.usual += (rate - self.usual) * max(self.FOLLOW, 1 / self.firm)


class Clocks:
    """Whether the camera's clock, or else its stream's own time, has left the box's.

    A packet can only come late, so the most that the stream was ahead in some seconds is truest.
    """

    WINDOW = 5

    def __init__(self, rule: Drift) -> None:
        self.rule = rule
        self.ahead_s: deque[float] = deque(maxlen=self.WINDOW)
        self.usual_s: float | None = None
        self.left_s: float | None = None

    def __call__(self, at_s: float, link: Link) -> bool | None:
        """Whether they differ by more than the limit; None: it cannot be told."""
        if not link.is_open or (link.clock_ahead_s is None and link.stream_ahead_s is None):
            self.ahead_s.clear()
            self.usual_s = None
            return None
        if link.clock_ahead_s is not None:
            return abs(link.clock_ahead_s) > self.rule.limit_s
        self.ahead_s.append(link.stream_ahead_s or 0.0)
        if len(self.ahead_s) < self.WINDOW:
            return None
        return self._left(at_s, max(self.ahead_s))

    def _left(self, at_s: float, ahead_s: float) -> bool:
        self.usual_s = ahead_s if self.usual_s is None else self.usual_s
        if abs(ahead_s - self.usual_s) <= self.rule.limit_s:
            self.left_s = None
            return False
        self.left_s = at_s if self.left_s is None else min(self.left_s, at_s)
        if at_s - self.left_s >= self.rule.settles_s:
            self.usual_s = self.left_s = None
            return False
        return True
