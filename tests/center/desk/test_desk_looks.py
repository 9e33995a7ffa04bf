"""What the desk shows: rows, floods, the map, sounds; and that all can be read and hit."""

import pytest

from tests.center.browser import Page
from tests.center.centre import JPEG, event, eventually
from tests.center.desk.opened import (
    HOURS,
    NEEDED,
    SELECTED,
    alerts,
    desk,
    happens,
    row,
)
from tests.center.looks import COVERED, FAINT, SMALL, UNSEEN_FOCUS
from tests.center.town import Town

pytestmark = NEEDED
SIZES = [(1280, 720), (1440, 900), (1920, 1080), (720, 450), (390, 844)]


def flood(town: Town, page: Page) -> None:
    """So many alerts that what comes after makes it neither a flood nor none; all are closed."""
    hours = [next(HOURS) * 300.0 for _ in range(12)]
    town.deliver(*(event(after_s=at, place="school", camera="school-1") for at in hours))
    for alert in eventually(lambda: found if len(found := alerts(town, "open")) > 11 else []):
        town.http.post(f"/api/alerts/{alert['id']}/close", json={"outcome": "test"})
    desk(town, page)
    page.wait("document.getElementById('flood').checkVisibility()")


def test_what_is_selected_stays_under_the_pointer_whatever_comes(town: Town, page: Page) -> None:
    flood(town, page)  # its notice takes a place above the list
    alert = happens(town, "coach", "object-left")
    page.wait(f"{SELECTED} === '{alert}'")
    page.point(f"#row-{alert}")
    stood = page.value(f"{row(alert)}.getBoundingClientRect().top")
    graver = happens(town, "station-b")
    page.wait("document.querySelector('.above')?.checkVisibility()")
    assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    assert page.value(SELECTED) == alert
    assert page.value("document.querySelector('.above').innerText") == "1\n1 new above"
    for where in (".above", f"#row-{alert}"):
        page.point(where)
        assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    head = {"Tocsin-Seat": "seat-4"}
    town.http.post(f"/api/alerts/{graver}/close", json={"outcome": "test"}, headers=head)
    page.wait(f"{row(graver)} === null")
    assert page.value(f"{row(alert)}.getBoundingClientRect().top") == stood
    town.http.post(f"/api/alerts/{alert}/close", json={"outcome": "real"}, headers=head)
    page.wait(f"{row(alert)}.matches('.over')")
    assert page.value(SELECTED) == alert


def test_a_notice_that_comes_or_goes_moves_no_row_under_the_pointer(town: Town, page: Page) -> None:
    alert = happens(town)
    page.wait(f"{SELECTED} === '{alert}'")
    page.point(f"#row-{alert}")
    stood = page.value("""(async () => {
        const alerts = await import('/static/base/alerts.js');
        const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const row = document.querySelector('.row.new');
        const top = () => Math.round(row.getBoundingClientRect().top);
        const notice = document.getElementById('flood'), found = [];
        for (const rate of [0, 11, 0]) {
            const minutes = [0, 0, 0, 0, 0, 0, 0, 0, 0, rate];
            do {
                alerts.hear({ ...alerts.status, minutes });
                await drawn();
            } while (notice.hidden !== rate < 5);
            found.push(top());
        }
        return found;
    })()""")
    assert len(set(stood)) == 1


def test_language_and_theme_are_remembered(town: Town, page: Page) -> None:
    page.click("[data-lang=zh]")
    page.wait("document.getElementById('empty')?.innerText.includes('没有待办告警')")
    page.click("#theme")
    desk(town, page, "")
    assert page.value("document.documentElement.lang") == "zh-Hans"
    assert page.value("document.documentElement.dataset.theme") == "light"


def test_only_what_is_grave_is_said_aloud(town: Town, page: Page) -> None:
    grave = happens(town)
    page.wait("document.getElementById('said').innerText.includes('Intrusion')")
    slight = happens(town, "library", "loitering")
    page.wait(f"{row(slight)} !== null || document.querySelector('.fold') !== null")
    assert "Loitering" not in page.value("document.getElementById('said').innerText")
    aloud = "[...document.querySelectorAll('[aria-live]')].map((each) => each.id)"
    assert page.value(aloud) == ["said"]
    assert grave


