"""Clips go when their time is over, unless a case holds them; what was torn is adopted."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge.audit import Audit
from edge.evidence.keeper import Keeper
from edge.evidence.ledger import Ledger
from edge.evidence.sealed import SealedFile
from edge.evidence.settings import Evidence, Keep
from edge.evidence.vault import Hold, Note, Vault
from pipelines.errors import EvidenceError
from pipelines.sealing import About, Sealer, unsealed
from tests.custodians import BOTH, CUSTODIANS
from tests.edge.conftest import wait_until

NOW_S = 1_900_000_000.0
NOW = datetime.fromtimestamp(NOW_S, UTC)
SETTINGS = Evidence(custodians=CUSTODIANS, hours=72, keep=(Keep(place="yard", hours=24),))


class Clock:
    """Time that stands still."""

    def now_s(self) -> float:
        return NOW_S

    def ticks_s(self) -> float:
        return 0.0


class Box:
    """A vault with drawn clips, and its keeper."""

    def __init__(self, folder: Path, settings: Evidence = SETTINGS) -> None:
        self.vault, self.audit = Vault(folder / "evidence"), folder / "audit.jsonl"
        ledger = Ledger(Audit(self.audit), Clock(), by="box-1")
        self.keeper = Keeper(settings, self.vault, ledger, Clock())

    def add(self, clip: str, *, hours: float, place: str = "gate", size: int = 1000) -> Path:
        """A clip that began some hours ago."""
        about = About(
            clip=clip, site="s", camera="c", place=place, rule="intrusion",
            begun=NOW - timedelta(hours=hours),
        )  # fmt: skip
        file = SealedFile(self.vault.part(clip), Sealer(about, CUSTODIANS))
        file.write(os.urandom(size))
        file.close()
        note = Note(
            clip=clip, ending="over", ended=about.begun, chunks=file.chunks, link=file.link.hex()
        )
        self.vault.end(note)
        return self.vault.folder / f"{clip}.sealed"

    def there(self) -> set[str]:
        return {kept.about.clip for kept in self.vault.clips()}

    def hold(self, clip: str) -> None:
        self.vault.hold(clip, Hold(case="B-17", by="me", reason="theft", time=NOW))

    def deeds(self) -> list[tuple[str, str, str | None]]:
        lines = [msgspec.json.decode(line) for line in self.audit.read_bytes().splitlines()]
        return [(line["id"], line["asked"]["evidence"], line["asked"].get("why")) for line in lines]


def test_what_is_older_than_its_place_allows_goes_and_the_audit_says_so(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for clip, hours, place in (("a", 73, "gate"), ("b", 71, "gate"), ("c", 25, "yard")):
        box.add(clip, hours=hours, place=place)
    box.keeper.step()
    assert box.there() == {"b"}
    assert box.deeds() == [("a", "destroyed", "time"), ("c", "destroyed", "time")]
    assert {path.stem for path in box.vault.folder.iterdir()} == {"b"}


def test_what_a_case_holds_stays_until_it_is_released(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.add("a", hours=1000)
    box.hold("a")
    box.keeper.step()
    assert box.there() == {"a"}
    box.vault.hold("a", None)
    box.keeper.step()
    assert box.there() == set()


def test_destroying_overwrites_the_keys_where_they_lie_on_the_disk(tmp_path: Path) -> None:
    box = Box(tmp_path)
    path = box.add("a", hours=1, size=5000)
    os.link(path, tmp_path / "same")  # whoever still has the file's blocks
    before = path.read_bytes()
    (kept,) = box.vault.clips()
    box.vault.destroy(kept)
    after = (tmp_path / "same").read_bytes()
    assert b"half" in before
    assert b"half" not in after
    assert len(after) == len(before)
    with (tmp_path / "same").open("rb") as file, pytest.raises(EvidenceError, match="destroyed"):
        next(unsealed(file, BOTH))


def test_a_destroyer_that_died_is_cleaned_up_after(tmp_path: Path) -> None:
    box = Box(tmp_path)
    path = box.add("a", hours=1)
    path.write_bytes(bytes(path.stat().st_size))
    os.utime(path, (NOW_S - 60, NOW_S - 60))
    box.keeper.step()
    assert list(box.vault.folder.iterdir()) == []


def test_beyond_the_quota_the_oldest_go_first_but_for_what_is_held(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, quota_gib=25_000 / (1 << 30))
    box = Box(tmp_path, settings)
    for hours in (4, 3, 2, 1):
        box.add(f"c-{hours}", hours=hours, size=10_000)
    box.hold("c-4")
    box.keeper.step()
    assert box.there() == {"c-4", "c-1"}
    assert box.deeds() == [("c-3", "destroyed", "quota"), ("c-2", "destroyed", "quota")]


WRITER = """
import os, sys, time
from pathlib import Path
from tests.edge.test_keeper import CUSTODIANS, NOW
from edge.evidence.sealed import SealedFile
from pipelines.sealing import About, Sealer
about = About(clip="torn", site="s", camera="c", place="gate", rule="intrusion", begun=NOW)
file = SealedFile(Path(sys.argv[1]), Sealer(about, CUSTODIANS))
while True:
    file.write(b"picture!" * 1000)
    file.sync()
"""


def test_a_clip_whose_writer_was_killed_is_adopted_and_opens(tmp_path: Path) -> None:
    box = Box(tmp_path)
    part = box.vault.part("torn")
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(part)])
    wait_until(lambda: part.exists() and part.stat().st_size > 100_000)
    os.utime(part, (1, 1))
    assert box.vault.orphans(before_s=NOW_S) == []  # its writer lives
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    box.keeper.step()
    (kept,) = box.vault.clips()
    assert kept.note is not None
    assert (kept.recording, kept.note.ending) == (False, "torn")
    assert box.deeds() == [("torn", "torn", None)]
    assert not box.vault.look(kept).whole
    with kept.path.open("rb") as file:
        clip = b"".join(unsealed(file, BOTH))
    assert len(clip) >= 90_000
    assert set(clip[:8000]) == set(b"picture!")
    box.keeper.step()
    assert box.deeds() == [("torn", "torn", None)]


def test_trouble_is_noted_and_does_not_end_the_keeper(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.add("a", hours=1000)
    box.audit.write_text("no audit\n")
    box.keeper.try_step()
    assert "no line of an audit" in box.keeper.trouble.why
    assert box.there() == {"a"}
    box.audit.unlink()
    box.keeper.try_step()
    assert (box.keeper.trouble.why, box.there()) == ("", set())
