"""One setting: every line and listener has TLS, and who is revoked is out at once."""

import contextlib
import shutil
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from center.admission import Admission, admitted, held, lacking
from center.config import load
from edge.clock import SystemClock
from edge.config import Broker, Camera, EdgeConfig, HomeAssistant, Onvif
from edge.link import Link
from edge.memory import Memory
from edge.outlets import outlets_of
from edge.publisher import Publisher
from edge.service import start_line
from edge.spool import Spool
from edge.tls import expiries
from pipelines.errors import ConfigError, LinkError
from pipelines.flow import Heartbeat
from pipelines.trust import Trust
from pipelines.wire import encode, topic_of
from tests.center.centre import PATIENCE_S, SECRET, Box, event, eventually
from tests.center.eavesdropper import eavesdropping
from tests.center.secured import TLS, Secured
from tocsin.__main__ import app
from tocsin.pki import work


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    centre = Secured(tmp_path_factory.mktemp("secured"), sign_in=False)
    centre.start()
    yield centre
    centre.stop()


def is_refused(box: Box) -> bool:
    """Whether it is hung up on without having been let in."""
    try:
        return box.gone.wait(PATIENCE_S) and not box.admitted.is_set()
    finally:
        box.close()


def test_an_event_goes_over_mutual_tls_into_the_store(secured: Secured) -> None:
    before = secured.stats()["stored"]
    secured.deliver(event())
    assert secured.stats()["stored"] == before + 1


def test_when_each_certificate_expires_is_in_the_metrics(secured: Secured) -> None:
    told = {
        sample.labels["certificate"]: sample.value
        for family in text_string_to_metric_families(secured.http.get("/metrics").text)
        if family.name == "tocsin_certificate_expiry_timestamp_seconds"
        for sample in family.samples
    }
    assert set(told) == {"own", "ca", "box-1", "box-2", "watcher"}
    soon = datetime.now(UTC) + timedelta(days=29)
    assert min(told.values()) > soon.timestamp()
    assert expiries(Trust(cert=str(secured.pki / "box-1.crt"))) == {"own": told["box-1"]}


def test_the_boxs_own_line_shows_its_certificate(secured: Secured) -> None:
    with line_of(secured, "box-1") as line:
        told = event(after_s=2)
        number = line.publish(topic_of(told), encode(told))
        eventually(lambda: number in line.acknowledged(wait_s=0.1))
    eventually(lambda: told.id in stored(secured))


def stored(secured: Secured) -> set[str]:
    events = secured.http.get("/api/events", params={"limit": 500}).json()["events"]
    return {one["id"] for one in events}


def test_an_honest_box_empties_its_spool_over_mutual_tls_and_oversteps_no_right(
    secured: Secured, tmp_path: Path
) -> None:
    before = tried(secured, "box-1")
    path, pki, stopped = tmp_path / "s.db", secured.pki, threading.Event()
    config = EdgeConfig(
        site="demo", box="box-1",
        broker=Broker(host="localhost", port=secured.mqtt_port, password=SECRET),
        tls=trusting(pki, "box-1"), cameras=(Camera(id="cam-1", place="depot", url="x.mp4"),),
        onvif=Onvif(), home_assistant=HomeAssistant(),
    )  # fmt: skip
    spool = Spool(path, limit_mib=8, overflow=lambda dropped: event(after_s=dropped))
    told = [event(after_s=10 + number) for number in range(5)]
    spool.put(told)
    publisher = Publisher(
        config, spool, SystemClock(), beat, stopped.is_set, Memory(path.with_suffix(".m")),
        outlets_of(config, lambda: ()),
    )  # fmt: skip
    line = start_line(publisher, SystemClock(), stopped)
    eventually(lambda: {one.id for one in told} <= stored(secured))
    stopped.set()
    line.join(PATIENCE_S)
    assert spool.state().waiting == 0
    spool.close()
    with secured.box("box-2") as other:  # what the log says of it stands behind all of that
        known = tried(secured, "box-2")
        other.say("hb/box-1", b"{}")
        eventually(lambda: tried(secured, "box-2") > known)
    assert tried(secured, "box-1") == before


def tried(secured: Secured, box: str) -> int:
    """How often a box tried what it has no right to."""
    told = secured.http.get("/api/status").json()["refused"]
    return sum(each["count"] for each in told if each["user"] == box)


def beat(*, online: bool) -> Heartbeat:
    return Heartbeat(box="box-1", site="demo", time=datetime.now(UTC), online=online)


