"""What an operator asks in, what the store and the boxes know out; one method per question."""

from collections.abc import Callable
from datetime import UTC, datetime

from center import lookup, photos
from center.boxes import Boxes, BoxState
from center.clips import clip_of
from center.filters import Filters
from center.hub import Notice
from center.levels.shared import LevelState
from center.lookup import Seen
from center.refusals import Refused
from center.rewinding import Rewound
from center.store import Store
from center.telling.telling import ChannelState
from center.versions import ListState
from center.views import AlertPage, CameraStatus, EventPage, HeadPage, Stats, Status
from pipelines.clock import Clock
from pipelines.flow import AuditHead

MINUTES = 10


class Desk:
    """Safe to call from any thread."""

    def __init__(  # noqa: PLR0913 -- each is where an answer comes from
        self, name: str, store: Store, boxes: Boxes, clock: Clock,
        watch_list: Callable[[], ListState | None] = lambda: None,
        audit: Callable[[], AuditHead | None] = lambda: None, *, sign_in: bool = True,
        channels: Callable[[], tuple[ChannelState, ...]] = lambda: (),
        refused: Callable[[], tuple[Refused, ...]] = lambda: (),
        levels: Callable[[], tuple[LevelState, ...]] = lambda: (),
        rewound: Callable[[], Rewound | None] = lambda: None,
    ) -> None:  # fmt: skip
        self.name, self.store, self.boxes, self.clock = name, store, boxes, clock
        self.sign_in = sign_in
        self.watch_list, self.channels, self.audit = watch_list, channels, audit
        self.refused, self.rewound = refused, rewound
        self.levels = levels

    def alerts(self, wanted: Filters, *, limit: int, before: str | None) -> AlertPage:
        """A page of alerts."""
        with self.store.read() as connection:
            revision = lookup.counters(connection).get("revision", 0)
            page = lookup.alerts_page(connection, wanted, limit=limit + 1, before=before)
        shown = tuple(page[:limit])
        cursor = shown[-1].id if len(page) > limit else None
        return AlertPage(alerts=shown, next=cursor, revision=revision)

    def picture(self, alert_id: str, seen: Seen = None) -> bytes | None:
        """The redacted still of an alert."""
        with self.store.read() as connection:
            return lookup.picture_of(connection, alert_id, seen=seen)

    def is_elsewhere(self, alert_id: str) -> bool:
        """Whether another level made an alert, and has its picture."""
        with self.store.read() as connection:
            alert = lookup.alert_by_id(connection, alert_id)
        return alert is not None and alert.home is not None and alert.picture

    def clip(self, alert_id: str, camera: str | None, seen: Seen = None) -> bytes | None:
        """The earliest redacted clip of an alert, or of one of its cameras."""
        with self.store.read() as connection:
            return clip_of(connection, alert_id, camera, seen=seen)

    def photo(self, alert_id: str, photo: str) -> bytes | None:
        """A patrol's redacted photo, if it is of this alert."""
        with self.store.read() as connection:
            return photos.picture_of(connection, photo, alert=alert_id)

    def events(self, *, limit: int, before: str | None, seen: Seen = None) -> EventPage:
        """The events that came last, or before one."""
        with self.store.read() as connection:
            page = lookup.events_page(connection, limit=limit + 1, before=before, seen=seen)
        shown = tuple(page[:limit])
        return EventPage(events=shown, next=shown[-1].id if len(page) > limit else None)

    def heads(self, box: str, *, limit: int) -> HeadPage:
        """Where a box's audit stood, as it said."""
        with self.store.read() as connection:
            return HeadPage(box=box, heads=tuple(lookup.heads_of(connection, box, limit=limit)))

    def changes(self, after: int, *, limit: int) -> list[Notice]:
        """Alerts that changed after a revision, in order, as the stream tells them."""
        with self.store.read() as connection:
            bodies = lookup.bodies_after(connection, after, limit=limit)
        return [Notice("alert", each.body, each.revision, place=each.place) for each in bodies]

    def stats(self) -> Stats:
        """Totals."""
        with self.store.read() as connection:
            counted = lookup.counters(connection)
        return self._stats(counted, self.boxes.states())

    def alerts_by_state(self) -> dict[str, int]:
        """How many alerts are in each state."""
        with self.store.read() as connection:
            return lookup.alerts_by_state(connection)

    def status(self, *, broker: bool) -> Status:
        """How everything does just now."""
        now_s, boxes = self.clock.now_s(), self.boxes.states()
        with self.store.read() as connection:
            counted = lookup.counters(connection)
            opened = lookup.opened_since(connection, now_s - MINUTES * 60)
            last_s = lookup.last_event_s(connection)
        return Status(
            centre=self.name,
            time=datetime.fromtimestamp(now_s, UTC),
            broker=broker,
            stats=self._stats(counted, boxes),
            minutes=_by_minute(opened, now_s),
            cameras=tuple(camera for box in boxes for camera in _cameras(box)),
            last_event_age_s=None if last_s is None else round(now_s - last_s, 3),
            watch_list=self.watch_list(),
            audit=self.audit(),
            sign_in=self.sign_in,
            channels=self.channels(),
            refused=self.refused(),
            levels=self.levels(),
            rewound=self.rewound(),
        )

    def _stats(self, counted: dict[str, int], boxes: tuple[BoxState, ...]) -> Stats:
        online = sum(box.online for box in boxes)
        return Stats(**counted, boxes_online=online, boxes=len(boxes))


def _by_minute(opened: list[float], now_s: float) -> tuple[int, ...]:
    """How many of the Unix times lie in each of the last minutes, the latest last."""
    minutes = [0] * MINUTES
    for opened_s in opened:
        ago = int((now_s - opened_s) // 60)
        if 0 <= ago < MINUTES:
            minutes[MINUTES - 1 - ago] += 1
    return tuple(minutes)


def _cameras(box: BoxState) -> list[CameraStatus]:
    """Cameras of one box; a silent box's are lost whatever it said last."""
    if box.heartbeat is None:
        return []
    return [
        CameraStatus(
            box=box.box,
            camera=camera.camera,
            place=camera.place,
            state=camera.state if box.online else "lost",
        )
        for camera in box.heartbeat.cameras
    ]
