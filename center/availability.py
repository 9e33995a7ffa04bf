"""How the boxes do, looked at every few seconds, in; for how long each camera was live out.

A silent box's cameras are not live. While the centre itself is away, nobody listens, and nothing
is counted for or against a camera.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from center import rollups
from center.boxes import Boxes, BoxState
from center.hours import add, hour_of
from center.store import Store
from center.tables import hourly_cameras
from pipelines.clock import Clock
from pipelines.errors import StoreError

_LOOK_S, _WRITE_S = 5.0, 60.0
_LONGEST_S = 15.0  # that may lie between two looks; more, and the centre was not there
_KNOWN_HOURS = 7 * 24
_log = logging.getLogger("center.availability")

Camera = tuple[str, str, str]
"""Its box, itself, its place."""


class Watch:
    """Sums up between two writes; it knows the cameras of boxes that have not spoken yet."""

    def __init__(self, known: Sequence[Camera]) -> None:
        self.cameras: dict[str, list[Camera]] = {}
        for camera in known:
            self.cameras.setdefault(camera[0], []).append(camera)
        self.sums: dict[tuple[int, str, str, str], tuple[float, float]] = {}

    def look(self, boxes: Sequence[BoxState], *, now_s: float, passed_s: float) -> None:
        """Count the time that passed since the last look for each camera, as it is now."""
        counted_s = passed_s if passed_s <= _LONGEST_S else 0.0
        for box in boxes:
            live = self._live(box)
            for camera in self.cameras.get(box.box, ()):
                cell = (hour_of(now_s), *camera)
                watched_s, live_s = self.sums.get(cell, (0.0, 0.0))
                more_s = counted_s if camera[1] in live else 0.0
                self.sums[cell] = (watched_s + counted_s, live_s + more_s)

    def _live(self, box: BoxState) -> set[str]:
        """Which of the box's cameras are live; what it says of them is what we know of them."""
        if box.heartbeat is None or not box.online:
            return set()
        told = [each for each in box.heartbeat.cameras if "\0" not in each.camera + each.place]
        self.cameras[box.box] = [(box.box, each.camera, each.place) for each in told]
        return {each.camera for each in told if each.state == "live"}


class Availability:
    """Looks and writes, for ever; what could not be written is written next time."""

    def __init__(
        self, store: Store, boxes: Boxes, clock: Clock, leads: Callable[[], bool] = lambda: True
    ) -> None:
        self.store, self.boxes, self.clock, self.leads = store, boxes, clock, leads

    async def keep(self) -> None:
        """Run for ever. Raises StoreError when the store cannot be read at the start."""
        watch = Watch(await asyncio.to_thread(self._known))
        looked_s = written_s = self.clock.ticks_s()
        while True:
            await asyncio.sleep(_LOOK_S)
            ticks_s = self.clock.ticks_s()
            passed_s, looked_s = ticks_s - looked_s, ticks_s
            if self.leads():
                watch.look(self.boxes.own(), now_s=self.clock.now_s(), passed_s=passed_s)
            if ticks_s - written_s >= _WRITE_S:
                written_s = ticks_s
                await asyncio.to_thread(self.write, watch)

    def write(self, watch: Watch) -> None:
        """Add the sums to the store, and begin anew."""
        try:
            with self.store.write() as connection:
                add(connection, hourly_cameras, watch.sums)
        except StoreError as error:
            _log.warning("store=trouble why=%r", str(error))
        else:
            watch.sums = {}

    def _known(self) -> list[Camera]:
        now = hour_of(self.clock.now_s())
        with self.store.read() as connection:
            return rollups.cameras_since(connection, now - _KNOWN_HOURS)
