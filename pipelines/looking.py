"""What moved and what is followed in, where to look out; and then what a network found there.

It wakes on motion and stays for tracks. Each thing has its own time at which to be looked at: at
once what is new, then what was looked for and not found, often what moves, rarely what stands. What
moves and is found to be nothing is looked at less and less. The scale of a look is the one at which
the network knows things best; where nothing that matters is found, others have their turn.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.flow import Box, Detection, Frame, Look, Motion, Track
from pipelines.regions import PLAIN, TILED, Patch, Sight, Target, is_cut, patch, to_look_at
from pipelines.seeing import Network, within
from pipelines.zooming import SURE, Zooms, at

CROWD = 3  # tracks from which each look is also one over all that moves
SWEEP = 5  # looks of which one is, where fewer are followed
SAME = 0.3  # IoU from which a finding is a thing that is followed
NEW, FADING, KNOWN = 3.0, 2.0, 1.0
PATIENCE = 5  # looks in a row that found nothing, after which one looks less often
LONGEST_PAUSE_S = 1.0
LONGEST_REST_S = 30.0
EXPLAINED = 0.5  # of what moves lies on tracks: it is they that move
WIDER = 0.3  # by which a track's box is widened for that
SEEN = 0.9  # of a box lies in what was shown: it was looked at
STANDS = 0.85  # IoU with where it was, from which a thing has not moved
FORGOTTEN_S = 5.0  # without moving, after which a spot is forgotten
TREMBLE_S = 0.01  # by which frames come before or after their time

Merge = Callable[[list[Detection]], tuple[Detection, ...]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Where one camera wants to look.

    targets  what for
    patches  parts of the frame, and the scale at which each will be shown
    worth    higher goes first
    cost     in looks at a whole picture
    """

    targets: tuple[Target, ...]
    patches: tuple[Patch, ...]
    worth: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Visit:
    """When a track was looked at last, where it was, and how long it may rest."""

    at_s: float
    box: Box
    rest_s: float


@dataclass(slots=True)
class _Spot:
    """Something that moves and is no track: where, since how many looks, and when to look next."""

    box: Box
    moved_s: float
    due_s: float
    tries: int = 0


