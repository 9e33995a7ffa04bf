"""A real centre at which one must sign in, and the command line beside it."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from pipelines.errors import TocsinError
from tests.center.centre import PATIENCE_S, Centre, event, eventually
from tocsin.__main__ import app

PASSWORD = "north of the yard"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre at its first start."""
    running = Centre(tmp_path_factory.mktemp("centre"), sign_in=True)
    running.start()
    yield running
    running.stop()


def user(centre: Centre, *words: str, code: int = 0) -> str:
    """`tocsin center user …`, and what it says."""
    config = str(centre.folder / "center.yaml")
    answer = CliRunner().invoke(app, ["center", "user", words[0], config, *words[1:]])
    if isinstance(answer.exception, TocsinError):
        assert answer.exception.exit_code == code, str(answer.exception)
        return str(answer.exception)
    assert answer.exit_code == code, answer.output
    return answer.stdout if code == 0 else answer.output


@pytest.fixture(scope="module")
def token(signed: Centre) -> str:
    """Of someone who works at the depot only."""
    (signed.folder / "li.secret").write_text(PASSWORD + "\n")
    told = str(signed.folder / "li.secret")
    user(signed, "add", "li", "--role", "operator", "--place", "depot", "--password-file", told)
    return user(signed, "token", "li", "--label", "the wall").strip()


def test_the_first_link_lies_where_only_the_centres_user_looks(signed: Centre) -> None:
    file = signed.folder / "state" / "first-sign-in"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    link = file.read_text().strip()
    assert link.startswith(f"{signed.url}/enter?ticket=")
    assert link.partition("=")[2] not in (signed.folder / "centre.log").read_text()
    with httpx.Client(follow_redirects=False, timeout=PATIENCE_S) as browser:
        assert browser.get(link).status_code == 303
        who = browser.get(f"{signed.url}/api/session").json()
    assert (who["everywhere"], who["password"]) == (True, False)


def test_whoever_has_not_signed_in_gets_the_page_and_nothing_else(signed: Centre) -> None:
    assert signed.http.get("/desk").status_code == 200
    for path in ("alerts", "events", "status", "boxes", "stream", "watch-list", "session"):
        assert signed.http.get(f"/api/{path}").status_code == 401, path
    assert signed.http.get("/metrics").status_code == 401
    assert signed.http.get("/api/session/ways").json()["sign_in"] is True


def test_one_made_on_the_command_line_signs_in_and_sees_their_place(
    signed: Centre, token: str
) -> None:
    with signed.box() as box:
        box.send(event(place="school", camera="cam-2"))
        box.send(event())
    with httpx.Client(base_url=signed.url, timeout=PATIENCE_S) as browser:
        entered = browser.post("/api/session", json={"name": "li", "password": PASSWORD})
        assert entered.status_code == 200
        found = eventually(lambda: browser.get("/api/events").json()["events"])
        assert [each["place"] for each in found] == ["depot"]
        browser.delete("/api/session")
        assert browser.get("/api/alerts").status_code == 401
    assert signed.http.get("/api/alerts", headers={"Authorization": f"Bearer {token}"}).is_success


def test_a_stream_ends_soon_after_its_reader_is_disabled(signed: Centre, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with signed.http.stream("GET", "/api/stream", headers=headers) as answer:
        told = answer.iter_lines()
        assert next(told)
        user(signed, "disable", "li")
        for _ in told:
            pass
    assert signed.http.get("/api/alerts", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "wang", "--role", "operator"), "say at least one --role, and --place"),
        (("add", "wang", "--role", "boss", "--everywhere"), "roles: operator, patrol"),
        (("passwd", "nobody-here", "--password-file", "missing"), "names no file"),
        (("disable", "nobody-here"), "no user is named 'nobody-here'; there are: admin"),
        (("add", "wang", "--role", "operator", "--everywhere"), "give --password-file"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_one_line_that_says_what_to_do(
    signed: Centre, words: tuple[str, ...], said: str
) -> None:
    assert said in user(signed, *words, code=2)


def test_nobody_is_limited_to_a_place_that_is_not_there(signed: Centre, token: str) -> None:
    assert token
    words = ("--role", "operator", "--place", "depo", "--password-file")
    said = user(signed, "add", "wang", *words, str(signed.folder / "li.secret"), code=2)
    assert said == "no place has the id 'depo'; did you mean 'depot'?"
    assert "wang" not in user(signed, "list")


def test_users_and_tokens_are_listed_and_a_token_is_taken_back(signed: Centre, token: str) -> None:
    user(signed, "enable", "li")
    given = user(signed, "token", "li", "--role", "operator").strip()
    headers = {"Authorization": f"Bearer {given}"}
    assert signed.http.get("/api/alerts", headers=headers).is_success
    assert given != token
    assert given[:12] in user(signed, "tokens", "li")
    assert "operator" in user(signed, "list")
    user(signed, "tokens", "li", "--end", given[:12])
    assert signed.http.get("/api/alerts", headers=headers).status_code == 401


def verified(centre: Centre, token: str) -> subprocess.CompletedProcess[str]:
    """`tocsin audit verify center.yaml --centre …`."""
    words = ["audit", "verify", str(centre.folder / "center.yaml"), "--centre", centre.url]
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *words], cwd=Path(__file__).parents[2],
        env={**os.environ, "TOCSIN_TOKEN": token}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_who_asks_for_heads_without_a_token_is_told_of_it(
    signed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOCSIN_TOKEN", raising=False)
    words = ["audit", "verify", str(signed.folder / "center.yaml"), "--centre", signed.url]
    said = str(CliRunner().invoke(app, words).exception)
    assert said.endswith("Unauthorized; set TOCSIN_TOKEN to a token of a user who may read it")


def test_the_audit_has_what_the_command_line_did_and_holds(signed: Centre, token: str) -> None:
    user(signed, "enable", "li")
    given = user(signed, "token", "li").strip()
    sound = verified(signed, given)
    assert sound.returncode == 0, sound.stderr
    assert "and so do the 1 heads that were told elsewhere" in " ".join(sound.stdout.split())
    file = signed.folder / "state" / "audit.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    assert any("tocsin center user add" in line and "operator at depot" in line for line in lines)
    assert PASSWORD not in "".join(lines)
    assert token not in "".join(lines)
    file.write_text("".join(lines[:1] + lines[2:]))
    try:
        broken = verified(signed, given)
    finally:
        file.write_text("".join(lines))
    assert broken.returncode == 5
    assert "does not follow on" in broken.stderr
