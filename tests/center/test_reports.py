"""Reports say what anyone would find who counted, for the days of the district's calendar."""

import csv
import io
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from center import hours
from center.config import Reports
from center.lifecycle import Acknowledge, Arrive, Close, Dispatch, Escalate, Shelve
from center.reporting.bars import HEIGHT, columns
from center.reporting.making import Making
from center.reporting.page import lasted, level, page, page_of_alarms, page_of_shift, policy
from center.reporting.periods import last_shift, midnight, period_of, shift_of, this_shift
from center.reporting.quality import floods, most_within
from center.reporting.report import DayAlerts, Report
from center.reporting.sheets import (
    ALARM_SHEETS,
    BOM,
    SHEETS,
    SHIFT_SHEETS,
    sheet,
    sheet_of_alarms,
    sheet_of_shift,
)
from center.reporting.times import quantile
from center.store import Store
from center.tables import hourly_cameras
from center.watchlist import WatchList
from tests.builders import quick
from tests.center.browser import CHROMIUM, browser
from tests.center.centre import NOON, event
from tests.center.desks import Asker, Office, application
from tests.center.empty import emptied
from tests.center.test_looking import TREE

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
TODAY = NOON.date()
HOUR_S = 3600.0


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, TREE)


def making(desk: Office, zone: str = "UTC", **more: Any) -> Making:
    return Making(
        "Donghu centre", Reports(zone=zone, **more), desk.store, desk.clock,
        lambda: desk.filing.watch_list,
    )  # fmt: skip


def day_of(desk: Office, place: str | None = None, zone: str = "UTC") -> Report:
    return making(desk, zone).report("day", TODAY, place)


def pass_s(desk: Office, seconds: float) -> None:
    desk.clock.at_s += seconds


def test_days_begin_at_local_midnight_and_are_as_long_as_the_clock_makes_them() -> None:
    lengths = {
        (day, zone.key): period_of("day", day, zone).until - period_of("day", day, zone).since
        for day, zone in (
            (date(2026, 3, 29), BERLIN), (date(2026, 10, 25), BERLIN), (TODAY, SHANGHAI)
        )
    }  # fmt: skip
    assert [span // timedelta(hours=1) for span in lengths.values()] == [23, 25, 24]
    assert midnight(TODAY, SHANGHAI) == datetime(2026, 11, 22, 16, tzinfo=UTC)


@given(st.dates(date(2001, 1, 1), date(2199, 1, 1)), st.sampled_from(["day", "week", "month"]),
       st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns",
                        "Asia/Kolkata"]))  # fmt: skip
@quick
def test_each_day_lies_in_its_period_and_periods_follow_each_other(
    day: date, length: Any, name: str
) -> None:
    zone = ZoneInfo(name)
    mine = period_of(length, day, zone)
    assert day in mine.days
    after = period_of(length, mine.days[-1] + timedelta(days=1), zone)
    assert after.since == mine.until


def test_a_week_begins_on_monday_and_a_month_has_all_its_days() -> None:
    week = period_of("week", date(2026, 11, 29), SHANGHAI)
    assert (week.days[0], week.days[-1]) == (date(2026, 11, 23), date(2026, 11, 29))
    assert len(period_of("month", date(2028, 2, 29), SHANGHAI).days) == 29


def test_the_last_shift_goes_on_over_midnight() -> None:
    night = shift_of(TODAY, 3, ("07:00", "15:00", "23:00"), SHANGHAI)
    assert night.since == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert night.until == datetime(2026, 11, 23, 23, tzinfo=UTC)


def test_a_row_sums_all_that_lies_below_it(desk: Office) -> None:
    desk.file(event(), event(after_s=HOUR_S), event(place="school"))
    whole = day_of(desk)
    assert [(row.name, row.grades) for row in whole.alerts] == [("Lake street", (1, 2, 0, 0))]
    street = day_of(desk, "lake")
    assert {row.place: row.total for row in street.alerts} == {"homes": 2, "school": 1}
    assert day_of(desk, "school").alerts[0].grades == (1, 0, 0, 0)
    assert day_of(desk, "homes").counts[0].number == 2


