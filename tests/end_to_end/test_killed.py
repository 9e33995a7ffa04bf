"""kill -9 of any part, at work: it comes back, and no event is lost or stored twice."""

import contextlib
import os
import signal
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from tests.end_to_end.conftest import PATIENCE_S, Site, kill, wait_until

pytestmark = pytest.mark.end_to_end


def assert_nothing_lost(site: Site) -> None:
    """What was acknowledged is stored, what is stored was put; some may still wait."""
    spool = site.end_of_box()
    assert spool.dropped == 0
    assert 0 < spool.acked <= site.stored() <= spool.put


def another_broker_than(site: Site, pid: int) -> bool:
    return site.broker_pid() not in (0, pid)


def more_put_than(site: Site, put: int) -> bool:
    return site.spool().put > put


def test_a_killed_worker_comes_back_and_takes_no_other_down(site: Site) -> None:
    wait_until(lambda: site.stored() > 0)
    victim, other = (site.workers()[name] for name in ("yard-east", "yard-west"))
    before = site.spool().put
    kill(victim["pid"])
    wait_until(lambda: site.workers()["yard-east"]["restarts"] == 1)
    wait_until(site.live)
    wait_until(lambda: site.spool().put > before)
    assert site.workers()["yard-east"]["pid"] != victim["pid"]
    assert site.workers()["yard-west"] == other
    assert_nothing_lost(site)


def test_what_a_killed_worker_left_open_is_ended_once(site: Site) -> None:
    wait_until(lambda: bool(site.going_on("yard-east")))
    victim = site.workers()["yard-east"]
    os.kill(victim["pid"], signal.SIGSTOP)  # so that it ends nothing more of what we name
    left = site.going_on("yard-east")
    kill(victim["pid"])
    wait_until(lambda: site.workers()["yard-east"]["restarts"] == 1)
    wait_until(site.live)
    assert_nothing_lost(site)
    assert left
    assert site.going_on("yard-east") == site.going_on("yard-west") == set()
    ends = [(life, unwatched) for life, phase, unwatched in site.words() if phase == "end"]
    lives = {life for life, _, _ in site.words() if life}
    assert (
        len(ends) == len(lives) == len({life for life, _ in ends})
    )  # each has one end, and only one
    assert {(life, True) for life in left} <= set(ends)


def test_what_happens_while_the_broker_is_dead_arrives_after_its_return(site: Site) -> None:
    wait_until(lambda: site.stored() > 0)
    before = site.broker_pid()
    for _ in range(3):
        killed = site.broker_pid()
        kill(killed)
        wait_until(partial(another_broker_than, site, killed))
        wait_until(partial(more_put_than, site, site.spool().put))
        wait_until(lambda: site.spool().waiting == 0)
    assert site.broker_pid() != before
    assert_nothing_lost(site)


def test_a_box_that_is_told_to_end_leaves_no_process(site: Site) -> None:
    pids = [worker["pid"] for worker in site.workers().values()]
    site.edge.process.send_signal(signal.SIGTERM)
    assert site.edge.process.wait(PATIENCE_S) == 0
    site.children.running.remove(site.edge)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 0)
            pytest.fail(f"worker {pid} outlived its box")


def test_a_box_that_is_killed_leaves_no_process_and_a_sound_spool(site: Site) -> None:
    pids = [worker["pid"] for worker in site.workers().values()]
    kill(site.edge.process.pid)
    site.edge.process.wait()
    site.children.running.remove(site.edge)

    def gone() -> bool:
        return not any(_runs(pid) for pid in pids)

    wait_until(gone)
    with closing(sqlite3.connect(site.plan.folder / "spool.db")) as disk:
        assert disk.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
