"""What lies under a privacy mask is black before anything sees it, and decoding is not harmed."""

import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from edge.clock import SystemClock
from edge.config import Camera, EdgeConfig, Stream
from edge.decoding import decoded
from edge.stream import opened
from edge.tally import Tally
from edge.worker import Networks, begin
from pipelines.blackening import BLACK, FULL_RANGE_BLACK
from pipelines.flow import Box, Bytes, Detection, Event, Frame, Mode
from pipelines.healthrules import HealthRules
from pipelines.pixels import cut, whole
from pipelines.regions import PLAIN
from pipelines.rules import Intrusion
from pipelines.snapshot import Snapshot
from pipelines.zones import Zone
from tests.builders import STATED, detection, ground
from tests.edge.conftest import FPS, PATIENCE_S, wait_until
from tocsin.demo.clips import Encoder, write_clip

LEFT = Zone(id="window", polygon=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
BESIDE = 0.52
"""Share of the width from which a mask over the left half leaves everything."""


def camera(url: Path, *masks: Zone) -> Camera:
    return Camera(
        id="a", place="p", url=str(url), privacy_masks=masks, health=None,
        stream=Stream(realtime=False, loop=False), **STATED,
    )  # fmt: skip


def frames(watched: Camera) -> list[Frame]:
    with opened(watched, clock=SystemClock(), wait=time.sleep) as stream:
        return list(decoded(stream, clock=SystemClock(), tally=Tally("a", "p")))


def crossing(scale: int = 1) -> Iterator[Bytes]:
    """For 3 s a textured square walks out from under the mask over a textured wall, I420."""
    for step in range(3 * FPS):
        luma = ground()
        luma[80:140, 8 * step : 8 * step + 60] = ground(64, 64, seed=3)[:60, :60] + 60
        small = np.concatenate([luma, np.full((120, 320), 100, np.uint8)])
        yield np.kron(small, np.ones((scale, scale), np.uint8))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masked")
    write_clip(folder / "small.mp4", crossing(), fps=FPS)
    write_clip(folder / "large.mp4", crossing(2), fps=FPS)
    return folder


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_decoding_is_not_harmed_by_a_mask(tmp_path: Path, codec: Encoder) -> None:
    clip = tmp_path / "clip.mp4"
    write_clip(clip, crossing(), fps=FPS, codec=codec)
    plain, masked = frames(camera(clip)), frames(camera(clip, LEFT))
    assert len(plain) == len(masked) == 3 * FPS
    for before, after in zip(plain, masked, strict=True):
        beside = round(BESIDE * before.width)
        assert (after.y[:, :160] == BLACK).all()
        assert (after.y[:, beside:320] == before.y[:, beside:320]).all()
        for plane, was in ((after.u, before.u), (after.v, before.v)):
            assert (plane[:, beside // 2 : 160] == was[:, beside // 2 : 160]).all()


def with_b_frames(path: Path, *, pixels: str, sizes: tuple[tuple[int, int], ...]) -> None:
    """H.264 whose pictures are predicted from both sides, of one size after another."""
    with path.open("wb") as raw:
        for width, height in sizes:
            context = av.CodecContext.create("libx264", "w")
            assert isinstance(context, av.VideoCodecContext)
            context.width, context.height, context.pix_fmt = width, height, pixels
            context.time_base = Fraction(1, FPS)
            context.options = {"bf": "3", "preset": "medium"}
            for number, picture in enumerate(crossing()):
                made = av.VideoFrame.from_ndarray(picture, format="yuv420p")
                made = made.reformat(width, height, pixels)
                made.pts = number
                raw.writelines(bytes(packet) for packet in context.encode(made))
            raw.writelines(bytes(packet) for packet in context.encode(None))


@pytest.mark.parametrize(
    ("pixels", "black"), [("yuv420p", BLACK), ("yuvj420p", FULL_RANGE_BLACK), ("yuv444p", BLACK)]
)
def test_any_stream_is_black_there_whatever_its_sizes_and_its_range(
    tmp_path: Path, pixels: str, black: int
) -> None:
    sizes = (320, 240), (640, 360), (160, 120)
    clip = tmp_path / "clip.h264"
    with_b_frames(clip, pixels=pixels, sizes=sizes)
    plain, masked = frames(camera(clip)), frames(camera(clip, LEFT))
    assert {(each.width, each.height) for each in masked} == set(sizes)
    for before, after in zip(plain, masked, strict=True):
        beside = -(-round(BESIDE * before.width) // 2) * 2 + 4
        assert (after.y[:, : before.width // 2] == black).all()
        assert cut(after, whole(after))[0][:, : before.width // 2].max() == 0
        rest = slice(beside, before.width)
        assert (after.y[:, rest] == before.y[:, rest]).all()


WALKER, SECRET = 180, 250


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 6 s something grey walks to and fro, and on the left something white; large and small."""
    folder = tmp_path_factory.mktemp("secret")
    for name, scale in (("small", 1), ("large", 2)):
        pictures = []
        for step in range(6 * FPS):
            picture = np.full((360, 320), 128, np.uint8)
            picture[:240] = ground() // 2
            if step >= 2 * FPS:
                x = abs(step % 20 - 10) * 6
                picture[60:180, 190 + x : 230 + x] = WALKER
                picture[60:180, 10 + x : 50 + x] = SECRET
            pictures.append(np.kron(picture, np.ones((scale, scale), np.uint8)))
        write_clip(folder / f"{name}.mp4", pictures, fps=FPS)
    return folder


class Watching:
    """A camera watched by a worker's own threads; all that its networks see and its events show."""

    def __init__(self, folder: Path, mode: Mode, *masks: Zone) -> None:
        self.shown: list[Bytes] = []
        self.events: list[Event] = []
        everywhere = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)))
        watched = msgspec.structs.replace(
            camera(folder / "large.mp4", *masks),
            substream=str(folder / "small.mp4"), mode=mode, zones=(everywhere,),
            rules=(Intrusion(zone="all"),), health=HealthRules(),
        )  # fmt: skip
        snapshot = Snapshot(find_faces=self.faces, find_objects=self.objects)
        config = EdgeConfig(site="s", box="b", cameras=(watched,))
        self.stop = threading.Event()
        _, scribe, _ = begin(
            config, config.cameras, networks=Networks(self.objects, PLAIN, snapshot),
            put=self.events.append, clock=SystemClock(), stop=self.stop, warm=True,
        )  # fmt: skip
        wait_until(lambda: any(event.data.picture for event in self.events))
        self.stop.set()
        scribe.close(within_s=PATIENCE_S)

    def faces(self, picture: Bytes) -> list[Detection]:
        """See what the network for faces sees, and find none."""
        self.shown.append(picture.copy())
        return []

    def objects(self, picture: Bytes) -> list[Detection]:
        """Take what is grey or white for a person."""
        self.shown.append(picture.copy())
        bright = (picture.min(axis=2) > (WALKER + 100) // 2).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(bright)
        boxes = [Box(x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 400]
        return [detection(box, score=0.9) for box in boxes]

    def pictures(self) -> list[Bytes]:
        """Of the events."""
        coded = [event.data.picture.data for event in self.events if event.data.picture]
        read = (cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_COLOR) for each in coded)
        return [np.asarray(each, np.uint8) for each in read]


@pytest.mark.parametrize("mode", ["full", "substream", "keyframe"])
def test_neither_networks_nor_pictures_ever_see_what_is_under_a_mask(
    secret: Path, mode: Mode
) -> None:
    masked = Watching(secret, mode, LEFT)
    assert max(picture.max() for picture in masked.shown) < (WALKER + SECRET) // 2
    for picture in masked.pictures():
        assert picture[:, : picture.shape[1] // 2 - 8].max() < 16  # JPEG rings
    plain = Watching(secret, mode)
    assert max(picture.max() for picture in plain.shown) > (WALKER + SECRET) // 2


def test_what_happens_under_a_mask_breaks_no_rule(secret: Path) -> None:
    masked = Watching(secret, "full", LEFT)
    boxes = [event.data.box for event in masked.events if event.data.box]
    assert boxes
    assert min(left for left, *_ in boxes) > 0.45