def test_a_place_that_is_listed_no_more_still_counts(desk: Office) -> None:
    desk.file(event())
    desk.filing.take(WatchList(places=TREE.places[:3]))
    assert {row.place: row.total for row in day_of(desk).alerts} == {"lake": 0, "depot": 1}


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 12), ("Asia/Shanghai", 20)])
def test_the_heat_map_is_by_the_local_clock(desk: Office, zone: str, hour: int) -> None:
    desk.file(event(), event(after_s=600))
    alerts, events = day_of(desk, zone=zone).heat
    assert (alerts.rows[0].hours[hour], events.rows[0].hours[hour]) == (2, 2)
    assert sum(events.rows[0].hours) == 2


def test_an_hour_that_comes_twice_is_one_column(desk: Office) -> None:
    begin = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, twice, in Berlin
    for more in (0, 3600):
        desk.file(event(after_s=(begin - NOON).total_seconds() + more))
    made = making(desk, "Europe/Berlin").report("day", date(2026, 10, 25), None)
    assert made.heat[0].rows[0].hours[2] == 2


def test_times_are_held_against_their_targets_and_nobody_counts_before_his_time(
    desk: Office,
) -> None:
    fast, late, waits = (desk.file(event(after_s=hour * HOUR_S)) for hour in range(3))
    pass_s(desk, 60)
    desk.working.step(fast.id, Acknowledge(), desk.asks())
    desk.working.step(fast.id, Dispatch(patrol="car-1"), desk.asks())
    assert [one.acknowledge.alerts for one in day_of(desk).response] == [0, 1, 0, 0]
    pass_s(desk, 240)
    desk.working.step(late.id, Acknowledge(), desk.asks())
    desk.working.step(fast.id, Arrive(), desk.asks())
    high = day_of(desk).response[1]
    taken, reached = high.acknowledge, high.arrive
    assert (taken.alerts, taken.done, taken.in_time, taken.share) == (3, 2, 1, 0.333)
    assert (taken.median_s, taken.p90_s) == (60.0, 300.0)
    assert (reached.alerts, reached.in_time, reached.median_s) == (1, 1, 300.0)
    assert desk.alert(waits.id).state == "new"


def test_availability_is_live_of_listened_the_worst_first(desk: Office) -> None:
    hour = hours.hour_of(NOON.timestamp())
    cells = {
        (hour, "box-1", "cam-1", "depot"): (3600.0, 3600.0),
        (hour, "box-1", "cam-2", "depot"): (3600.0, 900.0),
        (hour, "box-2", "cam-3", "school"): (0.0, 0.0),
    }
    with desk.store.write() as connection:
        hours.add(connection, hourly_cameras, cells)
    shown = [(one.camera, one.share) for one in day_of(desk).cameras]
    assert shown == [("cam-3", None), ("cam-2", 0.25), ("cam-1", 1.0)]
    assert [one.camera for one in day_of(desk, "homes").cameras] == ["cam-2", "cam-1"]


def test_any_order_and_any_copies_give_one_report(store: Store) -> None:
    told = [
        event(after_s=hour * 1700.0, place=place)
        for hour in range(4)
        for place in ("depot", "school")
    ]

    def made(*batches: list[Any]) -> Report:
        desk = Office(emptied(store), TREE)
        for batch in batches:
            desk.file(*batch)
        return day_of(desk)

    once = made(told)

    @settings(quick, max_examples=10)
    @given(st.permutations(told), st.integers(1, 7), st.lists(st.sampled_from(told), max_size=3))
    def holds(order: list[Any], cut: int, copies: list[Any]) -> None:
        assert made(order[:cut], [*order[cut:], *copies]) == once

    holds()


def test_a_report_names_nobody(desk: Office) -> None:
    alert = desk.file(event())
    desk.working.step(alert.id, Acknowledge(), desk.asks("seat-of-somebody"))
    assert "somebody" not in page(day_of(desk), lang="en")


# ---- the quality of alarms


