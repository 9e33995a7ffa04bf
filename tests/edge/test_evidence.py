"""What a rule finds is recorded as the camera sent it, sealed as it comes, and opened by two."""

import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.config import Stream
from pipelines.chain import checked
from pipelines.errors import EvidenceError
from pipelines.flow import Mode
from pipelines.sealing import seen, unsealed
from pipelines.zones import Zone
from tests.custodians import BOTH, FIRST, STRANGER
from tests.edge.conftest import serving, wait_until
from tests.edge.recorded import (
    FPS,
    SECONDS,
    SETTINGS,
    WHITE,
    Recorded,
    lumas,
    original_of,
    walk,
    yard,
)

RIGHT = Zone(id="private", polygon=((0.45, 0), (1, 0), (1, 1), (0.45, 1)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walk(tmp_path_factory.mktemp("walk"), 2, "large.mp4")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walk(tmp_path_factory.mktemp("walk"), 1, "small.mp4")


@pytest.fixture
def recorded(tmp_path: Path, large: Path) -> Iterator[Recorded]:
    made = Recorded(tmp_path, yard(large))
    yield made
    made.close()


@pytest.mark.parametrize("mode", ["full", "substream", "keyframe"])
def test_the_large_stream_is_sealed_picture_by_picture_as_it_came(
    tmp_path: Path, large: Path, small: Path, mode: Mode
) -> None:
    made = Recorded(tmp_path, yard(large, mode=mode, small=small if mode == "substream" else None))
    kept = made.until_sealed()
    made.close()
    sent, got = list(lumas(large)), list(lumas(original_of(kept)))
    begun = 2 * FPS  # the keyframe before the pre-roll
    assert len(got) >= 4.5 * FPS
    for before, after in zip(sent[begun:], got, strict=False):
        assert (before == after).all()
    assert kept.note is not None
    assert (kept.note.ending, kept.note.frames) == ("over", len(got))
    assert [life.rule_id for life in kept.note.lives] == ["intrusion-all"]
    assert {life.episode for life in kept.note.lives} == {
        event.data.episode for event in made.events
    }
    assert made.vault.look(kept).whole


def test_nothing_that_can_be_seen_lies_on_the_disk_and_the_box_cannot_open_it(
    recorded: Recorded,
) -> None:
    kept = recorded.until_sealed()
    raw, original = kept.path.read_bytes(), original_of(kept)
    assert original.startswith(b"\x1aE\xdf\xa3")
    assert all(original[at : at + 64] not in raw for at in range(0, len(original) - 64, 64))
    for keys in ((FIRST,), (FIRST, STRANGER)):
        with kept.path.open("rb") as file, pytest.raises(EvidenceError, match="council is needed"):
            next(unsealed(file, keys))
    assert {path.suffix for path in kept.path.parent.iterdir()} == {".sealed", ".json"}


def test_the_audit_knows_how_a_clip_began_and_what_it_ended_with(recorded: Recorded) -> None:
    kept = recorded.until_sealed()
    ring = recorded.recorder.takers["yard"].ring
    wait_until(lambda: recorded.tally.ring_bytes == ring.size > 10_000)
    begun, ended = recorded.lines()
    assert (begun["evidence"], ended["evidence"]) == ("begun", "ended")
    assert ended["link"] == recorded.vault.look(kept).link
    assert ended["bytes"] == kept.size
    assert len(checked((recorded.folder / "audit.jsonl").read_bytes().splitlines(True))) == 2


def test_a_clip_that_was_changed_renamed_or_exchanged_is_found(recorded: Recorded) -> None:
    kept = recorded.until_sealed()
    vault, whole = recorded.vault, kept.path.read_bytes()
    kept.path.write_bytes(whole[:-1])
    with pytest.raises(EvidenceError, match="does not end as it was noted"):
        vault.look(kept)
    kept.path.write_bytes(whole[:4000] + bytes([whole[4000] ^ 1]) + whole[4001:])
    with pytest.raises(EvidenceError, match="chunk 0 is not what was written"):
        vault.look(kept)
    kept.path.write_bytes(whole)
    other = kept.path.with_name("another.sealed")
    shutil.copy(kept.path, other)
    with pytest.raises(EvidenceError, match="holds another clip"):
        vault.look(kept._replace(path=other, note=None))


def test_a_recording_that_nobody_ended_opens_up_to_its_last_second(
    tmp_path: Path, large: Path
) -> None:
    settings = msgspec.structs.replace(SETTINGS, post_s=60.0)
    made = Recorded(tmp_path, yard(large), settings)
    wait_until(lambda: any(kept.size > 60_000 for kept in made.vault.clips()))
    (kept,) = made.vault.clips()
    torn = tmp_path / "torn"
    shutil.copy(kept.path, torn)
    assert made.vault.orphans(before_s=made.clock.now_s() + 100) == []
    made.close()
    with torn.open("rb") as file:
        found = seen(file)
    assert not found.whole
    torn.write_bytes(torn.read_bytes()[:-7])
    with torn.open("rb") as file:
        clip = b"".join(unsealed(file, BOTH))
    got = list(lumas(clip))
    assert len(got) > FPS


def test_what_is_under_a_privacy_mask_is_in_no_clip(tmp_path: Path, large: Path) -> None:
    camera = msgspec.structs.replace(yard(large), privacy_masks=(RIGHT,))
    made = Recorded(tmp_path, camera)
    kept = made.until_sealed()
    made.close()
    pictures = list(lumas(original_of(kept)))
    half = pictures[0].shape[1] // 2
    assert max(picture[:, :half].max() for picture in pictures) > WHITE - 30
    assert max(picture[:, half:].max() for picture in pictures) < 24
    assert kept.note is not None
    assert kept.note.frames == len(pictures) >= 4.5 * FPS


def test_a_rule_without_evidence_is_told_and_not_recorded(tmp_path: Path, large: Path) -> None:
    camera = yard(large)
    rule = msgspec.structs.replace(camera.rules[0], evidence=False)
    made = Recorded(tmp_path, msgspec.structs.replace(camera, rules=(rule,)))
    wait_until(lambda: any(event.data.phase == "end" for event in made.events))
    made.close()
    assert list(made.vault.clips()) == []
    assert (made.tally.clips, made.tally.unrecorded) == (0, 0)


def test_a_life_that_goes_on_is_recorded_up_to_the_limit_and_no_further(
    tmp_path: Path, large: Path
) -> None:
    settings = msgspec.structs.replace(SETTINGS, longest_s=1.5, pre_s=0.0)
    camera = yard(large)
    rule = msgspec.structs.replace(camera.rules[0], ends_after_s=60.0, update_s=1.0)
    made = Recorded(tmp_path, msgspec.structs.replace(camera, rules=(rule,)), settings)
    kept = made.until_sealed()
    wait_until(lambda: made.tally.frames == SECONDS * FPS)
    made.close()
    assert kept.note is not None
    assert (kept.note.ending, kept.note.lives[0].rule) == ("limit", "intrusion")
    assert 1.0 < kept.note.seconds <= 1.5
    assert len(list(made.vault.clips())) == 1


def test_a_disk_without_room_stops_recording_and_no_alert(tmp_path: Path, large: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, floor_mib=1 << 40)
    made = Recorded(tmp_path, yard(large), settings)
    wait_until(lambda: any(event.data.phase == "end" for event in made.events))
    wait_until(lambda: made.tally.evidence == "full")
    made.close()
    assert list(made.vault.clips()) == []
    assert made.tally.unrecorded > 0
    assert any(event.data.picture for event in made.events)


def test_a_disk_that_takes_no_more_ends_the_clip_and_no_alert(tmp_path: Path, large: Path) -> None:
    warm = Recorded(tmp_path / "warm", yard(large))
    warm.until_sealed()  # all is compiled and loaded
    warm.close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, before[1]))  # EFBIG: as full as a full disk
    try:
        made = Recorded(tmp_path, yard(large))
        wait_until(lambda: made.tally.evidence == "full")
        wait_until(lambda: any(event.data.phase == "end" for event in made.events))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        made.close()
    (kept,) = made.vault.clips()
    assert kept.note is not None
    assert kept.note.ending == "full"
    found = made.vault.look(kept)
    assert (found.whole, found.length) == (False, kept.size)
    assert made.lines()[-1]["link"] == found.link
    assert any(event.data.picture for event in made.events)


def test_a_camera_that_sends_hevc_over_rtsp_is_sealed_as_it_sends(tmp_path: Path) -> None:
    walk(tmp_path, 1, "walk.mp4", codec="libx265")
    with serving(tmp_path) as rtsp:
        camera = msgspec.structs.replace(
            yard(tmp_path), url=rtsp.url_of("walk.mp4"), stream=Stream()
        )
        made = Recorded(tmp_path / "box", camera)
        kept = made.until_sealed()
        made.close()
    sent, got = list(lumas(tmp_path / "walk.mp4")), list(lumas(original_of(kept)))
    assert kept.note is not None
    assert kept.note.frames == len(got) >= 3 * FPS
    assert any((got[0] == each).all() for each in sent)
