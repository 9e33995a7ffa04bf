"""From the spool to the broker: a row goes only when the broker has taken it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.bundling import ALONE
from edge.clock import SystemClock
from edge.config import Broker, Camera, EdgeConfig
from edge.link import Link
from edge.memory import Memory
from edge.publisher import WINDOW, Publisher
from edge.service import start_line
from edge.spool import Spool
from pipelines.errors import LinkError
from pipelines.flow import Event, Heartbeat
from pipelines.wire import decode_batch, decode_event, decode_heartbeat
from tests.edge.conftest import PATIENCE_S, Server, on_line, wait_until
from tests.events import event
from tocsin.demo.ports import free_port


def config(port: int, *, batches: bool = True) -> EdgeConfig:
    return EdgeConfig(
        site="north", box="box-1", broker=Broker(port=port, password="right", batches=batches),
        cameras=(Camera(id="yard-1", place="yard", url="x.mp4"),),
    )  # fmt: skip


def beat(*, online: bool) -> Heartbeat:
    from datetime import UTC, datetime

    return Heartbeat(box="box-1", site="north", time=datetime.now(UTC), online=online)


@contextmanager
def publishing(path: Path, port: int, *, batches: bool = True) -> Iterator[Spool]:
    """A spool that is being emptied; at the end what is left is sent."""
    spool = Spool(path, limit_mib=8, overflow=lambda n: event(count=n))
    stopped = threading.Event()
    publisher = Publisher(
        config(port, batches=batches), spool, SystemClock(), beat, stopped.is_set,
        Memory(path.with_suffix(".m")),
    )  # fmt: skip
    try:
        with on_line(publisher, stopped):
            yield spool
    finally:
        spool.close()


class Listener:
    """A real subscriber that keeps what it hears."""

    def __init__(self, port: int) -> None:
        self.heard: list[mqtt.MQTTMessage] = []
        self.ready = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set("all", "right")
        self.client.on_message = lambda _c, _u, message: self.heard.append(message)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.ready.wait(PATIENCE_S)

    def topics(self) -> list[str]:
        return [m.topic for m in self.heard if m.topic.startswith("evt/")]

    def events(self) -> list[Event]:
        heard = [m for m in self.heard if m.topic.startswith("evt/")]
        many = [decode_batch(m.payload) if _is_batch(m) else [m.payload] for m in heard]
        return [decode_event(body) for bodies in many for body in bodies]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def _is_batch(message: mqtt.MQTTMessage) -> bool:
    return message.topic.endswith("/batch")


@pytest.fixture
def listener(broker: Server) -> Iterator[Listener]:
    found = Listener(broker.port)
    yield found
    found.close()


def test_events_arrive_once_stamped_and_in_order(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    sent = [event() for _ in range(250)]
    with publishing(tmp_path / "s.db", broker.port) as spool:
        spool.put(sent)
        wait_until(lambda: spool.state().waiting == 0)
        wait_until(lambda: len(listener.events()) == 250)
    assert [each.id for each in listener.events()] == [each.id for each in sent]
    assert all(each.senttime and each.senttime >= each.time for each in listener.events())


def test_few_events_go_one_by_one_and_many_that_wait_together(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    alone = "evt/{0.site}/{0.camera}/{0.rule}".format(event().data)
    with publishing(tmp_path / "s.db", broker.port) as spool:
        spool.put([event()])
        wait_until(lambda: listener.topics() == [alone])
        spool.put([event() for _ in range(20)])
        wait_until(lambda: len(listener.events()) == 21)
    assert listener.topics() == [alone, "evt/north/box-1/batch"]


def test_while_answers_are_late_what_is_new_waits_and_goes_together(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    """A broker that stands still, then goes on: the first went alone, the others had to wait."""
    spool = Spool(tmp_path / "s.db", limit_mib=8, overflow=lambda n: event(count=n))
    memory, clock = Memory(tmp_path / "s.m"), SystemClock()
    publisher = Publisher(config(broker.port), spool, clock, beat, lambda: False, memory)
    sent = [event() for _ in range(2 * ALONE + 1)]
    will = publisher.will()
    with Link(publisher.config.broker, "box-1", will=will, window=WINDOW) as link:
        publisher.greet(link)
        assert broker.child
        broker.child.send_signal(signal.SIGSTOP)
        os.waitpid(broker.child.pid, os.WUNTRACED)  # until it stands still
        for each in sent:
            spool.put([each])
            publisher.turn(link)
        broker.child.send_signal(signal.SIGCONT)
        until_s = time.monotonic() + PATIENCE_S
        while spool.state().waiting and time.monotonic() < until_s:
            publisher.turn(link)
        wait_until(lambda: len(listener.events()) == len(sent))
    assert [topic.endswith("/batch") for topic in listener.topics()] == [False] * ALONE + [True]
    assert [each.id for each in listener.events()] == [each.id for each in sent]
    spool.close()
    memory.close()


def test_who_wants_each_event_under_its_own_topic_gets_it(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    with publishing(tmp_path / "s.db", broker.port, batches=False) as spool:
        spool.put([event() for _ in range(20)])
        wait_until(lambda: len(listener.topics()) == 20)
    assert not any(topic.endswith("/batch") for topic in listener.topics())


def test_what_a_dead_broker_did_not_take_arrives_after_its_return(
    broker: Server, tmp_path: Path
) -> None:
    with publishing(tmp_path / "s.db", broker.port) as spool:
        broker.kill()
        sent = [event() for _ in range(50)]
        spool.put(sent)
        assert spool.state().waiting == 50
        broker.start()
        listener = Listener(broker.port)
        wait_until(lambda: {e.id for e in listener.events()} >= {e.id for e in sent[1:]})
        wait_until(lambda: spool.state().waiting == 0)
        listener.close()


def test_what_is_left_at_the_end_is_sent_before_the_line_closes(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    with publishing(tmp_path / "s.db", broker.port, batches=False) as spool:
        spool.put([event() for _ in range(300)])  # more than may be on the way at once
    wait_until(lambda: len(listener.events()) == 300)


def test_the_box_says_that_it_lives_and_that_it_goes(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    with publishing(tmp_path / "s.db", broker.port):
        wait_until(lambda: any(m.topic == "hb/box-1" for m in listener.heard))

    def beats() -> list[Heartbeat]:
        return [decode_heartbeat(m.payload) for m in listener.heard if m.topic == "hb/box-1"]

    wait_until(lambda: not beats()[-1].online)
    assert beats()[0].online


def test_an_event_that_cannot_be_read_stops_no_other(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    with publishing(tmp_path / "s.db", broker.port) as spool:
        with spool.disk:
            spool.disk.execute("INSERT INTO events (body) VALUES (?)", (b"{torn",))
        spool.put([event()])
        wait_until(lambda: len(listener.events()) == 1 and spool.state().waiting == 0)
        assert spool.state().dropped == 1


def test_what_the_broker_would_drop_waits_until_it_may_be_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The box may speak for one camera of its site; then somebody puts the others into a file."""
    broker = Server(tmp_path, free_port(), hears=("may.box-1", "may.north.yard-1"))
    broker.start()
    first = [event(), event(camera="yard-2"), event(site="nowhere"), event()]
    listener = Listener(broker.port)
    with publishing(tmp_path / "s.db", broker.port) as spool:
        spool.put(first)
        wait_until(lambda: spool.state().waiting == 2)
        spool.put([event(), event(camera="yard-2")])
        wait_until(lambda: spool.state().waiting == 3)
        assert {each.data.camera for each in listener.events()} == {"yard-1"}
        listener.close()
        broker.kill()
        broker.hears = ("may.box-1", "may.>")
        broker.start()
        wait_until(lambda: spool.state().waiting == 0)
    broker.kill()
    held = [each.getMessage() for each in caplog.records if "state=held" in each.getMessage()]
    assert any(each.startswith("site=north camera=yard-2 ") for each in held)
    assert any(each.startswith("site=nowhere camera=yard-1 ") for each in held)


