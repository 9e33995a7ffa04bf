"""One camera, end to end: the only place where its stages are wired."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from edge.address import is_file
from edge.config import Camera, Detector
from edge.decoding import decoded
from edge.reporting import Reporter
from edge.stream import Wait, opened
from edge.tally import Tally
from models.boxes import merged
from pipelines.camera import watch
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.flow import Event, Facts, Frame, Look, Motion, Track
from pipelines.judging import BlindJudge, IntrusionJudge, Judge
from pipelines.looking import Looker, Network
from pipelines.motion import MotionDetector
from pipelines.snapshot import Snapshot
from pipelines.tracking import Tracker

OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Networks:
    """What all cameras of a worker share."""

    objects: Network
    snapshot: Snapshot


def watch_once(
    camera: Camera,
    *,
    site: str,
    detector: Detector,
    networks: Networks,
    tally: Tally,
    clock: Clock,
    wait: Wait,
    put: Callable[[Event], None],
) -> bool:
    """Open a camera and watch it until its stream ends; say whether to play it again at once.

    Raises StreamError when the stream breaks, and when one ends that is no file.
    """
    judges, blind = _judges(camera, site)
    report = Reporter(networks.snapshot, tally)
    with opened(camera, clock=clock, wait=wait) as stream:
        findings = watch(
            decoded(stream, clock=clock, tally=tally),
            motion=MotionDetector(),
            detect=Looker(
                networks.objects, partial(merged, overlap=OVERLAP), per_s=detector.looks_per_s
            ),
            track=Tracker(),
            judges=judges,
            tell=partial(_tell, tally, blind),
        )
        for finding in findings:
            put(report(finding))
    if not is_file(camera.url):
        raise StreamError("the stream ended")
    return camera.stream.loop


def _tell(
    tally: Tally,
    blind: BlindJudge | None,
    frame: Frame,
    moving: Motion,
    look: Look | None,
    tracks: tuple[Track, ...],
) -> None:
    tally.frame(frame, moving, look, tracks)
    if blind is not None:
        tally.state = "blind" if blind.blind else "live"


def _judges(camera: Camera, site: str) -> tuple[list[Judge], BlindJudge | None]:
    """The camera's rules, each with a memory of its own, and the watch on its sight."""
    facts = Facts(site=site, camera=camera.id, place=camera.place, rule="intrusion")
    zones = {zone.id: zone for zone in camera.zones}
    judges: list[Judge] = [IntrusionJudge(rule, zones[rule.zone], facts) for rule in camera.rules]
    blind = BlindJudge(camera.blind, facts) if camera.blind else None
    return [*judges, blind] if blind else judges, blind
