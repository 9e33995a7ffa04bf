"""Looks in, tracks out: one camera's memory of what is there, and it ends with the camera.

Two rounds as in ByteTrack (Y. Zhang et al., ECCV 2022, arXiv:2110.06864): confident detections
first, weak ones for tracks that are left. Each track moves on by its own filter, in true time. How
well the camera's finds can be trusted is learnt, and where boxes overlap the filter is trusted
more than they are. Where a thing is told to be lies halfway between such a filter, which is slow to
follow, and what was found. No looks of a person enter: a number means nothing outside its camera
and after its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

import numpy as np

from pipelines.course import Course, Terms
from pipelines.flow import Box, Detection, Look, Track
from pipelines.pairing import NOBODY, Reals, crowd, liken, pair
from pipelines.swaying import STILL

PRESENT_S = 0.25
"""For so long after it was last found a missed thing is still where its track says."""

CLEAR = 0.1  # share of a box that another one may cover, if noise is to be learnt from it
MOST = 4.0  # surprise that one find can be at most: a swap says nothing of the camera
ON_COURSE = (0.0, 0.0)
_TREMBLE_S = 0.05  # frames of one moment may be stamped microseconds apart, in either order


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSettings:
    """One set serves all cameras.

    sure       score from which a detection may begin a track
    weak       score from which one may keep a track
    near       likeness from which two boxes can be the same thing
    near_weak  the same for weak detections
    widen      share of its sides by which a box is widened for that
    hurry      sides per second by which what was found once may have moved, at most one side
    hits       looks that must find a thing before it counts
    weak_s     for which a track may live on weak detections alone
    named_s    for which a track may live on finds of another kind at its place
    unsure_s   after the first look in vain, when a track ends that does not count yet
    lost_s     after the first look in vain, when any other ends
    hidden_s   the same, where another thing stood in the way
    hidden     share of a box that this must cover
    forgotten_s without being found, looked for or not
    faint      by how many times a weak detection's box is less exact than a sure one's
    crowded    by how many deviations a find is worse that another thing covers
    learn      share of a find by which the camera's noise is adapted
    calm       surprise that a camera's finds are allowed before they count as noisy
    noisiest   variance of a noisy camera's finds, over that of a good one's
    lean       share of the way from the course to the last sure find at which a thing is told to be
    """

    sure: float = 0.5
    weak: float = 0.2
    near: float = 0.15
    near_weak: float = 0.3
    widen: float = 0.4
    hurry: float = 1.0
    hits: int = 2
    weak_s: float = 0.4
    named_s: float = 2.0
    unsure_s: float = 0.3
    lost_s: float = 1.5
    hidden_s: float = 3.0
    hidden: float = 0.3
    forgotten_s: float = 10.0
    faint: float = 2.0
    crowded: float = 4.0
    learn: float = 0.02
    calm: float = 0.4
    noisiest: float = 9.0
    lean: float = 0.5
    terms: Terms = field(default_factory=Terms)


class _Followed:
    """A track while it lives.

    hits      finds
    doubt_s   time of the first look since the last sure find that found nothing sure
    missed_s  time of the first look since the last find that found nothing
    hidden    another thing has stood in the way since
    lean      from the course's middle to what is told, pixels
    """

    __slots__ = (
        "born_s", "course", "doubt_s", "hidden", "hits", "label", "lean", "missed_s", "number",
        "score",
    )  # fmt: skip

    def __init__(self, number: int, seen: Detection, now_s: float, terms: Terms) -> None:
        self.number, self.label, self.score, self.born_s = number, seen.label, seen.score, now_s
        self.course, self.hits = Course(seen.box, now_s, terms), 1
        self.doubt_s = self.missed_s = inf
        self.hidden, self.lean = False, ON_COURSE

    def at(self, now_s: float) -> Track:
        box, seen_s = self.course.at(now_s).moved(*self.lean), self.course.seen_s
        return Track(self.number, self.label, box, self.score, self.born_s, seen_s, self.missed_s)


class Tracker:
    """Follows things within one camera; call it with each frame's time and look."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        self.settings = settings or TrackSettings()
        self.followed: list[_Followed] = []
        self.next_number = 1
        self.now_s = -inf
        self.noise = 1.0
        self.width = self.height = 0.0
        self.kinds: dict[str, int] = {}

    def __call__(self, now_s: float, look: Look | None) -> tuple[Track, ...]:
        """Bring the tracks to `now_s`; without a look nothing is missed, only forgotten.

        Each comes with the box where it should be now, by its speed and by where it was found.
        When the clock was set back, all tracks end: nobody knows how long ago they were seen.
        """
        if now_s < self.now_s - _TREMBLE_S:
            self.followed = []
        self.now_s = now_s
        oldest_s = now_s - self.settings.forgotten_s
        self.followed = [each for each in self.followed if each.course.seen_s >= oldest_s]
        if look is not None:
            if look.moved != STILL:
                for each in self.followed:
                    each.course.shift(look.moved)
            self._match(now_s, look)
            self.followed = [each for each in self.followed if not self._over(each, now_s)]
        return tuple(each.at(now_s) for each in self.followed if self._counts(each))

    def _match(self, now_s: float, look: Look) -> None:
        """Join tracks with finds, note who was missed, begin tracks with what is left."""
        self.followed.sort(key=self._counts, reverse=True)
        found = [each for each in look.found if each.score >= self.settings.weak]
        partners, covered = self._joined(found, now_s)
        others = self._misnamed(found, partners, now_s)
        self._widen(look)
        for each, place, cover in zip(self.followed, partners, covered, strict=True):
            if place != NOBODY:
                self._find(each, found[place], cover, now_s)
            elif each.number in others:
                self._keep(each, others[each.number], cover, now_s)
            else:
                self._miss(each, look, cover, now_s)
        for place in set(range(len(found))).difference(partners):
            if found[place].score >= self.settings.sure:
                new = _Followed(self.next_number, found[place], now_s, self.settings.terms)
                self.followed.append(new)
                self.next_number += 1

    def _joined(self, found: list[Detection], now_s: float) -> tuple[list[int], list[float]]:
        """For each track the place of its find, or NOBODY, and how far another track covers it."""
        rules, old = self.settings, self.followed
        expected = self._rows([(each.course.at(now_s), each.label) for each in old])
        likeness, covered = np.empty((len(old), len(found))), np.empty(len(old))
        counting = [self._counts(each) for each in old]
        reach = np.array([self._reach(each, now_s) for each in old])
        liken(expected, self._rows([each[:2] for each in found]), reach, rules.widen, likeness)
        crowd(expected, sum(counting), covered)
        partner = np.full(len(old), NOBODY)
        sure = np.array([each.score >= rules.sure for each in found], np.uint8)
        weak = 1 - sure
        seeks = np.array(counting, np.uint8)
        pair(likeness, rules.near, seeks, sure, partner)
        lately = [now_s - each.doubt_s <= rules.weak_s for each in old]
        left = np.where(lately, seeks & (partner == NOBODY), 0).astype(np.uint8)
        pair(likeness, rules.near_weak, left, weak, partner)
        pair(likeness, rules.near, 1 - seeks, sure, partner)
        return partner.tolist(), covered.tolist()

    def _misnamed(
        self, found: list[Detection], partners: list[int], now_s: float
    ) -> dict[int, Detection]:
        """For numbers of tracks that were not found: a sure find of another kind at their place.

        A network may name one thing now this, now that. Such a find may be another track's, too.
        """
        rules = self.settings
        left = [
            each for each, place in zip(self.followed, partners, strict=True)
            if place == NOBODY and self._counts(each) and now_s - each.doubt_s <= rules.named_s
        ]  # fmt: skip
        kinds = {each.label for each in left}
        sure = [each for each in found if each.score >= rules.sure]
        if not any(kinds - {each.label} for each in sure):
            return {}
        likeness, partner = np.empty((len(left), len(sure))), np.full(len(left), NOBODY)
        expected = self._rows([(each.course.at(now_s), "") for each in left])
        there = self._rows([(each.box, "") for each in sure])
        liken(expected, there, np.full(len(left), rules.widen), rules.widen, likeness)
        every = np.ones(len(left), np.uint8), np.ones(len(sure), np.uint8)
        pair(likeness, rules.near_weak, *every, partner)
        pairs = zip(left, partner.tolist(), strict=True)
        kept = {each.number: sure[place] for each, place in pairs if place != NOBODY}
        own = {each.number: each.label for each in left}
        return {number: seen for number, seen in kept.items() if seen.label != own[number]}

    def _rows(self, boxes: list[tuple[Box, str]]) -> Reals:
        """Boxes with their labels as the kernels want them, (n, 5) float64."""
        kinds = self.kinds
        rows = [(*box, kinds.setdefault(label, len(kinds))) for box, label in boxes]
        return np.array(rows, np.float64).reshape(-1, 5)

    def _reach(self, each: _Followed, now_s: float) -> float:
        """By which share of its sides a track's box is widened; a first find has no speed yet."""
        if each.hits > 1:
            return self.settings.widen
        passed_s = max(now_s - each.course.seen_s, 0.0)
        return self.settings.widen + min(self.settings.hurry * passed_s, 1.0)

    def _find(self, each: _Followed, seen: Detection, cover: float, now_s: float) -> None:
        """Let a track take in what was found, and learn how exact this camera's finds are."""
        rules, sure = self.settings, seen.score >= self.settings.sure
        trust = (1.0 + rules.crowded * cover) * (1.0 if sure else rules.faint)
        surprise = each.course.find(seen.box, now_s, self.noise * trust**2)
        if sure and self._counts(each) and cover < CLEAR:
            changed = 1.0 + rules.learn * (min(surprise, MOST) - rules.calm)
            self.noise = min(max(self.noise * changed, 1.0), rules.noisiest)
        each.hits, each.score = each.hits + 1, max(each.score, seen.score)
        each.missed_s, each.hidden = inf, False
        each.doubt_s = inf if sure else min(each.doubt_s, now_s)
        each.lean = each.course.towards(seen.box, rules.lean) if sure else ON_COURSE

    def _keep(self, each: _Followed, seen: Detection, cover: float, now_s: float) -> None:
        """Let a track take in where something is that goes by another name for now."""
        trust = (1.0 + self.settings.crowded * cover) * self.settings.faint
        each.course.find(seen.box, now_s, self.noise * trust**2)
        each.missed_s, each.hidden, each.lean = inf, False, ON_COURSE
        each.doubt_s = min(each.doubt_s, now_s)

    def _miss(self, each: _Followed, look: Look, cover: float, now_s: float) -> None:
        """Note a miss, if the look covered most of the place where the thing should be."""
        expected = self._inside(each.course.at(now_s))
        covered = max((expected.overlap(region) for region in look.regions), default=0.0)
        if covered >= 0.5 * expected.area:
            each.hidden |= cover >= self.settings.hidden
            each.missed_s = min(each.missed_s, now_s)
            each.doubt_s = min(each.doubt_s, now_s)

    def _widen(self, look: Look) -> None:
        """Remember how large the picture is at least."""
        for region in look.regions:
            self.width, self.height = max(self.width, region.x1), max(self.height, region.y1)

    def _inside(self, box: Box) -> Box:
        """A box that should be outside the picture, moved to its border: there it is looked for."""
        dx = max(-box.x0, 0.0) - max(box.x1 - self.width, 0.0)
        dy = max(-box.y0, 0.0) - max(box.y1 - self.height, 0.0)
        return box.moved(dx, dy)

    def _counts(self, each: _Followed) -> bool:
        return each.hits >= self.settings.hits

    def _over(self, each: _Followed, now_s: float) -> bool:
        rules = self.settings
        lost_s = rules.hidden_s if each.hidden else rules.lost_s
        return now_s - each.missed_s > (lost_s if self._counts(each) else rules.unsure_s)


def present(tracks: Iterable[Track], now_s: float) -> tuple[Track, ...]:
    """What was found just now, or so lately that it must still be there, or not missed since."""
    return tuple(
        each for each in tracks if now_s - each.seen_s <= PRESENT_S or now_s < each.missed_s
    )
