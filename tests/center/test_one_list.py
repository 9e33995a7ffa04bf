"""Several centres over one store file by one watch list, whoever changed it, and where."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from center import versions
from center.filing import Filing
from center.inbox import Inbox
from center.listing import Listing, StaleError
from center.store import Store
from center.watchlist import WatchList
from pipelines.errors import ConfigError
from tests.center.empty import empty
from tests.center.test_crosscheck import letter, new_id
from tests.center.test_finding import CHAIN, PATROL, PERSON, at
from tests.center.test_listing import Clock, with_entries

ONE, TWO, THREE = with_entries(PERSON), with_entries(PERSON, CHAIN), with_entries(PATROL)
WRONG = ONE.replace("grade: 2", "grade: 7")
MAP = "map: town.json\n"


def drawn(*lonlat: float) -> str:
    where = {"type": "Point", "coordinates": lonlat}
    hall = {"type": "Feature", "id": "hall", "geometry": where, "properties": None}
    return json.dumps({"type": "FeatureCollection", "features": [hall]})


class Centre:
    """One of them."""

    def __init__(self, folder: Path, store: Store, clock: Clock, text: str = ONE) -> None:
        folder.mkdir()
        self.folder, self.store, self.clock = folder, store, clock
        self.path = folder / "watch.yaml"
        self.path.write_text(text)
        self.start()

    def start(self) -> None:
        self.taken = list[WatchList]()
        self.listing = Listing(
            self.path, self.store, self.clock, self.taken.append, memory=self.folder / "seen"
        )

    @property
    def version(self) -> tuple[int, str]:
        """What is in force here."""
        state = self.listing.state
        assert state is not None
        known = self.listing.version(state.version)
        assert known is not None
        return known.id, known.text

    def edit(self, text: str) -> None:
        self.path.write_text(text)


class Centres:
    """Two over one store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        self.store = empty(folder / "a.db")
        self.one, self.two = self.join("one"), self.join("two")

    def join(self, name: str, text: str = ONE) -> Centre:
        return Centre(self.folder / name, self.store, self.clock, text)


@pytest.fixture
def centres(tmp_path: Path) -> Iterator[Centres]:
    made = Centres(tmp_path)
    yield made
    made.store.close()


def test_what_is_published_in_one_is_in_force_in_the_other_and_in_its_file(
    centres: Centres,
) -> None:
    centres.one.listing.publish(TWO, by="seat-1")
    centres.two.listing.look()
    assert centres.two.version == centres.one.version == (2, TWO)
    assert centres.two.path.read_text() == TWO
    assert centres.two.taken[-1] == centres.one.taken[-1]
    centres.one.listing.look()
    centres.two.listing.look()
    assert [each.by for each in centres.two.listing.history()] == ["seat-1", "file"]


def test_a_file_that_is_edited_in_one_is_in_force_in_both(centres: Centres) -> None:
    centres.two.edit(TWO)
    centres.two.listing.look()
    centres.one.listing.look()
    assert centres.one.version == centres.two.version == (2, TWO)
    assert centres.one.path.read_text() == TWO
    centres.one.edit(ONE)
    centres.one.listing.look()
    centres.two.listing.look()
    assert centres.two.version == (3, ONE)


def test_the_next_batch_is_filed_by_what_was_published_elsewhere(centres: Centres) -> None:
    filing = Filing(centres.two.listing.listed, new_id=new_id)
    filing.fresh = centres.two.listing.fresh
    centres.two.listing.took = filing.take
    pull: object = None
    inbox = Inbox(pull, centres.store, filing, clock=centres.clock, tell=lambda: None)  # type: ignore[arg-type]
    centres.one.listing.publish(THREE, by="seat-1")
    assert inbox._file([letter(at(0))]) == ()
    centres.one.listing.publish(ONE, by="seat-1")
    assert len(inbox._file([letter(at(1))])) == 1


def test_one_that_was_away_takes_up_the_newest_though_its_file_says_something_else(
    centres: Centres,
) -> None:
    centres.one.listing.publish(TWO, by="seat-1")
    centres.one.listing.publish(THREE, by="seat-1")
    centres.two.start()
    assert centres.two.version == (3, THREE)
    assert centres.two.path.read_text() == THREE
    assert len(centres.two.listing.history()) == 3


