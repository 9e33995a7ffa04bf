"""What a box says of its audit is kept, so that the audit can be held to it later."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from edge.audit import Audit
from pipelines.chain import Entry
from pipelines.errors import ConfigError, EvidenceError
from pipelines.flow import AuditHead, Heartbeat
from pipelines.wire import encode
from tests.center.centre import Box, Centre, eventually
from tocsin import auditing

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EDGE_YAML = """\
site: demo
box: {box}
cameras: [{{id: yard, place: depot, url: "rtsp://10.0.0.9/1"}}]
"""


def entry(name: str) -> Entry:
    return Entry(time=NOW, id=name, by="duty", asked=msgspec.Raw(b"{}"), result="ok")


def beat(box: str, head: AuditHead, site: str = "demo") -> Heartbeat:
    return Heartbeat(box=box, site=site, time=NOW, audit=head)


def say(box: Box, said: Heartbeat) -> None:
    box.client.publish(f"hb/{said.box}", encode(said), qos=0)


def heads(centre: Centre, box: str) -> list[dict[str, object]]:
    return list(centre.http.get(f"/api/boxes/{box}/audit").json()["heads"])


@pytest.fixture
def told(shared: Centre, tmp_path: Path) -> Path:
    """A box's configuration; its audit has three lines, of which the centre was told."""
    audit = Audit(tmp_path / "audit.jsonl")
    with shared.box("box-1") as box:
        for number in range(3):
            head = audit.append(entry(f"c-{number}"))
            say(box, beat("box-1", head))
            say(box, beat("box-1", head))
        kept = {"lines": 3, "sha256": head.sha256}
        eventually(lambda: any(kept.items() <= each.items() for each in heads(shared, "box-1")))
    (tmp_path / "edge.yaml").write_text(EDGE_YAML.format(box="box-1"))
    return tmp_path / "edge.yaml"


def test_an_audit_is_held_to_what_its_centre_was_told(
    told: Path, shared: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [each["lines"] for each in heads(shared, "box-1")] == [3, 2, 1]
    auditing.verify(told, [], shared.url, Console(width=400))
    assert "0.0 MB: 3 lines hold, and so do the 3 heads" in capsys.readouterr().out
    path = told.with_name("audit.jsonl")
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:2]))
    auditing.verify(told, [], "", Console(width=400))
    assert "none was cut off" in capsys.readouterr().out.replace("\n", " ")
    with pytest.raises(EvidenceError, match="3 lines were told elsewhere, 2 are left"):
        auditing.verify(told, [], shared.url, Console(width=400))
    head = heads(shared, "box-1")[0]
    with pytest.raises(EvidenceError, match="2 are left"):
        auditing.verify(path, [f"{head['lines']}:{head['sha256']}"], "", Console(width=400))
    path.unlink()
    for number in range(3):
        Audit(path).append(entry(f"other-{number}"))
    with pytest.raises(EvidenceError, match="line 1 is not the one that was told elsewhere"):
        auditing.verify(told, [], shared.url, Console(width=400))


def test_an_audit_that_was_written_anew_under_the_centres_eyes_is_found(
    shared: Centre, tmp_path: Path
) -> None:
    with shared.box("box-2") as box:
        for letter in "ab":
            say(box, beat("box-2", AuditHead(lines=1, sha256=letter * 64), "far"))
        eventually(lambda: len(heads(shared, "box-2")) == 2)
    (tmp_path / "edge.yaml").write_text(EDGE_YAML.format(box="box-2"))
    (tmp_path / "audit.jsonl").write_text("")
    with pytest.raises(EvidenceError, match="box-2 told two hashes of line 1"):
        auditing.verify(tmp_path / "edge.yaml", [], shared.url, Console())


def test_what_is_no_head_is_refused() -> None:
    with pytest.raises(ConfigError, match="LINES:SHA256"):
        auditing.head_from("12:abc")
