"""The bodies of the API's answers, besides `Alert` and `StoredEvent`."""

from datetime import datetime

import msgspec

from center.alert import Alert
from center.boxes import BoxState
from center.clips import StoredClip
from center.levels.shared import LevelState
from center.logbook import LogEntry
from center.lookup import StoredEvent, StoredHead
from center.photos import StoredPhoto
from center.refusals import Refused
from center.rewinding import Rewound
from center.rights import Missing
from center.tasks import Task
from center.telling.telling import ChannelState
from center.versions import ListState
from pipelines.flow import AuditHead


class AlertPage(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts, newest first.

    next      cursor of the next page; nothing on the last
    revision  of the newest change; follow the stream from here with `?after=`
    """

    alerts: tuple[Alert, ...]
    next: str | None
    revision: int


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A task and where its patrol's page is."""

    task: Task
    link: str


class AlertDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with its newest 200 events, its clips, its log with notes, its tasks and photos."""

    alert: Alert
    events: tuple[StoredEvent, ...]
    clips: tuple[StoredClip, ...]
    log: tuple[LogEntry, ...]
    tasks: tuple[Sent, ...]
    photos: tuple[StoredPhoto, ...] = ()


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Events by arrival, newest first; `next` is the cursor of the next page, if there is one."""

    events: tuple[StoredEvent, ...]
    next: str | None


class BoxPage(msgspec.Struct, frozen=True, kw_only=True):
    """All boxes of the configuration."""

    boxes: tuple[BoxState, ...]


class HeadPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a box's audit stood, newest first; two hashes for one number: it was rewritten."""

    box: str
    heads: tuple[StoredHead, ...]


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Totals since the store was made: `received` = `stored` + `duplicates` + `rejected`."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    alerts: int = 0
    revision: int = 0
    boxes_online: int = 0
    boxes: int = 0


class CameraStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A camera as its box last told; `lost` too when the box is silent."""

    box: str
    camera: str
    place: str
    state: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the centre does, once a second.

    centre            its name
    broker            whether the boxes can hand over events
    minutes           alerts opened in each of the last 10 minutes, the latest last
    last_event_age_s  since an event was last stored
    watch_list        which is in force, and what is wrong with its file, if anything
    sign_in           false where whoever reaches the console may do everything
    audit             where the centre's own audit stands, for `tocsin audit verify --head`
    channels          how those do over which people are told
    refused           what boxes and watchers tried without a right to it, the latest first
    levels            how the links to the centres above and below do
    rewound           when the broker's disk was last found older than before, if ever
    """

    centre: str
    time: datetime
    broker: bool
    stats: Stats
    minutes: tuple[int, ...]
    cameras: tuple[CameraStatus, ...]
    last_event_age_s: float | None
    watch_list: ListState | None = None
    audit: AuditHead | None = None
    sign_in: bool = True
    channels: tuple[ChannelState, ...] = ()
    refused: tuple[Refused, ...] = ()
    levels: tuple[LevelState, ...] = ()
    rewound: Rewound | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, as RFC 9457 has it.

    type   `/problems/changed`: the alert is not as you believe, `alert` says how it is and `last`
           who did what; `/problems/reused-key`: an Idempotency-Key came with another request;
           `/problems/live-…`: a camera cannot be shown: `silent`, `late`, `lost`, `busy`,
           `forbidden` by its box's file, `purpose`: it does not say why it is there;
           `/problems/not-redacted`: a photo was let go of, since it could not be redacted;
           `/problems/permission`: `missing` says what you lack, where, and whom to ask
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: tuple[str, ...] = ()
    alert: Alert | None = None
    last: LogEntry | None = None
    missing: Missing | None = None
