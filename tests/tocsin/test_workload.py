"""What a simulated fleet says: the same for the same seed, as busy as the hour, in whole lives."""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial

import pytest

from pipelines.doors import DEVICE_RULES, refuse_more
from pipelines.flow import Facts
from pipelines.wire import encode, event_from
from tocsin.simulate.ids import Name, id_of, name_of
from tocsin.simulate.job import Left
from tocsin.simulate.rhythm import busiest, busy, day_in
from tocsin.simulate.verdict import judge
from tocsin.simulate.workload import Site, Workload, sites

SITE = Site(7, "box-00007", "site-00007", 25)
NOON_S = 1_790_000_000.0


def said(*, seed: int = 1, seconds: float = 400.0, per_s: float = 5.0) -> list[Facts]:
    return list(Workload(SITE, seed=seed, per_s=per_s).until(seconds))


def phases(words: Iterable[Facts]) -> dict[str, list[str | None]]:
    found = defaultdict[str, list[str | None]](list)
    for each in words:
        if each.episode is not None:
            found[each.episode].append(each.phase)
    return found


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    assert said(seed=3) == said(seed=3)
    assert said(seed=3) != said(seed=4)


def test_it_does_not_matter_in_how_many_steps_the_time_passes() -> None:
    steps = Workload(SITE, seed=1, per_s=5.0)
    assert [facts for tick in range(401) for facts in steps.until(float(tick))] == said()


def test_as_many_events_are_said_as_were_asked_for() -> None:
    assert len(said(seconds=2000)) == pytest.approx(2000 * 5, rel=0.1)


def test_a_life_that_begins_goes_on_and_ends_in_order() -> None:
    whole = [life for life in phases(said(seconds=2000)).values() if life[0] == "begin"]
    assert whole
    ended = [life for life in whole if life[-1] == "end"]
    assert len(ended) > 0.9 * len(whole)
    assert all(set(life[1:-1]) <= {"update"} for life in ended)


def test_nights_are_quiet_and_evenings_are_busy() -> None:
    assert busy(3.0) < 0.3
    assert 1.5 < busy(18.5) <= busiest()
    words = Workload(SITE, seed=1, per_s=50.0, rate=day_in(240.0))
    by_hour = [len(list(words.until(10.0 * (hour + 1)))) for hour in range(24)]
    assert max(by_hour[1:5]) < min(by_hour[17:20]) / 3


def test_doors_say_nothing_that_a_centre_would_refuse() -> None:
    devices = [facts for facts in said(seconds=2000) if facts.rule in DEVICE_RULES]
    assert devices
    for facts in devices:
        name = id_of(Name(1, 2, 3), NOON_S)
        event = event_from(facts, happened_s=NOON_S, new_id=partial(str, name))
        refuse_more(encode(event), facts.rule)


def test_a_box_that_is_dark_says_nothing_and_ends_nothing() -> None:
    words = Workload(SITE, seed=1, per_s=50.0)
    list(words.until(10.0))
    words.forget()
    words.pause(60.0)
    assert not list(words.until(59.0))


def test_cameras_are_dealt_out_evenly() -> None:
    assert [site.cameras for site in sites(3, 8)] == [3, 3, 2]


@pytest.mark.parametrize("name", [Name(0, 0, 0), Name(4_194_303, 1_048_575, 4_294_967_295)])
def test_an_id_is_a_uuid_of_version_7_and_says_whose_it_is(name: Name) -> None:
    text = id_of(name, NOON_S)
    assert name_of(text) == name
    assert text[14] == "7"
    assert text[19] in "89ab"
    assert id_of(name, NOON_S + 1) > text


def test_what_no_simulator_made_is_nobodys() -> None:
    assert name_of("not an id") is None


def ids(run: int, *numbers: int) -> list[str]:
    return [id_of(Name(run, 0, number), NOON_S) for number in numbers]


def test_a_lost_and_a_doubled_event_are_found_by_their_ids() -> None:
    verdict = judge(5, [Left(box=0, put=5)], ids(5, 0, 1, 1, 3, 4))
    assert (verdict.lost, verdict.duplicated, verdict.stored) == (1, 1, 4)
    assert verdict.examples == ("event 2 of box 0",)


def test_what_is_still_in_a_spool_is_not_lost_whether_it_is_stored_or_not() -> None:
    verdict = judge(5, [Left(box=0, put=4, waiting=(2, 3))], ids(5, 0, 1, 2))
    assert (verdict.lost, verdict.unsent, verdict.acknowledged) == (0, 2, 2)


def test_events_of_other_runs_and_of_no_run_do_not_count() -> None:
    verdict = judge(5, [Left(box=0, put=1)], [*ids(5, 0), *ids(6, 0, 1), "x"])
    assert (verdict.stored, verdict.duplicated) == (1, 0)
