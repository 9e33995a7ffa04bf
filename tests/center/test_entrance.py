"""Signing in and out: by password, ticket and token; what ends it, and what it costs a stranger."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from center import firststart, passes, users
from center.attempts import ADDRESS_MOST_S, FREE, NAME_MOST_S, REMEMBERED, Attempts
from center.entrance import Entrance
from center.passwords import Passwords
from center.store import Store
from center.users import User
from tests.center.centre import event
from tests.center.desks import Asker, Office, application

SECRET = "several words of it"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LI = User(
    name="li", seat="north-1", roles=("operator", "supervisor"), places=("depot",),
    password=QUICK.hash(SECRET), created_s=0.0,
)  # fmt: skip


class Door:
    """The API behind a door, with one user."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.office, self.store = Office(store), store
        self.alert = self.office.file(event())
        self.entrance = Entrance(
            store, self.office.clock, self.office.working.watch_list, Passwords(QUICK)
        )
        with store.write() as connection:
            users.put(connection, LI)
        self.http = Asker(
            application(
                self.office, folder / "watch.yaml", known=self.entrance.known,
                entrance=self.entrance,
            )
        )  # fmt: skip

    def sign_in(self, password: str = SECRET, name: str = "li", **more: Any) -> httpx.Response:
        return self.http.post("/api/session", json={"name": name, "password": password}, **more)

    def cookie(self) -> dict[str, str]:
        """What a browser sends that has signed in."""
        told = self.sign_in().headers["set-cookie"]
        return {"Cookie": told.split(";", maxsplit=1)[0]}

    def reads(self, headers: dict[str, str]) -> int:
        return self.http.get("/api/alerts", headers=headers).status_code

    def give(self, kind: passes.Kind, **more: Any) -> str:
        now_s = self.office.clock.at_s
        with self.store.write() as connection:
            return passes.give(connection, "li", kind, now_s=now_s, lasts_s=600, **more)

    def change(self, **what: Any) -> None:
        with self.store.write() as connection:
            users.put(connection, msgspec.structs.replace(LI, **what))


@pytest.fixture
def door(store: Store, tmp_path: Path) -> Door:
    return Door(store, tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Door]:
    """The same on SQLite only."""
    with closing(Store(tmp_path / "b.db")) as store:
        yield Door(store, tmp_path)


def test_a_password_opens_a_session_that_says_who_one_is(door: Door) -> None:
    answer = door.sign_in()
    assert answer.status_code == 200
    who = answer.json()
    assert (who["name"], who["seat"], who["places"]) == ("li", "north-1", ["depot"])
    assert "alerts.work" in who["permissions"]
    assert "users.manage" not in who["permissions"]
    same = door.http.get("/api/session", headers=door.cookie()).json()
    assert same["roles"] == ["operator", "supervisor"]


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(small: Door) -> None:
    plain = small.sign_in().headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in plain.split(";")}
    assert "Secure" not in plain
    https = small.http.ask(
        "POST", "https://testserver/api/session", json={"name": "li", "password": SECRET}
    )
    assert https.headers["set-cookie"].startswith("__Host-tocsin=")
    assert "Secure" in https.headers["set-cookie"]
    assert "Domain" not in https.headers["set-cookie"]


def test_the_store_has_neither_passwords_nor_secrets(tmp_path: Path, small: Door) -> None:
    cookie = small.cookie()["Cookie"].partition("=")[2]
    token = small.give("token")
    small.store.close()
    for file in tmp_path.glob("b.db*"):
        for secret in (SECRET, cookie, token):
            assert secret.encode() not in file.read_bytes()


@pytest.mark.parametrize("name", ["li", "nobody", "", "'; DROP TABLE users", "x" * 60])
def test_a_wrong_password_and_an_unknown_name_are_answered_the_same(small: Door, name: str) -> None:
    answer = small.sign_in("not this one", name)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "the name or the password is wrong"
    assert "set-cookie" not in answer.headers


def test_one_without_a_password_and_one_who_is_disabled_do_not_get_in(small: Door) -> None:
    small.change(password=None)
    assert small.sign_in("").status_code == 401
    small.change(disabled=True)
    assert small.sign_in().status_code == 401


def test_without_a_session_nothing_is_read_or_changed(small: Door) -> None:
    path = f"/api/alerts/{small.alert.id}"
    for answer in (small.http.get(path), small.http.post(f"{path}/acknowledge")):
        assert answer.status_code == 401
    assert small.reads({"Cookie": "tocsin=made-up"}) == 401
    assert small.reads({"Authorization": "Bearer made-up"}) == 401


def test_the_log_has_the_seat_of_who_signed_in_whatever_they_say(small: Door) -> None:
    path = f"/api/alerts/{small.alert.id}/acknowledge"
    assert small.http.post(path, headers={**small.cookie(), "Tocsin-Seat": "boss"}).is_success
    assert small.office.log(small.alert.id)[-1].by == "north-1"


def test_a_session_ends_when_it_rests_and_after_a_shift_however_busy(small: Door) -> None:
    resting, busy, clock = small.cookie(), small.cookie(), small.office.clock
    began_s = clock.at_s
    while clock.at_s < began_s + passes.SESSION_S - passes.IDLE_S:
        clock.at_s += passes.IDLE_S - 1
        assert small.reads(busy) == 200
    assert small.reads(resting) == 401
    clock.at_s = began_s + passes.SESSION_S
    assert small.reads(busy) == 401


