"""Cameras that answer, go silent, lie or are not there."""

import itertools
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from av.codec.context import CodecContext
from av.error import InvalidDataError
from av.video.frame import VideoFrame

from edge.clock import SystemClock
from edge.config import Camera, Stream
from edge.decoding import Decoder, decoded, frame_of
from edge.stream import Codec, VideoPacket, opened
from edge.tally import Tally
from pipelines.errors import StreamError
from pipelines.flow import Frame
from tests.edge.conftest import FPS, SQUARE, Rtsp, serving
from tocsin.demo.clips import Encoder, write_clip
from tocsin.redacting.reading import kind_of

CLOCK = SystemClock()


def camera(url: str, **stream: float | bool | str) -> Camera:
    return Camera(id="a", place="p", url=url, stream=Stream(**stream))  # type: ignore[arg-type]


def seen(watched: Camera, *, frames: int | None = None) -> tuple[list[Frame], Tally]:
    tally = Tally("a", "p")
    with opened(watched, clock=CLOCK, wait=time.sleep) as stream:
        source = decoded(stream, clock=CLOCK, tally=tally)
        return list(itertools.islice(source, frames)), tally


def test_every_frame_of_a_file_comes_once_and_in_order(clip: Path) -> None:
    frames, tally = seen(camera(str(clip), realtime=False))
    times = [frame.captured_s for frame in frames]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert len(frames) == tally.packets == tally.decoded == 3 * FPS
    assert steps == pytest.approx([1 / FPS] * len(steps), abs=0.02)


def test_planes_lie_where_ffmpeg_put_them(clip: Path) -> None:
    frame = seen(camera(str(clip), realtime=False), frames=1)[0][0]
    assert (frame.width, frame.height) == (320, 240)
    assert frame.y.flags.c_contiguous
    assert not frame.y.flags.owndata
    assert abs(int(frame.y[200, 300]) - 90) < 8
    assert abs(int(frame.y[100, 20]) - 220) < 12


def test_frames_come_over_rtsp_and_are_stamped_when_they_were_seen(rtsp: Rtsp) -> None:
    begun_s = time.time()
    frames, tally = seen(camera(rtsp.url_of(SQUARE)), frames=2 * FPS)
    times = [frame.captured_s for frame in frames]
    assert len(frames) == 2 * FPS
    assert times == sorted(times)
    assert begun_s - 1 < times[0]
    assert times[-1] <= time.time()
    assert tally.jumps == 0


def test_time_does_not_run_back_when_a_stream_starts_over(rtsp: Rtsp) -> None:
    frames, _ = seen(camera(rtsp.url_of(SQUARE)), frames=4 * FPS)  # the clip has three seconds
    times = [frame.captured_s for frame in frames]
    assert times == sorted(times)
    assert times[-1] <= time.time()


def test_a_camera_that_goes_silent_is_noticed(rtsp: Rtsp) -> None:
    watched = camera(rtsp.url_of(SQUARE), stall_s=3.0)
    with opened(watched, clock=CLOCK, wait=time.sleep) as stream:
        frames = decoded(stream, clock=CLOCK, tally=Tally("a", "p"))
        next(frames)
        os.kill(rtsp.child.pid, signal.SIGSTOP)
        with pytest.raises(StreamError, match="went silent: no packet for 3 s"):
            list(frames)
        os.kill(rtsp.child.pid, signal.SIGCONT)


def test_a_camera_that_hangs_up_ends_the_stream(rtsp: Rtsp) -> None:
    with opened(camera(rtsp.url_of(SQUARE)), clock=CLOCK, wait=time.sleep) as stream:
        frames = decoded(stream, clock=CLOCK, tally=Tally("a", "p"))
        next(frames)
        rtsp.child.kill()
        with suppress(StreamError):  # some versions of FFmpeg call it an end, some an error
            list(frames)
        assert next(frames, None) is None


