"""`tocsin redact` makes a copy on which nobody can be told, or nothing at all."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipelines.errors import ConfigError, ModelError, StreamError, TocsinError
from pipelines.flow import Box, Bytes, Detection
from pipelines.redaction import Style
from pipelines.searching import Search
from tests.builders import box, detection, frame_of, ground
from tests.real import ASTRONAUTS_FACE, astronaut, faces, objects
from tocsin.redacting.filming import film
from tocsin.redacting.order import Order, checked, masks_of, sound_of, style_of
from tocsin.redacting.picturing import picture
from tocsin.redacting.reading import upright

FACE = box(120, 40, 48, 56)
STAMPS = (0, 3, 4, 9, 20, 21, 22, 30)


def scene(width: int = 320, height: int = 240) -> Bytes:
    return np.repeat(ground(width, height)[:, :, None], 3, axis=2)


def recording(path: Path, *, sound: bool = False) -> Path:
    """Eight frames at uneven times, with where it was taken in its metadata."""
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata.update({"location": "+48.2+016.3/", "com.apple.quicktime.make": "X"})
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 100)
        heard = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for stamp in STAMPS:
            shown = av.VideoFrame.from_ndarray(scene(), format="bgr24").reformat(format="yuv420p")
            shown.pts, shown.time_base = stamp, Fraction(1, 100)
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))
        if heard is not None:
            silence = np.zeros((1, 1024), np.float32)
            tone = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            tone.sample_rate, tone.pts = 16_000, 0
            container.mux(heard.encode(tone))
            container.mux(heard.encode(None))
    return path


def search(*found: Detection) -> Search:
    """Finds the same faces wherever the whole of a scene is shown."""

    def find(shown: Bytes) -> Sequence[Detection]:
        scale = shown.shape[1] / 320
        if shown.shape[0] != 240 * scale:
            return []
        boxes = (Box(*(side * scale for side in each.box)) for each in found)
        return [Detection(box_, "face", 0.9) for box_ in boxes]

    return Search(find, lambda _: [])


def ignore(name: str, at_s: float) -> None:
    assert name
    assert at_s >= 0


def shots(path: Path) -> list[tuple[float, Bytes]]:
    with av.open(str(path)) as container:
        return [
            (
                each.time or 0.0,
                np.asarray(each.to_ndarray(format="bgr24"), np.uint8),
            )
            for each in container.decode(video=0)
        ]


def part(shown: Bytes, where: Box) -> Bytes:
    x0, y0, x1, y1 = (int(side) for side in where)
    return shown[y0:y1, x0:x1]


def test_a_face_is_covered_on_every_frame_and_all_else_is_left(tmp_path: Path) -> None:
    order = Order(recording(tmp_path / "in.mp4"), tmp_path / "out.mp4")
    assert film(order, search(detection(FACE, "face", 0.9)), ignore) == len(STAMPS)
    for _, shown in shots(order.target):
        assert part(shown, FACE).std(axis=(0, 1)).max() < 4
        elsewhere = box(200, 120, 100, 100)
        assert np.abs(part(shown, elsewhere).astype(int) - part(scene(), elsewhere)).mean() < 6


def test_time_stamps_are_kept_however_uneven(tmp_path: Path) -> None:
    order = Order(recording(tmp_path / "in.mp4"), tmp_path / "out.mp4")
    film(order, search(), ignore)
    stamps = [at_s for at_s, _ in shots(order.target)]
    assert stamps == pytest.approx([at_s for at_s, _ in shots(order.source)], abs=1e-4)
    assert np.diff(stamps) == pytest.approx(np.diff(STAMPS) / 100, abs=1e-4)


@pytest.mark.parametrize("keep", [False, True])
def test_audio_is_dropped_unless_it_is_asked_for(tmp_path: Path, *, keep: bool) -> None:
    source = recording(tmp_path / "in.mp4", sound=True)
    film(Order(source, tmp_path / "out.mp4", sound=keep), search(), ignore)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert len(container.streams.audio) == int(keep)


def test_where_and_with_what_it_was_taken_is_gone(tmp_path: Path) -> None:
    source = recording(tmp_path / "in.mp4")
    with av.open(str(source)) as container:
        assert "location" in container.metadata
    film(Order(source, tmp_path / "out.mp4"), search(), ignore)
    data = (tmp_path / "out.mp4").read_bytes()
    assert b"+48.2" not in data
    assert b"quicktime.make" not in data


def test_masks_are_black(tmp_path: Path) -> None:
    masks = masks_of(["0,0 0.5,0 0.5,1 0,1"], None, "")
    order = Order(recording(tmp_path / "in.mp4"), tmp_path / "out.mp4", masks=masks)
    film(order, search(), ignore)
    assert all(part(shown, box(8, 8, 140, 220)).max() < 24 for _, shown in shots(order.target))


def test_a_network_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def broken(_: Bytes) -> list[Detection]:
        raise ModelError("the file is gone")

    order = Order(recording(tmp_path / "in.mp4"), tmp_path / "out.mp4")
    with pytest.raises(TocsinError, match="the file is gone"):
        film(order, Search(broken, broken), ignore)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize("name", ["looking", "covering"])
def test_an_interruption_leaves_no_file(tmp_path: Path, name: str) -> None:
    def interrupted(now: str, _: float) -> None:
        if now == name:
            raise KeyboardInterrupt

    order = Order(recording(tmp_path / "in.mp4"), tmp_path / "out.mp4")
    with pytest.raises(KeyboardInterrupt):
        film(order, search(), interrupted)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    source.write_bytes(b"no film")
    with pytest.raises(StreamError, match=r"in\.mp4: cannot be read"):
        film(Order(source, tmp_path / "out.mp4"), search(), ignore)


def test_a_picture_is_redacted_without_its_metadata(tmp_path: Path) -> None:
    source, target = tmp_path / "in.png", tmp_path / "out.jpg"
    cv2.imwrite(str(source), astronaut()[:511, :511])
    picture(Order(source, target), Search(faces(), objects()))
    shown = cv2.imread(str(target))
    assert shown is not None
    assert shown.shape == (511, 511, 3)
    x0, y0, x1, y1 = (int(side) for side in ASTRONAUTS_FACE.grown(-0.1))
    assert np.median(np.abs(np.diff(shown[y0:y1, x0:x1].astype(int), axis=1))) <= 1
    assert b"Exif" not in target.read_bytes()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: Order(folder / "no.mp4", folder / "out.mp4"), "no such file"),
        (lambda folder: Order(folder / "in.mp4", folder / "out.gif"), "must end in"),
        (lambda folder: Order(folder / "in.mp4", folder / "in.mp4"), "name another file"),
        (lambda folder: Order(folder / "in.mp4", folder / "there.mp4"), "--force replaces it"),
        (lambda folder: Order(folder / "in.mp4", folder / "in.mp4" / "o.mp4"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_done(
    tmp_path: Path, make: "object", said: str
) -> None:
    (tmp_path / "in.mp4").touch()
    (tmp_path / "there.mp4").touch()
    assert callable(make)
    with pytest.raises(ConfigError, match=said):
        checked(make(tmp_path), force=False)


def test_words_that_mean_nothing_are_said() -> None:
    with pytest.raises(ConfigError, match="blur is none"):
        style_of("blur", bodies=False)
    with pytest.raises(ConfigError, match="drop, keep"):
        sound_of("louder")
    for mask in ("0,0 1,1", "0,0 2,0 1,1", "a,b c,d e,f", ""):
        with pytest.raises(ConfigError, match="three corners"):
            masks_of([mask], None, "")
    with pytest.raises(ConfigError, match="sides from corner 0 to 1 and 2 to 3 cross each other"):
        masks_of(["0,0 1,1 1,0 0,1"], None, "")
    assert style_of("pixelate", bodies=True) == Style("pixelate", bodies=True)


@pytest.mark.parametrize("degrees", [0, 90, 180, -90])
def test_a_recording_that_lies_on_its_side_is_set_upright(degrees: int) -> None:
    shown = upright(frame_of(scene()), degrees)
    expected = np.rot90(frame_of(scene()).y, degrees // 90 % 4)
    np.testing.assert_array_equal(shown.y, expected)
    assert (shown.height, shown.width) == expected.shape
