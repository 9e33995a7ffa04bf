"""Cameras at their worst, all in one worker: it lives, stays small and misses nothing elsewhere."""

from pathlib import Path

import pytest

from edge.worker import main
from tests.hell.doomed import CULPRIT
from tests.hell.fatal import fatal
from tests.hell.hall import WELL, Hall, Healthy, hall
from tests.hell.harms import HARMS, Known

GROWTH_MIB = 160.0
"""What all harms together may take of memory, once all cameras have been opened."""

SHOWN = 4
PATIENCE_S = 180.0

FEW = ("garbage", "endless-headers", "hangs-up", "cut", "changes-size", "no-keyframe")
"""Some of them, where a machine has no time for all at once."""


def told(watched: Hall, name: str, known: Known) -> bool:
    """Whether what must be said of a camera has been said."""
    said = watched.said.get(name, set())
    return any(known.said in each for each in said) and (not known.lives or name in watched.lived)


def untold(watched: Hall) -> dict[str, set[str]]:
    """Cameras of which what must be said has not been said yet, and what has."""
    return {
        name: watched.said.get(name, set())
        for name in watched.servers
        if not told(watched, name, HARMS[name])
    }


def seen(watched: Hall) -> int:
    """How often somebody came, by the healthy camera's events."""
    return sum(event.data.phase == "begin" for event in watched.events())


@pytest.mark.hell
@pytest.mark.parametrize("names", [FEW, tuple(HARMS)], ids=["few", "all"])
def test_one_worker_outlives_harms_misses_nothing_elsewhere_and_says_each_trouble(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    with hall({name: HARMS[name] for name in names}, tmp_path) as watched:
        watched.until(lambda: WELL in watched.lived, within_s=PATIENCE_S)
        before, begun, known = watched.rss_mib(), watched.healthy.shown, seen(watched)
        watched.until(lambda: not untold(watched), within_s=PATIENCE_S, unless=untold)
        watched.until(lambda: watched.healthy.shown >= begun + SHOWN, within_s=PATIENCE_S)
        shown = watched.healthy.shown - begun - 1  # the first may have been known already
        watched.until(lambda: seen(watched) - known >= shown, within_s=PATIENCE_S)
        assert [worker.restarts for worker in watched.crew.states()] == [0]
        assert watched.rss_mib() - before < GROWTH_MIB
        for name in names:
            assert HARMS[name].lives or name not in watched.lived, name
        assert watched.states()[WELL].trouble == ""
        assert watched.states()[WELL].reconnects == 0


@pytest.mark.hell
def test_a_real_worker_with_its_networks_outlives_minutes_of_them(tmp_path: Path) -> None:
    with hall(HARMS, tmp_path, main) as watched:
        watched.until(lambda: not untold(watched), within_s=5 * PATIENCE_S, unless=untold)
        before, begun = watched.rss_mib(), watched.healthy.shown
        watched.until(lambda: watched.healthy.shown >= begun + 30, within_s=5 * PATIENCE_S)
        assert [worker.restarts for worker in watched.crew.states()] == [0]
        assert watched.rss_mib() - before < GROWTH_MIB


@pytest.mark.hell
def test_a_camera_whose_pictures_end_their_decoder_is_soon_alone_and_nobody_else_misses_anything(
    tmp_path: Path,
) -> None:
    names = ("c1", "c2", "c3", "c4", CULPRIT, "c6")
    with hall({name: Known(Healthy()) for name in names}, tmp_path, fatal) as watched:
        workers = watched.crew.workers
        watched.until(lambda: any(each.alone for each in watched.crew.workers), within_s=300.0)
        assert len(watched.crew.workers) > len(workers)
        watched.until(
            lambda: all(watched.events(name) for name in (*names, WELL) if name != CULPRIT),
            within_s=300.0,
        )
        assert not watched.events(CULPRIT)
        (culprit,) = (each for each in watched.crew.workers if each.alone)
        assert culprit.cameras == (CULPRIT,)
        assert any("it is watched alone" in each for each in watched.said[CULPRIT])


@pytest.mark.hell
@pytest.mark.parametrize("name", ["stutters", "jumps", "wraps", "changes-size"])
def test_what_is_odd_but_can_be_seen_is_seen(name: str, tmp_path: Path) -> None:
    with hall({name: HARMS[name]}, tmp_path) as watched:
        watched.until(lambda: bool(watched.events(name)), within_s=PATIENCE_S)
