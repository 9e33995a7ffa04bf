"""Packets in, packets out, or whole rests of a group of pictures skipped when we are late.

A single packet must never be dropped: the decoder would draw garbage until the next keyframe and
not know it. So the unit of skipping is the rest of a group of pictures (GOP); after it decoding is
exact again. Of each group the first pictures are always decoded, one for each second it lasts.
"""

from collections import deque
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What can wait here: whether it begins a group, and when it was seen and came, in seconds."""

    @property
    def key(self) -> bool:
        """Whether decoding can begin with it."""
        ...

    @property
    def captured_s(self) -> float:
        """When the camera saw it."""
        ...

    @property
    def arrived_s(self) -> float:
        """When it came, on the clock that `take` is told."""
        ...


Item = TypeVar("Item", bound=Waiting)


class Backlog(Generic[Item]):
    """One stream's packets between the thread that reads and the thread that decodes.

    late_s  how long a packet may wait before the rest of its group is skipped
    most    packets that are held; when as many wait, what comes is skipped up to a keyframe

    One thread puts, one takes; both ends of a deque may be used at once.
    """

    def __init__(self, *, late_s: float = 0.5, most: int = 512) -> None:
        self.late_s, self.most = late_s, most
        self.items: deque[Item] = deque()
        self.skipped = 0
        self._clogged = self._skipping = False
        self._group_s, self._group_began_s, self._taken = 0.0, 0.0, 0

    def __len__(self) -> int:
        return len(self.items)

    def put(self, item: Item) -> None:
        """Add a packet, or skip it when too many wait already."""
        if self._clogged and item.key:
            self._clogged = False
        if self._clogged or len(self.items) >= self.most:
            self._clogged = True
            self.skipped += 1
            return
        self.items.append(item)

    def take(self, now_s: float) -> Item | None:
        """The next packet to decode, or None when none waits."""
        while self.items:
            item = self.items.popleft()
            if item.key:
                self._begin_group(item)
            elif self._skipping or self._too_late(item, now_s):
                self._skipping = True
                self.skipped += 1
                continue
            self._taken += 1
            return item
        return None

    def clear(self) -> None:
        """Forget what waits; who takes next begins with a keyframe."""
        self.items.clear()

    def peek(self) -> Item | None:
        """The oldest packet, left where it is."""
        try:
            return self.items[0]
        except IndexError:
            return None

    def _begin_group(self, item: Item) -> None:
        self._group_s = min(max(item.captured_s - self._group_began_s, 0.0), 10.0)
        self._group_began_s, self._skipping, self._taken = item.captured_s, False, 0

    def _too_late(self, item: Item, now_s: float) -> bool:
        """Late, and this group has had a picture for each second that the last one took."""
        return now_s - item.arrived_s > self.late_s and self._taken > self._group_s