def test_a_flood_begins_above_ten_and_ends_below_five(page: Page) -> None:
    told = page.value("""(async () => {
        const { hear, status } = await import('/static/base/alerts.js');
        const { isFlood } = await import('/static/base/flood.js');
        return [0, 10, 11, 5, 4, 10].map((rate) => {
            hear({ ...status, minutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, rate] });
            return isFlood();
        });
    })()""")
    assert told == [False, False, True, True, False, False]


def test_a_flood_folds_what_is_slight_by_place_and_loses_none(town: Town, page: Page) -> None:
    for place in ("library", "civic", "market"):
        for rule in ("loitering", "line-crossing", "occupancy"):
            happens(town, place, rule)
    grave = [happens(town), happens(town, "station-b"), happens(town, "substation")]
    page.wait("document.body.matches('.flood') && document.querySelectorAll('.fold').length === 3")
    folded = page.value(
        "[...document.querySelectorAll('.fold')].map((fold) => parseInt(fold.lastChild.innerText))"
    )
    count = page.value("document.getElementById('open-count').innerText")
    assert sum(folded) + len(grave) == int(count) == 12
    assert page.value("document.querySelectorAll('.row').length") == len(grave)
    page.click(".fold")
    page.wait(f"document.querySelectorAll('.row').length === {len(grave) + folded[0]}")


def test_a_thousand_open_alerts_are_a_few_rows_of_the_page(town: Town, page: Page) -> None:
    happens(town)
    page.wait("document.querySelector('.row') !== null")
    page.value("""import('/static/base/alerts.js').then(({ open, take }) => {
        const [first] = open();
        for (let i = 0; i < 1000; i++) take({ ...first, id: `drawn-${i}`, place: `p${i}` });
    })""")
    page.wait("document.getElementById('open-count').innerText === '1001'")
    assert page.value("document.querySelectorAll('.row').length") < 60
    page.value("document.getElementById('list').scrollTop = 30000")
    page.wait("Number(document.querySelector('.row').getAttribute('aria-posinset')) > 500")
    assert page.value("document.querySelector('.row').getAttribute('aria-setsize')") == "1001"


def test_the_map_shows_places_with_alerts_and_the_wall_follows(town: Town, page: Page) -> None:
    one, other = happens(town, "station-b", picture=JPEG), happens(town, "school")
    with town.beating(station_b_1="blind", station_b_2="lost"):
        page.wait(f"{row(one)} !== null && {row(other)} !== null")
        page.click(f"#row-{one}")
        page.wait("document.querySelector('.district .chosen.t1') !== null")
        page.wait("document.querySelector('.district .cone') !== null")
        page.wait("document.querySelectorAll('.district .mark').length === 1")
        page.wait("document.querySelector('.tile')?.dataset.camera === 'station-b-1'")
        page.wait("document.querySelector('.tile.covered')?.dataset.camera === 'station-b-1'")
        page.wait("document.querySelector('.tile.stale')?.dataset.camera === 'station-b-2'")
        page.keys("KeyP")
        page.click(".district .mark")
        page.wait(f"{SELECTED} === '{other}'")
        assert page.value("document.querySelector('.tile').dataset.camera") == "station-b-1"
        page.keys("KeyP")
        page.wait("document.querySelector('.tile').dataset.camera === 'school-1'")


def test_a_help_point_opens_with_the_nearest_cameras_live(town: Town, page: Page) -> None:
    with town.beating():
        pressed = happens(town, "school", "help-point", label=None)
        page.wait(f"{SELECTED} === '{pressed}'")
        tiles = "[...document.querySelectorAll('.near .live')].map((each) => each.dataset.camera)"
        page.wait(f"{tiles}.length === 4 && {tiles}.includes('school-2')")
        nearest = town.http.get(f"/api/alerts/{pressed}").json()["alert"]["nearest"]
        assert page.value(tiles) == ["school-1", *(each for each in nearest if each != "school-1")]
        assert page.value("document.querySelectorAll('.near .large').length") == 1
        assert not page.value("document.querySelector('.pane .clip').checkVisibility()")
        seen = happens(town, "station-b", picture=JPEG)
        page.click(f"#row-{seen}")
        page.wait(f"{SELECTED} === '{seen}' && document.querySelector('.near .live') === null")
        page.wait("document.querySelector('.pane .clip img')?.checkVisibility()")


