"""From a walk to a court: sealed, played at the centre, opened by two, and any change found."""

import io
import json
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from typer.testing import CliRunner

from tests.end_to_end.conftest import PATIENCE_S, Site, wait_until
from tocsin.__main__ import app
from tocsin.demo.plan import CUSTODIANS

pytestmark = pytest.mark.end_to_end


def run(*words: str | Path, fails: bool = False) -> str:
    """Run `tocsin`, and hear what it says."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert (result.exit_code != 0) == fails, result.output
    return result.output if not fails else str(result.exception)


def played(site: Site) -> bytes:
    """The first clip that an alert at the centre has."""
    found: list[httpx.Response] = []

    def there() -> bool:
        alerts = site.get("/api/alerts")["alerts"]
        asked = [
            httpx.get(
                f"{site.url}/api/alerts/{each['id']}/clip",
                headers=site.guest.headers,
                timeout=PATIENCE_S,
            )
            for each in alerts
        ]
        found.extend(each for each in asked if each.status_code == httpx.codes.OK)
        return bool(found)

    wait_until(there)
    assert found[0].headers["content-type"] == "video/mp4"
    return found[0].content


def sealed(site: Site) -> list[dict[str, Any]]:
    """Clips of the box that are over."""
    rows = json.loads(run("evidence", "list", site.plan.edge, "--json"))
    return [each for each in rows if each["note"]]


def test_what_happened_is_played_redacted_opened_by_two_and_no_byte_can_be_changed(
    sealing: Site, tmp_path: Path
) -> None:
    with av.open(io.BytesIO(played(sealing)), "r") as container:
        assert len(list(container.decode(video=0))) > 1
    wait_until(lambda: bool(sealed(sealing)))
    sealing.end_of_box()
    folder, edge, out = sealing.plan.folder, sealing.plan.edge, tmp_path / "export"
    clip = sealed(sealing)[0]["about"]["clip"]
    keys = [word for name in CUSTODIANS for word in ("--key", folder / f"{name}.key")]
    phrases = [word for name in CUSTODIANS
               for word in ("--passphrase-file", folder / f"{name}.secret")]  # fmt: skip
    why = ("--reason", "theft", "--case", "B-17", "--original")
    run("evidence", "export", edge, clip, *keys, *phrases, *why, "--out", out)
    run("evidence", "verify", out)
    film = out / "clip.mkv"
    whole = film.read_bytes()
    film.write_bytes(whole[:999] + bytes([whole[999] ^ 1]) + whole[1000:])
    assert "clip.mkv is not the file" in run("evidence", "verify", out, fails=True)

    audit = folder / "audit.jsonl"
    (head, *_) = sealing.get("/api/boxes/box-1/audit")["heads"]
    told = f"{head['lines']}:{head['sha256']}"
    assert "hold" in run("audit", "verify", audit, "--head", told)
    lines = audit.read_bytes().splitlines(keepends=True)
    audit.write_bytes(b"".join(lines[: head["lines"] - 1]))
    run("audit", "verify", audit)
    assert f"{head['lines']}" in run("audit", "verify", audit, "--head", told, fails=True)
