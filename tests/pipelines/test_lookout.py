"""One network for many cameras: what could be missed goes first, and nobody waits for ever."""

import pytest

from pipelines.looking import KNOWN, NEW, Wish
from pipelines.lookout import Lookout
from pipelines.regions import Patch
from tests.builders import box, frame


def wish(worth: float = KNOWN, regions: int = 1) -> Wish:
    return Wish((), tuple(Patch(box(50 * n), 1.0) for n in range(regions)), worth, float(regions))


def test_what_is_new_goes_before_what_is_known() -> None:
    lookout: Lookout[str] = Lookout()
    lookout.ask("a", "a", frame(), wish(KNOWN), 0.0)
    lookout.ask("b", "b", frame(), wish(NEW), 0.0)
    order = [request.who for _ in range(2) if (request := lookout.best(0.0))]
    assert order == ["b", "a"]
    assert lookout.best(0.0) is None


def test_a_newer_frame_takes_the_place_of_an_older_and_inherits_its_wait() -> None:
    lookout: Lookout[str] = Lookout()
    assert not lookout.ask("a", "a", frame(at_s=1.0), wish(), 1.0)
    assert lookout.ask("a", "a", frame(at_s=2.0), wish(), 2.0)
    request = lookout.best(2.0)
    assert request is not None
    assert (request.frame.captured_s, request.since_s) == (2.0, 1.0)


def test_who_has_waited_long_enough_goes_before_what_is_new() -> None:
    lookout: Lookout[str] = Lookout()
    lookout.ask("old", "old", frame(), wish(KNOWN), 0.0)
    lookout.ask("new", "new", frame(), wish(NEW), 5.0)
    request = lookout.best(5.0)
    assert request is not None
    assert request.who == "old"


def test_the_box_looks_no_more_often_than_it_may() -> None:
    lookout: Lookout[str] = Lookout(per_s=4)
    looks = 0
    for step in range(100):  # ten seconds
        lookout.ask("a", "a", frame(), wish(), step / 10)
        looks += lookout.best(step / 10) is not None
    assert looks == pytest.approx(10 / 0.3, abs=2)  # the next tenth of a second after each quarter


def test_a_stream_that_is_gone_takes_its_request_along() -> None:
    lookout: Lookout[str] = Lookout()
    lookout.ask("a", "a", frame(), wish(), 0.0)
    assert lookout.waits("a")
    lookout.forget("a")
    assert lookout.best(0.0) is None