def test_the_commands_speak_over_mutual_tls_too(secured: Secured) -> None:
    pki, before = secured.pki, len(stored(secured))
    words = [
        "send", "help-point", "--site", "demo", "--device", "pillar", "--place", "depot",
        "--host", "localhost", "--port", str(secured.mqtt_port),
        "--password-file", str(secured.folder / "secret"), "--ca", str(pki / "ca.crt"),
    ]  # fmt: skip
    mine = ["--cert", str(pki / "box-1.crt"), "--key", str(pki / "box-1.key")]
    said = CliRunner().invoke(app, [*words, *mine], catch_exceptions=False).output
    assert "acknowledged" in said
    eventually(lambda: len(stored(secured)) == before + 1)
    with pytest.raises(ConfigError, match="goes with its key - at --cert and --key"):
        CliRunner().invoke(app, [*words, *mine[:2]], catch_exceptions=False)


def trusting(pki: Path, box: str) -> Trust:
    return Trust(ca=str(pki / "ca.crt"), cert=str(pki / f"{box}.crt"), key=str(pki / f"{box}.key"))


def test_who_comes_with_a_boxs_id_does_not_take_its_line(secured: Secured) -> None:
    with line_of(secured, "box-1") as line:
        thief = Box(secured.mqtt_port, "box-2", tls=secured.calling("box-2"), client_id="box-1")
        assert thief.admitted.wait(PATIENCE_S)
        told = event(after_s=3)
        number = line.publish(topic_of(told), encode(told))
        eventually(lambda: number in line.acknowledged(wait_s=0.1))
        thief.close()
    eventually(lambda: told.id in stored(secured))


def test_who_listens_on_the_line_reads_nothing_and_what_was_heard_is_worth_nothing(
    secured: Secured,
) -> None:
    told = event(after_s=4)
    with eavesdropping(secured.mqtt_port) as spy, line_of(secured, "box-1", spy.port) as line:
        number = line.publish(topic_of(told), encode(told))
        eventually(lambda: number in line.acknowledged(wait_s=0.1))
    heard = bytes(spy.said)
    assert len(heard) > len(encode(told))
    for secret in (SECRET, told.id, "MQTT", "depot", "evt/demo"):
        assert secret.encode() not in heard
        assert secret.encode() not in spy.answered
    eventually(lambda: told.id in stored(secured))
    before = secured.stats()["received"]
    assert b"\x20\x02\x00\x00" not in replayed(heard, secured.mqtt_port)
    secured.deliver(event(after_s=5))
    assert secured.stats()["received"] == before + 1


def replayed(said: bytes, port: int) -> bytes:
    """What the broker answers when all of it is said again."""
    answered = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        with contextlib.suppress(OSError):
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)
        while more := _received(line):
            answered += more
    return answered


