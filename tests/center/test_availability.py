"""For how long a camera was live, of the time for which somebody listened."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from center import rollups
from center.availability import Availability, Watch
from center.boxes import Boxes, BoxState
from center.rollups import Span
from center.store import Store
from pipelines.flow import CameraLife, CameraState, Heartbeat
from tests.center.centre import NOON

NOON_S = NOON.timestamp()
DAY = Span(since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))


def box(state: CameraLife, *, online: bool = True) -> BoxState:
    camera = CameraState(camera="cam-1", place="depot", state=state)
    beat = Heartbeat(box="box-1", site="demo", time=datetime.now(UTC), cameras=(camera,))
    return BoxState(box="box-1", site="demo", online=online, heartbeat=beat)


SILENT = BoxState(box="box-1", site="demo")


def seen(watch: Watch, states: Sequence[BoxState], *, passed_s: float = 5.0) -> tuple[float, ...]:
    """Seconds watched and live, after looks of which each finds one state."""
    for state in states:
        watch.look([state], now_s=NOON_S, passed_s=passed_s)
    return next(iter(watch.sums.values()), (0.0, 0.0))


def test_only_a_live_camera_of_a_box_that_speaks_is_there() -> None:
    states = [box("live"), box("blind"), box("lost"), box("live", online=False)]
    assert seen(Watch([]), states) == (20.0, 5.0)


def test_cameras_of_a_box_that_has_not_spoken_yet_are_known_from_before() -> None:
    assert seen(Watch([]), [SILENT]) == (0.0, 0.0)
    assert seen(Watch([("box-1", "cam-1", "depot")]), [SILENT]) == (5.0, 0.0)


def test_time_in_which_nobody_looked_counts_for_nothing() -> None:
    assert seen(Watch([]), [box("live")], passed_s=100.0) == (0.0, 0.0)


def test_a_camera_that_a_box_no_longer_names_is_no_longer_watched() -> None:
    watch = Watch([("box-1", "cam-9", "depot")])
    seen(watch, [box("live")])
    assert {cell[2] for cell in watch.sums} == {"cam-1"}


def test_what_is_written_adds_up_and_is_written_once(store: Store) -> None:
    watch, hours = Watch([]), Availability(store, Boxes((), Frozen()), Frozen())
    for _ in range(3):
        seen(watch, [box("live"), box("lost")])
        hours.write(watch)
        hours.write(watch)
    with store.read() as connection:
        (camera,) = rollups.availability(connection, DAY)
        known = rollups.cameras_since(connection, 0)
    assert (camera.watched_s, camera.live_s) == (30.0, 15.0)
    assert known == [("box-1", "cam-1", "depot")]


class Frozen:
    """A clock that stands."""

    def now_s(self) -> float:
        return NOON_S

    def ticks_s(self) -> float:
        return 0.0