def test_cameras_of_one_name_at_two_boxes_are_two(page: Page) -> None:
    told = page.value("""import('/static/base/cameras.js').then(({ around, isOf, keyOf }) => {
        const all = [['box-1', 'school'], ['box-2', 'coach'], [null, 'river']].map(
            ([box, place]) => ({ box, place, camera: 'cam-1' }));
        const alert = { place: 'coach', cameras: ['cam-1'], nearest: [] };
        const elsewhere = { ...alert, place: 'court' };
        return [
            new Set(all.map(keyOf)).size, around(alert, all).map((each) => each.box),
            all.map((each) => isOf(alert, each, all)), around(elsewhere, all).length,
        ];
    })""")
    assert told == [3, ["box-2"], [False, True, False], 3]


def test_names_on_the_map_cover_neither_a_patrol_nor_each_other(page: Page) -> None:
    told = page.value("""import('/static/desk/labels.js').then(({ boxOf, cleared }) => {
        const spots = [[0, 0], [10, 2], [400, 0]];
        const names = spots.map((px, i) => ({ key: i, text: 'Mill Road', px }));
        const found = cleared(names, [boxOf([0, 0], 60, 16)], [0, 20]);
        return found.map((each) => [each.key, each.dy]);
    })""")
    assert told == [[0, 20], [2, 0]]


def test_a_second_screen_follows_the_desk(town: Town, page: Page) -> None:
    alert = happens(town, "civic", "loitering")
    page.value(f"localStorage.setItem('tocsin.selected', JSON.stringify('{alert}'))")
    page.open(f"{town.url}/desk/map")
    page.wait("document.querySelector('.district .chosen.t3') !== null")
    other = happens(town)
    page.value(
        f"new BroadcastChannel('tocsin').postMessage({{ name: 'selected', value: '{other}' }})"
    )
    page.wait("document.querySelector('.district .chosen.t2') !== null")


def test_a_blocked_sound_is_a_warning_until_somebody_clicks(page: Page) -> None:
    page.wait("document.getElementById('sound').innerText.includes('Sound is blocked')")
    page.wait("document.querySelector('.scope').innerText === 'Donghu district centre'")
    assert page.value(
        "document.querySelector('.scope').scrollWidth <= "
        "document.querySelector('.scope').clientWidth"
    )
    page.click(".queue h2")
    page.wait("document.getElementById('sound').dataset.state === 'on'")


def test_tones_sound_by_grade_and_again_until_somebody_takes_it_on(page: Page) -> None:
    tones = page.value("""import('/static/base/sound.js').then(({ due }) => {
        const waiting = (grades) => grades.map((grade) => ({ id: `g${grade}`, grade }));
        const at = (s, ...grades) => [...due(waiting(grades), s * 1000)].sort();
        return [
            at(0, 1, 2, 3, 4), at(5, 1, 2, 3, 4), at(10, 1, 2, 3, 4), at(61, 1, 2, 4),
            at(200, 2, 4), at(201), at(202, 3),
        ];
    })""")
    assert tones == [[1, 2, 3], [], [1], [1, 2], [], [], [3]]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_can_be_read_and_targets_can_be_hit(town: Town, page: Page, theme: str) -> None:
    desk(town, page, f"theme={theme}")
    first = happens(town, "station-b", picture=JPEG)
    page.wait(f"{SELECTED} === '{first}'")
    happens(town, "wholesale", "camera-blind")
    page.click("[data-act=acknowledge]")
    page.wait("document.querySelector('.toast') !== null")
    assert page.value(FAINT) == []
    assert page.value(SMALL) == []


def test_whatever_has_the_focus_shows_it(town: Town, page: Page) -> None:
    happens(town, picture=JPEG)
    page.wait("document.querySelector('.row') !== null")
    seen = set()
    for _ in range(45):
        page.keys("Tab")
        assert page.value(UNSEEN_FOCUS) is None
        seen.add(str(page.value("document.activeElement.outerHTML.slice(0, 60)")))
    assert len(seen) > 8


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(town: Town, page: Page, width: int, height: int) -> None:
    happens(town, "station-b", picture=JPEG)
    page.wait("document.querySelector('.row') !== null")
    page.resize(width, height)
    page.wait(f"innerWidth === {width}")
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    assert page.value(COVERED) == []


def test_there_is_no_motion_for_who_wants_none(town: Town, page: Page) -> None:
    happens(town, "station-b")
    page.wait("document.querySelector('.row.r1.new') !== null")
    ring = "getComputedStyle(document.querySelector('.row.r1.new .sh')).animationName"
    assert page.value(ring) == "ring"
    wish = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    page.ask("Emulation.setEmulatedMedia", features=wish)
    assert page.value(ring) == "none"
    page.ask("Emulation.setEmulatedMedia", features=[])
