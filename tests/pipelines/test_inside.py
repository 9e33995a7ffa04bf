"""Who is inside a zone, since when, and how many: each scene with exactly what is said of it."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipelines.feet import shares
from pipelines.flow import Facts, Track
from pipelines.inside import OccupancyJudge, StayJudge
from pipelines.rules import Intrusion, Loitering, Occupancy
from pipelines.schedule import Schedule
from pipelines.zones import Zone
from tests.builders import box, facts, quick, track
from tests.pipelines.rules_at_work import at, findings, ids, life_of, said, standing, there

YARD = Zone(id="yard", polygon=((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
ALWAYS = Schedule()
INSIDE, OUTSIDE = (0.75, 0.6), (0.2, 0.6)


def rule(
    *, dwell_s: float = 1.0, cooldown_s: float = 10.0, ends_after_s: float = 2.0,
    schedule: Schedule = ALWAYS, confidence: float = 0.5, minimum_height: float = 0.0,
    classes: tuple[str, ...] = ("person",), hysteresis: float = 0.05,
) -> Intrusion:  # fmt: skip
    return Intrusion(
        zone="yard", dwell_s=dwell_s, cooldown_s=cooldown_s, ends_after_s=ends_after_s,
        schedule=schedule, confidence=confidence, minimum_height=minimum_height, classes=classes,
        hysteresis=hysteresis, update_s=10.0,
    )  # fmt: skip


def judge(of: Intrusion | None = None, zone: Zone = YARD) -> StayJudge:
    return StayJudge(of or rule(), zone, facts(), ids())


def test_a_life_begins_goes_on_and_ends() -> None:
    visit = there(standing(*INSIDE), from_s=1, until_s=16)
    told = said(judge(), visit, seconds=30)
    assert life_of(told) == [(2.0, "begin", 1), (12.0, "update", 1), (17.9, "end", 0)]
    assert {what.episode for _, what in told} == {"life-1"}
    assert [what.duration_s for _, what in told] == [None, 10.0, 13.9]


def test_a_begin_says_all_that_there_is_to_say() -> None:
    ((_, what),) = said(judge(), there(track(box(900, 300, 60, 150))), seconds=2)
    assert what == Facts(
        site="north", camera="gate-1", place="gate", rule="intrusion", zone="yard",
        label="person", count=1, confidence=0.8, box=(0.7031, 0.4167, 0.75, 0.625),
        phase="begin", episode="life-1",
    )  # fmt: skip


def test_an_end_says_nothing_of_where_or_how_sure() -> None:
    *_, (_, what) = said(judge(), there(standing(*INSIDE), until_s=5), seconds=12)
    assert what == Facts(
        site="north", camera="gate-1", place="gate", rule="intrusion", zone="yard",
        label="person", count=0, phase="end", episode="life-1", duration_s=3.9,
    )  # fmt: skip


def test_a_picture_comes_with_the_begin_and_with_whoever_no_picture_shows_yet() -> None:
    first, second = standing(*INSIDE), standing(0.9, 0.6, number=2)
    found = findings(judge(), lambda now_s: [first, second][: 2 if now_s > 5 else 1], seconds=30)
    assert [(each.facts.phase, each.facts.count, each.pictured) for each in found] == [
        ("begin", 1, True), ("update", 2, True), ("update", 2, False), ("update", 2, False),
    ]  # fmt: skip


def test_a_finding_carries_the_frame_and_everybody_on_it() -> None:
    others = (standing(*INSIDE), standing(*OUTSIDE, number=2))
    (found,) = judge(rule(dwell_s=0))(at(0), None, others)  # type: ignore[arg-type]
    assert found.frame.captured_s == at(0).captured_s
    assert found.tracks == others


def test_whoever_only_passes_through_is_not_told_of() -> None:
    assert not said(judge(), there(standing(*INSIDE), until_s=0.9))


def test_the_dwell_begins_anew_when_somebody_comes_back() -> None:
    to_and_fro = lambda s: [standing(*(OUTSIDE if 0.9 <= s < 1.9 else INSIDE))]  # noqa: E731
    assert life_of(said(judge(), to_and_fro, seconds=5)) == [(2.9, "begin", 1)]


def test_whoever_is_lost_for_a_moment_is_in_the_same_life() -> None:
    lost = lambda s: [standing(*INSIDE, number=1 if s < 5 else 2)] if not 5 <= s < 6 else []  # noqa: E731
    assert life_of(said(judge(rule(ends_after_s=3)), lost, seconds=9)) == [(1.0, "begin", 1)]


def test_the_border_has_two_edges_so_that_nobody_flickers_on_it() -> None:
    on_it = lambda s: [standing(0.505 if int(s * 5) % 2 else 0.49, 0.6)]  # noqa: E731
    assert life_of(said(judge(), on_it)) == [(1.2, "begin", 1)]
    assert not said(judge(rule(hysteresis=0.0)), on_it)


def test_where_the_feet_are_counts_and_not_where_the_head_is() -> None:
    far = Zone(id="far", polygon=((0, 0), (1, 0), (1, 0.5), (0, 0.5)))
    assert not said(judge(zone=far), there(standing(0.5, 0.65, height=0.4)))
    assert said(judge(zone=far), there(standing(0.5, 0.45, height=0.4)))


def test_feet_that_the_lower_edge_cuts_off_are_still_in_the_zone() -> None:
    assert said(judge(), there(standing(0.75, 1.0, height=0.3)))


def test_out_of_hours_nobody_is_told_of() -> None:
    night = Schedule(hours="22:00-06:00")
    assert not said(judge(rule(schedule=night)), there(standing(*INSIDE)))


def test_a_life_begins_and_ends_with_the_hours() -> None:
    minute = rule(schedule=Schedule(hours="12:01-12:02"))
    told = said(judge(minute), there(standing(*INSIDE)), seconds=130, fps=2)
    assert life_of(told)[0] == (60.0, "begin", 1)
    assert life_of(told)[-1] == (120.0, "end", 0)
    assert [phase for _, phase, _ in life_of(told)].count("update") == 5


def test_a_rule_that_is_disarmed_ends_its_life_and_begins_none_until_it_is_armed() -> None:
    guard = judge(rule(cooldown_s=0.0))
    first = said(guard, there(standing(*INSIDE)), seconds=3)
    guard.lives.holds = False
    resting = said(guard, there(standing(*INSIDE)), begin_s=3, seconds=5)
    guard.lives.holds = True
    again = said(guard, there(standing(*INSIDE)), begin_s=8, seconds=3)
    assert [[phase for _, phase, _ in life_of(told)] for told in (first, resting, again)] == [
        ["begin"], ["end"], ["begin"],
    ]  # fmt: skip
    assert not said(judge(msgspec.structs.replace(rule(), armed=False)), there(standing(*INSIDE)))


def test_who_was_told_of_begins_no_other_life_within_the_cooldown() -> None:
    to_and_fro = lambda s: [standing(*(INSIDE if s % 5 < 2 else OUTSIDE))]  # noqa: E731
    quick_end = rule(dwell_s=0, ends_after_s=0.5, cooldown_s=10)
    begins = [s for s, phase, _ in life_of(said(judge(quick_end), to_and_fro, seconds=31))
              if phase == "begin"]  # fmt: skip
    assert begins == [0.0, 15.0, 30.0]


def test_a_second_one_is_told_of_during_the_firsts_cooldown() -> None:
    def one_after_the_other(now_s: float) -> list[object]:
        return [standing(*INSIDE, number=1 if now_s < 2 else 2)] if now_s % 4 < 2 else []

    quick_end = rule(dwell_s=0, ends_after_s=0.5, cooldown_s=100)
    told = said(judge(quick_end), one_after_the_other, seconds=8)  # type: ignore[arg-type]
    assert [(s, phase) for s, phase, _ in life_of(told)] == [
        (0.0, "begin"), (2.4, "end"), (4.0, "begin"), (6.4, "end"),
    ]  # fmt: skip


def test_things_of_another_class_are_let_through() -> None:
    assert not said(judge(), there(standing(*INSIDE, label="dog")))


def test_each_class_has_a_life_of_its_own() -> None:
    both = there(standing(*INSIDE, label="car"), standing(0.9, 0.6, number=2, label="dog"))
    told = said(judge(rule(classes=("dog", "car"))), both, seconds=3)
    assert [(what.label, what.episode) for _, what in told] == [
        ("car", "life-1"), ("dog", "life-2"),
    ]  # fmt: skip


def test_who_is_not_sure_or_not_tall_enough_is_let_through() -> None:
    assert not said(judge(rule(confidence=0.81)), there(standing(*INSIDE)))
    assert not said(judge(rule(minimum_height=0.21)), there(standing(*INSIDE)))
    assert said(judge(rule(confidence=0.8, minimum_height=0.19)), there(standing(*INSIDE)))


def test_all_who_are_inside_are_counted_and_the_surest_is_shown() -> None:
    some = [
        standing(*INSIDE), standing(0.9, 0.6, number=2, score=0.93),
        standing(*OUTSIDE, number=3, score=0.99),
    ]  # fmt: skip
    ((_, what),) = said(judge(), there(*some), seconds=3)
    assert (what.count, what.confidence) == (2, 0.93)
    assert what.box == shares(some[1].box, at(0))


def test_a_clock_that_is_set_back_neither_ends_a_life_nor_stalls_it() -> None:
    watch = judge()
    assert len(said(watch, there(standing(*INSIDE)), begin_s=100, seconds=2)) == 1
    assert not said(watch, there(standing(*INSIDE)), begin_s=0, seconds=5)
    assert life_of(said(watch, there(), begin_s=5, seconds=5)) == [(6.9, "end", 0)]


def test_what_is_remembered_of_tracks_is_bounded() -> None:
    watch = judge(rule(dwell_s=0, ends_after_s=0.1))
    for number in range(200):
        said(watch, there(standing(*INSIDE, number=number)), begin_s=number, seconds=0.2)
        said(watch, there(), begin_s=number + 0.2, seconds=0.3)
    assert not watch.stays.since_s
    assert not watch.lives.lives
    assert len(watch.lives.cooling) <= 12


@quick
@given(
    st.lists(st.tuples(st.floats(0, 0.49), st.floats(0.1, 1)), min_size=1, max_size=30),
    st.floats(0, 2),
)
def test_a_track_that_never_enters_is_never_told_of(
    feet: list[tuple[float, float]], dwell_s: float
) -> None:
    watch = judge(rule(dwell_s=dwell_s, cooldown_s=0))
    assert not said(watch, lambda s: [standing(*feet[int(s * 2)])], seconds=len(feet) / 2, fps=2)


visits = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from([INSIDE, OUTSIDE])), max_size=3),
    max_size=60,
)


@quick
@given(visits, st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 5.0]))
def test_every_life_has_one_begin_then_updates_then_at_most_one_end(
    seen: list[list[tuple[int, tuple[float, float]]]], dwell_s: float, cooldown_s: float
) -> None:
    watch = judge(rule(dwell_s=dwell_s, cooldown_s=cooldown_s))
    moments = [[standing(*foot, number=number) for number, foot in row] for row in seen]
    told = said(watch, lambda s: moments[round(s * 2)], seconds=len(seen) / 2, fps=2)
    lives: dict[str | None, list[str | None]] = {}
    for _, what in told:
        lives.setdefault(what.episode, []).append(what.phase)
    for phases in lives.values():
        assert phases[0] == "begin"
        assert "begin" not in phases[1:]
        assert "end" not in phases[:-1]
    assert [phases[-1] for phases in lives.values()][:-1] == ["end"] * (len(lives) - 1)


def test_whoever_stays_for_long_loiters_even_when_a_few_steps_outside() -> None:
    of = Loitering(zone="yard", dwell_s=20, away_s=5, ends_after_s=3, update_s=10)
    judge = StayJudge(of, YARD, facts(), ids())
    away = lambda s: [standing(*(OUTSIDE if 8 <= s < 12 or s >= 35 else INSIDE))]  # noqa: E731
    told = said(judge, away, seconds=50)
    assert life_of(told) == [
        (20.0, "begin", 1), (30.0, "update", 1), (37.9, "end", 0),
    ]  # fmt: skip
    assert [what.dwell_s for _, what in told] == [20.0, 30.0, 34.9]
    assert {what.rule for _, what in told} == {"loitering"}


def test_whoever_is_away_for_longer_begins_anew() -> None:
    judge = StayJudge(Loitering(zone="yard", dwell_s=20, away_s=3), YARD, facts(), ids())
    away = lambda s: [standing(*(OUTSIDE if 8 <= s < 12 else INSIDE))]  # noqa: E731
    assert life_of(said(judge, away, seconds=33)) == [(32.0, "begin", 1)]


def crowd(count: int) -> list[Track]:
    return [standing(0.55 + 0.05 * number, 0.6, number=number) for number in range(count)]


def full(*, limit: int = 3, ends_below: int | None = None) -> OccupancyJudge:
    of = Occupancy(
        zone="yard", limit=limit, ends_below=ends_below, dwell_s=2, ends_after_s=3, update_s=10
    )
    return OccupancyJudge(of, YARD, facts(), ids())


def test_a_full_zone_is_told_of_and_so_is_what_comes_on_top() -> None:
    def counted(now_s: float) -> list[Track]:
        return crowd(2 if now_s < 5 else 3 if now_s < 10 else 4 if now_s < 12 else 2)

    told = said(full(), counted, seconds=20)
    assert life_of(told) == [(7.0, "begin", 3), (10.0, "update", 4), (14.9, "end", 2)]
    assert [what.level for _, what in told] == [1.0, 1.33, 1.33]
    assert {(what.limit, what.label, what.zone) for _, what in told} == {(3.0, "person", "yard")}


def test_a_zone_that_is_nearly_full_stays_full_until_well_below() -> None:
    def to_and_fro(now_s: float) -> list[Track]:
        return crowd(3 if now_s < 5 or int(now_s) % 2 else 2)

    def emptier(now_s: float) -> list[Track]:
        return to_and_fro(now_s) if now_s < 9 else crowd(2)

    told = said(full(ends_below=2), to_and_fro, seconds=14)
    assert [phase for _, phase, _ in life_of(told)] == ["begin", "update"]
    assert "end" in [phase for _, phase, _ in life_of(said(full(), emptier, seconds=14))]


def test_a_zone_that_is_full_for_a_moment_is_not_told_of() -> None:
    assert not said(full(), lambda s: crowd(3 if s % 3 < 1.5 else 2), seconds=20)


@quick
@given(st.lists(st.integers(0, 6), max_size=60), st.integers(1, 4))
def test_below_the_limit_nothing_is_told_of(counts: list[int], limit: int) -> None:
    few = [crowd(min(count, limit - 1)) for count in counts]
    told = said(full(limit=limit), lambda s: few[round(s * 2)], seconds=len(few) / 2, fps=2)
    assert not told


def test_shares_are_of_the_picture_and_within_it() -> None:
    assert shares(box(-10, 360, 650, 1000), at(0)) == (0, 0.5, 0.5, 1)
