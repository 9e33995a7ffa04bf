"""Cameras are dealt out fairly, and a worker that died or hangs is replaced."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from edge.config import Camera, EdgeConfig, Spool
from edge.crew import SILENT_S, STARTING_S, Worker, dealt
from tests.edge.conftest import wait_until


def box(cameras: int, workers: int) -> EdgeConfig:
    return EdgeConfig(
        site="s", box="b", workers=workers,
        cameras=tuple(Camera(id=f"c{n}", place="p", url="x.mp4") for n in range(cameras)),
    )  # fmt: skip


@given(cameras=st.integers(1, 40), workers=st.integers(0, 12), cores=st.integers(1, 16))
def test_every_camera_has_one_worker_and_no_worker_has_two_more_than_another(
    cameras: int, workers: int, cores: int
) -> None:
    hands = dealt(box(cameras, workers), cores)
    names = sorted(name for hand in hands for name in hand)
    assert names == sorted(f"c{number}" for number in range(cameras))
    assert max(map(len, hands)) - min(map(len, hands)) <= 1
    assert len(hands) == min(workers or cores, cameras)


class Told:
    """A clock that a test sets."""

    at_s = 100.0

    def now_s(self) -> float:
        return self.at_s

    def ticks_s(self) -> float:
        return self.at_s


def nothing_open(_: Iterable[str] | None) -> None:
    """No life has to end."""


def has_spoken(worker: Worker) -> bool:
    worker.tend()
    return worker.spoke


def test_a_worker_that_says_nothing_any_more_is_killed_and_replaced_at_once(
    tmp_path: Path,
) -> None:
    clock, camera = Told(), Camera(id="a", place="p", url="/nowhere.mp4")
    config = EdgeConfig(
        site="s", box="b", cameras=(camera,), spool=Spool(path=str(tmp_path / "spool.db"))
    )
    worker = Worker(config, ("a",), clock, nothing_open)
    worker.tend()
    try:
        first = worker.state().pid
        os.kill(first, signal.SIGSTOP)
        clock.at_s += STARTING_S
        worker.tend()
        assert worker.state().pid == first
        clock.at_s += 1.0
        worker.tend()
        assert (worker.process, worker.pipe) == (None, None)
        clock.at_s += 1.0  # of the three for which its cameras may be gone
        worker.tend()
        assert worker.state().restarts == 1
        second = worker.state().pid
        assert second not in {0, first}
        wait_until(lambda: has_spoken(worker))
        os.kill(second, signal.SIGSTOP)
        while worker.pipe is not None and worker.pipe.poll():
            worker.tend()
        clock.at_s += SILENT_S + 1.0
        worker.tend()
        assert worker.process is None
    finally:
        if worker.process is not None:
            worker.process.kill()
            worker.process.join()
