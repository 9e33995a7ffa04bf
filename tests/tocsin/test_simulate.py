"""A small fleet speaks to a real centre over real sockets, and every event is accounted for."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.errors import ConfigError
from tests.center.centre import Centre
from tocsin.simulate.alerts import Quantiles
from tocsin.simulate.asked import Asked, one_of
from tocsin.simulate.host import allow_files
from tocsin.simulate.report import Report
from tocsin.simulate.run import run

PATIENCE_S = 120.0


def report(file: Path) -> Report:
    return msgspec.json.decode(file.read_bytes(), type=Report)


def test_after_a_power_cut_every_camera_comes_back_and_no_event_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    asked = Asked(
        cameras=100, boxes=20, seconds=4.5, rate=200, storm="power-cut", seed=7, processes=2
    )
    assert run(asked, json_file=tmp_path / "fleet.json") == 0
    told = report(tmp_path / "fleet.json")
    assert told.sent > 2 * asked.cameras, "each camera has a begin and an end after the storm"
    assert told.sent == told.acknowledged == told.stored
    assert (told.lost, told.duplicated, told.unsent, told.dropped) == (0, 0, 0, 0)
    assert told.alerts > 0
    assert told.latency_ms.p50 is not None
    assert {"box side", "broker", "aggregator"} <= told.cpu_us_per_event.keys()


def test_a_centre_that_runs_is_spoken_to_as_its_own_boxes_until_ctrl_c(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.start()
    try:
        command = ["simulate", "--at", "center.yaml", "--cameras", "6", "--json", "fleet.json"]
        with subprocess.Popen(
            [sys.executable, "-m", "tocsin", *command, "--rate", "50", "--seconds", "600"],
            cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        ) as ours:  # fmt: skip
            assert ours.stdout is not None
            for line in ours.stdout:
                if line.startswith("speaking") and " 0 acknowledged" not in line:
                    break
            ours.send_signal(signal.SIGINT)
            rest = ours.stdout.read()
            assert ours.wait(PATIENCE_S) == 0, rest
        told = report(tmp_path / "fleet.json")
        assert told.ended_by_hand
        assert (told.lost, told.duplicated) == (0, 0)
        assert 0 < told.acknowledged <= told.stored == centre.stats()["stored"]
    finally:
        centre.stop()


def test_a_centre_with_too_few_boxes_says_how_many_are_missing(tmp_path: Path) -> None:
    Centre(tmp_path)
    with pytest.raises(ConfigError, match=r"2 boxes may speak - at \$\.boxes; add .* other 3"):
        run(Asked(cameras=5, boxes=5, seconds=1, at=tmp_path / "center.yaml"), json_file=None)


def test_more_files_than_the_system_allows_are_asked_for_in_vain() -> None:
    with pytest.raises(ConfigError, match="ulimit -n"):
        allow_files(1 << 40)


def test_an_unknown_storm_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="power-cut"):
        one_of("hail", "--storm", ("none", "power-cut"))


SOUND: dict[str, Any] = {
    "settings": {}, "seconds": 1.0, "drained_s": 0.0, "events_per_s": 1.0, "sent": 1,
    "acknowledged": 1, "stored": 1, "lost": 0, "duplicated": 0, "unsent": 0, "dropped": 0,
    "redials": 0, "latency_ms": Quantiles(), "alerts": 0, "cpu_us_per_event": {},
    "busy_cores": {}, "rss_mib": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "said"),
    [("lost", "not in the store"), ("duplicated", "twice"), ("unsent", "still in spools")],
)
def test_a_run_that_lost_doubled_or_kept_something_is_wrong(what: str, said: str) -> None:
    assert said in Report(**SOUND | {what: 1}).wrong
    assert not Report(**SOUND).wrong
