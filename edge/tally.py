"""What one camera did, counted where it happens and read by the thread that reports."""

from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from pipelines.flow import (
    Alignment,
    CameraLife,
    CameraState,
    EvidenceLife,
    Frame,
    LiveRate,
    LiveStream,
    Look,
    Mode,
    Motion,
    RuleState,
)
from pipelines.healthmemory import Link
from pipelines.zooming import SURE


@dataclass(slots=True)
class Tally:
    """Counts of one camera since its worker started; `CameraState` has those of the same names.

    look_s      seconds that looks took
    look_cpu_s  seconds of CPU that they took, which `cpu_s` holds, too
    cpu_s       seconds of CPU that decoding and all stages took
    read_cpu_s  seconds of CPU of the thread that reads
    skipped     packets that were never decoded because we were late
    overtaken   frames that waited for a look until a newer one came
    software_why  software decodes in place of the hardware that was asked for; empty otherwise
    missing     no packet of its stream has come yet, or none since it was lost
    handed      packets that went into a decoder; `decoded`: pictures that came out of it
    captured_s  Unix time at which the camera saw the newest packet
    clock_ahead_s   the camera's clock minus ours, while its stream carries sender reports
    evidence    state of its recording; empty: it has none
    clips       sealed; `unrecorded`: words of rules that should have one and have none
    ring_bytes  of packets that are held for the seconds before an event
    live        and so on: its live view, see `pipelines.flow.CameraState`
    live_cpu_s  seconds of CPU that showing it took, not in `cpu_s`
    stream_ahead_s  by how much more the stream's own time has passed than ours since it was opened
    """

    camera: str
    place: str
    state: CameraLife = "connecting"
    missing: bool = True
    trouble: str = ""
    mode: Mode = "full"
    mode_why: str = ""
    aligned_by: Alignment = ""
    clock_ahead_s: float | None = None
    stream_ahead_s: float | None = None
    captured_s: float = 0.0
    degraded: bool = False
    width: int = 0
    height: int = 0
    packets: int = 0
    handed: int = 0
    decoded: int = 0
    skipped: int = 0
    frames: int = 0
    corrupt: int = 0
    software_why: str = ""
    looks: int = 0
    overtaken: int = 0
    look_s: float = 0.0
    look_cpu_s: float = 0.0
    detections: int = 0
    events: int = 0
    bare: int = 0
    reconnects: int = 0
    jumps: int = 0
    moving: float = 0.0
    cpu_s: float = 0.0
    read_cpu_s: float = 0.0
    sensitivity: float = 1.0
    rules: tuple[RuleState, ...] = ()
    disarmed_why: str = ""
    evidence: EvidenceLife = ""
    clips: int = 0
    unrecorded: int = 0
    ring_bytes: int = 0
    live: LiveRate = ""
    live_of: LiveStream = ""
    live_why: str = ""
    live_frames: int = 0
    live_left_out: int = 0
    live_skipped: int = 0
    live_cpu_s: float = 0.0
    _jumps_before: int = 0

    def packet(self, jumps: int) -> None:
        """Count a packet; `jumps` are those of the stream that is open now."""
        self.packets += 1
        self.missing = False
        self.jumps = self._jumps_before + jumps

    def frame(self, frame: Frame, moving: Motion) -> None:
        """Count a frame on which motion was looked for; it may be of the small stream."""
        self.frames += 1
        self.width, self.height = max(self.width, frame.width), max(self.height, frame.height)
        self.moving = moving.share
        if self.state not in ("live", "blind") and not self.missing:
            self.state, self.trouble = "live", ""

    def keyless(self) -> None:
        """Note that packets come of which none can be the first that is decoded."""
        if self.state in ("connecting", "lost"):
            self.trouble = "packets come, but no keyframe yet with which a picture can begin"

    def look(self, _: Frame, look: Look) -> None:
        """Count a look at a frame and what it found."""
        self.looks += len(look.regions)
        self.detections += sum(each.score >= SURE for each in look.found)

    def link(self) -> Link:
        """How the stream comes in."""
        return Link(
            self.packets, self.captured_s, not (self.missing and self.reconnects),
            self.clock_ahead_s, self.stream_ahead_s,
        )  # fmt: skip

    def looked(self, took_s: float, cpu_s: float) -> None:
        """Count the time of a look."""
        self.look_s += took_s
        self.look_cpu_s += cpu_s
        self.cpu_s += cpu_s

    def lost(self, why: str) -> None:
        """Note that the stream is gone and will be opened again."""
        self.state, self.trouble, self.moving = "lost", why, 0.0
        self.missing = True
        self.clock_ahead_s = self.stream_ahead_s = None
        self.reconnects += 1
        self._jumps_before = self.jumps


@dataclass(slots=True)
class Rates:
    """Two readings of a tally make rates; call it about once a second."""

    tally: Tally
    ticks_s: float
    before: tuple[int, int, float] = field(default=(0, 0, 0.0))

    def __call__(self, ticks_s: float) -> CameraState:
        """The state: what is counted under the same name, and rates since the last call."""
        tally, passed_s = self.tally, max(ticks_s - self.ticks_s, 1e-3)
        now = (tally.packets, tally.decoded, tally.cpu_s + tally.read_cpu_s)
        fps_in, fps_decoded, cpu = (
            (after - before) / passed_s for after, before in zip(now, self.before, strict=True)
        )
        self.before, self.ticks_s = now, ticks_s
        counted = msgspec.convert(tally, CameraState, from_attributes=True)
        return replace(
            counted, fps_in=round(fps_in, 1), fps_decoded=round(fps_decoded, 1), cpu=round(cpu, 3),
            cpu_s=round(now[2], 3), motion=round(tally.moving, 4), detector_calls=tally.looks,
            detector_s=round(tally.look_s, 3), pts_jumps=tally.jumps,
            clock_ahead_s=_to_ms(tally.clock_ahead_s), ring_kib=tally.ring_bytes >> 10,
        )  # fmt: skip


def _to_ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