def test_one_whose_file_was_edited_while_it_was_away_puts_that_in_force_if_it_is_newer(
    centres: Centres,
) -> None:
    centres.two.edit(TWO)
    centres.two.start()
    assert centres.two.version == (2, TWO)
    centres.clock.at_s = 4e9  # published after all that files say
    centres.two.edit(THREE)
    centres.one.listing.publish(ONE, by="seat-1")
    centres.two.start()
    assert centres.two.version == (3, ONE)
    assert centres.two.path.with_name("watch.yaml.before-3").read_text() == THREE


def test_a_copy_that_comes_late_to_the_others_takes_nothing_back(centres: Centres) -> None:
    centres.one.edit(TWO)
    centres.one.listing.look()
    centres.one.listing.publish(THREE, by="seat-1")
    centres.two.edit(TWO)
    centres.two.listing.look()
    assert centres.two.version == (3, THREE)
    assert centres.two.path.read_text() == THREE


def test_one_that_joins_takes_what_is_in_force_and_keeps_its_own_beside(centres: Centres) -> None:
    three = centres.join("three", THREE)
    assert three.version == (1, ONE)
    assert three.path.read_text() == ONE
    assert three.path.with_name("watch.yaml.before-1").read_text() == THREE


def test_who_publishes_against_what_another_centre_replaced_is_told(centres: Centres) -> None:
    centres.one.listing.publish(TWO, by="seat-1", seen=1)
    with pytest.raises(StaleError, match="seat-1 published version 2"):
        centres.two.listing.publish(THREE, by="seat-2", seen=1)
    assert centres.two.path.read_text() == ONE
    centres.two.listing.publish(THREE, by="seat-2", seen=2)
    assert centres.two.version == (3, THREE)


def test_a_wrong_file_of_one_keeps_it_from_nothing_and_is_not_lost(centres: Centres) -> None:
    centres.two.edit(WRONG)
    centres.two.listing.look()
    state = centres.two.listing.state
    assert state is not None
    assert "grade" in (state.refused or "")
    centres.one.listing.look()
    assert centres.one.version == (1, ONE)
    centres.one.listing.publish(TWO, by="seat-1")
    centres.two.listing.look()
    assert centres.two.version == (2, TWO)
    assert centres.two.path.with_name("watch.yaml.before-2").read_text() == WRONG


def test_a_version_that_one_cannot_read_is_refused_there_whole_and_said(centres: Centres) -> None:

    with centres.store.write() as connection:
        versions.put(connection, TWO + "newer: 1\n", by="seat-1", at_s=1.0)
    centres.two.listing.look()
    centres.two.listing.look()
    state = centres.two.listing.state
    assert state is not None
    assert (state.version, state.refusals) == (1, 1)
    assert "version 2 of another centre cannot be taken up" in (state.refused or "")
    assert centres.two.path.read_text() == ONE


def hall_of(centre: Centre) -> object:
    return centre.taken[-1].tree.places["hall"].at


def test_the_map_goes_with_the_list(centres: Centres) -> None:
    centres.one.path.with_name("town.json").write_text(drawn(10, 50))
    centres.one.edit(MAP + ONE)
    for _ in range(2):
        centres.one.listing.look()
        centres.two.listing.look()
    assert hall_of(centres.two) == (10, 50)
    centres.two.path.with_name("town.json").write_text(drawn(11, 51))
    centres.two.listing.look()
    centres.one.listing.look()
    assert hall_of(centres.one) == (11, 51)
    assert centres.one.path.with_name("town.json").read_text() == drawn(11, 51)


def test_a_file_that_cannot_be_written_is_followed_all_the_same(centres: Centres) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConfigError("read-only")

    centres.two.listing.file.replace = refuse  # type: ignore[method-assign]
    centres.one.listing.publish(TWO, by="seat-1")
    centres.two.listing.look()
    assert centres.two.version == (2, TWO)
    assert centres.two.path.read_text() == ONE
    centres.two.start()
    assert centres.two.version == (2, TWO)
