"""Signing in at an OpenID provider: the real protocol, against one that the test starts."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest

from center import users
from center.config import Grant, Provider, load
from center.oidc import Oidc
from center.store import Store
from pipelines.errors import ConfigError
from tests.center.centre import PATIENCE_S
from tests.center.desks import Asker, application
from tests.center.provider import CLIENT, SECRET, OpenProvider, provided
from tests.center.test_entrance import Door


class Elsewhere(Door):
    """A door beside which one may sign in at a provider."""

    def __init__(self, store: Store, folder: Path, provider: OpenProvider) -> None:
        super().__init__(store, folder)
        self.provider = provider
        provider.now_s = self.office.clock.at_s
        told = Provider(
            name="District", issuer=provider.issuer, client=CLIENT, secret=SECRET,
            grants=(
                Grant(group="desk-north", roles=("operator",), places=("depot",)),
                Grant(group="leads", roles=("supervisor",), places=("*",)),
            ),
        )  # fmt: skip
        self.http = Asker(
            application(
                self.office, folder / "watch.yaml", known=self.entrance.known,
                entrance=self.entrance, oidc=Oidc(told, self.office.clock),
            )
        )  # fmt: skip

    def begun(self) -> tuple[str, dict[str, str]]:
        """Where the provider sends the browser, and what the browser has by then."""
        gone = self.http.get("/enter/provider")
        assert gone.status_code == 303, gone.text
        state = gone.headers["set-cookie"].split(";", maxsplit=1)[0]
        back = httpx.get(gone.headers["location"], timeout=PATIENCE_S).headers["location"]
        return back, {"Cookie": state}

    def back(self) -> httpx.Response:
        path, cookies = self.begun()
        return self.http.get(path, headers=cookies)


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenProvider]:
    with provided() as running:
        yield running


@pytest.fixture
def door(tmp_path: Path, provider: OpenProvider) -> Iterator[Elsewhere]:
    provider.claims, provider.signer = {}, provider.keys.keys[0]
    provider.user = {"preferred_username": "Wang", "groups": ["desk-north"]}
    with closing(Store(tmp_path / "a.db")) as store:
        yield Elsewhere(store, tmp_path, provider)


def who(door: Elsewhere, answer: httpx.Response) -> httpx.Response:
    cookies = [each for each in answer.headers.get_list("set-cookie") if "tocsin=" in each]
    assert len(cookies) == 1
    return door.http.get("/api/session", headers={"Cookie": cookies[0].split(";")[0]})


def test_who_signs_in_there_is_let_in_with_what_their_groups_grant(door: Elsewhere) -> None:
    ways = door.http.get("/api/session/ways").json()
    assert (ways["provider"], ways["provider_url"]) == ("District", "/enter/provider")
    answer = door.back()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    told = who(door, answer).json()
    assert (told["name"], told["roles"], told["places"]) == ("wang", ["operator"], ["depot"])


def test_what_is_granted_is_what_the_groups_say_each_time(door: Elsewhere) -> None:
    door.back()
    door.provider.user["groups"] = ["leads", "others"]
    told = who(door, door.back()).json()
    assert (told["roles"], told["everywhere"]) == (["supervisor"], True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda provider: provider.user.update(groups=["others"]),
        lambda provider: provider.user.pop("groups"),
        lambda provider: provider.user.update(preferred_username="<b>"),
        lambda provider: provider.user.update(preferred_username="li"),  # of a user made here
        lambda provider: provider.claims.update(nonce="of another sign-in"),
        lambda provider: provider.claims.update(aud="another client"),
        lambda provider: provider.claims.update(iss="http://elsewhere.example"),
        lambda provider: provider.claims.update(azp="another client"),
        lambda provider: provider.claims.update(exp=int(provider.now_s) - 120),
        lambda provider: provider.claims.update(iat=int(provider.now_s) + 600),
        lambda provider: provider.stranger_signs(),
    ],
)  # fmt: skip
def test_what_does_not_hold_lets_nobody_in(
    door: Elsewhere, spoil: Callable[[OpenProvider], None]
) -> None:
    spoil(door.provider)
    answer = door.back()
    assert answer.status_code == 403, answer.text
    assert "tocsin=" not in answer.headers.get("set-cookie", "")


def test_another_browser_cannot_end_a_sign_in_and_nobody_ends_it_twice(door: Elsewhere) -> None:
    path, cookies = door.begun()
    assert door.http.get(path).status_code == 403
    assert door.http.get(path, headers=cookies).status_code == 303
    assert door.http.get(path, headers=cookies).status_code == 403


def test_a_sign_in_that_takes_too_long_is_over(door: Elsewhere) -> None:
    path, cookies = door.begun()
    door.office.clock.at_s += 601
    assert door.http.get(path, headers=cookies).status_code == 403


def test_who_is_disabled_here_stays_out(door: Elsewhere) -> None:
    assert door.back().status_code == 303
    with door.store.write() as connection:
        known = users.by_name(connection, "wang")
        assert known is not None
        users.put(connection, msgspec.structs.replace(known, disabled=True))
    assert door.back().status_code == 403


def test_new_keys_of_the_provider_are_fetched(door: Elsewhere) -> None:
    assert door.back().status_code == 303
    before = door.provider.keys
    door.provider.keys = type(before).generate_key_set("RSA", 2048, count=1)
    door.provider.signer = door.provider.keys.keys[0]
    assert door.back().status_code == 303


def test_a_provider_that_others_could_read_is_refused(tmp_path: Path) -> None:
    grants = "[{group: a, roles: [operator], places: ['*']}]"
    oidc = f"{{issuer: 'http://sso.example', client: c, grants: {grants}}}"
    file = tmp_path / "center.yaml"
    file.write_text(f"watch_list: watch.yaml\nconsole: {{oidc: {oidc}}}\n")
    with pytest.raises(ConfigError, match=r"not https - at \$.console.oidc.issuer"):
        load(file)
    file.write_text(file.read_text().replace("http:", "https:"))
    assert load(file).console.oidc is not None
