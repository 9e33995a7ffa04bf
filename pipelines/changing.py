"""What changed in a scene and stays so in, objects left behind or taken away out.

The motion stage says what differs from the scene and stands. Whether it came or went is told by its
outline: what was put down has edges now where there were none before, and what was taken away had
them (P. Spagnolo et al., An abandoned/removed objects detection algorithm and its evaluation on
PETS datasets, AVSS 2006). A patch of light or shadow is neither: the ground's texture goes on under
it, so that before and after correlate (J. Jacques et al., Background subtraction and shadow
detection in grayscale video sequences, SIBGRAPI 2005). Nobody's belongings are followed: nothing is
known of who put a thing down or took it away.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from pipelines.feet import Key, key_of, shares
from pipelines.flow import Box, Facts, Finding, Frame, Motion, Rule, Standing, Track
from pipelines.lives import Case, Lives, NewId, Passed
from pipelines.rules import VEHICLES, OfScene, name_of
from pipelines.zones import Zone

LOOK_S = 1.0  # from one look at the scene to the next
SEEN_S = 10.0  # that something must stand before it is looked at; half the rule's at most
SAME = 0.3  # IoU from which two places are one
WHOLE = 0.4  # IoU from which what changed is a whole vehicle or person, come or gone
STOOD_S = 3.0  # that a track must have stood for its place to be remembered
MEMORY_S = 120.0  # for which it is, beyond the rule's own time
REMEMBERED = 256  # places, at most
GONE_S = 3.0  # that a place must look as before until what changed counts as undone
STEP, PART = 8.0, 0.4  # grey levels, and share of the largest change, that count as changed
CLEAR = 1.15  # times more edges on one side than on the other: came, or went
LIT, TEXTURE = 0.9, 3.0  # correlation, and grey levels of texture, from which it is only the light
ALIVE = frozenset({"person", "bicycle", "train", "dog", "cat", *VEHICLES})

Cells = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What differs from the scene at one place.

    rule  whether it came or went
    box   around what differs, in pixels of the frame
    mask  (h, w) bool, the cells of `standing` that differ
    """

    rule: Rule
    box: Box
    standing: Standing
    mask: Mask


@dataclass(slots=True)
class _Kept:
    """A change that is watched; `told`: its life has begun."""

    number: int
    change: Change
    since_s: float
    like_after_s: float
    told: bool = False


class SceneJudge:
    """A life for each object that was left, or taken, in a zone."""

    def __init__(
        self,
        rule: OfScene,
        zone: Zone,
        facts: Facts,
        new_id: NewId,
        standing: Callable[[float], tuple[Standing, ...]],
    ) -> None:
        self.rule, self.zone, self.standing = rule, zone, standing
        self.name: Rule = name_of(rule)
        self.facts = msgspec.structs.replace(facts, rule=self.name, zone=zone.id)
        self.lives, self.passed, self.stood = Lives(rule, new_id), Passed(), Stood()
        self.kept: list[_Kept] = []
        self.number, self.next_s = 0, 0.0

    def __call__(self, frame: Frame, _: Motion, tracks: tuple[Track, ...]) -> Iterator[Finding]:
        """Once a second, look for what changed and at what is watched already."""
        now_s = self.passed(frame.captured_s)
        if now_s < self.next_s:
            return
        self.next_s = now_s + LOOK_S
        there = [track for track in tracks if track.label in ALIVE]
        self.stood(now_s, there, keep_s=self.rule.dwell_s + MEMORY_S)
        self._keep(now_s, frame)
        self.kept = [each for each in self.kept if self._remains(each, now_s, frame, there)]
        due = [each for each in self.kept if self._due(each, now_s, there)]
        for each in due:
            each.told = True
        cases = {each.number: self._case(each, now_s, frame) for each in due}
        yield from self.lives(now_s, frame, tracks, cases)

    def _keep(self, now_s: float, frame: Frame) -> None:
        """Begin to watch what changed lately."""
        for standing in self.standing(min(SEEN_S, self.rule.dwell_s / 2)):
            change = change_of(standing)
            if change is None or not self._is_ours(change, frame):
                continue
            self.number += 1
            since_s = now_s - standing.seconds
            self.kept.append(_Kept(self.number, change, since_s, now_s))

    def _is_ours(self, change: Change, frame: Frame) -> bool:
        """Of the rule's kind and size, in its zone, and neither known nor somebody's own place."""
        area = change.box.area / (frame.width * frame.height)
        x, y = change.box.foot
        foot = x / frame.width, min(y, frame.height - 0.5) / frame.height
        return (
            change.rule == self.name
            and self.rule.minimum_area <= area <= self.rule.maximum_area
            and self.zone.holds(*foot)
            and not any(change.box.iou(each.change.box) >= SAME for each in self.kept)
            and not self.stood.at(change.box)
        )

    def _remains(self, each: _Kept, now_s: float, frame: Frame, there: Sequence[Track]) -> bool:
        """The place still looks as it does since the change, or somebody is in the way."""
        if _is_covered(each.change.box, there) or looks_changed(each.change, frame):
            each.like_after_s = now_s
        return now_s - each.like_after_s < GONE_S

    def _due(self, each: _Kept, now_s: float, there: Sequence[Track]) -> bool:
        """It is there, has lasted, and nobody is at it; or it was told already."""
        lasted = each.like_after_s == now_s and now_s - each.since_s >= self.rule.dwell_s
        free = not _is_covered(each.change.box, there) and not self.stood.at(each.change.box)
        return each.told or (lasted and free)

    def _case(self, each: _Kept, now_s: float, frame: Frame) -> Case:
        facts = msgspec.structs.replace(
            self.facts, box=shares(each.change.box, frame), dwell_s=round(now_s - each.since_s, 1)
        )
        return Case(facts, frozenset({each.number}))