def test_a_camera_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"rtsp://user:secret@127.0.0.1:{mute.getsockname()[1]}/x"
        with pytest.raises(StreamError, match="cannot open rtsp://127") as caught:
            seen(camera(url, open_s=0.5))
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x00" * 5000])
def test_a_camera_that_answers_garbage_is_a_stream_error(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def reply() -> None:
            line, _ = server.accept()
            with line:
                line.recv(100)
                line.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        with pytest.raises(StreamError):
            seen(camera(f"rtsp://127.0.0.1:{server.getsockname()[1]}/x", open_s=2.0))
        thread.join()


def test_a_file_that_is_no_film_is_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("not a film")
    with pytest.raises(StreamError, match=r"cannot open .*notes\.mp4: Invalid data"):
        seen(camera(str(path)))


def transport_stream(clip: Path, path: Path, *, begin_s: float = 0.0) -> None:
    """Write a film as MPEG-TS whose time stamps, of 33 bits, begin at a time."""
    with av.open(str(clip)) as whole, av.open(str(path), "w", format="mpegts") as out:
        copy = out.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(video=0):
            if packet.size and packet.pts is not None and packet.dts is not None:
                begin = round(begin_s / packet.time_base)
                packet.stream, packet.pts, packet.dts = copy, packet.pts + begin, packet.dts + begin
                out.mux(packet)


def test_the_clock_of_a_transport_stream_runs_over_each_26_hours_and_nothing_jumps(
    clip: Path, tmp_path: Path
) -> None:
    path = tmp_path / "over.ts"
    transport_stream(clip, path, begin_s=(1 << 33) / 90_000 - 1.5)
    frames, tally = seen(camera(str(path), realtime=False))
    times = [frame.captured_s for frame in frames]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert steps == pytest.approx([1 / FPS] * (3 * FPS - 1), abs=0.02)
    assert tally.jumps == 0


def test_a_torn_film_gives_what_it_has_and_harms_nobody(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.ts"
    transport_stream(clip, path)
    torn = bytearray(path.read_bytes())
    torn[len(torn) // 3 : len(torn) // 3 + 900] = b"\xff" * 900
    path.write_bytes(torn)
    frames, tally = seen(camera(str(path), realtime=False))
    assert 0 < len(frames) <= 3 * FPS
    assert tally.packets >= len(frames)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_both_codecs_come_over_rtsp(codec: Encoder, tmp_path: Path) -> None:
    pictures = (np.full((360, 320), 100 + level, np.uint8) for level in range(2 * FPS))
    write_clip(tmp_path / "c.mp4", pictures, fps=FPS, codec=codec)
    with serving(tmp_path) as served:
        frames, tally = seen(camera(served.url_of("c.mp4")), frames=FPS)
    assert [frame.height for frame in frames] == [240] * FPS
    assert tally.corrupt == 0


@pytest.mark.parametrize("hardware", ["cuda", "vaapi"])
def test_hardware_that_is_not_there_gives_way_to_software_and_it_is_said(
    hardware: str, clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Camera(
        id="a", place="p", url=str(clip),
        stream=msgspec.convert({"hardware": hardware, "realtime": False}, Stream),
    )  # fmt: skip
    frames, tally = seen(watched)
    assert len(frames) == 3 * FPS
    assert "using=software" in caplog.text
    assert tally.software_why


def unfit(_: Codec) -> tuple[CodecContext, str]:
    """Hardware that can be opened and reads nothing of this stream."""
    return CodecContext.create("hevc", "r"), ""


def failing(codec: Codec) -> tuple["Failing", str]:
    return Failing(codec), ""


def test_hardware_that_was_opened_and_cannot_decode_gives_way_too_and_no_frame_is_lost(
    clip: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("edge.decoding._on_hardware", unfit)
    tally = Tally("a", "p")
    for _ in range(2):  # the second time it is no news
        watched = camera(str(clip), realtime=False, hardware="vaapi")
        with opened(watched, clock=CLOCK, wait=time.sleep) as stream:
            assert len(list(decoded(stream, clock=CLOCK, tally=tally))) == 3 * FPS
    assert tally.corrupt == 0
    assert tally.software_why
    assert caplog.text.count("camera=a hardware=vaapi state=failed") == 1


class Failing:
    """A decoder that works until a test says that its hardware is gone."""

    def __init__(self, codec: Codec) -> None:
        self.real, self.gone = CodecContext.create(codec.name, "r"), False
        self.real.extradata = codec.extradata

    def decode(self, packet: VideoPacket) -> list[VideoFrame]:
        if self.gone:
            raise InvalidDataError(1, "the device is gone")
        return self.real.decode(packet)  # type: ignore[attr-defined, no-any-return]


def test_hardware_that_breaks_later_gives_way_at_a_keyframe_once_it_is_sure(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.decoding._on_hardware", failing)
    tally = Tally("a", "p", software_why="it was gone before")
    with opened(camera(str(clip), realtime=False, loop=False), clock=CLOCK, wait=time.sleep) as s:
        decoder, packets = Decoder(s.codec, tally), list(s.packets)
    hardware = decoder.hardware
    came = [len(decoder(packet, 1.0)) for packet in packets]
    assert sum(came) == len(packets)
    assert tally.software_why == ""
    hardware.gone = True  # type: ignore[union-attr]
    more = packets * 2
    after = [len(decoder(packet, 2.0)) for packet in more]
    assert decoder.hardware is None
    assert tally.software_why == "InvalidDataError"
    keys = [number for number, packet in enumerate(more) if packet.is_keyframe]
    begins = next(number for number in keys if number > 25)
    assert after == [0] * begins + [1] * (len(more) - begins)


def test_pictures_as_hardware_gives_them_are_read_where_they_lie(clip: Path) -> None:
    with av.open(str(clip)) as container:
        picture = next(container.decode(video=0))
    plain, paired = frame_of(picture, 1.0), frame_of(picture.reformat(format="nv12"), 1.0)
    assert not paired.y.flags.owndata
    wide, high = plain.width, plain.height
    np.testing.assert_array_equal(paired.y[:high, :wide], plain.y[:high, :wide])
    for one, other in ((paired.u, plain.u), (paired.v, plain.v)):
        assert one.flags.c_contiguous
        np.testing.assert_array_equal(
            one[: high // 2, : wide // 2], other[: high // 2, : wide // 2]
        )


def test_a_codec_that_ffmpeg_lacks_is_a_broken_stream(tmp_path: Path) -> None:
    clip = tmp_path / "odd.mkv"
    with av.open(clip, "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width = stream.height = 64
        for number in range(2 * FPS):
            frame = VideoFrame.from_ndarray(np.full((64, 64, 3), number, np.uint8))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    clip.write_bytes(clip.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/ODD"))
    with pytest.raises(StreamError, match="a codec that FFmpeg lacks"):
        seen(camera(str(clip)), frames=1)
    with pytest.raises(StreamError, match="a codec that FFmpeg lacks"):
        kind_of(clip)