def test_where_a_broker_says_nothing_of_rights_all_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Server(tmp_path, free_port(), hears=("cmd.box-1",))
    broker.start()
    listener = Listener(broker.port)
    with publishing(tmp_path / "s.db", broker.port) as spool:
        spool.put([event(), event(camera="yard-2")])
        wait_until(lambda: len(listener.events()) == 2)
    listener.close()
    broker.kill()
    assert "state=held" not in caplog.text


def test_a_wrong_password_is_said(broker: Server) -> None:
    wrong = Broker(port=broker.port, password="wrong")
    with (
        pytest.raises(LinkError, match="refuses box-1: Not authorized"),
        Link(wrong, "box-1", will=("hb/box-1", b""), window=1),
    ):
        pass


def test_no_broker_is_a_link_error_that_names_the_address() -> None:
    port = free_port()
    with (
        pytest.raises(LinkError, match=f"no broker at 127.0.0.1:{port}"),
        Link(Broker(port=port), "box-1", will=("hb/box-1", b""), window=1),
    ):
        pass


def test_where_one_of_several_brokers_is_away_the_next_is_dialled(
    broker: Server, listener: Listener, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "s.db", limit_mib=8, overflow=lambda n: event(count=n))
    stopped = threading.Event()
    among = config(free_port())
    among = msgspec.structs.replace(
        among, broker=msgspec.structs.replace(among.broker, others=(f"127.0.0.1:{broker.port}",))
    )
    memory = Memory(tmp_path / "s.m")
    publisher = Publisher(among, spool, SystemClock(), beat, stopped.is_set, memory)
    line = start_line(publisher, SystemClock(), stopped)
    spool.put([event()])
    wait_until(lambda: len(listener.events()) == 1)
    stopped.set()
    line.join(PATIENCE_S)
    memory.close()
    spool.close()