def test_a_flood_begins_above_ten_in_ten_minutes_and_ends_below_five() -> None:
    ten = [float(number) for number in range(10)]
    assert floods(ten) == []
    assert floods([*ten, 10.0]) == [(10.0, 606.0)]


@given(st.lists(st.integers(0, 3000).map(float), max_size=60).map(sorted))
@quick
def test_floods_are_what_a_watch_each_second_would_see(opened_s: list[float]) -> None:
    flooded, on = 0, False
    for second in range(4000):
        number = sum(second - 600 < at_s <= second for at_s in opened_s)
        on = number > 10 or (on and number >= 5)
        flooded += on
    assert sum(last - first for first, last in floods(opened_s)) == flooded


@given(st.lists(st.integers(0, 500).map(float), max_size=40).map(sorted))
@quick
def test_the_most_within_a_time_is_what_trying_each_beginning_finds(ordered_s: list[float]) -> None:
    tried = [sum(at_s <= other < at_s + 60 for other in ordered_s) for at_s in ordered_s]
    assert most_within(ordered_s, 60.0) == max(tried, default=0)


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted), st.floats(0.01, 1))
@quick
def test_a_quantile_is_not_exceeded_by_its_share(ordered: list[float], share: float) -> None:
    found = quantile(ordered, share)
    assert found is not None
    within = sum(round(each, 1) <= found for each in ordered)
    assert within >= share * len(ordered) - 1e-9


def test_alarm_quality_says_rate_split_sources_chatter_stale_and_truth(desk: Office) -> None:
    lone = [event(after_s=after_s) for after_s in (0.0, 20.0, 40.0)]
    chatty = desk.file(*lone)
    wrong = desk.file(event(after_s=2 * HOUR_S, camera="cam-9"))
    right = desk.file(event(after_s=3 * HOUR_S, place="school"))
    desk.working.step(wrong.id, Close(outcome="not_real", cause="animal"), desk.asks())
    desk.working.step(right.id, Close(outcome="real"), desk.asks())
    pass_s(desk, 1.5 * 86400)
    asked = period_of("week", TODAY, SHANGHAI)
    made = making(desk, seats=2).alarms(asked, None)
    assert (made.alerts, made.most_10min, made.floods) == (3, 3, 0)
    assert made.per_seat_day == pytest.approx(3 / 2 / made.days, abs=0.01)
    assert [(one.name, one.alerts, one.share) for one in made.split] == [
        ("low", 0, 0.0), ("high", 2, 0.667), ("emergency", 1, 0.333),
    ]  # fmt: skip
    assert [(one.camera, one.times) for one in made.chattering] == [("cam-1", 1)]
    assert [one.alert for one in made.stale] == [chatty.id]
    assert [(one.rule, one.rate) for one in made.rules] == [("intrusion", 0.5)]
    assert {one.camera for one in made.sources} == {"cam-1", "cam-9"}
    assert made.times[1].acknowledge.alerts == 2


# ---- the shift


def test_a_shift_hands_over_what_is_open_as_it_was_at_its_end(desk: Office) -> None:
    closed, shelved, new = (desk.file(event(after_s=hour * HOUR_S)) for hour in range(3))
    grave = desk.file(event(place="school", after_s=4 * HOUR_S))
    desk.working.step(closed.id, Close(outcome="no_trace"), desk.asks())
    until = desk.working.now() + timedelta(hours=8)
    desk.working.step(shelved.id, Shelve(until=until, reason="roadworks"), desk.asks())
    desk.working.step(new.id, Escalate(to="homes"), desk.asks())
    desk.working.note(new.id, "The gate stands open", desk.asks())
    pass_s(desk, 12 * HOUR_S)
    desk.working.step(grave.id, Acknowledge(), desk.asks())
    made = making(desk).shift(TODAY, 1, None)
    assert (made.opened, made.closed, made.outcomes) == ((1, 3, 0, 0), 1, {"no_trace": 1})
    assert [(one.alert, one.state) for one in made.left] == [
        (grave.id, "new"), (shelved.id, "shelved"), (new.id, "new"),
    ]  # fmt: skip
    assert (made.escalated, [one.text for one in made.notes]) == (1, ["The gate stands open"])
    assert made.left[1].shelved_until == until


