"""Beside a sealed clip goes a small one on which nobody can be told out, or none at all."""

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import av
import msgspec
import pytest

from edge.evidence.filming import film_within
from edge.evidence.settings import Preview
from edge.overflow import overflow_event
from edge.spool import Spool
from edge.writer import Writer
from pipelines.errors import EvidenceError, RedactionError
from pipelines.flow import Bytes, Detection, Frame, Redacted
from pipelines.redaction import redacted
from pipelines.wire import decode_told, encode, topic_of
from tests.builders import frame
from tests.contract import Contract
from tests.edge.conftest import PATIENCE_S, wait_until
from tests.edge.recorded import SETTINGS, WHITE, Recorded, lumas, walk, yard

PREVIEW = msgspec.structs.replace(SETTINGS, preview=Preview(before_s=1, after_s=2, fps=2))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walk(tmp_path_factory.mktemp("walk"), 4, "walk.mp4")


def test_a_preview_shows_the_event_small_and_with_every_head_covered(
    tmp_path: Path, clip: Path
) -> None:
    made = Recorded(tmp_path, yard(clip), PREVIEW)
    told = made.clips.get(timeout=PATIENCE_S)
    kept = made.until_sealed()
    made.close()
    facts = told.data
    assert facts.clip == kept.about.clip
    assert (facts.width, facts.height) == (640, 480)
    assert {life.episode for life in facts.lives} == {e.data.episode for e in made.events}
    assert 2.0 <= facts.seconds <= 3.0
    assert told.time.timestamp() == min(e.time.timestamp() for e in made.events)
    pictures = list(lumas(facts.data))
    assert 5 <= len(pictures) <= 8
    assert any((picture > WHITE - 40).any() for picture in pictures)
    assert min(int(picture.min()) for picture in lumas(clip)) < 8  # a face
    assert min(int(picture.min()) for picture in pictures) > 16
    assert Contract().faults(topic_of(told), encode(told)) == []
    assert decode_told(encode(told)) == told


def test_a_browser_can_play_it_from_any_fragment(tmp_path: Path, clip: Path) -> None:
    made = Recorded(tmp_path, yard(clip), PREVIEW)
    data = made.clips.get(timeout=PATIENCE_S).data.data
    made.close()
    assert data[4:8] == b"ftyp"
    assert b"moof" in data
    with av.open(io.BytesIO(data), "r") as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")


def test_where_redaction_fails_there_is_no_preview_and_the_sealed_clip_is_kept(
    tmp_path: Path, clip: Path
) -> None:
    def fails(_: Bytes) -> Sequence[Detection]:
        raise RedactionError("a network failed")

    made = Recorded(tmp_path, yard(clip), PREVIEW, faces=fails)
    kept = made.until_sealed()
    previews = made.recorder.watcher
    wait_until(lambda: getattr(previews, "lost", 0) == 1)
    made.close()
    assert made.clips.empty()
    assert made.vault.look(kept).whole


def shown(count: int) -> list[Redacted]:
    """Frames of noise, which no encoder makes small."""
    import numpy as np

    random = np.random.default_rng(5)
    noise: list[Frame] = [
        frame(random.integers(0, 255, (480, 640)).astype(np.uint8), at_s=n / 2)
        for n in range(count)
    ]
    return [redacted(each, []) for each in noise]


def test_a_film_is_never_longer_than_its_limit() -> None:
    large = film_within(shown(6), 1 << 20, width=640)
    small = film_within(shown(6), len(large[1]) // 2, width=640)
    assert len(small[1]) <= len(large[1]) // 2
    assert large[0].frames == small[0].frames == 6
    with pytest.raises(EvidenceError, match="does not fit"):
        film_within(shown(6), 2000, width=640)


def test_clips_leave_half_of_the_spool_to_events(tmp_path: Path, clip: Path) -> None:
    made = Recorded(tmp_path, yard(clip), PREVIEW)
    told = made.clips.get(timeout=PATIENCE_S)
    made.close()
    overflow = partial(overflow_event, made.config, made.clock)
    spool = Spool(tmp_path / "s.db", limit_mib=1, overflow=overflow)
    writer = Writer(spool)
    for _ in range(60):
        writer.put(told)
    writer.put(made.events[0])
    writer.close(within_s=PATIENCE_S)
    assert writer.clips_refused > 0
    assert spool.room(0.75) > 0
    bodies = [decode_told(each.body) for each in spool.waiting(after=0, limit=100)]
    assert bodies[-1] == made.events[0]
    assert spool.state().dropped == 0
    spool.close()
