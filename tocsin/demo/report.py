"""What a run measured in, `build/demo.json` and a sentence for each missing thing out."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tocsin.demo.script import LOOP_S, STORY_S

_STARTING_S = 10.0  # from the first camera's first frame to the last camera's
_YARD = ("yard-east", "yard-west")
_FIRST_EVENT_S = 10.0  # into a loop


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """One alert; `redacted_picture`, `redacted_clip`: the console served one."""

    id: str
    place: str
    rule: str
    grade: int
    events: int
    cameras: tuple[str, ...]
    redacted_picture: bool
    redacted_clip: bool = False


class SealedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed clip at the box, as it says of itself; `ended`: why it did."""

    clip: str
    camera: str
    place: str
    rules: tuple[str, ...]
    seconds: float
    bytes: int
    ended: str


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """From the camera's capture to the alert on the console's stream, in milliseconds."""

    p50: float
    p95: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A run in numbers.

    seconds         from when every camera was live to the end
    cameras, live   that were configured; that delivered pictures at the end
    frames          decoded by all cameras
    events          put into the spool; `acked` of them by the broker, `dropped` for want of room
    stored          distinct events in the centre's store
    crossings       of the counted line, into the yard and out of it
    sealed          clips for two custodians, on the box's disk
    unverified      what is wrong with them, or with the audit that tells of them
    cpu_per_camera  share of one core that the box took for each camera
    """

    seconds: float
    cameras: int
    live: int
    frames: int
    events: int
    acked: int
    dropped: int
    stored: int
    lost: int
    alerts: tuple[AlertLine, ...]
    crossings: tuple[int, int] = (0, 0)
    sealed: tuple[SealedLine, ...] = ()
    unverified: str = ""
    latency_ms: Latency | None
    cpu_per_camera: float | None
    missing: tuple[str, ...] = ()


def judged(report: Report, *, drawn: bool) -> Report:
    """The report with a sentence for each thing that should have come of the run.

    drawn  the cameras told our story; else they are the user's own
    """
    sentences = [*_everywhere(report), *(_story(report) if drawn else _own(report))]
    return msgspec.structs.replace(report, missing=tuple(sentences))


def in_a_line(report: Report) -> str:
    """The figures that one looks for first."""
    latency = f", p95 {report.latency_ms.p95:.0f} ms" if report.latency_ms else ""
    return (
        f"{report.frames} frames, {report.events} events, {report.stored} stored, "
        f"{report.lost} lost, {len(report.alerts)} alerts, "
        f"{len(report.sealed)} clips sealed{latency}"
    )


def latency_of(milliseconds: Sequence[float]) -> Latency | None:
    """Median and 95th percentile (nearest rank)."""
    if not milliseconds:
        return None
    ranked = sorted(milliseconds)
    return Latency(p50=_rank(ranked, 0.5), p95=_rank(ranked, 0.95))


def path_beside(folder: Path) -> Path:
    """Where the report of a demo in `folder` lies: `build/demo.json` for `build/demo`."""
    return folder.with_name(f"{folder.name}.json")


def write(report: Report, path: Path) -> None:
    """Write the report as indented JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def _rank(ranked: Sequence[float], share: float) -> float:
    return round(ranked[max(0, -int(-share * len(ranked) // 1) - 1)], 1)


def _everywhere(report: Report) -> Iterator[str]:
    if report.live < report.cameras:
        yield f"{report.cameras - report.live} of {report.cameras} cameras are not live"
    if not report.frames:
        yield "no frame was decoded"
    if report.lost:
        yield f"{report.lost} events were put into the spool and are not in the store"
    if report.dropped:
        yield f"{report.dropped} events were dropped for want of room"
    if report.unverified:
        yield f"the evidence does not verify: {report.unverified}"


def _own(report: Report) -> Iterator[str]:
    if not report.events:
        yield "no event was published"
    if not report.alerts:
        yield "no alert was stored"
    if not any(alert.rule == "intrusion" for alert in report.alerts):
        yield "no person was found"


def _story(report: Report) -> Iterator[str]:
    intrusions = [alert for alert in report.alerts if alert.rule == "intrusion"]
    yard = [alert for alert in intrusions if alert.place == "yard"]
    yield from _counted("intrusion alerts at the yard", len(yard), report.seconds)
    for alert in yard:
        yield from _joined(alert)
    for alert in intrusions:
        if alert.place != "yard":
            yield f"nobody was at the {alert.place}, yet there is an intrusion alert {alert.id}"
    for way, count in zip(("into", "out of"), report.crossings, strict=True):
        if not count:
            yield f"nobody was counted {way} the yard"
    for camera in _YARD:
        if not any(clip.camera == camera for clip in report.sealed):
            yield f"no clip of {camera} was sealed"
    blind = [alert for alert in report.alerts if alert.rule == "camera-blind"]
    covered = [alert for alert in blind if alert.place == "gate"]
    yield from _counted("camera-blind alerts at the gate", len(covered), report.seconds)
    for alert in blind:
        if alert.place != "gate":
            yield f"nothing covered a camera at the {alert.place}, yet there is alert {alert.id}"


def _counted(what: str, count: int, seconds: float) -> Iterator[str]:
    """One per loop: at least of the loops that were whole, at most of those that began."""
    least = max(1, int((seconds + LOOP_S - STORY_S) // LOOP_S))
    most = max(1, int((seconds + _STARTING_S - _FIRST_EVENT_S) // LOOP_S) + 1)
    if seconds <= LOOP_S:
        most = 1
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield f"{what}: {count} instead of {wanted}"


def _joined(alert: AlertLine) -> Iterator[str]:
    if set(alert.cameras) != set(_YARD):
        seen = ", ".join(alert.cameras) or "no camera"
        yield f"the yard's alert {alert.id} is not joined from both cameras: {seen}"
    if not alert.redacted_picture:
        yield f"the yard's alert {alert.id} has no redacted picture"
    if not alert.redacted_clip:
        yield f"the yard's alert {alert.id} has no redacted clip"