def test_a_shift_of_the_night_goes_on_after_midnight() -> None:
    begins, zone = ("07:00", "15:00", "23:00"), ZoneInfo("Asia/Shanghai")
    night = datetime(2026, 3, 2, 2, 30, tzinfo=zone)
    assert this_shift(begins, zone, night) == (date(2026, 3, 1), 3)
    assert last_shift(begins, zone, night) == (date(2026, 3, 1), 2)
    assert last_shift(("07:00",), zone, night) == (date(2026, 2, 28), 1)


# ---- as files


def test_each_table_is_csv_as_spreadsheets_read_it(desk: Office) -> None:
    odd = msgspec.structs.replace(TREE.places[3], name='=Yard, "north"')
    desk.filing.take(WatchList(places=(*TREE.places[:3], odd), entries=TREE.entries))
    desk.file(event())
    made = day_of(desk, "homes")
    for which in SHEETS:
        text = sheet(made, which)
        lines = list(csv.reader(io.StringIO(text, newline="")))
        assert text.endswith("\r\n")
        assert len({len(line) for line in lines}) == 1
    assert '"\'=Yard, ""north""",0,1,0,0,1\r\n' in sheet(made, "alerts")
    assert sheet(made, "alerts", bom=True).startswith(BOM)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_one_file_that_escapes_what_it_is_told(desk: Office, lang: Any) -> None:
    odd = msgspec.structs.replace(TREE.places[3], name="<script>alert(1)</script>")
    desk.filing.take(WatchList(places=(*TREE.places[:3], odd), entries=TREE.entries))
    desk.file(event())
    for length in ("day", "week", "month"):
        text = page(making(desk).report(length, TODAY, "homes"), lang=lang)
        assert "<script" not in text
        assert " style=" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert policy(framed=True) in text.replace("&#39;", "'")
    assert ("热力图" in text) == (lang == "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_shift_and_the_quality_of_alarms_are_pages_and_tables_too(
    desk: Office, lang: Any
) -> None:
    old, last = desk.file(event()), desk.file(event(place="school", after_s=HOUR_S))
    desk.working.note(last.id, "<b>The gate</b> stands open", desk.asks())
    desk.working.step(old.id, Close(outcome="not_real", cause="light"), desk.asks())
    pass_s(desk, 60.0)
    made = making(desk)
    shift, week = made.shift(TODAY, 1, None), period_of("week", TODAY, made.zone)
    pages = [
        page_of_shift(shift, made.about(None), lang=lang),
        page_of_alarms(made.alarms(week, "homes"), made.about("homes"), lang=lang),
    ]
    for text in pages:
        assert " style=" not in text
        assert policy(framed=True) in text.replace("&#39;", "'")
    assert "&lt;b&gt;The gate&lt;/b&gt; stands open" in pages[0]
    assert ("误报" in pages[1], "Not real" in pages[1]) == (lang == "zh", lang == "en")
    assert "100.0 %" in pages[1]  # of the intrusions that were closed, none was real
    tables = [sheet_of_shift(shift, which) for which in SHIFT_SHEETS]
    tables += [sheet_of_alarms(made.alarms(week, None), which) for which in ALARM_SHEETS]
    for table in tables:
        lines = list(csv.reader(io.StringIO(table, newline="")))
        assert len({len(line) for line in lines}) == 1
    assert last.id in tables[0]
    assert "intrusion,0,1,1.0" in sheet_of_alarms(made.alarms(week, None), "rules")


def test_cells_are_the_darker_the_more_there_is() -> None:
    assert [level(number, 9) for number in range(10)] == list(range(10))
    assert (level(1, 1000), level(1000, 1000), level(0, 0)) == (1, 9, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (44.6, "44 s"), (726, "12 min 6 s"), (81000, "22 h 30 min"), (7200, "2 h")],
)
def test_times_are_said_in_two_units(seconds: float, said: str) -> None:
    assert lasted(seconds, lang="en") == said


