"""The watch list's file: in force whole or not at all, kept, tried, published, taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from center.filing import Filing
from center.listing import Listing
from center.store import Store
from center.watchlist import WatchList, load
from pipelines.errors import ConfigError
from tests.center.centre import NOON, Centre, event, eventually
from tests.center.empty import empty
from tests.center.test_crosscheck import letter, new_id
from tests.center.test_finding import CHAIN, PATROL, PERSON, TOWN, at, over

NOON_S = NOON.timestamp()
WRONG = TOWN.replace("grade: 2", "grade: 7")


def with_entries(*entries: object) -> str:
    return TOWN + yaml.safe_dump({"entries": list(entries)})


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.at_s = NOON_S

    def now_s(self) -> float:
        return self.at_s

    def ticks_s(self) -> float:
        return self.at_s


class Kept:
    """A file, a store, and the lists that were put in force."""

    def __init__(self, folder: Path) -> None:
        self.path, self.store, self.clock = folder / "watch.yaml", empty(folder / "a.db"), Clock()
        self.path.write_text(with_entries(PERSON))
        self.taken: list[WatchList] = []
        self.listing = self.listen()

    def listen(self) -> Listing:
        return Listing(self.path, self.store, self.clock, self.taken.append)

    def look(self) -> None:
        self.clock.at_s += 1
        self.listing.look()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.store.close()


def test_an_edited_file_is_put_in_force_and_kept_with_its_time(kept: Kept) -> None:
    kept.path.write_text(with_entries(PERSON, CHAIN))
    kept.look()
    assert len(kept.taken[-1].entries) == 2
    newest, first = kept.listing.history()
    assert (newest.id, newest.by, newest.at.timestamp()) == (2, "file", NOON_S + 1)
    assert first.text == with_entries(PERSON)


def test_a_file_that_has_not_changed_is_not_read_again(kept: Kept) -> None:
    kept.look()
    kept.look()
    assert len(kept.taken) == 1


def test_a_wrong_file_is_refused_with_the_place_and_the_old_one_stays(kept: Kept) -> None:
    kept.path.write_text(WRONG)
    kept.look()
    kept.look()
    state = kept.listing.state
    assert state is not None
    assert (state.version, state.refusals, len(kept.taken)) == (1, 1, 1)
    assert "watch.yaml:6: Expected `int` <= 4" in (state.refused or "")
    kept.path.write_text(with_entries(PERSON) + "\n")
    kept.look()
    assert kept.listing.state is not None
    assert (kept.listing.state.refused, kept.listing.state.version) == (None, 2)


def test_a_file_that_is_gone_is_refused_too(kept: Kept) -> None:
    kept.path.unlink()
    kept.look()
    assert kept.listing.state is not None
    assert "cannot be read" in (kept.listing.state.refused or "")


def test_a_map_that_changes_is_taken_in_and_a_wrong_one_refused(kept: Kept) -> None:
    drawn = kept.path.with_name("town.json")
    kept.path.write_text("map: town.json\n" + with_entries(PERSON))
    kept.look()
    assert kept.listing.state is not None
    assert "town.json" in (kept.listing.state.refused or "")
    where = {"type": "Point", "coordinates": [10, 50]}
    hall = {"type": "Feature", "id": "hall", "geometry": where, "properties": None}
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": [hall]}))
    kept.look()
    assert kept.listing.state.refused is None
    assert kept.taken[-1].tree.places["hall"].at == (10, 50)


def test_what_is_published_is_in_the_file_and_survives_a_restart(kept: Kept) -> None:
    version = kept.listing.publish(with_entries(CHAIN), by="seat-1")
    assert (version.id, version.by) == (2, "seat-1")
    kept.look()
    kept.listen()
    assert [entry.id for entry in load(kept.path).entries] == ["forced-then-person"]
    assert [each.by for each in kept.listing.history()] == ["seat-1", "file"]


def test_a_wrong_text_is_not_published_and_changes_nothing(kept: Kept) -> None:
    before = kept.path.read_text()
    with pytest.raises(ConfigError, match=r"watch\.yaml:6"):
        kept.listing.publish(WRONG, by="seat-1")
    assert kept.path.read_text() == before
    assert len(kept.listing.history()) == len(kept.taken) == 1


def test_a_version_of_before_can_be_taken_back(kept: Kept) -> None:
    kept.listing.publish(with_entries(CHAIN), by="seat-1")
    first = kept.listing.version(1)
    assert first is not None
    taken_back = kept.listing.publish(first.text, by="seat-2")
    assert (taken_back.id, taken_back.text) == (3, with_entries(PERSON))
    assert kept.listing.version(9) is None
    assert kept.taken[-1].entries[0].rule == "intrusion"


def filed(store: Store, listed: WatchList, *events: object) -> None:
    filing = Filing(listed, new_id=new_id)
    letters = [letter(one) for one in events]  # type: ignore[arg-type]
    with store.write() as connection:
        filing(connection, letters, now_s=NOON_S + 3600)


def test_a_dry_run_says_what_a_list_would_have_made_and_changes_nothing(kept: Kept) -> None:
    events = [at(0, "door-forced"), at(60), at(7200), over(3)]
    filed(kept.store, kept.taken[0], *events)
    kept.clock.at_s = NOON_S + 86400
    tried = kept.listing.dry_run(with_entries(PERSON, CHAIN, PATROL), days=2, zone="Asia/Shanghai")
    assert (tried.events, tried.whole, tried.now) == (4, True, 2)
    assert tried.by_entry == {
        "patrol": 6, "forced-then-person": 1, "court-intrusion-person": 1,
    }  # fmt: skip
    assert tried.alerts == sum(tried.by_hour) == sum(sum(day.grades) for day in tried.by_day) == 8
    assert tried.by_hour[20] == 7
    assert tried.examples[0].entry == "forced-then-person"
    assert len(kept.listing.history()) == 1
    assert kept.listing.dry_run(with_entries(PERSON), days=2).alerts == 2


def test_a_running_centre_takes_an_edited_list_and_says_what_is_wrong_with_another(
    centre: Centre,
) -> None:
    path = centre.folder / "watch.yaml"
    right = path.read_text()

    def state() -> dict[str, object]:
        return dict(centre.http.get("/api/status").json()["watch_list"])

    assert state()["version"] == 1
    path.write_text(right.replace("intrusion", "intrusoin"))
    eventually(lambda: state()["refused"])
    assert "watch.yaml:5" in str(state()["refused"])
    path.write_text(right + "  - {place: depot, rule: loitering, grade: 1, steps: [Look]}\n")
    eventually(lambda: state()["version"] == 2)
    assert state()["refused"] is None
    centre.deliver(event(rule="loitering"))
    (alert,) = centre.http.get("/api/alerts").json()["alerts"]
    assert (alert["rule"], alert["grade"]) == ("loitering", 1)
