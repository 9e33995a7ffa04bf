"""Some cameras in, their events in the spool out: one process, and one thread that sees for all."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from edge import logs
from edge.clock import SystemClock
from edge.config import Camera, Detector, EdgeConfig
from edge.evidence.previews import Previews
from edge.evidence.recorder import Recorder
from edge.hand import Hand
from edge.labels import check_persons
from edge.live.showing import Showing
from edge.overflow import overflow_event
from edge.pool import Pool
from edge.process import die_with_parent
from edge.reporting import Reporter
from edge.scribe import Scribe
from edge.sentry import Post, Sentry
from edge.spool import Spool
from edge.taking import Report
from edge.tally import Rates, Tally
from edge.writer import Writer
from models.families import at
from models.load import face_network, object_network
from pipelines.clock import Clock
from pipelines.commands import decode_command
from pipelines.flow import Bytes, ClipEvent, Detection, Event, Finding
from pipelines.live import LiveRedactor
from pipelines.lookout import Lookout
from pipelines.regions import Sight
from pipelines.seeing import Network
from pipelines.snapshot import Snapshot

log = logging.getLogger("tocsin.worker")

Tell = Callable[[str, Finding], None]

REPORT_S = 1.0
_LOOK_S = 0.1
_WEAK = 0.2  # a score that is too weak for a rule is enough to cover a head
_HURRIED = 2  # threads for the networks of a picture: they are rare, and somebody waits
_FLUSH_S = 1.0


def main(config: EdgeConfig, names: tuple[str, ...], boss: Connection) -> None:
    """Run until SIGTERM; the states of the cameras go to `boss` once a second."""
    die_with_parent()
    logs.begin()
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.excepthook = _die_loudly
    clock = SystemClock()
    spool = Spool(
        Path(config.spool.path),
        limit_mib=config.spool.limit_mib,
        overflow=partial(overflow_event, config, clock),
    )
    writer = Writer(spool)
    cameras = [camera for camera in config.cameras if camera.id in names]
    networks = load_networks(config.detector)
    recorder = recorder_of(config, networks, writer.put, clock)
    showing = Showing(config.live, partial(networks.redactor, each=True), clock)
    tallies, scribe, pool = begin(
        config, cameras, networks=networks, put=writer.put, clock=clock, stop=stop,
        recorder=recorder, showing=showing,
    )  # fmt: skip
    sentries = {place.camera.id: place.sentry for place in pool.places}
    shown = sentries.values() if config.onvif and config.onvif.detections else ()
    _report(tallies, boss, stop, clock, pool, Hand(sentries, scribe, shown, showing))
    if recorder is not None:
        recorder.close(within_s=_FLUSH_S)
    scribe.close(within_s=_FLUSH_S)
    writer.close(within_s=_FLUSH_S)
    os._exit(0)  # threads within FFmpeg would hold an orderly end up


def begin(  # noqa: PLR0913 -- what a worker is made of
    config: EdgeConfig, cameras: Sequence[Camera], *, networks: "Networks",
    put: Callable[[Event], None], clock: Clock, stop: threading.Event,
    tally: Callable[[str, str], Tally] = Tally, warm: bool = False,
    recorder: "Recorder | None" = None, showing: Showing | None = None,
) -> tuple[list[Tally], Scribe, Pool]:  # fmt: skip
    """Begin to watch cameras in threads of this process, until `stop` is set.

    put       takes the events
    warm      whether the networks have been used already
    recorder  makes sealed clips of what is found
    showing   shows the cameras live
    """
    tallies = [tally(camera.id, camera.place) for camera in cameras]
    reporters = {each.camera: Reporter(networks.snapshot, each) for each in tallies}
    prepare = _nothing if warm else networks.snapshot.warm_up
    scribe = Scribe(reporters, put, prepare=prepare)
    lookout: Lookout[Sentry] = Lookout(per_s=_share(config, len(cameras)))
    objects, sight = networks.objects, networks.sight
    tell = scribe.tell if recorder is None else _both(recorder.tell, scribe.tell)
    post = Post(config.site, config.detector, objects, lookout, tell, sight)
    pool = Pool(post, clock, stop)
    for camera, each in zip(cameras, tallies, strict=True):
        keep = recorder.keep_of(camera, each) if recorder else None
        pool.add(camera, each, keep, showing.view_of(each) if showing else None)
    if recorder is not None:
        recorder.start()
    if showing is not None:
        showing.start()
    threading.Thread(target=pool.run, name="pool", daemon=True).start()
    return tallies, scribe, pool


def recorder_of(
    config: EdgeConfig, networks: "Networks", put: Callable[[Event | ClipEvent], None], clock: Clock
) -> Recorder | None:
    """Whoever makes sealed clips and their previews; nobody where the file names no custodians."""
    settings = config.evidence
    if settings is None:
        return None
    if settings.preview is None:
        return Recorder(config, settings, clock)
    previews = Previews(settings.preview, networks.redactor, put)
    return Recorder(config, settings, clock, previews)


def _both(one: Tell, other: Tell) -> Tell:
    def tell(camera: str, finding: Finding) -> None:
        one(camera, finding)
        other(camera, finding)

    return tell


def _share(config: EdgeConfig, cameras: int) -> float | None:
    """Looks per second that these cameras have of the box's; None when nothing limits them."""
    whole = config.detector.box_looks_per_s
    return None if whole is None else whole * cameras / len(config.cameras)