def test_bars_are_as_high_as_their_day_and_stand_on_each_other() -> None:
    first, second = columns(
        [DayAlerts(day=TODAY, grades=(1, 0, 1, 2)), DayAlerts(day=TODAY, grades=(0, 2, 0, 0))]
    )
    assert sum(bar.height for bar in first.bars) == 2 * second.bars[0].height
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in (*first.bars, *second.bars))
    assert first.bars[0].y == first.bars[1].y + first.bars[1].height


# ---- over the API


@pytest.fixture
def api(desk: Office, tmp_path: Path) -> Asker:
    desk.file(event(), event(place="school"))
    return Asker(application(desk, tmp_path / "watch.yaml"))


def test_a_report_is_asked_for_as_json_page_or_table(api: Asker) -> None:
    path = f"/api/reports/day/{TODAY}"
    whole = api.ask("GET", path).json()
    assert sum(row["total"] for row in whole["alerts"]) == 2
    page_of = api.ask("GET", f"{path}.html?lang=zh&place=depot")
    assert page_of.headers["content-type"].startswith("text/html")
    assert page_of.headers["content-security-policy"] == policy(framed=False)
    table = api.ask("GET", f"{path}.csv?table=heatmap&bom=true")
    assert table.content.startswith(b"\xef\xbb\xbfwhat,place")
    heat = api.ask("GET", f"/api/heatmap?what=alerts&until={TODAY}T23:00:00Z").json()
    assert (heat["what"], heat["most"]) == ("alerts", 2)
    assert api.ask("GET", "/api/reports/alarms").json()["seats"] == 1
    assert api.ask("GET", "/api/reports/shifts").json()["begins"] == ["07:00", "15:00", "23:00"]
    for ending in ("alarms", f"shift/{TODAY}-1"):
        page_of = api.ask("GET", f"/api/reports/{ending}.html?lang=zh")
        assert page_of.headers["content-security-policy"] == policy(framed=False)
        table = api.ask("GET", f"/api/reports/{ending}.csv?table=response&bom=true")
        assert table.content.startswith(b"\xef\xbb\xbfgrade,step")
    assert api.ask("GET", f"/api/reports/shift/{TODAY}-1").json()["opened"] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/reports/year/2026-11-23", 422),
        ("/api/reports/day/2026-13-01", 422),
        ("/api/reports/day/1026-11-23", 422),
        ("/api/reports/day/2026-11-23?place=nowhere", 404),
        ("/api/reports/day/2026-11-23.csv?table=faces", 422),
        ("/api/reports/shift/2026-11-23-4", 404),
        ("/api/reports/shift/2026-11-23-4.html", 404),
        ("/api/reports/alarms.csv?table=left", 422),
        ("/api/heatmap?since=2020-01-01T00:00:00Z", 422),
    ],
)
def test_what_there_is_no_report_of_is_refused(api: Asker, path: str, status: int) -> None:
    assert api.ask("GET", path).status_code == status


def test_who_sees_one_street_is_told_of_nothing_else(desk: Office) -> None:
    desk.file(event(), event(place="school"))
    made = making(desk).report("day", TODAY, None, frozenset({"school"}))
    assert [(row.place, row.total) for row in made.alerts] == [("school", 1)]
    assert made.heat[1].most == 1


@pytest.mark.chromium
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
def test_a_browser_shows_the_page_with_its_style_and_asks_for_nothing_else(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as store:
        desk = Office(store, TREE)
        desk.file(event())
        text = page(making(desk).report("week", TODAY, None), lang="zh")
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")
    with browser(tmp_path) as shown:
        shown.open(file.as_uri(), width=390, height=844)
        shown.wait("document.querySelector('footer') !== null")
        assert shown.value("getComputedStyle(document.querySelector('.figures')).display") == "grid"
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert shown.value(wide)
        shown.resize(1440, 900)
        dark = "getComputedStyle(document.querySelector('td.h9')).color != getComputedStyle"
        assert shown.value(f"{dark}(document.querySelector('tbody th')).color")
        assert shown.requests == [file.as_uri()]
        assert shown.complaints == []
