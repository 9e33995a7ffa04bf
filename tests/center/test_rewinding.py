"""A broker that comes back with an older disk is told of: what it acknowledged since is gone."""

import asyncio
import shutil
from pathlib import Path

import pytest

from center import rewinding
from center.broker import Broker
from center.clock import SystemClock
from center.config import CenterConfig, load
from center.ending import ended
from center.link import connected
from center.rewinding import Rewinding, Rewound
from tests.center.centre import PATIENCE_S, Centre


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CenterConfig:
    """A centre's, of which the broker alone runs, and is looked at often."""
    monkeypatch.setattr(rewinding, "_LOOK_S", 0.05)
    Centre(tmp_path)
    (tmp_path / "state").mkdir()
    return load(tmp_path / "center.yaml")


def lives(config: CenterConfig, *, takes: int, upto: int) -> Rewound | None:
    """Let a broker live until it has taken so many messages in; what is said of it then.

    upto  the last message's number by then
    """
    return asyncio.run(asyncio.wait_for(_lives(config, takes, upto), PATIENCE_S))


async def _lives(config: CenterConfig, takes: int, upto: int) -> Rewound | None:
    broker = Broker(config)
    rewinding = Rewinding(broker, Path(config.state), SystemClock())
    running = [asyncio.create_task(part.keep()) for part in (broker, rewinding)]
    try:
        async with connected(broker) as client:
            for _ in range(takes):
                await client.jetstream().publish("$MQTT.msgs.pe.0.demo.cam-1.motion", b"{}")
            while rewinding.seen.number != upto:  # noqa: ASYNC110 -- as it looks, so do we
                await asyncio.sleep(0.05)
    finally:
        await ended(*running)
    return rewinding.rewound


def test_a_broker_of_yesterday_is_told_of_with_how_much_it_forgot(config: CenterConfig) -> None:
    disk = Path(config.state) / "broker"
    assert lives(config, takes=2, upto=2) is None
    shutil.copytree(disk, disk.with_name("copy"))
    assert lives(config, takes=3, upto=5) is None
    shutil.rmtree(disk)
    disk.with_name("copy").rename(disk)
    rewound = lives(config, takes=0, upto=2)
    assert rewound is not None
    assert rewound.messages == 3
    assert lives(config, takes=4, upto=6) == rewound  # it is remembered, and told once


def test_it_is_told_of_also_when_boxes_send_more_at_once_than_was_forgotten(
    config: CenterConfig,
) -> None:
    disk = Path(config.state) / "broker"
    lives(config, takes=2, upto=2)
    shutil.copytree(disk, disk.with_name("copy"))
    lives(config, takes=3, upto=5)
    shutil.rmtree(disk)
    disk.with_name("copy").rename(disk)
    rewound = lives(config, takes=9, upto=11)
    assert rewound is not None
    assert rewound.messages == 3


def test_a_broker_without_its_disk_has_forgotten_all(config: CenterConfig) -> None:
    lives(config, takes=3, upto=3)
    shutil.rmtree(Path(config.state) / "broker")
    rewound = lives(config, takes=0, upto=0)
    assert rewound is not None
    assert rewound.messages == 3
