"""Packets of one stream in, those of the last seconds out, for whoever comes late.

One thread puts, another reads; memory is bounded by time and by bytes.
"""

import threading
from collections import deque
from itertools import islice
from typing import NamedTuple

from edge.feed import Parcel


class Held(NamedTuple):
    """A parcel and its number; numbers count up by one."""

    number: int
    parcel: Parcel


class Ring:
    """The last seconds of one stream, whole groups of pictures.

    keep_s     seconds that are kept at least, if the bytes allow it
    limit      bytes of packets at most
    size       bytes of packets now
    shortened  groups that went before their time, for want of bytes
    """

    def __init__(self, *, keep_s: float, limit: int) -> None:
        self.keep_s, self.limit = keep_s, limit
        self.held: deque[Held] = deque()
        self.keys: deque[Held] = deque()
        self.size = self.shortened = self.next = 0
        self.lock = threading.Lock()

    def put(self, parcel: Parcel) -> None:
        """Keep a packet; what is too old, or too much, goes by groups."""
        with self.lock:
            if not (parcel.key or self.held):
                return
            held = Held(self.next, parcel)
            self.next += 1
            self.held.append(held)
            self.size += parcel.packet.size
            if parcel.key:
                self.keys.append(held)
            while self._is_old(parcel.captured_s):
                self._drop_group()
            while self.size > self.limit:
                self.shortened += 1
                self._drop_group()

    def start(self, at_s: float) -> int:
        """Number of the last keyframe at or before a time, or of the first after it."""
        with self.lock:
            before = [key for key in self.keys if key.parcel.captured_s <= at_s]
            if before:
                return before[-1].number
            return self.keys[0].number if self.keys else self.next

    def after(self, number: int) -> list[Held]:
        """What there is from a number on; it begins later where that is gone."""
        with self.lock:
            gone = number - self.held[0].number if self.held else 0
            return list(islice(self.held, max(0, gone), None))

    def _is_old(self, now_s: float) -> bool:
        """Whether what comes after the first group is old enough to begin with."""
        return len(self.keys) > 1 and now_s - self.keys[1].parcel.captured_s >= self.keep_s

    def _drop_group(self) -> None:
        self.keys.popleft()
        upto = self.keys[0].number if self.keys else self.next
        while self.held and self.held[0].number < upto:
            self.size -= self.held.popleft().parcel.packet.size
