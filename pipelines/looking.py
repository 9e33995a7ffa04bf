"""What moved and what is followed in, where to look out; and then what a network found there.

It wakes on motion and stays for tracks. What it is worth to look depends on what could be missed:
something new, then a track that is about to be lost, then one that has not been seen for long.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.flow import Box, Bytes, Detection, Frame, Look, Motion, Track
from pipelines.pixels import cut
from pipelines.regions import to_look_at

SAME = 0.3  # IoU from which a finding is a thing that is followed
NEW, FADING, KNOWN = 3.0, 2.0, 1.0
FADING_S = 0.5  # without being found, after which a track is about to be lost
PATIENCE = 5  # looks in a row that found nothing, after which one looks less often
LONGEST_PAUSE_S = 1.0

Network = Callable[[Bytes], Sequence[Detection]]
Merge = Callable[[list[Detection]], tuple[Detection, ...]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Where one camera wants to look.

    regions  squares in pixels of the frame that will be shown
    worth    higher goes first
    """

    regions: tuple[Box, ...]
    worth: float


class Looker:
    """Decides when and where one camera's frames are shown to the network, and shows them.

    network      a BGR picture in, detections in its pixels out
    merge        drops doubles where regions overlap
    per_s        looks at a region per second, at most
    revisit_s    after which a track that does not move is looked at again
    """

    def __init__(
        self, network: Network, merge: Merge, *, per_s: float, revisit_s: float = 1.0
    ) -> None:
        self.network, self.merge = network, merge
        self.pause_s, self.revisit_s = 1.0 / per_s, revisit_s
        self.next_s = self.moved_s = float("-inf")
        self.calls = self.fruitless = 0
        self.unsure: list[Box] = []

    def wish(
        self, at_s: float, size: tuple[int, int], moving: Motion, tracks: Sequence[Track]
    ) -> Wish | None:
        """Where to look at `at_s`; None when there is nothing to look at or it is too soon.

        size    width and height of the frame, pixels
        moving  in the same pixels, as are the tracks
        """
        self._note_quiet(at_s, moving)
        if self._too_soon(at_s):
            return None
        stale = [t.box for t in tracks if at_s - t.seen_s >= self.revisit_s]
        wanted = [*moving.regions, *_near(tracks, moving), *stale, *self.unsure]
        if not wanted:
            return None
        regions = to_look_at(wanted, width=size[0], height=size[1])
        return Wish(regions, _worth(at_s, moving, tracks))

    def look(self, frame: Frame, wish: Wish, tracks: Sequence[Track]) -> Look:
        """Show the wished regions of a frame to the network."""
        self.next_s = frame.captured_s + self._pause_s() * len(wish.regions)
        shown = [each for region in wish.regions for each in self._look_at(frame, region)]
        found = self.merge(shown)
        self.fruitless = 0 if found else self.fruitless + 1
        self.unsure = [each.box for each in found if not _is_followed(each.box, tracks)]
        return Look(wish.regions, found)

    def __call__(self, frame: Frame, moving: Motion, tracks: Sequence[Track]) -> Look | None:
        """Wish and look at once, where there is but one camera."""
        wish = self.wish(frame.captured_s, (frame.width, frame.height), moving, tracks)
        return None if wish is None else self.look(frame, wish, tracks)

    def _note_quiet(self, at_s: float, moving: Motion) -> None:
        """After a quiet second what moves is new, and worth looking at without delay."""
        if moving:
            if at_s - self.moved_s > LONGEST_PAUSE_S and self.fruitless > PATIENCE:
                self.fruitless, self.next_s = 0, at_s
            self.moved_s = at_s

    def _pause_s(self) -> float:
        """Longer, up to a second, while looks find nothing: a bush that waves stays a bush."""
        doubled = self.pause_s * 2.0 ** min(max(self.fruitless - PATIENCE, 0), 10)
        return max(self.pause_s, min(doubled, LONGEST_PAUSE_S))

    def _too_soon(self, at_s: float) -> bool:
        """Too soon after the last look; a clock that was set back does not blind us."""
        return 0 < self.next_s - at_s <= 10 * max(self.pause_s, LONGEST_PAUSE_S)

    def _look_at(self, frame: Frame, region: Box) -> list[Detection]:
        picture, real = cut(frame, region)
        self.calls += 1
        return [
            Detection(_moved(each.box, real), each.label, each.score)
            for each in self.network(picture)
        ]


def _worth(at_s: float, moving: Motion, tracks: Sequence[Track]) -> float:
    if any(not any(region.overlap(t.box) for t in tracks) for region in moving.regions):
        return NEW
    return FADING if any(at_s - t.seen_s >= FADING_S for t in tracks) else KNOWN


def _near(tracks: Sequence[Track], moving: Motion) -> list[Box]:
    """Tracks that touch what moves: the network shall see them whole."""
    return [t.box for t in tracks if any(t.box.overlap(region) > 0 for region in moving.regions)]


def _is_followed(box: Box, tracks: Sequence[Track]) -> bool:
    """Say whether a track is there already; what is new is looked at once more, moving or not."""
    return any(box.iou(track.box) >= SAME for track in tracks)


def _moved(box: Box, region: Box) -> Box:
    return Box(
        box.x0 + region.x0, box.y0 + region.y0, box.x1 + region.x0, box.y1 + region.y0
    ).clipped(region.x1, region.y1)
