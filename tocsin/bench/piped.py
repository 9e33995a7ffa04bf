"""A source in, what the common design of recorders costs out: ffmpeg, a pipe, shared memory.

An `ffmpeg` of its own decodes each camera, scales its pictures to the size of the small stream,
lets five a second through and writes them to a pipe. A process copies them into shared memory. A
second one looks for motion: the brightness shrunk to 100 rows, a running average, the difference
to it, a threshold, a dilation, contours; and shows regions around it to the same network, at most
five times a second. This is the design that Frigate and Viseron share, in our own words and code.
The CPU of all three processes counts.

The binary comes with the package `imageio-ffmpeg` (extra `bench`). It is under the GPL: it is used
here to measure beside, and never shipped.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av
import cv2
import imageio_ffmpeg
import msgspec
import numpy as np
import numpy.typing as npt

from edge.config import Detector
from edge.process import die_with_parent
from edge.worker import load_networks
from models.boxes import merged
from pipelines.flow import Box, Bytes, Frame, Motion
from pipelines.looking import Looker
from tocsin.bench.side import REPORT_S, Cost, Job, begin_side, seen, until_stopped
from tocsin.bench.truth import Seen

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

FPS = 5
HEIGHT = 100
SLOTS, WIDEST = 10, 640
STEP = 30.0  # grey levels
SMALLEST_PX = 10.0
SEEPS = 0.2  # share of a frame that goes into the average

Size: TypeAlias = tuple[int, int]
_SPAWN = multiprocessing.get_context("spawn")


class Told(msgspec.Struct, frozen=True):
    """What the process that looks for motion has to say at the end."""

    looks: list[Seen]
    found: list[Seen]


def piped(job: Job, boss: Connection) -> None:
    """The side; see `tocsin.bench.side`. One stream; pictures have the size of its small one.

    Where there is none, they are as large as such streams are: at most 640 wide.
    """
    begin_side(job)
    size = _size_of(job.substream or job.source)
    filled: Queue[int] = _SPAWN.Queue()
    free: Queue[int] = _SPAWN.Queue()
    ours, theirs = _SPAWN.Pipe()
    memory = SharedMemory(create=True, size=SLOTS * _bytes(size))
    given = (watch, memory.name, size, filled, free, theirs)
    watcher = _SPAWN.Process(target=until_stopped, args=given)
    watcher.start()
    try:
        free.put(free.get())  # it has loaded its network
        with _ffmpeg(job, size) as ffmpeg:
            pids = [os.getpid(), watcher.pid or 0, ffmpeg.pid]
            cost = _read(job, boss, ffmpeg, memory, (filled, free), pids, _bytes(size))
        filled.put(-1)
        told = msgspec.json.decode(ours.recv_bytes(), type=Told)
    finally:
        watcher.kill()
        filled.cancel_join_thread()
        memory.close()
        memory.unlink()
    told_cost = msgspec.structs.replace(
        cost, detector_calls=len(told.looks), looks=told.looks, found=told.found
    )
    boss.send_bytes(msgspec.json.encode(told_cost))


def _read(
    job: Job, boss: Connection, ffmpeg: "subprocess.Popen[bytes]", memory: SharedMemory,
    slots: "tuple[Queue[int], Queue[int]]", pids: list[int], length: int,
) -> Cost:  # fmt: skip
    """Copy frames from the pipe to shared memory for so long; returns what all three cost."""
    (filled, free), count, told_s = slots, 0, 0.0
    spent_s = begun_cpu_s = 0.0
    while count / FPS < job.warm_s + job.seconds:
        slot = free.get()
        with _view(memory)[slot * length : (slot + 1) * length] as picture:
            whole = _fill(ffmpeg, picture)
        if not whole:
            break
        filled.put(slot)
        count += 1
        with suppress(OSError):  # ffmpeg has ended, and its clock with it
            spent_s = sum(map(cpu_s, pids))
        if count / FPS <= max(job.warm_s, 1 / FPS):
            begun_cpu_s = spent_s
        elif count / FPS > told_s + REPORT_S:
            told_s = count / FPS
            boss.send_bytes(msgspec.json.encode(told_s))
    stream_s = count / FPS - max(job.warm_s, 1 / FPS)
    return Cost(
        passed_s=stream_s, stream_s=stream_s, cpu_s=spent_s - begun_cpu_s, packets=count,
        decoded=count, skipped=0, frames=count, detector_calls=0, events=0, rss_mb=0.0,
        mode="piped", late_ms=[0.0], motions=[], looks=[], found=[], trouble="",
    )  # fmt: skip


def _fill(ffmpeg: "subprocess.Popen[bytes]", picture: memoryview) -> bool:
    """Read one picture; False at the end."""
    done = 0
    while done < len(picture) and ffmpeg.stdout is not None:
        count = ffmpeg.stdout.readinto(picture[done:])  # type: ignore[attr-defined]
        if not count:
            return False
        done += count
    return True


@contextmanager
def _ffmpeg(job: Job, size: Size) -> "Iterator[subprocess.Popen[bytes]]":
    """Decode at the source's own pace into a pipe."""
    again = ["-stream_loop", "-1"] if job.loop else []
    command = [
        sys.executable, "-m", "tocsin.demo.leash", str(os.getpid()),
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
        *again, "-i", str(Path(job.source).resolve()), "-an",
        "-vf", f"fps={FPS},scale={size[0]}:{size[1]}",
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


def cpu_s(pid: int) -> float:
    """Seconds of CPU of a process, all its threads together, to the nanosecond (Linux)."""
    return time.clock_gettime(~pid << 3 | 2)  # the kernel's CPUCLOCK_SCHED of that process


def watch(
    name: str, size: Size, filled: "Queue[int]", free: "Queue[int]", boss: Connection
) -> None:
    """The second process: motion and regions, until it is told to stop."""
    die_with_parent()
    memory = SharedMemory(name)
    network = load_networks(Detector()).objects
    looker = Looker(network, lambda found: merged(found, overlap=0.5), per_s=FPS)
    moved, count, looks, found = RunningAverage(), 0, list[Seen](), list[Seen]()
    for slot in range(SLOTS):
        free.put(slot)
    while (slot := filled.get()) >= 0:
        frame = _frame(memory, slot, size, count / FPS)
        motion = Motion(regions=moved(frame), share=0.0)
        look = looker(frame, motion, ())
        if look is not None:
            looks.append(seen(frame, look.regions, _EPOCH_S))
            found.append(seen(frame, tuple(each.box for each in look.found), _EPOCH_S))
        free.put(slot)
        count += 1
    boss.send_bytes(msgspec.json.encode(Told(looks, found)))
    os._exit(0)  # frames still lie in the memory, which Python would not let go


class RunningAverage:
    """The motion of that design; call it with each frame."""

    def __init__(self) -> None:
        self.average: npt.NDArray[np.float32] | None = None

    def __call__(self, frame: Frame) -> tuple[Box, ...]:
        """Regions that differ from the average, pixels of the frame."""
        width = round(frame.width * HEIGHT / frame.height)
        small = cv2.resize(frame.y, (width, HEIGHT), interpolation=cv2.INTER_LINEAR)
        if self.average is None:
            self.average = np.asarray(small, np.float32)
            return ()
        apart = cv2.absdiff(small, cv2.convertScaleAbs(self.average))
        cv2.accumulateWeighted(small, self.average, SEEPS)
        _, mask = cv2.threshold(apart, STEP, 255, cv2.THRESH_BINARY)
        contours, _ = cv2.findContours(
            cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=2),
            cv2.RETR_EXTERNAL,
            cv2.CHAIN_APPROX_SIMPLE,
        )
        scale = frame.height / HEIGHT
        boxes = [cv2.boundingRect(c) for c in contours if cv2.contourArea(c) >= SMALLEST_PX]
        return tuple(
            Box(x * scale, y * scale, (x + w) * scale, (y + h) * scale) for x, y, w, h in boxes
        )


_EPOCH_S = 1e9


def _frame(memory: SharedMemory, slot: int, size: Size, at_s: float) -> Frame:
    """A picture that lies in shared memory."""
    (width, height), begin = size, slot * _bytes(size)
    planes: list[Bytes] = []
    for across, down in ((width, height), (width // 2, height // 2), (width // 2, height // 2)):
        flat = np.frombuffer(_view(memory), np.uint8, across * down, begin)
        planes.append(flat.reshape(down, across))
        begin += across * down
    return Frame(_EPOCH_S + at_s, width, height, *planes)


def _view(memory: SharedMemory) -> memoryview:
    if memory.buf is None:
        raise ValueError("this memory has been closed")
    return memory.buf


def _bytes(size: Size) -> int:
    return size[0] * size[1] * 3 // 2


def _size_of(source: str) -> Size:
    with av.open(source) as container:
        context = container.streams.video[0].codec_context
        share = min(1.0, WIDEST / context.width)
        return round(context.width * share) // 2 * 2, round(context.height * share) // 2 * 2
