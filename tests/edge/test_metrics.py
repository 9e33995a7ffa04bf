"""A box's numbers: right for each camera, and served where the configuration says."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from edge.config import Metrics
from edge.metrics import BoxMetrics, serve
from edge.spool import Spool
from pipelines.errors import ConfigError, SpoolError
from pipelines.flow import CameraState, SpoolState, WorkerState
from pipelines.trust import Trust
from tests.builders import event
from tests.edge.conftest import PATIENCE_S
from tocsin.demo.ports import free_port
from tocsin.pki.folder import Folder
from tocsin.pki.work import Order, init, issue

EAST = CameraState(
    camera="east", place="yard", state="blind", mode="substream", packets=250, skipped=3, corrupt=1,
    decoded=240, frames=120, detector_calls=9, detector_s=0.36, events=2, bare=1, reconnects=4,
    cpu_s=1.5, motion=0.25, degraded=True,
)  # fmt: skip
WEST = CameraState(camera="west", place="yard", packets=11)

Numbers = dict[tuple[str, ...], float]


def numbers(text: str) -> Numbers:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def box(spool: Callable[[], SpoolState] = SpoolState) -> BoxMetrics:
    workers = (
        WorkerState(pid=7, restarts=2, cameras=("east",)),
        WorkerState(pid=0, restarts=5, cameras=("west",)),
    )
    return BoxMetrics(workers=lambda: workers, cameras=lambda: (EAST, WEST), spool=spool)


def test_each_camera_has_its_own_numbers() -> None:
    told = numbers(generate_latest(box()).decode())
    assert told["tocsin_camera_packets_total", "east"] == 250
    assert told["tocsin_camera_packets_total", "west"] == 11
    assert told["tocsin_camera_packets_skipped_total", "east"] == 3
    assert told["tocsin_camera_packets_corrupt_total", "east"] == 1
    assert told["tocsin_camera_frames_decoded_total", "east"] == 240
    assert told["tocsin_camera_frames_watched_total", "east"] == 120
    assert told["tocsin_camera_detector_seconds_total", "east"] == 0.36
    assert told["tocsin_camera_events_bare_total", "east"] == 1
    assert told["tocsin_camera_reconnects_total", "east"] == 4
    assert told["tocsin_camera_cpu_seconds_total", "east"] == 1.5
    assert told["tocsin_camera_degraded", "east"] == 1
    assert told["tocsin_worker_up", "0"] == 1
    assert told["tocsin_worker_up", "1"] == 0
    assert told["tocsin_worker_restarts_total", "1"] == 5


def test_of_all_states_and_modes_one_holds() -> None:
    told = numbers(generate_latest(box()).decode())
    for name, holds in (("state", "blind"), ("mode", "substream")):
        values = {key[2]: value for key, value in told.items() if key[0] == f"tocsin_camera_{name}"
                  and key[1] == "east"}  # fmt: skip
        assert {value for value, is_so in values.items() if is_so} == {holds}
        assert len(values) >= 3


def test_a_spool_that_cannot_be_read_hides_no_camera() -> None:
    def torn() -> SpoolState:
        raise SpoolError("the disk is gone")

    told = numbers(generate_latest(box(torn)).decode())
    assert told["tocsin_camera_packets_total", "west"] == 11
    assert not [key for key in told if key[0].startswith("tocsin_spool")]


def test_a_scrape_reads_the_spool_that_others_write(tmp_path: Path) -> None:
    path, port = tmp_path / "spool.db", free_port()
    spool, reader = (Spool(path, limit_mib=8, overflow=lambda _: event()) for _ in range(2))
    serve(Metrics(port=port), box(reader.state))
    url = f"http://127.0.0.1:{port}/metrics"
    spool.put([event(number=number) for number in range(5)])
    spool.done([spooled.row for spooled in spool.waiting(after=0, limit=2)])
    answer = httpx.get(url, timeout=PATIENCE_S)
    assert answer.headers["content-type"].startswith("text/plain")
    told = numbers(answer.text)
    assert told["tocsin_spool_put_total",] == 5
    assert told["tocsin_spool_acked_total",] == 2
    assert told["tocsin_spool_events",] == 3
    spool.put([event(number=9)])
    assert numbers(httpx.get(url, timeout=PATIENCE_S).text)["tocsin_spool_events",] == 4


def test_a_port_that_is_taken_is_said_with_its_place() -> None:
    port = free_port()
    serve(Metrics(port=port), box())
    with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port}: .* at \$\.metrics"):
        serve(Metrics(port=port), box())


def test_with_tls_only_whom_the_authority_knows_is_answered(tmp_path: Path) -> None:
    order = Order(Folder(tmp_path), datetime.now(UTC))
    init(order, "Authority", 30)
    for name, hosts in (("box-1", ("localhost",)), ("prometheus", ())):
        issue(order, name, hosts, days=30, renew=False)
    files = {key: str(tmp_path / f"box-1.{end}") for key, end in (("cert", "crt"), ("key", "key"))}
    port = free_port()
    serve(Metrics(port=port), box(), Trust(ca=str(tmp_path / "ca.crt"), **files))
    url, context = f"https://localhost:{port}/metrics", ssl.create_default_context()
    context.load_verify_locations(tmp_path / "ca.crt")
    with pytest.raises(httpx.TransportError):
        httpx.get(url, verify=context, timeout=PATIENCE_S)
    context.load_cert_chain(tmp_path / "prometheus.crt", tmp_path / "prometheus.key")
    assert "tocsin_camera_packets_total" in httpx.get(url, verify=context, timeout=PATIENCE_S).text
