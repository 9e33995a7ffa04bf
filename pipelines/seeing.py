"""A frame, a part of it and a network in; what it finds there, in the frame's pixels, out."""

from collections.abc import Callable, Iterable, Sequence

from pipelines.flow import Box, Bytes, Detection, Frame
from pipelines.pixels import cut
from pipelines.regions import Patch

Network = Callable[[Bytes], Sequence[Detection]]
SAME = 0.4  # IoU from which two findings of one kind are of one thing


def seen_on(frame: Frame, part: Patch, network: Network) -> list[Detection]:
    """Show a network one part, at its scale."""
    return within(frame, part, network)[1]


def within(frame: Frame, part: Patch, network: Network) -> tuple[Box, list[Detection]]:
    """The same, and what was shown of the frame, to whole pixels."""
    picture, real = cut(frame, part.region, part.scale)
    across, down = real.width / picture.shape[1], real.height / picture.shape[0]
    return real, [
        Detection(_placed(each.box, real, across, down), each.label, each.score)
        for each in network(picture)
    ]


def distinct(found: Iterable[Detection]) -> tuple[Detection, ...]:
    """The surest of each heap of findings, the surest first."""
    kept: list[Detection] = []
    for each in sorted(found, key=lambda one: -one.score):
        if not any(each.label == one.label and each.box.iou(one.box) >= SAME for one in kept):
            kept.append(each)
    return tuple(kept)


def _placed(box: Box, within: Box, across: float, down: float) -> Box:
    return Box(
        within.x0 + box.x0 * across, within.y0 + box.y0 * down,
        within.x0 + box.x1 * across, within.y0 + box.y1 * down,
    )  # fmt: skip
