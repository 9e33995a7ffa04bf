"""A broker that people already have: what it acknowledged to us is in the store, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from center.clock import SystemClock
from center.config import CenterConfig, Mqtt, load
from center.foreign import letter_of
from center.letter import UnfitError, opened
from center.mqttsession import Session
from pipelines.errors import ConfigError, LinkError
from pipelines.wire import encode
from tests.center import mosquitto
from tests.center.centre import PATIENCE_S, Box, Centre, event, eventually
from tests.center.mosquitto import Mosquitto

INBOX = """\
inbox:
  mqtt: {{host: 127.0.0.1, port: {port}, username: {user}, password_file: secret, sites: [demo]}}
"""


@contextmanager
def box_of(broker: Mosquitto) -> Iterator[Box]:
    box = Box(broker.port)
    try:
        assert box.admitted.wait(PATIENCE_S)
        yield box
    finally:
        box.close()


def stored_at_least(centre: Centre, number: int) -> bool:
    return centre.stats()["stored"] >= number


def config_with(folder: Path, more: str) -> CenterConfig:
    Centre(folder, more=more)
    return load(folder / "center.yaml")


def test_a_topic_with_a_dot_speaks_for_no_other_site() -> None:
    told = event(site="demo")
    assert opened(letter_of("evt/demo/cam-1/intrusion", encode(told))).id == told.id
    with pytest.raises(UnfitError):
        opened(letter_of("evt/x.demo/cam-1/intrusion", encode(told)))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{port: 1883}", "missing required field `host`"),
        ("{host: a, tls: {ca: none.pem}}", r"none\.pem is not there - at \$\.inbox\.mqtt\.tls\.ca"),
        ("{host: a, tls: {cert: secret}}", r"goes with its key - at \$\.inbox\.mqtt\.tls"),
    ],
)
def test_what_is_wrong_with_it_is_said_with_its_key(tmp_path: Path, said: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        config_with(tmp_path, f"inbox: {{mqtt: {said}}}\n")


def test_its_password_comes_from_a_file(tmp_path: Path) -> None:
    config = config_with(tmp_path, INBOX.format(port=1, user="centre"))
    assert config.inbox.mqtt is not None
    assert config.inbox.mqtt.password == "let me in"


class TestWithMosquitto:
    """A real one, with users and rights."""

    pytestmark = mosquitto.NEEDED

    def test_nothing_is_lost_when_the_centre_is_killed_in_the_middle(self, tmp_path: Path) -> None:
        with mosquitto.served(tmp_path / "mosquitto") as broker:
            centre = Centre(tmp_path, more=INBOX.format(port=broker.port, user="centre"))
            centre.start()
            events = [event(after_s=number) for number in range(900)]
            with box_of(broker) as box:
                numbers = {box.send(one) for one in events[:600]}
                eventually(partial(stored_at_least, centre, 100))
                centre.kill()
                numbers |= {box.send(one) for one in events[600:]}
                eventually(lambda: numbers <= box.acked)
            centre.start()
            eventually(partial(stored_at_least, centre, 500))
            centre.kill()
            centre.start()
            eventually(partial(stored_at_least, centre, len(events)))
            assert centre.stats()["stored"] == len(events)
            assert centre.stats()["rejected"] == 0
            centre.stop()

    def test_it_comes_back_to_a_broker_that_was_away_and_says_so(self, tmp_path: Path) -> None:
        with mosquitto.served(tmp_path / "mosquitto") as broker:
            centre = Centre(tmp_path, more=INBOX.format(port=broker.port, user="centre"))
            centre.start()
            with box_of(broker) as box:
                box.send(event())
                eventually(partial(stored_at_least, centre, 1))
                broker.stop()
                broker.start()
                log = centre.folder / "centre.log"
                eventually(lambda: log.read_text().count("foreign=live session=new") == 2)
                box.send(event(after_s=1))
                eventually(partial(stored_at_least, centre, 2))
            centre.stop()

    def test_a_broker_that_forbids_it_to_listen_is_told(self, tmp_path: Path) -> None:
        with mosquitto.served(tmp_path / "mosquitto") as broker:
            told = Mqtt(host="127.0.0.1", port=broker.port, username="centre", password="wrong")
            session = Session(told, [("evt/+/+/+", 1)], SystemClock())
            with pytest.raises(LinkError, match="refuses us: Not authorized"):
                session.open()


def test_a_broker_that_is_not_there_is_told() -> None:
    session = Session(Mqtt(host="127.0.0.1", port=1), [("evt/+/+/+", 1)], SystemClock())
    with pytest.raises(LinkError, match=r"the broker at 127\.0\.0\.1:1 cannot be reached"):
        session.open()