class Looker:
    """Decides when and where one camera's frames are shown to the network, and shows them.

    network  a BGR picture in, detections in its pixels out
    merge    drops doubles where patches overlap
    per_s    whole looks per second, at most, and frames that are looked at
    sight    what the network sees best
    wanted   classes that somebody asks about; others are visited as if they stood still
    """

    def __init__(
        self, network: Network, merge: Merge, *, per_s: float, sight: Sight = PLAIN,
        wanted: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        self.network, self.merge = network, merge
        self.pause_s, self.sight, self.wanted = 1.0 / per_s, sight, wanted
        self.next_s = float("-inf")
        self.calls = self.wishes = 0
        self.unsure: list[Box] = []
        self.visits: dict[int, _Visit] = {}
        self.spots: list[_Spot] = []
        self.zooms = Zooms()

    def wish(
        self, at_s: float, size: tuple[int, int], moving: Motion, tracks: Sequence[Track]
    ) -> Wish | None:
        """Where to look at `at_s`; None when there is nothing to look at or it is too soon.

        size    width and height of the frame, pixels
        moving  in the same pixels, as are the tracks
        """
        if not (moving or tracks or self.unsure):
            return None
        self._note(at_s, moving, tracks)
        if self._too_soon(at_s):
            return None
        wanted = sorted(self._due(at_s, moving, tracks), key=lambda each: -each[0])
        if not wanted:
            return None
        targets = tuple(self.zooms.target(box, size, self.sight) for _, box in wanted)
        targets = (*targets, *self._sweep(moving, tracks))
        patches = to_look_at(targets, self.sight, width=size[0], height=size[1])
        cost = sum(each.cost(self.sight) for each in patches)
        return Wish(targets, patches, wanted[0][0], cost)

    def look(self, frame: Frame, wish: Wish, tracks: Sequence[Track]) -> Look:
        """Show the wished patches of a frame to the network."""
        now_s = frame.captured_s
        self.next_s = now_s + self.pause_s * max(1.0, wish.cost)
        parts = [list(self._look_at(frame, part)) for part in wish.patches]
        shown = [each for some in parts for each in some]
        whole = [[each for each, is_part in some if not is_part] for some in parts]
        found = self.merge([each for some in whole for each in some])
        sure = [*(each for each in found if each.score >= SURE),
                *(each for each, is_part in shown if is_part and each.score >= SURE)]  # fmt: skip
        look = Look(tuple(each.region for each in wish.patches), found)
        self._visited(now_s, look, tracks)
        self._learn(frame, wish, whole)
        self.unsure = [each.box for each in sure if not _among(each.box, tracks)]
        return look

    def __call__(self, frame: Frame, moving: Motion, tracks: Sequence[Track]) -> Look | None:
        """Wish and look at once, where there is but one camera."""
        wish = self.wish(frame.captured_s, (frame.width, frame.height), moving, tracks)
        return None if wish is None else self.look(frame, wish, tracks)

    def _note(self, at_s: float, moving: Motion, tracks: Sequence[Track]) -> None:
        """Remember what moves and is no track, spot by spot, and which tracks there are."""
        alive = {track.number for track in tracks}
        self.visits = {number: v for number, v in self.visits.items() if number in alive}
        self.spots = [s for s in self.spots if 0 <= at_s - s.moved_s <= FORGOTTEN_S]
        wanted = [track for track in tracks if self._is_wanted(track.label)]
        for region in moving.regions:
            if not _explained(region, wanted):
                self._note_spot(at_s, region)

    def _note_spot(self, at_s: float, region: Box) -> None:
        for spot in self.spots:
            if at(spot.box, region):
                if at_s - spot.moved_s > LONGEST_PAUSE_S:  # it was quiet there: this is new
                    spot.tries, spot.due_s = 0, at_s
                spot.box, spot.moved_s = region, at_s
                return
        self.spots.append(_Spot(region, at_s, at_s))

    def _due(
        self, at_s: float, moving: Motion, tracks: Sequence[Track]
    ) -> Iterator[tuple[float, Box]]:
        """What is to be looked at now, and what each look is worth."""
        for spot in self.spots:
            if spot.moved_s == at_s and spot.due_s <= at_s + TREMBLE_S:
                yield NEW, spot.box
        for box in self.unsure:
            yield FADING, box
        for track in tracks:
            visit = self.visits.get(track.number) or _Visit(track.seen_s, track.box, 0.0)
            if track.seen_s < visit.at_s:
                yield FADING, track.box
            elif at_s - visit.at_s >= self._rest_s(track, visit, moving) - TREMBLE_S:
                yield KNOWN, track.box

    def _sweep(self, moving: Motion, tracks: Sequence[Track]) -> Iterator[Target]:
        """All that moves at once, at the size of those who are followed: some hide among them."""
        self.wishes += 1
        boxes = [track.box for track in tracks if self._is_wanted(track.label)]
        if boxes and (len(boxes) >= CROWD or self.wishes % SWEEP == 0):
            usual = sorted(box.height for box in boxes)[len(boxes) // 2]
            around = functools.reduce(Box.around, [*boxes, *moving.regions])
            yield Target(around, max(around.height, around.width / 2) / usual)

    def _rest_s(self, track: Track, visit: _Visit, moving: Motion) -> float:
        """How long a track needs no look: until it moves, or for ever longer while it stands."""
        rest_s = max(visit.rest_s, self.pause_s)
        if not self._is_wanted(track.label):
            return max(rest_s, LONGEST_PAUSE_S)
        if track.box.iou(visit.box) < STANDS:
            return self.pause_s
        touched = any(track.box.overlap(region) > 0 for region in moving.regions)
        return min(rest_s, LONGEST_PAUSE_S) if touched else rest_s

    def _visited(self, now_s: float, look: Look, tracks: Sequence[Track]) -> None:
        """Note what was looked at: tracks rest, and spots of nothing are put off."""
        for track in tracks:
            if _shown(track.box, look):
                before = self.visits.get(track.number)
                stood = before is not None and track.box.iou(before.box) >= STANDS
                rest_s = 2 * max(before.rest_s, self.pause_s) if before and stood else self.pause_s
                visit = _Visit(now_s, track.box, min(rest_s, LONGEST_REST_S))
                self.visits[track.number] = visit
        for spot in self.spots:
            if _shown(spot.box, look):
                found = any(
                    each.box.overlap(spot.box) > 0 and self._matters(each) for each in look.found
                )
                spot.tries = 0 if found else spot.tries + 1
                doubled = self.pause_s * 2.0 ** min(max(spot.tries - PATIENCE, 0), 10)
                spot.due_s = now_s + max(self.pause_s, min(doubled, LONGEST_PAUSE_S))

    def _learn(self, frame: Frame, wish: Wish, whole: Sequence[Sequence[Detection]]) -> None:
        """Tell the zooms what each target's own patches have shown of it, of what matters."""
        shown: list[tuple[Target, list[Detection]]] = []
        for target in wish.targets:
            own = self._patches_of(target, wish.patches, (frame.width, frame.height))
            mattering = [
                each for place in own for each in whole[place]
                if self._is_wanted(each.label) and each.box.overlap(target.box) > 0
            ]  # fmt: skip
            if own:
                shown.append((target, mattering))
        self.zooms.learn(frame.captured_s, shown)

    def _patches_of(
        self, target: Target, patches: Sequence[Patch], size: tuple[int, int]
    ) -> list[int]:
        """Which patches were shown for a target; none where there was no room for it."""
        if target.zoom == TILED:
            return [place for place, each in enumerate(patches)
                    if each.region.overlap(target.box) > 0]  # fmt: skip
        asked = patch(target, self.sight, *size).scale
        off = {place: abs(each.scale - asked) for place, each in enumerate(patches)
               if each.region.overlap(target.box) >= SEEN * target.box.area}  # fmt: skip
        return [min(off, key=off.__getitem__)] if off else []

    def _matters(self, found: Detection) -> bool:
        return found.score >= SURE and self._is_wanted(found.label)

    def _is_wanted(self, label: str) -> bool:
        return self.wanted is None or label in self.wanted

    def _too_soon(self, at_s: float) -> bool:
        """Too soon after the last look; a clock that was set back does not blind us."""
        return TREMBLE_S < self.next_s - at_s <= 10 * max(self.pause_s, LONGEST_PAUSE_S)

    def _look_at(self, frame: Frame, part: Patch) -> Iterator[tuple[Detection, bool]]:
        """What is found on a patch, in the frame's pixels, and whether its border cuts it."""
        self.calls += 1
        real, found = within(frame, part, self.network)
        for each in found:
            box = each.box.clipped(real.x1, real.y1)
            is_part = is_cut(box, real, frame.width - 1, frame.height - 1, scale=part.scale)
            yield Detection(box, each.label, each.score), is_part


def _explained(region: Box, tracks: Sequence[Track]) -> bool:
    """Say whether it is tracks that move there."""
    covered = sum(region.overlap(track.box.grown(WIDER)) for track in tracks)
    return covered >= EXPLAINED * region.area


def _shown(box: Box, look: Look) -> bool:
    return any(box.overlap(region) >= SEEN * box.area for region in look.regions)


def _among(box: Box, tracks: Sequence[Track]) -> bool:
    """Say whether a track is there already; what is new is looked at once more, moving or not."""
    return any(box.iou(track.box) >= SAME for track in tracks)