def test_signing_out_ends_one_session_or_all(small: Door) -> None:
    one, two, three = small.cookie(), small.cookie(), small.cookie()
    small.http.ask("DELETE", "/api/session", headers=one)
    assert [small.reads(each) for each in (one, two, three)] == [401, 200, 200]
    ended = small.http.ask("DELETE", "/api/session?everywhere=true", headers=two)
    assert ended.json() == {"sessions": 2}
    assert [small.reads(each) for each in (two, three)] == [401, 401]


def test_who_is_disabled_is_out_at_once(door: Door) -> None:
    session, token = door.cookie(), {"Authorization": f"Bearer {door.give('token')}"}
    assert (door.reads(session), door.reads(token)) == (200, 200)
    door.change(disabled=True)
    assert (door.reads(session), door.reads(token)) == (401, 401)


def test_a_token_does_no_more_than_it_was_given_for_and_ends(small: Door) -> None:
    token = {"Authorization": f"Bearer {small.give('token', roles=('operator',))}"}
    assert small.reads(token) == 200
    refused = small.http.get("/api/feedback", headers=token)
    assert refused.status_code == 403
    assert refused.json()["missing"]["permission"] == "reports.read"
    small.office.clock.at_s += 601
    assert small.reads(token) == 401


def test_a_session_is_no_token_and_a_token_no_session(small: Door) -> None:
    cookie, token = small.cookie()["Cookie"].partition("=")[2], small.give("token")
    assert small.reads({"Authorization": f"Bearer {cookie}"}) == 401
    assert small.reads({"Cookie": f"tocsin={token}"}) == 401


def test_a_link_signs_in_once(door: Door) -> None:
    link = f"/enter?ticket={door.give('ticket')}"
    first, second = door.http.get(link), door.http.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    entered = {"Cookie": first.headers["set-cookie"].split(";", maxsplit=1)[0]}
    assert door.reads(entered) == 200
    assert second.status_code == 403
    assert door.http.get(link, headers=entered).status_code == 303


def test_who_sets_a_password_says_the_old_one_and_ends_their_other_sessions(small: Door) -> None:
    mine, other = small.cookie(), small.cookie()
    path, new = "/api/session/password", "another few words"
    for body, status in (
        ({"old": "wrong", "new": new}, 401),
        ({"old": SECRET, "new": "short"}, 422),
        ({"old": SECRET, "new": new}, 200),
    ):
        answer = small.http.ask("PUT", path, json=body, headers=mine)
        assert answer.status_code == status
    assert (small.reads(mine), small.reads(other)) == (200, 401)
    assert small.sign_in().status_code == 401
    assert small.sign_in(new).status_code == 200


def test_a_form_of_another_site_signs_nobody_in(small: Door) -> None:
    as_form = small.http.post("/api/session", data={"name": "li", "password": SECRET})
    assert as_form.status_code == 415
    foreign = {"Origin": "https://elsewhere.example"}
    assert small.sign_in(headers=foreign).status_code == 403


def test_who_fails_again_and_again_waits_longer_and_longer(small: Door) -> None:
    for _ in range(FREE):
        assert small.sign_in("wrong one").status_code == 401
    blocked = small.sign_in()
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) >= 1
    small.office.clock.at_s += 1
    assert small.sign_in("wrong one").status_code == 401
    assert small.sign_in().headers["retry-after"] == "2"
    small.office.clock.at_s += 2
    assert small.sign_in().status_code == 200


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 50)), max_size=60))
def test_no_wait_is_longer_than_it_may_be(tries: list[tuple[int, int, float]]) -> None:
    attempts, now_s = Attempts(), 0.0
    for name, address, after_s in tries:
        now_s += after_s
        attempts.failed(f"n{name}", f"a{address}", now_s=now_s)
        assert attempts.wait_s(f"n{name}", f"a{address}", now_s=now_s) <= ADDRESS_MOST_S
        assert attempts.wait_s(f"n{name}", "new", now_s=now_s) <= NAME_MOST_S
        assert attempts.wait_s("new", "new", now_s=now_s) == 0


def test_strangers_fill_no_memory() -> None:
    attempts = Attempts()
    for number in range(REMEMBERED):
        attempts.failed(f"n{number}", f"a{number}", now_s=0.0)
    assert attempts.remembered == REMEMBERED


def test_a_first_start_lets_one_administrator_in_and_then_no_more(
    small: Door, tmp_path: Path
) -> None:
    with closing(Store(tmp_path / "new.db")) as store:
        entrance = Entrance(
            store, small.office.clock, small.office.working.watch_list, Passwords(QUICK)
        )
        link = firststart.link("http://c", entrance)
        assert link is not None
        again = firststart.link("http://c", entrance)
        assert again is not None
        assert entrance.by_ticket(link.partition("=")[2]) is None
        secret = entrance.by_ticket(again.partition("=")[2])
        assert secret is not None
        who = entrance.of_session(secret)
        assert who is not None
        assert (who.roles, who.seen) == (("administrator", "supervisor"), None)
        assert firststart.link("http://c", entrance) is None
