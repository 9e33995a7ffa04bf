"""The values that pass between stages, in order of their birth.

Pictures and boxes never change once made. What stays in the process is a frozen, slotted
dataclass; what leaves it is a `msgspec.Struct`, and its JSON is what `docs/reference/events.md`
shows. Boxes are in pixels of the camera's frame, x to the right, y down, `x1` and `y1` outside.
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

Rule = Literal[
    "intrusion", "line-crossing", "loitering", "occupancy", "wrong-direction",
    "stopped-vehicle", "speed", "motion", "object-left", "object-taken",
    "signal-loss", "reconnecting", "camera-blind", "too-dark", "too-bright", "out-of-focus",
    "picture-frozen", "scene-changed", "clock-drift", "rate-changed", "size-changed",
    "spool-overflow", "box-overreach",
    "help-point", "door-forced", "door-held", "door-opened", "badge-granted", "badge-denied",
    "patrol-passed",
]  # fmt: skip
"""What an event can be about. It ends the topic and the CloudEvents type."""

Phase = Literal["begin", "update", "end"]
"""Where in a rule's life an event stands."""

Direction = Literal["a-to-b", "b-to-a"]
"""Over a line, seen from its first point towards its last: A is to the left, B to the right."""


class Box(NamedTuple):
    """An upright rectangle in pixels; `x1` and `y1` are just outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Square pixels; 0 for a box turned inside out."""
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def foot(self) -> tuple[float, float]:
        """The middle of the lower edge: where the thing touches the ground."""
        return (self.x0 + self.x1) / 2, self.y1

    @property
    def middle(self) -> tuple[float, float]:
        """Halfway between its sides."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The box to the right and down by so many pixels."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def overlap(self, other: "Box") -> float:
        """Square pixels that both boxes cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0..1."""
        shared = self.overlap(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def grown(self, share: float) -> "Box":
        """The box with `share` of its width and height added on every side."""
        dx, dy = self.width * share, self.height * share
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point lies in it or on its border."""
        return self.x0 <= point[0] <= self.x1 and self.y0 <= point[1] <= self.y1

    def clipped(self, width: float, height: float) -> "Box":
        """The part that lies within a picture of `width` × `height`."""
        return Box(
            min(max(self.x0, 0.0), width),
            min(max(self.y0, 0.0), height),
            min(max(self.x1, 0.0), width),
            min(max(self.y1, 0.0), height),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture as planar 4:2:0, where FFmpeg put it: rows carry padding at their end.

    captured_s     Unix time at which the camera saw it
    width, height  of the picture, pixels
    y              (height, ≥ width) uint8, C order                      brightness
    u, v           (ceil(height/2), ≥ ceil(width/2)) uint8, C order      colour
    """

    captured_s: float
    width: int
    height: int
    y: Bytes
    u: Bytes
    v: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What moved in one frame.

    regions   where, in pixels of the frame, largest first
    share     of the picture that moved, 0..1
    """

    regions: tuple[Box, ...]
    share: float

    def __bool__(self) -> bool:
        return bool(self.regions)


STILL = Motion(regions=(), share=0.0)
"""Nothing moved, or nobody looked yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A part of the picture that differs from what was there, and has stood so for a while.

    box            in pixels of the frame
    seconds        for which it has stood
    before, after  (h, w) float32  brightness of the box's cells, 0..255: what was there, what is
    """

    box: Box
    seconds: float
    before: npt.NDArray[np.float32]
    after: npt.NDArray[np.float32]


class Detection(NamedTuple):
    """A network's finding: where, what and how sure. Nothing else ever leaves a network."""

    box: Box
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a network found, and the parts of the frame that it was shown.

    moved  pixels to the right and down by which the whole picture has moved since the last look
    """

    regions: tuple[Box, ...]
    found: tuple[Detection, ...]
    moved: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed within one camera; the number dies with the track.

    born_s, seen_s  packet time of the first and the last detection that fed it
    missed_s        of the first look since then that did not find it
    """

    number: int
    label: str
    box: Box
    score: float
    born_s: float
    seen_s: float
    missed_s: float = inf


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A rule's verdict on one frame, before it has a picture and an envelope.

    pictured  whether a picture tells more than the facts do
    """

    facts: "Facts"
    frame: Frame
    tracks: tuple[Track, ...]
    pictured: bool = True


Cover = Literal["fill", "pixelate"]
"""How a face is made unreadable: one mean colour, or at most four cells down, which is weaker."""


@dataclass(frozen=True, slots=True, eq=False)
class Redacted:
    """A frame on which nobody can be told out: all that an encoder may take.

    Only `pipelines.redaction.redacted` makes one.

    frame  planes of its own, without padding
    """

    frame: Frame
    cover: Cover = "fill"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A redacted still. There is no other kind: `redaction` says how it was made unreadable."""

    media_type: Literal["image/jpeg"] = "image/jpeg"
    redaction: Literal["fill"] = "fill"
    width: int
    height: int
    data: bytes


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in its life a rule is, and what it measured; each kind of rule has some of these.

    phase       of the life; an event without one stands alone
    episode     UUIDv7 of the life: the same in all its events
    duration_s  since the event that began the life
    again       says once more what the begin said, and brings its picture
    unwatched   an end, because nobody watches any more: what it was about may go on
    dwell_s     that the one who stays longest has stayed
    direction   over the line
    a_to_b      crossings in either direction since the worker started
    b_to_a
    limit       that the rule sets: things, or km/h
    level       of what it watches: `count` by `limit`, or the share of the zone that moves
    speed_kmh   over ground
    """

    phase: Phase | None = None
    episode: str | None = None
    duration_s: float | None = None
    again: bool = False
    unwatched: bool = False
    dwell_s: float | None = None
    direction: Direction | None = None
    a_to_b: int | None = None
    b_to_a: int | None = None
    limit: float | None = None
    level: float | None = None
    speed_kmh: float | None = None


class Facts(Measured, frozen=True, kw_only=True, omit_defaults=True):
    """What happened at a place. No field may name, number or describe a person.

    site, camera, place  ids from the configuration; doors, help points and patrol points speak,
                         too, and `camera` is then the device's id
    rule                 what was broken
    rule_id              which of the camera's rules, where it was configured
    zone, line           id within the camera's picture, where the rule has one
    label                class of the thing, a COCO-80 name, `class` on the wire
    count                how many of them; for `spool-overflow`, events that were dropped
    confidence           the network's score, 0..1
    box                  where, as shares 0..1 of the picture: left, top, right, bottom
    picture              a redacted still, or nothing when redaction failed or was not due
    """

    site: str
    camera: str
    place: str
    rule: Rule
    rule_id: str | None = None
    zone: str | None = None
    line: str | None = None
    label: str | None = msgspec.field(default=None, name="class")
    count: int = 1
    confidence: float | None = None
    box: tuple[float, float, float, float] | None = None
    picture: Picture | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvents 1.0.2 envelope around facts; this struct's JSON is the wire.

    id        UUIDv7
    source    /sites/<site>/cameras/<camera>
    type      tocsin.<rule>
    subject   the place
    time      when the camera saw it (packet time)
    senttime  when the box last tried to send it; an extension attribute
    """

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    senttime: datetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: Facts


class ClipLife(msgspec.Struct, frozen=True, kw_only=True):
    """One of the lives that a clip shows: its rule, and its events' `episode`."""

    rule: Rule
    episode: str


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A redacted clip of an event; what was not redacted never leaves the box.

    clip     name of the sealed clip that it belongs to
    lives    that it shows; they all happened at this camera and place
    seconds  of its length
    data     fragmented MP4 with H.264, at most 1 MiB
    """

    site: str
    camera: str
    place: str
    clip: str
    lives: tuple[ClipLife, ...]
    media_type: Literal["video/mp4"] = "video/mp4"
    redaction: Literal["fill"] = "fill"
    width: int
    height: int
    seconds: float
    data: bytes


class ClipEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvents 1.0.2 envelope around a clip; `time`: when the camera saw what it is about."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: Literal["tocsin.clip"] = "tocsin.clip"
    subject: str
    time: datetime
    senttime: datetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: Clip


CameraLife = Literal["connecting", "live", "blind", "lost"]
"""`blind`: pictures come, but show nothing; `lost`: none come, and the stream is dialled again."""


Mode = Literal["full", "substream", "keyframe"]
"""How a camera is watched: every frame; motion on its small stream; keyframes while it is idle."""


Alignment = Literal["", "arrival", "correlation", "reports"]
"""By what the frames of a camera's two streams are matched; nothing where one is watched."""


EvidenceLife = Literal["", "ready", "recording", "full"]
"""Of a camera's sealed clips; nothing where it has none. `full`: no clip fits on the disk."""


LiveRate = Literal["", "low", "full"]
"""Of a live view; nothing while there is none."""


LiveStream = Literal["", "large", "small"]
"""Which of a camera's streams a live view shows."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is followed, as it may leave the box: what and where, and no number.

    box  as shares 0..1 of the picture: left, top, right, bottom
    """

    label: str = msgspec.field(name="class")
    score: float
    box: tuple[float, float, float, float]


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is followed in a camera's picture.

    at_s  Unix time of the newest frame
    """

    camera: str
    at_s: float
    seen: tuple[Seen, ...]


class RuleState(msgspec.Struct, frozen=True, kw_only=True):
    """One of a camera's rules, and whether it is armed, its schedule apart.

    classes  of what it tells; of anything when empty
    """

    id: str
    rule: Rule
    armed: bool = True
    classes: tuple[str, ...] = ()


class CameraState(msgspec.Struct, frozen=True, kw_only=True):
    """How one camera does; rates are over the last seconds, totals since its worker started.

    clock_ahead_s  the camera's clock minus the box's, as its sender reports have it
    overtaken      frames that waited for a look of the network until a newer one took their place
    software_why   why software decodes and not the hardware that was asked for; empty otherwise
    sensitivity    to motion, and the rules: as they are now, by the file or by command
    disarmed_why   its rules cannot be armed: it does not say why it is there
    clips          sealed; `unrecorded`: words of rules that should have a clip and have none
    ring_kib       of packets in memory, for the seconds before an event
    live           the rate of its live view; nothing while nobody looks
    live_of        which of its streams is shown, and why it is that one
    live_frames    sent; `live_left_out`: could not be redacted; `live_skipped`: there was no time
    """

    camera: str
    place: str
    state: CameraLife = "connecting"
    width: int = 0
    height: int = 0
    fps_in: float = 0.0
    fps_decoded: float = 0.0
    motion: float = 0.0
    cpu: float = 0.0
    packets: int = 0
    frames: int = 0
    detector_calls: int = 0
    detections: int = 0
    events: int = 0
    reconnects: int = 0
    pts_jumps: int = 0
    trouble: str = ""
    skipped: int = 0
    mode: Mode = "full"
    mode_why: str = ""
    aligned_by: Alignment = ""
    clock_ahead_s: float | None = None
    degraded: bool = False
    decoded: int = 0
    corrupt: int = 0
    bare: int = 0
    detector_s: float = 0.0
    cpu_s: float = 0.0
    overtaken: int = 0
    software_why: str = ""
    sensitivity: float = 1.0
    rules: tuple[RuleState, ...] = ()
    disarmed_why: str = ""
    evidence: EvidenceLife = ""
    clips: int = 0
    unrecorded: int = 0
    ring_kib: int = 0
    live: LiveRate = ""
    live_of: LiveStream = ""
    live_why: str = ""
    live_frames: int = 0
    live_left_out: int = 0
    live_skipped: int = 0


class SpoolState(msgspec.Struct, frozen=True, kw_only=True):
    """What the spool did since it was made: `put` = `acked` + `dropped` + `waiting`."""

    put: int = 0
    acked: int = 0
    dropped: int = 0
    waiting: int = 0


class WorkerState(msgspec.Struct, frozen=True, kw_only=True):
    """One worker process of a box."""

    pid: int
    restarts: int
    cameras: tuple[str, ...]


class AuditHead(msgspec.Struct, frozen=True, kw_only=True):
    """Where the box's audit stands: its lines, and the SHA-256 of the last, hexadecimal."""

    lines: int
    sha256: str


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """A box says that it lives and how its cameras do. Sent each second, never stored."""

    box: str
    site: str
    time: datetime
    online: bool = True
    spool: SpoolState = SpoolState()
    workers: tuple[WorkerState, ...] = ()
    cameras: tuple[CameraState, ...] = ()
    audit: AuditHead | None = None
