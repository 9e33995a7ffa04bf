"""The drawn clips: what is in them, how they are encoded, how they are served."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from pipelines.flow import Box
from tests.edge.conftest import PATIENCE_S
from tocsin.demo.clips import GOP_S, write_clip
from tocsin.demo.ports import free_port
from tocsin.demo.rtsp import url_of
from tocsin.demo.scenes import Painter, frames
from tocsin.demo.script import SCENES

FPS = SCENES[0].fps
SECONDS = 5


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    drawn = frames(SCENES[0], seconds=SECONDS, width=640, start_s=12.0)
    assert write_clip(folder / "yard.mp4", drawn, fps=FPS) == SECONDS * FPS
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[int]:
    port = free_port()
    leash = [sys.executable, "-m", "tocsin.demo.leash", str(os.getpid())]
    command = [*leash, sys.executable, "-m", "tocsin.demo.rtsp", str(folder), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"rtsp=ready\n"
        yield port
        process.kill()


def test_a_clip_has_the_size_and_the_rate_that_were_asked_for(folder: Path) -> None:
    with av.open(str(folder / "yard.mp4")) as clip:
        video = clip.streams.video[0]
        assert (video.width, video.height) == (640, 360)
        assert video.average_rate == FPS
        assert video.codec_context.name == "h264"
        assert video.frames == SECONDS * FPS


def test_a_clip_has_no_pictures_out_of_order_and_a_key_frame_every_two_seconds(
    folder: Path,
) -> None:
    with av.open(str(folder / "yard.mp4")) as clip:
        packets = [packet for packet in clip.demux(video=0) if packet.size]
    assert all(packet.pts == packet.dts for packet in packets)
    stamps = [packet.pts for packet in packets if packet.pts is not None]
    assert all(before < after for before, after in pairwise(stamps))
    keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert keys == list(range(0, SECONDS * FPS, GOP_S * FPS))


def test_nothing_half_written_is_left_beside_a_clip(folder: Path) -> None:
    assert [path.name for path in folder.iterdir()] == ["yard.mp4"]


def test_the_server_plays_on_when_the_clip_ends(server: int) -> None:
    wanted = SECONDS * FPS + 2 * FPS
    url, over = url_of("yard", server), {"rtsp_transport": "tcp"}
    with av.open(url, options=over, timeout=PATIENCE_S) as camera:
        packets = islice(camera.demux(video=0), wanted)
        stamps = [float(p.pts * p.time_base) for p in packets if p.pts is not None]
    steps = np.diff(stamps)
    assert len(stamps) >= wanted - 1
    assert np.allclose(steps, 1 / FPS, atol=0.002)


def test_noise_is_new_in_every_frame() -> None:
    gate = next(scene for scene in SCENES if scene.name == "gate")
    still = [frame[20:60, 300:400].astype(int) for frame in frames(gate, seconds=0.5, width=640)]
    assert all((before != after).mean() > 0.3 for before, after in pairwise(still))


def test_the_gate_is_covered_in_its_time_only() -> None:
    gate = next(scene for scene in SCENES if scene.name == "gate")
    painter = Painter(gate, width=640)
    open_, covered, again = (painter(at_s)[:360] for at_s in (20.0, 29.0, 36.0))
    assert open_.std() > 25
    assert again.std() > 25
    assert covered.mean() < 40
    assert covered.std() < 3


def test_an_outline_holds_all_that_an_actor_changes_and_the_shadow_is_told_too() -> None:
    yard = SCENES[0]
    painter = Painter(replace(yard, light=1.0), width=640)
    empty = Painter(replace(yard, roles=()), width=640)
    at_s = 14.0
    (outline,) = painter.outlines(at_s)
    apart = np.abs(painter.picture(at_s).astype(int) - empty.picture(at_s)).max(axis=2) > 60
    rows, columns = np.nonzero(apart)
    changed = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert outline.role == 0
    assert outline.visible == pytest.approx(1.0, abs=0.05)
    assert outline.box.iou(changed) > 0.7
    assert painter.outlines(2.0) == []


def test_a_scene_at_dusk_is_darker_and_no_less_noisy() -> None:
    day = replace(SCENES[0], roles=())
    pictures = [Painter(replace(day, light=light), width=640) for light in (1.0, 0.25)]
    (light, light_next), (dark, dark_next) = ((p(1.0)[:360], p(1.0)[:360]) for p in pictures)
    assert dark.mean() - 16 < 0.3 * (light.mean() - 16)  # black is 16
    assert np.std(dark.astype(int) - dark_next) > np.std(light.astype(int) - light_next)
