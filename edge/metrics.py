"""What the supervisor knows in, Prometheus's text on a small HTTP listener out.

Labels are the ids of the configuration and names that we gave: never a track, never a time.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge.config import Metrics
from pipelines.errors import ConfigError, SpoolError
from pipelines.flow import CameraLife, CameraState, Mode, SpoolState, WorkerState
from pipelines.trust import Trust

log = logging.getLogger("tocsin.metrics")


class _Number(NamedTuple):
    """One number of a camera: the metric's name, what it means, and where it stands."""

    name: str
    meaning: str
    of: Callable[[CameraState], float]


_COUNTERS = (
    _Number("packets", "Packets received.", lambda camera: camera.packets),
    _Number("packets_skipped", "Packets not decoded: too late.", lambda camera: camera.skipped),
    _Number("packets_corrupt", "Packets that no decoder read.", lambda camera: camera.corrupt),
    _Number("frames_decoded", "Pictures decoded.", lambda camera: camera.decoded),
    _Number("frames_watched", "Pictures searched for motion.", lambda camera: camera.frames),
    _Number("detector_calls", "Regions shown to the network.", lambda c: c.detector_calls),
    _Number("frames_overtaken", "Left for newer ones, unlooked.", lambda c: c.overtaken),
    _Number("detector_seconds", "Time that looking took.", lambda camera: camera.detector_s),
    _Number("detections", "Things that the network found.", lambda camera: camera.detections),
    _Number("events", "Events made.", lambda camera: camera.events),
    _Number("events_bare", "Events without their picture.", lambda camera: camera.bare),
    _Number("clips", "Clips sealed.", lambda camera: camera.clips),
    _Number("unrecorded", "Words that have no clip.", lambda camera: camera.unrecorded),
    _Number("live_frames", "Live pictures sent.", lambda camera: camera.live_frames),
    _Number("live_left_out", "Live pictures not redacted.", lambda c: c.live_left_out),
    _Number("live_skipped", "Live pictures without time.", lambda camera: camera.live_skipped),
    _Number("reconnects", "Times that the stream was lost.", lambda camera: camera.reconnects),
    _Number("timestamp_jumps", "Breaks in the stream's time.", lambda camera: camera.pts_jumps),
    _Number("cpu_seconds", "CPU time, pictures of events apart.", lambda camera: camera.cpu_s),
)
_GAUGES = (
    _Number("motion_ratio", "Share of the picture that moves.", lambda camera: camera.motion),
    _Number("ring_bytes", "Packets in memory.", lambda camera: camera.ring_kib * 1024),
    _Number("evidence_full", "1 while no clip fits.", lambda c: c.evidence == "full"),
    _Number("live_open", "1 while somebody looks.", lambda camera: bool(camera.live)),
    _Number("on_software", "1: its hardware fails.", lambda camera: bool(camera.software_why)),
    _Number("degraded", "1 while packets are skipped.", lambda camera: camera.degraded),
)


class BoxMetrics(Collector):
    """Collects a box's numbers each time that somebody asks.

    workers, cameras  what the crew says now
    spool             what the spool says now; may raise SpoolError
    expiries          Unix times at which its certificates expire
    """

    def __init__(
        self,
        *,
        workers: Callable[[], Sequence[WorkerState]],
        cameras: Callable[[], Sequence[CameraState]],
        spool: Callable[[], SpoolState],
        expiries: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        self.workers, self.cameras, self.spool = workers, cameras, spool
        self.expiries = expiries
        self.turn = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """All metrics; those of a spool that cannot be read are left out."""
        yield from _of_cameras(self.cameras())
        yield from _of_workers(self.workers())
        if expiries := self.expiries():
            yield _of_certificates(expiries)
        try:
            with self.turn:
                state = self.spool()
        except SpoolError as error:
            log.warning("spool=unreadable why=%s", error)
            return
        yield from _of_spool(state)


def serve(settings: Metrics, collector: BoxMetrics, tls: Trust | None = None) -> None:
    """Answer scrapes from a thread of its own. Raises ConfigError when the port is taken.

    tls  whose authority must have signed for whoever asks, where there is a certificate to show
    """
    shown: dict[str, Any] = {}
    if tls is not None and tls.is_mutual:
        shown = {
            "certfile": tls.cert, "keyfile": tls.key,
            "client_cafile": tls.ca, "client_auth_required": True,
        }  # fmt: skip
    registry = CollectorRegistry()
    registry.register(collector)
    try:
        start_http_server(settings.port, addr=settings.host, registry=registry, **shown)
    except OSError as error:
        raise ConfigError(
            f"the metrics cannot listen on {settings.host}:{settings.port}: {error.strerror} "
            "- at $.metrics; choose another port"
        ) from error
    scheme = "https" if shown else "http"
    log.info("metrics=%s://%s:%d/metrics", scheme, settings.host, settings.port)


def _of_cameras(cameras: Sequence[CameraState]) -> Iterator[Metric]:
    for number in _COUNTERS:
        counter = CounterMetricFamily(_named(number), number.meaning, labels=["camera"])
        for camera in cameras:
            counter.add_metric([camera.camera], number.of(camera))
        yield counter
    for number in _GAUGES:
        gauge = GaugeMetricFamily(_named(number), number.meaning, labels=["camera"])
        for camera in cameras:
            gauge.add_metric([camera.camera], number.of(camera))
        yield gauge
    lives, modes = get_args(CameraLife), get_args(Mode)
    yield _choice("state", "How the camera does.", cameras, lives, lambda camera: camera.state)
    yield _choice("mode", "How it is watched.", cameras, modes, lambda camera: camera.mode)


def _named(number: _Number) -> str:
    return f"tocsin_camera_{number.name}"


def _choice(
    name: str,
    meaning: str,
    cameras: Sequence[CameraState],
    values: Sequence[str],
    of: Callable[[CameraState], str],
) -> Metric:
    """One series for each value that a camera may have, 1 for the one that it has."""
    family = GaugeMetricFamily(
        f"tocsin_camera_{name}", f"{meaning} 1 for what holds.", labels=["camera", name]
    )
    for camera in cameras:
        for value in values:
            family.add_metric([camera.camera, value], value == of(camera))
    return family


def _of_workers(workers: Sequence[WorkerState]) -> Iterator[Metric]:
    up = GaugeMetricFamily("tocsin_worker_up", "1 while the process lives.", labels=["worker"])
    restarts = CounterMetricFamily(
        "tocsin_worker_restarts", "Times that it was started anew.", labels=["worker"]
    )
    for place, worker in enumerate(workers):
        up.add_metric([str(place)], worker.pid > 0)
        restarts.add_metric([str(place)], worker.restarts)
    yield up
    yield restarts


def _of_certificates(expiries: Mapping[str, float]) -> Metric:
    gauge = GaugeMetricFamily(
        "tocsin_certificate_expiry_timestamp_seconds", "When it expires.", labels=["certificate"]
    )
    for name, at_s in expiries.items():
        gauge.add_metric([name], at_s)
    return gauge


def _of_spool(spool: SpoolState) -> Iterator[Metric]:
    yield GaugeMetricFamily("tocsin_spool_events", "Events that wait.", value=spool.waiting)
    yield CounterMetricFamily("tocsin_spool_put", "Events written down.", value=spool.put)
    yield CounterMetricFamily("tocsin_spool_acked", "Events that the broker has.", spool.acked)
    yield CounterMetricFamily("tocsin_spool_dropped", "Events given up.", value=spool.dropped)