# paho lets go of a socket whose handshake failed without closing it
@pytest.mark.filterwarnings("ignore:.*ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_who_is_in_the_middle_with_another_certificate_is_not_spoken_to(
    secured: Secured, tmp_path: Path
) -> None:
    forger = Secured(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(forger.pki / "centre.crt", forger.pki / "centre.key")
    with socket.create_server(("127.0.0.1", 0)) as middle:
        heard: list[bytes] = []
        waiting = threading.Thread(target=_answer, args=(middle, context, heard))
        waiting.start()
        with (
            pytest.raises(LinkError, match=r"certificate verify failed"),
            line_of(secured, "box-1", int(middle.getsockname()[1])),
        ):
            pass
        waiting.join(PATIENCE_S)
    assert heard == []


def _answer(middle: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
    line, _ = middle.accept()
    with line, contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as read:
        heard.append(read.recv(4096))


def line_of(secured: Secured, box: str, port: int | None = None) -> Link:
    broker = Broker(host="localhost", port=port or secured.mqtt_port, password=SECRET)
    tls = trusting(secured.pki, box)
    return Link(broker, box, will=(f"hb/{box}", b"{}"), window=1, tls=tls)


def test_the_console_is_served_over_tls_only_and_browsers_stay_with_it(secured: Secured) -> None:
    assert secured.url.startswith("https://")
    answer = secured.http.get("/api/status")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(secured.url.replace("https", "http") + "/api/status", timeout=PATIENCE_S)


def test_a_listener_without_tls_is_nowhere(secured: Secured) -> None:
    for port in (secured.mqtt_port, secured.broker_port):
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
            line.sendall(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x05\x00\x01x" * 3)
            line.settimeout(PATIENCE_S)
            said = b""
            while more := _received(line):
                said += more
        assert b"\x20\x02\x00\x00" not in said  # MQTT's word that one is let in
        assert b"PONG" not in said


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except ConnectionResetError:
        return b""


def test_who_shows_no_certificate_or_anothers_authoritys_is_not_let_in(
    secured: Secured, tmp_path: Path
) -> None:
    bare = Box(secured.mqtt_port, "box-1", tls=secured.calling())
    assert is_refused(bare)
    forger = Secured(tmp_path)
    context = secured.calling()
    context.load_cert_chain(forger.pki / "box-1.crt", forger.pki / "box-1.key")
    assert is_refused(Box(secured.mqtt_port, "box-1", tls=context))


def test_a_certificate_without_its_password_is_not_enough(secured: Secured) -> None:
    box = Box(secured.mqtt_port, "box-1", tls=secured.calling("box-1"), password="wrong")
    assert is_refused(box)


def test_who_it_is_says_the_certificate_and_not_the_name(secured: Secured) -> None:
    before = secured.stats()["received"]
    with secured.box("box-2") as innocent:
        stolen = secured.knocking("box-2", shows="box-1")
        assert stolen.admitted.wait(PATIENCE_S)
        number = stolen.send(event(site="far"))
        eventually(lambda: number in stolen.acked)
        stolen.close()
        innocent.send(event(site="far", after_s=1))
        eventually(lambda: secured.stats()["received"] == before + 1)


def test_a_revoked_box_is_hung_up_on_and_its_replacement_is_let_in(secured: Secured) -> None:
    old = secured.folder / "old"
    old.mkdir()
    for ending in ("crt", "key"):
        shutil.copy(secured.pki / f"box-1.{ending}", old / f"box-1.{ending}")
    with secured.box("box-2") as innocent:
        stolen = secured.knocking("box-1")
        assert stolen.admitted.wait(PATIENCE_S)
        work.revoke(secured.order, "box-1", replaced=False)
        assert stolen.gone.wait(PATIENCE_S)
        stolen.close()
        secured.issue("box-1")
        eventually(lambda: _gets_in(secured, "box-1"))
        context = secured.calling()
        context.load_cert_chain(old / "box-1.crt", old / "box-1.key")
        assert is_refused(Box(secured.mqtt_port, "box-1", tls=context))
        assert not innocent.gone.is_set()


def _gets_in(secured: Secured, name: str) -> bool:
    box = secured.knocking(name)
    try:
        return box.admitted.wait(5.0)
    finally:
        box.close()


def test_a_renewal_lets_both_in_until_the_old_one_is_revoked(tmp_path: Path) -> None:
    centre = Secured(tmp_path)
    centre.issue("box-2", renew=True)
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    both = admitted(held(tls), centre.order.now)
    assert len(both["box-2"]) == 2
    work.revoke(centre.order, "box-2", replaced=True)
    left = admitted(held(tls), centre.order.now)
    assert len(left["box-2"]) == 1
    assert left["box-1"] == both["box-1"]


def test_who_has_no_certificate_or_soon_none_is_named_before_boxes_knock_in_vain(
    tmp_path: Path,
) -> None:
    centre = Secured(tmp_path)
    centre.issue("home")
    said = CliRunner().invoke(app, ["check", str(tmp_path / "center.yaml")]).output
    said = " ".join(said.split())
    assert "duty has no certificate that is valid; tocsin pki issue duty" in said
    assert "box-1 has a certificate for 29 days more; tocsin pki issue box-1 --renew" in said
    assert said.endswith("sound")
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    later = centre.order.now + timedelta(days=31)
    assert admitted(held(tls), later) == {}
    assert len(list(lacking(["box-1"], held(tls), later))) == 1


def test_files_that_are_torn_or_away_for_a_moment_hang_up_on_nobody(tmp_path: Path) -> None:
    centre = Secured(tmp_path)
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    admission = Admission(tls, SystemClock())
    before, told = admission.admitted, (centre.pki / "ca.crl").read_text()
    assert before["box-1"]
    (centre.pki / "ca.crl").write_text(told[:100])
    (centre.pki / "issued").rename(centre.pki / "away")
    admission.look()
    assert admission.admitted == before
    (centre.pki / "away").rename(centre.pki / "issued")
    admission.look()
    assert admission.admitted == before
    (centre.pki / "ca.crl").write_text(told)
    work.revoke(centre.order, "box-1", replaced=False)
    admission.look()
    assert admission.admitted == {name: before[name] for name in before if name != "box-1"}


def test_a_certificate_that_was_seen_half_copied_lets_in_as_soon_as_it_is_whole(
    tmp_path: Path,
) -> None:
    centre = Secured(tmp_path)
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    made = next((centre.pki / "issued").glob("box-1-*.crt"))
    told = made.read_bytes()
    made.unlink()
    admission = Admission(tls, SystemClock())
    assert "box-1" not in admission.admitted
    with made.open("wb") as file:  # as scp does
        file.write(told[:100])
        file.flush()
        admission.look()
        assert "box-1" not in admission.admitted
        file.write(told[100:])
    admission.look()
    assert "box-1" in admission.admitted


def test_nothing_but_what_the_file_names_listens_and_all_of_it_on_loopback(
    secured: Secured,
) -> None:
    console = int(secured.url.rpartition(":")[2])
    heard = listening(secured.process.pid) | listening(secured.broker_pid)
    assert heard == {("127.0.0.1", p) for p in (console, secured.mqtt_port, secured.broker_port)}


def listening(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports at which a process listens, as the kernel has them."""
    links = (str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir())
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [
        row.split()
        for family in ("tcp", "tcp6")
        for row in Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]
    ]
    return {address_of(row[1]) for row in rows if row[3] == "0A" and row[9] in sockets}


def address_of(said: str) -> tuple[str, int]:
    """Of `0100007F:1F90`; an address of IPv6 stays as it is."""
    host, port = said.split(":")
    shown = socket.inet_ntoa(bytes.fromhex(host)[::-1]) if len(host) == 8 else host
    return shown, int(port, 16)


def test_a_list_of_revoked_that_somebody_else_signed_is_refused(tmp_path: Path) -> None:
    centre = Secured(tmp_path)
    forger = tmp_path / "forger"
    forger.mkdir()
    shutil.copy(Secured(forger).pki / "ca.crl", centre.pki / "ca.crl")
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    with pytest.raises(ConfigError, match=r"ca\.crl: not of the authority .* at \$\.tls\.crl"):
        admitted(held(tls), centre.order.now)


def test_a_certificate_of_another_authority_in_the_folder_lets_nobody_in(tmp_path: Path) -> None:
    centre = Secured(tmp_path)
    forger = tmp_path / "forger"
    forger.mkdir()
    (theirs,) = (Secured(forger).pki / "issued").glob("watcher-*.crt")
    for path in (centre.pki / "issued").glob("watcher-*.crt"):
        path.unlink()
    shutil.copy(theirs, centre.pki / "issued")
    (centre.pki / "issued" / "torn.crt").write_text("-----BEGIN CERTIFICATE-----\n")
    tls = load(tmp_path / "center.yaml").tls
    assert tls is not None
    assert set(admitted(held(tls), centre.order.now)) == {"centre", "box-1", "box-2"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("broker: {host: 0.0.0.0}", "at 0.0.0.0, where others than this machine reach it, without"),
        ("broker: {host: '::'}", "at $.broker.host; add a `tls` block"),
        ("console: {host: 192.0.2.1}", "at $.console.host; add a `tls` block"),
        ("console: {host: 0.0.0.0, proxies: [10.0.0.1], sign_in: false}", "$.console.sign_in"),
        ("console: {proxies: [10.0.0.999]}", "$.console.proxies"),
        (TLS, "pki/ca.crt is not there - at $.tls.ca"),
    ],
)
def test_who_listens_for_others_without_tls_does_not_start(
    tmp_path: Path, more: str, said: str
) -> None:
    path = tmp_path / "center.yaml"
    path.write_text(f"watch_list: watch.yaml\n{more}\n")
    with pytest.raises(ConfigError, match=r"center\.yaml") as caught:
        load(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (TLS.replace("centre.key", "box-1.key"), "are no certificate and its key"),
        (TLS.replace("centre", "box-1"), "names no host under which we are called"),
        (
            TLS.replace("clients: pki/issued", "clients: pki/gone"),
            "is no folder - at $.tls.clients",
        ),
        ("broker: {host: 0.0.0.0}\n" + TLS, ""),
    ],
)
def test_files_that_do_not_fit_are_named_with_the_fix(tmp_path: Path, more: str, said: str) -> None:
    Secured(tmp_path)
    path = tmp_path / "center.yaml"
    path.write_text(f"watch_list: watch.yaml\n{more}\n")
    if not said:
        assert load(path).tls is not None
        return
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert said in str(caught.value)


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    centre = Secured(tmp_path)
    (centre.pki / "centre.key").chmod(0o644)
    with pytest.raises(ConfigError, match=r"chmod 600"):
        load(tmp_path / "center.yaml")
