"""Packets of a large stream in, the one frame that somebody asks for out, and no other converted.

Since the keyframe before last all packets are kept, up to a limit. Nothing is decoded until a frame
is wanted; then the decoder starts at that frame's keyframe and stops at the frame, some packets at
a time.
"""

import logging
from collections.abc import Callable

from edge.decoding import Decoder
from edge.feed import Parcel
from edge.tally import Tally
from pipelines.flow import Frame

log = logging.getLogger("tocsin.reel")

PACKETS_AT_ONCE = 4
MOST = 3000  # packets: two minutes without a keyframe
NEAR_S = 0.03  # a frame this much before the wanted time is the wanted one
IDLE_S = 30.0  # without being asked, after which the decoder's memory is given back


class Reel:
    """The last one or two groups of pictures of one stream, and where the decoder stands.

    see  is told of every frame that is decoded, wanted or on the way to one that is

    Of a stream whose keyframes are too rare nothing is kept until the next one: a camera that
    refreshes its picture bit by bit may never send another.
    """

    def __init__(self, tally: Tally, see: Callable[[Frame], None]) -> None:
        self.tally, self.see = tally, see
        self.parcels: list[Parcel] = []
        self.decoder: Decoder | None = None
        self.position: int | None = None
        self.asked_s = 0.0

    def put(self, parcel: Parcel) -> None:
        """Keep a packet; what lies before the last keyframe but one goes."""
        if self.parcels and parcel.codec is not self.parcels[-1].codec:
            self._forget_all()
        if len(self.parcels) >= MOST and not parcel.key:
            log.warning("camera=%s keyframes=too-rare packets=%s", self.tally.camera, MOST)
            self._forget_all()
        if parcel.key:
            self._forget_before(self._keys()[-1:])
            if self.decoder and parcel.captured_s - self.asked_s > IDLE_S:
                self.decoder = None
        if self.parcels or parcel.key:
            self.parcels.append(parcel)

    def frame_at(self, at_s: float) -> Frame | None:
        """The frame seen at `at_s`, or the next one; None when more calls or packets are needed."""
        self.asked_s = at_s
        self._stand_before(at_s)
        for _ in range(PACKETS_AT_ONCE):
            if self.position is None or self.position >= len(self.parcels):
                return None
            parcel = self.parcels[self.position]
            self.position += 1
            for frame in self._decode(parcel):
                self.see(frame)
                if frame.captured_s >= at_s - NEAR_S:
                    return frame
        return None

    def has(self, at_s: float) -> bool:
        """Say whether work towards the frame at `at_s` can be done now."""
        if self.position is not None and self.position < len(self.parcels):
            return True
        return bool(self.parcels) and self.position is None and self.parcels[-1].captured_s >= at_s

    def rest(self) -> None:
        """Nobody wants a frame for now: decoding begins at a keyframe when somebody does."""
        self.position = None

    def _stand_before(self, at_s: float) -> None:
        """Stand at the keyframe of the wanted frame, unless the decoder is on its way to it."""
        keys = [index for index in self._keys() if self.parcels[index].captured_s <= at_s + NEAR_S]
        start = keys[-1] if keys else next(iter(self._keys()), None)
        if self.position is None or (start is not None and self.position < start):
            self.position = start

    def _keys(self) -> list[int]:
        return [index for index, parcel in enumerate(self.parcels) if parcel.key]

    def _forget_all(self) -> None:
        self.parcels, self.position, self.decoder = [], None, None

    def _forget_before(self, last_key: list[int]) -> None:
        if last_key and last_key[0]:
            self.parcels = self.parcels[last_key[0] :]
            if self.position is not None:
                moved = self.position - last_key[0]
                self.position = moved if moved >= 0 else None

    def _decode(self, parcel: Parcel) -> list[Frame]:
        if self.decoder is None:
            self.decoder = Decoder(parcel.codec, self.tally)
        return self.decoder(parcel.packet, parcel.captured_s)
