"""A broker whose disk was full takes events again by itself once there is room; none is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.center.centre import Centre, event, eventually
from tests.conftest import NO_RIGHT
from tests.faults.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 64 MiB where the centre keeps its own."""
    at = tmp_path / "state"
    at.mkdir()
    try:
        with small_disk(at, size_mib=64) as made:
            yield made
    except OSError as error:
        pytest.skip(f"{NO_RIGHT}: {error}: root has it, outside of most containers")


def test_a_broker_takes_events_again_after_its_disk_was_full(
    tmp_path: Path, disk: SmallDisk
) -> None:
    centre = Centre(tmp_path)
    centre.start()
    try:
        with centre.box() as box:
            first = box.send(event())
            eventually(lambda: first in box.acked)
            disk.fill()
            refused = [box.send(event(picture=bytes(100_000))) for _ in range(3)]
            eventually(lambda: "no space left" in (disk.at / "broker.log").read_text())
            assert not box.acked.intersection(refused)
            ill = centre.broker_pid
            disk.empty()
            eventually(lambda: centre.broker_pid != ill)
            eventually(lambda: box.acked.issuperset(refused))
            eventually(lambda: centre.stats()["stored"] == 4)
    finally:
        centre.stop()
