"""Networks are tried in a process of their own, and what was wrong there is told here."""

import os
import signal
import subprocess
import sys

import pytest

from edge import working
from edge.config import Detector
from edge.working import try_networks
from pipelines.errors import ConfigError, ModelError


def test_networks_that_load_are_no_fault() -> None:
    try_networks(Detector())


@pytest.mark.parametrize(
    ("detector", "error", "told"),
    [
        (Detector(model="no-such-network"), ConfigError, "no-such-network"),
        (Detector(providers=("tensorrt",)), ConfigError, "tensorrt"),
    ],
)
def test_what_is_wrong_there_is_raised_here(
    detector: Detector, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        try_networks(detector)


def test_a_process_that_is_killed_over_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_try", _killed)
    with pytest.raises(ModelError, match=r"ended with -9: .*memory"):
        try_networks(Detector())


def _killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_whoever_looks_after_the_workers_carries_none_of_their_load() -> None:
    script = "import sys, edge.service; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "edge.crew" in loaded
    assert not {"numba", "edge.worker", "models.load"} & {*loaded}