class Stood:
    """Remembers where people, animals and vehicles appeared or stood: that is no object's place."""

    def __init__(self) -> None:
        self.now: dict[Key, tuple[Box, float]] = {}
        self.past: list[tuple[Box, float]] = []

    def __call__(self, now_s: float, tracks: Sequence[Track], *, keep_s: float) -> None:
        """Note where they are at `now_s`; forget what is older than `keep_s`."""
        places = {key_of(track): track.box for track in tracks}
        for key, (box, since_s) in self.now.items():
            here = places.get(key)
            if (here is None or here.iou(box) < 1 - SAME) and now_s - since_s >= STOOD_S:
                self.past.append((box, now_s))
        self.past += [(box, now_s) for key, box in places.items() if key not in self.now]
        self.now = {key: self._since(key, box, now_s) for key, box in places.items()}
        recent = [(box, s) for box, s in self.past if now_s - s <= keep_s]
        self.past = recent[-REMEMBERED:]

    def _since(self, key: Key, box: Box, now_s: float) -> tuple[Box, float]:
        before = self.now.get(key)
        return before if before and before[0].iou(box) >= 1 - SAME else (box, now_s)

    def at(self, box: Box) -> bool:
        """Say whether one of them is, or was, as large as this box and just there."""
        places = [*self.now.values(), *self.past]
        return any(box.iou(place) >= WHOLE for place, _ in places)


def change_of(standing: Standing) -> Change | None:
    """What came or went at a place; nothing when its outline does not tell, or it is only light."""
    differs = np.abs(standing.after - standing.before)
    changed = differs > max(STEP, PART * float(differs.max()))
    mask = _largest(changed)
    if not mask.any() or _is_light(standing, mask):
        return None
    band = _outline(mask)
    before, after = (
        float(_edges(cells)[band].mean()) for cells in (standing.before, standing.after)
    )
    if max(before, after) < CLEAR * min(before, after):
        return None
    rule: Rule = "object-left" if after > before else "object-taken"
    return Change(rule, _around(mask, standing.box), standing, mask)


def looks_changed(change: Change, frame: Frame) -> bool:
    """Say whether the place looks more as it did after the change than as it did before.

    The light may have changed since: it is taken from the cells around.
    """
    standing, mask = change.standing, change.mask
    x0, y0, x1, y1 = (int(side) for side in standing.box)
    luma = frame.y[y0:y1, x0:x1].astype(np.float32)
    if not luma.size:
        return False
    rows, columns = mask.shape
    now = np.asarray(cv2.resize(luma, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
    around = ~mask
    if around.any():
        now = now * float((standing.after[around].mean() + 1) / (now[around].mean() + 1))
    from_before = np.abs(now - standing.before)[mask].mean()
    return bool(np.abs(now - standing.after)[mask].mean() < from_before)


def _is_covered(box: Box, tracks: Sequence[Track]) -> bool:
    """Somebody or a vehicle is over half of it."""
    return any(track.box.overlap(box) >= 0.5 * box.area for track in tracks)


def _is_light(standing: Standing, mask: Mask) -> bool:
    """The ground's texture goes on: what it was and what it is correlate."""
    before, after = standing.before[mask], standing.after[mask]
    if min(before.std(), after.std()) < TEXTURE:
        return False
    return float(np.corrcoef(before, after)[0, 1]) >= LIT


def _largest(changed: Mask) -> Mask:
    """The largest part that hangs together."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(changed.astype(np.uint8))
    if count < 2:
        return np.zeros_like(changed)
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), np.bool_)


def _outline(mask: Mask) -> Mask:
    """The cells along its edge, one on each side."""
    solid, square = mask.astype(np.uint8), np.ones((3, 3), np.uint8)
    return np.asarray(cv2.dilate(solid, square) - cv2.erode(solid, square), np.bool_)


def _edges(cells: Cells) -> Cells:
    """Strength of the edges (Sobel), grey levels."""
    across, down = (cv2.Sobel(cells, cv2.CV_32F, x, 1 - x, ksize=3) for x in (1, 0))
    return np.hypot(across, down)


def _around(mask: Mask, box: Box) -> Box:
    """The smallest box around the cells of a mask that lies over `box`."""
    ys, xs = np.nonzero(mask)
    across, down = box.width / mask.shape[1], box.height / mask.shape[0]
    return Box(
        box.x0 + across * float(xs.min()), box.y0 + down * float(ys.min()),
        box.x0 + across * float(xs.max() + 1), box.y0 + down * float(ys.max() + 1),
    )  # fmt: skip