def _nothing() -> None:
    """What there is to prepare when all is warm."""


@dataclass(frozen=True, slots=True)
class Networks:
    """What all cameras of a worker share."""

    objects: Network
    sight: Sight
    snapshot: Snapshot

    def redactor(self, *, each: bool = False) -> LiveRedactor:
        """Whoever makes people unreadable on one camera's moving pictures.

        each  looks over each of them, since nobody knows what comes next
        """
        found = self.snapshot
        return LiveRedactor(found.find_faces, found.find_objects, sight=found.sight, each=each)


def load_networks(detector: Detector) -> Networks:
    """Load the networks that all cameras of a worker share. Raises ModelError, ConfigError."""
    check_persons(detector.model)
    load = partial(object_network, detector.model, providers=detector.providers)
    objects = load(minimum_score=detector.minimum_score, threads=detector.threads)
    hurried = max(detector.threads, min(_HURRIED, len(os.sched_getaffinity(0))))
    alike = hurried == detector.threads
    weak = at(objects, _WEAK) if alike else load(minimum_score=_WEAK, threads=hurried)
    faces, turn = face_network(threads=hurried, providers=detector.providers), threading.Lock()
    snapshot = Snapshot(
        find_faces=_in_turn(faces, turn), find_objects=_in_turn(weak, turn), sight=objects.sight
    )
    return Networks(objects, objects.sight, snapshot)


def _in_turn(network: Network, turn: threading.Lock) -> Network:
    """Let one thread at a time redact: each that does so at once takes 130 MiB of its own."""

    def find(picture: Bytes) -> Sequence[Detection]:
        with turn:
            return network(picture)

    return find


def _report(
    tallies: list[Tally], boss: Connection, stop: threading.Event, clock: Clock, pool: Pool,
    hand: Hand,
) -> None:  # fmt: skip
    """Send the cameras' states, each second and when one changes, and do what the boss orders.

    A worker whose pool hangs ends itself, so that the supervisor starts a sound one.
    """
    rates = [Rates(tally, clock.ticks_s()) for tally in tallies]
    told: tuple[str, ...] = ()
    due_s = clock.ticks_s()
    while not stop.wait(_LOOK_S):
        if pool.hangs(clock.ticks_s()):
            log.critical("thread=pool state=hangs")
            os._exit(1)
        now_s, lives = clock.ticks_s(), tuple(tally.state for tally in tallies)
        try:
            while boss.poll():
                hand.do(decode_command(boss.recv_bytes()))
            for taken in (*hand.taken(), *hand.parts()):
                boss.send_bytes(msgspec.json.encode(taken))
            if lives == told and now_s < due_s:
                continue
            told, due_s = lives, now_s + REPORT_S
            report = Report(cameras=tuple(rate(now_s) for rate in rates), scenes=hand.scenes())
            boss.send_bytes(msgspec.json.encode(report))
        except (EOFError, OSError):
            return


def _die_loudly(error: threading.ExceptHookArgs) -> None:
    """A bug in one thread ends the process, so that the supervisor starts a sound one."""
    log.critical("thread=%s", error.thread, exc_info=error.exc_value)
    os._exit(1)
