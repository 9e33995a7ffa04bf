"""A frame and what moved in, what a network found out: it wakes on motion and stays for tracks."""

from collections.abc import Callable, Sequence

from pipelines.flow import Box, Bytes, Detection, Frame, Look, Motion, Track
from pipelines.pixels import cut
from pipelines.regions import to_look_at

SAME = 0.3  # IoU from which a finding is a thing that is followed

Network = Callable[[Bytes], Sequence[Detection]]
Merge = Callable[[list[Detection]], tuple[Detection, ...]]


class Looker:
    """Decides when and where one camera's frames are shown to the network.

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
        self.next_s = float("-inf")
        self.calls = 0
        self.unsure: list[Box] = []

    def __call__(self, frame: Frame, moving: Motion, tracks: Sequence[Track]) -> Look | None:
        """Look where it is worth it; None when there is nothing to look at or it is too soon."""
        if self._too_soon(frame.captured_s):
            return None
        stale = [t.box for t in tracks if frame.captured_s - t.seen_s >= self.revisit_s]
        wanted = [*moving.regions, *self._near(tracks, moving), *stale, *self.unsure]
        if not wanted:
            return None
        regions = to_look_at(wanted, width=frame.width, height=frame.height)
        self.next_s = frame.captured_s + self.pause_s * len(regions)
        found = self.merge([each for region in regions for each in self._look_at(frame, region)])
        self.unsure = [each.box for each in found if not _is_followed(each.box, tracks)]
        return Look(regions, found)

    def _too_soon(self, captured_s: float) -> bool:
        """Too soon after the last look; a clock that was set back does not blind us."""
        ahead_s = self.next_s - captured_s
        return 0 < ahead_s <= self.pause_s * 10

    def _near(self, tracks: Sequence[Track], moving: Motion) -> list[Box]:
        """Tracks that touch what moves: the network shall see them whole."""
        return [
            t.box for t in tracks if any(t.box.overlap(region) > 0 for region in moving.regions)
        ]

    def _look_at(self, frame: Frame, region: Box) -> list[Detection]:
        picture, real = cut(frame, region)
        self.calls += 1
        return [
            Detection(_moved(each.box, real), each.label, each.score)
            for each in self.network(picture)
        ]


def _is_followed(box: Box, tracks: Sequence[Track]) -> bool:
    """Say whether a track is there already; what is new is looked at once more, moving or not."""
    return any(box.iou(track.box) >= SAME for track in tracks)


def _moved(box: Box, region: Box) -> Box:
    return Box(
        box.x0 + region.x0, box.y0 + region.y0, box.x1 + region.x0, box.y1 + region.y0
    ).clipped(region.x1, region.y1)
