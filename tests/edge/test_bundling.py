"""How what waits is put together: in order, nothing twice, nothing left out, clips alone."""

import pytest

from edge.bundling import ALONE, TOGETHER, Word, bundles, is_worth_waiting
from pipelines.flow import ClipEvent, Event
from pipelines.wire import encode
from tests.center.test_clips import clip
from tests.events import event


def words(*told: Event | ClipEvent) -> list[Word]:
    return [Word(row, each, encode(each)) for row, each in enumerate(told, start=1)]


def sizes(*told: Event | ClipEvent, ahead: int = 0) -> list[int]:
    made = words(*told)
    found = list(bundles(made, ahead=ahead))
    assert [word for bundle in found for word in bundle] == made
    return [len(bundle) for bundle in found]


def test_nothing_waits_and_nothing_goes() -> None:
    assert sizes() == []


def test_few_go_alone_and_one_more_makes_a_bundle() -> None:
    assert sizes(*[event()] * ALONE) == [1] * ALONE
    assert sizes(*[event()] * (ALONE + 1)) == [ALONE + 1]


def test_a_bundle_holds_so_many_and_the_next_the_rest() -> None:
    assert sizes(*[event()] * (TOGETHER + 3)) == [TOGETHER, 3]


def test_a_clip_among_many_goes_alone_and_in_its_place() -> None:
    assert sizes(*[event()] * 3, clip(), *[event()] * 3) == [3, 1, 3]


def test_events_with_pictures_fill_a_bundle_sooner() -> None:
    assert sizes(*[event(picture_bytes=20_000)] * 6) == [1] * 6


def test_what_is_on_the_way_counts_among_those_that_wait() -> None:
    assert sizes(event(), event(), ahead=ALONE - 2) == [1, 1]
    assert sizes(event(), event(), ahead=ALONE - 1) == [2]


@pytest.mark.parametrize(("ahead", "waiting"), [(0, 1), (ALONE - 1, 5), (ALONE, TOGETHER)])
def test_what_nothing_is_ahead_of_goes_at_once_and_so_does_a_whole_bundle(
    ahead: int, waiting: int
) -> None:
    assert not is_worth_waiting(ahead, lambda: waiting)


def test_few_wait_for_company_while_others_are_unanswered() -> None:
    assert is_worth_waiting(ALONE, lambda: TOGETHER - 1)
