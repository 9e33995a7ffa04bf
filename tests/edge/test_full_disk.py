"""A disk that is really full ends a clip, stops recording, and lets the events go on."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.spool import Spool
from edge.writer import Writer
from tests.conftest import NO_RIGHT
from tests.edge.conftest import PATIENCE_S, wait_until
from tests.edge.recorded import SETTINGS, Recorded, walk, yard
from tests.edge.test_spool import everything, overflow
from tests.events import event


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB that is there for the test alone."""
    at = tmp_path / "disk"
    at.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(at)]
    if (
        sys.platform != "linux"
        or subprocess.run(mounting, capture_output=True, check=False).returncode
    ):
        pytest.skip(f"{NO_RIGHT} to mount a small disk: root has it, outside of most containers")
    yield at
    subprocess.run(["umount", "--lazy", str(at)], check=True)


def filled(disk: Path) -> None:
    """Fill it to its last byte."""
    left = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(bytes(left))
    with (disk / "more").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        file.write(bytes(4096))


def test_a_full_disk_ends_the_clip_and_no_event(tmp_path: Path, disk: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, path=str(disk), post_s=4.0)
    camera = yard(walk(tmp_path, 4, "walk.mp4"))
    (disk / "ballast").write_bytes(bytes(1_000_000))
    made = Recorded(tmp_path / "box", camera, settings)
    wait_until(lambda: made.tally.evidence == "full")
    wait_until(lambda: any(each.data.phase == "end" for each in made.events))
    made.close()
    assert any(each.data.picture for each in made.events)
    assert [made.vault.look(kept).whole for kept in made.vault.clips()] in ([False], [])


def test_a_spool_on_a_full_disk_counts_what_it_lets_go_and_takes_the_newest(disk: Path) -> None:
    spool = Spool(disk / "spool.db", limit_mib=1, overflow=overflow)
    spool.put([event(picture_bytes=100_000) for _ in range(3)])
    filled(disk)
    writer = Writer(spool)
    sent = [event(picture_bytes=50_000) for _ in range(4)]
    for each in sent:
        writer.put(each)
    (disk / "ballast").unlink()
    last = event()
    writer.put(last)
    writer.close(within_s=PATIENCE_S)
    state, held = spool.state(), everything(spool)
    spool.close()
    assert held[-1] == last
    assert writer.refused == 0
    assert state.put == state.dropped + state.waiting
    assert all(each in held for each in sent) or state.dropped > 0


def told_off(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the writer has said that the disk takes nothing."""
    wait_until(lambda: any("spool=refuses" in each.message for each in caplog.records))


def test_what_a_full_disk_refused_is_tried_once_more_at_the_end(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(disk / "spool.db", limit_mib=1, overflow=overflow)
    filled(disk)
    writer, sent = Writer(spool), event(picture_bytes=50_000)
    writer.put(sent)
    told_off(caplog)
    (disk / "ballast").unlink()
    writer.close(within_s=PATIENCE_S)
    assert everything(spool) == [sent]
    assert writer.refused == 0
    spool.close()


def test_what_no_disk_took_until_the_end_is_counted(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(disk / "spool.db", limit_mib=1, overflow=overflow)
    filled(disk)
    writer = Writer(spool)
    writer.put(event(picture_bytes=50_000))
    told_off(caplog)
    writer.close(within_s=PATIENCE_S)
    assert writer.refused == 1
    spool.close()
