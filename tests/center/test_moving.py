"""A centre is moved to another machine: by its backup, and with what its broker still held."""

import sqlite3
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner

from center import claim
from center.audit import FILE
from tests.center.centre import JPEG, PATIENCE_S, Centre, event, eventually
from tocsin.__main__ import app
from tocsin.auditing import read

PASSWORD = "several words of it"


def said(*words: str | Path) -> str:
    """What the command answers."""
    answer = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert answer.exit_code == 0
    return answer.output


def signed_in(centre: Centre) -> None:
    """Sign in as the user who was there before the move."""
    answer = centre.http.post("/api/session", json={"name": "li", "password": PASSWORD})
    assert answer.status_code == 200


def at_rest(state: Path) -> bool:
    with claim.at_rest(state) as is_so:
        return is_so


def test_a_stopped_centre_moves_with_what_its_broker_held(tmp_path: Path) -> None:
    old, new = ((tmp_path / name) for name in ("old", "new"))
    old.mkdir()
    centre = Centre(old, sign_in=True)
    config, state = old / "center.yaml", old / "state"
    (old / "words").write_text(PASSWORD)
    user = ("--role", "operator", "--everywhere", "--password-file", old / "words")
    state.mkdir()
    said("center", "user", "add", config, "li", *user)
    centre.start()
    signed_in(centre)
    centre.deliver(event(picture=JPEG))
    with closing(sqlite3.connect(state / "center.db", timeout=PATIENCE_S)) as disk:
        disk.execute("BEGIN IMMEDIATE")  # now nothing that comes is stored
        with centre.box() as box:
            number = box.send(event(after_s=7200, picture=JPEG))
            eventually(lambda: number in box.acked)
        assert "the centre runs" in said("backup", config, tmp_path / "running")
        centre.kill()
    eventually(lambda: at_rest(state))
    assert "the broker's files" in said("backup", config, tmp_path / "stopped")

    new.mkdir()
    moved = Centre(new, sign_in=True)
    (new / "watch.yaml").unlink()
    assert "1 events, 1 alerts" in said("restore", tmp_path / "stopped", new / "center.yaml")
    moved.start()
    signed_in(moved)
    eventually(lambda: moved.stats()["stored"] == 2)
    alerts = moved.http.get("/api/alerts").json()["alerts"]
    picture = moved.http.get(f"/api/alerts/{alerts[-1]['id']}/picture")
    assert (len(alerts), picture.content) == (2, JPEG)
    moved.stop()
    lines = [line.asked for line in read(new / "state" / FILE)]
    assert [b"tocsin restore" in bytes(asked) for asked in lines].count(True) == 1
