"""The real broker: who is let in when, what may be said, and what survives its death."""

import asyncio
import contextlib
import functools
import os
import signal
import stat
from pathlib import Path

import pytest

from center.broker import Broker
from center.config import Broker as BrokerConfig
from center.config import CenterConfig, load
from center.consumers import STREAM
from center.ending import ended
from center.partitions import ALL, PARTITIONS, consumer_of, partition_of
from pipelines.errors import ConfigError
from tests.center.centre import PATIENCE_S, Box, Centre, event, eventually
from tests.center.linked import linked


def test_the_consumers_exist_before_a_box_is_let_in(tmp_path: Path) -> None:
    Centre(tmp_path)
    (tmp_path / "state").mkdir()
    config = load(tmp_path / "center.yaml")
    assert asyncio.run(_consumers_at_first_admission(config)) == [
        consumer_of(n) for n in sorted(ALL)
    ]


async def _consumers_at_first_admission(config: CenterConfig) -> list[str]:
    """Let a box hammer the door from before the start; at its first success, look."""
    broker = Broker(config)
    hammering = asyncio.create_task(_hammer(config.broker.mqtt_port))
    keeping = asyncio.create_task(broker.keep())
    try:
        await asyncio.wait_for(hammering, PATIENCE_S)
        async with linked(broker.url, broker.password) as client:
            return sorted(each.name for each in await client.jetstream().consumers_info(STREAM))
    finally:
        await ended(hammering, keeping)


CONNECT = bytes.fromhex("10 23 0004 4d515454 04 c2 003c 0005") + (
    b"box-1" + b"\x00\x05box-1" + b"\x00\x09let me in"
)
ADMITTED = b"\x20\x02\x00\x00"


async def _hammer(port: int) -> None:
    """Knock as `box-1` as fast as it goes, by the bytes of MQTT's CONNECT, until let in."""
    while not await _is_admitted(port):
        pass


