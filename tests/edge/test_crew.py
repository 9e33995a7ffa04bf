"""Cameras are dealt out fairly, and a worker that died or hangs is replaced."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import Camera, EdgeConfig, Spool
from edge.crew import SILENT_S, STARTING_S, Crew, Work, Worker, dealt
from edge.parting import DEATHS, WITHIN_S, Deaths, named
from tests.edge.conftest import wait_until
from tests.hell.doomed import CULPRIT, lacking, short_lived

PATIENCE_S = 180.0  # a busy machine takes seconds to start a process, and here are nine


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


def crew_of(cameras: int, workers: int, work: Work, clock: Told) -> Crew:
    config = EdgeConfig(
        site="s", box="b", workers=workers,
        cameras=tuple(Camera(id=f"c{n}", place="p", url="x") for n in range(cameras)),
    )  # fmt: skip
    return Crew(config, clock, nothing_open, work)


def until(crew: Crew, clock: Told, done: Callable[[], bool]) -> None:
    """Tend the crew; its time stands still but for the pauses, and no worker counts as silent."""

    def turn() -> bool:
        crew.tend()
        due_s = [worker.due_s for worker in crew.workers if worker.process is None]
        clock.at_s = max(clock.at_s, min(due_s, default=0.0))
        for worker in crew.workers:
            worker.heard_s = clock.at_s
        return done()

    until_s = time.monotonic() + PATIENCE_S
    while not turn():
        assert time.monotonic() < until_s, crew.states()
        time.sleep(0.02)


def test_a_camera_that_ends_its_worker_is_soon_watched_alone_and_the_others_are_left_in_peace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Told()
    crew = crew_of(8, 2, short_lived, clock)  # c1, c3, c5 and c7 share a worker
    try:
        until(crew, clock, lambda: any(worker.alone for worker in crew.workers))
        hands = sorted(worker.cameras for worker in crew.workers)
        assert hands == [("c0", "c2", "c4", "c6"), ("c1", "c3"), ("c5",), ("c7",)]
        states = {state.camera: state for state in crew.cameras()}
        assert "it is watched alone" in states[CULPRIT].trouble
        assert states[CULPRIT].state == "lost"
        others = [worker for worker in crew.workers if worker.cameras != (CULPRIT,)]
        (culprit,) = (worker for worker in crew.workers if worker.alone)
        until(crew, clock, lambda: all(worker.spoke for worker in others))
        before, restarts = {worker.state().pid for worker in others}, culprit.restarts
        until(crew, clock, lambda: culprit.restarts >= restarts + 2)
        assert {worker.state().pid for worker in others} == before
        assert culprit.backoff.failures >= 2  # and each pause is longer
        assert "camera=c5 state=ends-its-worker" in caplog.text
    finally:
        crew.dismiss(within_s=5.0)


def test_where_every_worker_dies_no_camera_is_blamed(caplog: pytest.LogCaptureFixture) -> None:
    clock = Told()
    crew = crew_of(4, 2, lacking, clock)
    try:
        until(crew, clock, lambda: min(state.restarts for state in crew.states()) > DEATHS)
        assert [worker.cameras for worker in crew.workers] == [("c0", "c2"), ("c1", "c3")]
        assert "parted" not in caplog.text
    finally:
        crew.dismiss(within_s=5.0)


def test_deaths_of_long_ago_are_forgiven() -> None:
    deaths = Deaths()
    for at_s in (0.0, WITHIN_S - 1, WITHIN_S):
        assert deaths.note(at_s, -signal.SIGABRT, spoke=False)
    assert deaths.too_many(WITHIN_S)
    assert not deaths.too_many(WITHIN_S + 1)


def test_a_log_calls_a_worker_by_a_few_of_its_cameras() -> None:
    assert named(("yard", "gate", "hall")) == "yard,gate,hall"
    assert named(tuple(f"c{number}" for number in range(180))) == "c0,c1,c2,+177"
