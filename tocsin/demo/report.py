"""What a run measured in, `build/demo.json` and a sentence for each missing thing out."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tocsin.demo.acts import ACTS, Act, told
from tocsin.demo.films import Film

_YARD = ("yard-east", "yard-west")
_BUSY = 0.1
"""Packets passed by for each frame decoded, from which on a box sees too little to judge."""


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """One alert.

    rules             of its events, in the order in which they happened
    cameras           and devices that told of it; `nearest` to the device that did
    level, risen_to   how far it rose, and to which place
    seat              who took it on, if somebody did
    redacted_picture, redacted_clip  whether the console served one
    clips             names of the sealed clips that show it
    filmed_s          for how long the box still watched after a camera saw it
    clip_due          whether that was long enough for its clip to be recorded, redacted and sent
    latency_ms        from what it is of to its first word on the console's stream
    """

    id: str
    place: str
    rule: str
    entry: str = ""
    title: str | None = None
    rules: tuple[str, ...] = ()
    grade: int
    events: int
    cameras: tuple[str, ...]
    nearest: tuple[str, ...] = ()
    level: int = 0
    risen_to: str | None = None
    seat: str | None = None
    redacted_picture: bool
    redacted_clip: bool = False
    clips: tuple[str, ...] = ()
    filmed_s: float | None = None
    clip_due: bool = True
    latency_ms: float | None = None


class ActLine(msgspec.Struct, frozen=True, kw_only=True):
    """An act of the story.

    due       whether the films have shown it whole
    told      whether an alert proves it
    verified  whether all sealed clips that show it are on the box's disk and verify
    proof     that alert
    """

    act: str
    says: str
    due: bool
    told: bool
    verified: bool | None = None
    proof: AlertLine | None = None


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
    told_s          by when all acts had been told of
    cameras, live   that were configured; that delivered pictures at the end
    frames          decoded by all cameras; `skipped`: packets that a busy box passed by
    events          put into the spool; `acked` of them by the broker, `dropped` for want of room
    said            by doors and the help point, acknowledged by the broker; `unsaid`: what not
    stored          distinct events in the centre's store, of the box and of the doors
    films           how long each drawn film has played, each time that its camera connected
    crossings       of the counted line, into the yard and out of it
    sealed          clips for two custodians, on the box's disk
    unverified      what is wrong with them, or with the audit that tells of them
    cpu_per_camera  share of one core that the box took for each camera
    """

    seconds: float
    told_s: float | None = None
    acts: tuple[ActLine, ...] = ()
    cameras: int
    live: int
    frames: int
    skipped: int = 0
    events: int
    acked: int
    dropped: int
    stored: int
    lost: int
    said: int = 0
    unsaid: str = ""
    alerts: tuple[AlertLine, ...]
    films: tuple[Film, ...] = ()
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
    acts = tuple(_act(report, act) for act in ACTS) if drawn else ()
    whole = msgspec.structs.replace(report, acts=acts)
    sentences = [*_everywhere(whole), *(_story(whole) if drawn else _own(whole))]
    if sentences and _is_busy(report):
        sentences.append(
            f"the machine had too little to spare: the box passed by {report.skipped} packets "
            f"beside the {report.frames} that it decoded; what else runs here?"
        )
    return msgspec.structs.replace(whole, missing=tuple(sentences))


def _is_busy(report: Report) -> bool:
    """Say whether the box had to pass by so much that it may miss what comes again."""
    return report.skipped > _BUSY * report.frames


def _act(report: Report, act: Act) -> ActLine:
    proof = told(act, report.alerts)
    line = ActLine(
        act=act.name,
        says=act.says,
        due=act.is_due(report.films),
        told=proof is not None,
        proof=proof,
    )
    if proof is None or not proof.clips:
        return line
    kept = {clip.clip for clip in report.sealed}
    verified = not report.unverified and kept.issuperset(proof.clips)
    return msgspec.structs.replace(line, verified=verified)


def in_a_line(report: Report) -> str:
    """The figures that one looks for first."""
    told = sum(act.told for act in report.acts)
    story = f"{told} of {len(report.acts)} acts, " if report.acts else ""
    latency = (
        f", capture to console p95 {report.latency_ms.p95:.0f} ms" if report.latency_ms else ""
    )
    return (
        f"{story}{report.frames} frames, {report.events} events, {report.stored} stored, "
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
    if report.unsaid:
        yield f"the broker did not take what a door said: {report.unsaid}"
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
    for act, line in zip(ACTS, report.acts, strict=True):
        if line.due and not line.told:
            yield from _untold(act, report)
        if act.every_s is not None:
            yield from _counted(act, report)
    for alert in report.alerts:
        yield from _out_of_place(alert)
        if alert.place == "yard" and alert.rule == "intrusion":
            yield from _joined(alert)
    yield from _counted_in_the_yard(report)


def _untold(act: Act, report: Report) -> Iterator[str]:
    """What is missing of an act whose time has passed, unless somebody at the desk was faster."""
    if act.name == "escalation":
        taken = [alert for alert in report.alerts if alert.seat is not None]
        if not taken:
            yield f"{act.name}: {act.says}; no alert rose"
        return
    near = [alert for alert in report.alerts if act.of(alert)]
    for alert in near:
        yield (
            f"{act.name}: {act.says}; alert {alert.id} is of grade {alert.grade}, "
            f"from {', '.join(alert.cameras) or 'no camera'}"
        )
    if not near:
        yield f"{act.name}: {act.says}; there is no such alert"


def _counted(act: Act, report: Report) -> Iterator[str]:
    """One each time: at least of those that were shown whole, at most of those that began."""
    count = sum(act.of(alert) for alert in report.alerts)
    least, most = act.least(report.films), act.most(report.films)
    if count > most or (0 < count < least and not _is_busy(report)):
        wanted = str(least) if least == most else f"{least} to {most}"
        yield f"{act.name}: {count} alerts instead of {wanted}"


def _out_of_place(alert: AlertLine) -> Iterator[str]:
    if alert.rule == "intrusion" and alert.place != "yard":
        yield f"nobody was at the {alert.place}, yet there is an intrusion alert {alert.id}"
    if alert.rule == "camera-blind" and alert.place != "gate":
        yield f"nothing covered a camera at the {alert.place}, yet there is alert {alert.id}"


def _counted_in_the_yard(report: Report) -> Iterator[str]:
    """Somebody came in and was filmed, once the film has shown that.

    The way out does not count: who turns right before a camera may be lost there.
    """
    if not ACTS[0].is_due(report.films):
        return
    if not report.crossings[0]:
        yield "nobody was counted into the yard"
    for camera in _YARD:
        if not any(clip.camera == camera for clip in report.sealed):
            yield f"no clip of {camera} was sealed"


def _joined(alert: AlertLine) -> Iterator[str]:
    if not alert.redacted_picture:
        yield f"the yard's alert {alert.id} has no redacted picture"
    if alert.clip_due and not alert.redacted_clip:
        yield f"the yard's alert {alert.id} has no redacted clip"