async def _is_admitted(port: int) -> bool:
    """Knock once."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(CONNECT)
        return await reader.read(4) == ADMITTED
    except OSError:
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def test_a_taken_port_is_told_before_anything_starts(shared: Centre, tmp_path: Path) -> None:
    config = CenterConfig(
        state=str(tmp_path), watch_list="", broker=BrokerConfig(port=shared.broker_port)
    )
    with pytest.raises(ConfigError, match=r"\$\.broker\.port"):
        asyncio.run(Broker(config).keep())


def test_the_brokers_configuration_is_for_its_owner_only(shared: Centre) -> None:
    mode = (shared.folder / "state" / "broker.conf").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_what_a_box_publishes_is_stored_once_also_when_it_comes_twice(shared: Centre) -> None:
    before = shared.stats()
    first, second = event(), event(after_s=1)
    shared.deliver(first, second, first)
    after = shared.stats()
    assert after["stored"] - before["stored"] == 2
    assert after["duplicates"] - before["duplicates"] == 1


def test_an_unreadable_message_is_rejected_and_does_not_block(shared: Centre) -> None:
    before = shared.stats()
    with shared.box() as box:
        box.say("evt/demo/cam-1/intrusion", b"{bad")
        box.say("evt/demo/cam-1/intrusion", b"")
        box.send(event())
        eventually(lambda: shared.stats()["stored"] == before["stored"] + 1)
    assert shared.stats()["rejected"] == before["rejected"] + 2


def test_a_box_cannot_speak_for_another_site(shared: Centre) -> None:
    before = shared.stats()
    with shared.box("box-2") as stranger:
        number = stranger.send(event(site="demo"))
        eventually(lambda: number in stranger.acked)
    shared.deliver(event())
    assert shared.stats()["received"] == before["received"] + 1


def test_a_box_cannot_speak_for_another_in_any_protocol(shared: Centre) -> None:
    own = {
        "onvif/box-1/onvif-ej/VideoSource/MotionAlarm/&a",
        "homeassistant/device/box-1/a/config",
        "ha/box-1/a/state",
    }
    foreign = {topic.replace("box-1", "box-2") for topic in own} | {"hb/box-2"}
    with shared.box("watcher") as watcher, shared.box() as box:
        watcher.listen("onvif/#", "homeassistant/#", "ha/#")
        for topic in (*foreign, "homeassistant/status", *own):
            number = box.say(topic, b"{}")
            eventually(functools.partial(_is_acked, box, number))
        eventually(lambda: {topic for topic, _ in watcher.heard} >= own)
        assert {topic for topic, _ in watcher.heard} == own


def test_only_home_assistant_may_say_that_it_has_started(shared: Centre) -> None:
    with shared.box() as box, shared.box("watcher") as watcher, shared.box("home") as home:
        box.listen("homeassistant/status")
        number = watcher.say("homeassistant/status", b"from a watcher")
        eventually(functools.partial(_is_acked, watcher, number))
        home.say("homeassistant/status", b"online")
        eventually(lambda: box.heard)
        assert box.heard == [("homeassistant/status", b"online")]


def _is_acked(box: Box, number: int) -> bool:
    return number in box.acked


def test_a_watcher_hears_events_alerts_and_heartbeats_and_cannot_speak(shared: Centre) -> None:
    before = shared.stats()
    with shared.box("watcher") as watcher:
        watcher.listen("pe/#", "alert/#", "hb/#")
        watcher.send(event())
        with shared.box() as box:
            box.say("hb/box-1", b"{}")
            box.send(event())
            eventually(lambda: len({topic.split("/")[0] for topic, _ in watcher.heard}) == 3)
        heard = {topic for topic, _ in watcher.heard}
    assert "alert/depot/intrusion" in heard
    assert shared.stats()["received"] == before["received"] + 1
    partition = next(topic for topic in heard if topic.startswith("pe/")).split("/")
    assert int(partition[1]) == partition_of("demo") < PARTITIONS
    assert partition[2:] == ["demo", "cam-1", "intrusion"]


def test_what_was_acknowledged_survives_kill_9_of_the_broker(centre: Centre) -> None:
    events = [event(after_s=number) for number in range(400)]
    with centre.box() as box:
        numbers = {}
        for sent, one in enumerate(events):
            numbers[box.send(one)] = one.id
            if sent in {100, 250}:  # of which some are on their way
                eventually(functools.partial(_has_acked, box, sent // 2 + 30))
                os.kill(centre.broker_pid, signal.SIGKILL)
        eventually(lambda: set(numbers) <= box.acked)
    eventually(lambda: centre.stats()["stored"] == len(events))
    stored = centre.http.get("/api/events", params={"limit": 500}).json()["events"]
    assert {one["id"] for one in stored} == {one.id for one in events}


def _has_acked(box: Box, enough: int) -> bool:
    return len(box.acked) > enough


def test_the_centre_stops_cleanly_and_leaves_no_broker(centre: Centre) -> None:
    broker = centre.broker_pid
    assert centre.stop() == 0
    assert not Path(f"/proc/{broker}").exists()


def test_the_broker_dies_with_a_centre_that_was_killed(centre: Centre) -> None:
    broker = centre.broker_pid
    centre.kill()
    eventually(lambda: not _runs(broker))


def test_a_centre_that_starts_again_knows_what_it_knew(centre: Centre) -> None:
    centre.deliver(event())
    before = centre.http.get("/api/alerts").json()
    centre.stop()
    centre.start()
    assert centre.http.get("/api/alerts").json() == before


def test_work_that_misses_the_word_to_end_is_told_again() -> None:
    missed = list[bool]()

    async def deaf() -> None:
        try:
            await asyncio.sleep(PATIENCE_S)
        except asyncio.CancelledError:
            missed.append(True)
        await asyncio.sleep(PATIENCE_S)

    async def ends() -> bool:
        task = asyncio.create_task(deaf())
        await asyncio.sleep(0)
        await ended(task, again_s=0.1)
        return task.cancelled()

    assert asyncio.run(ends())
    assert missed == [True]


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
