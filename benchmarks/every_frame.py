"""A source in, what a detector on every frame costs and finds out: the plain way, as a side.

Every frame is decoded, converted whole and shown to the network that the box would choose, laid
onto its canvas with its proportions kept. There is no motion, no track and no rule. The source is a
file and is read as fast as it goes, since no core keeps up with it.
"""

import time
from multiprocessing.connection import Connection

import msgspec

from edge.clock import SystemClock
from edge.config import Detector
from edge.decoding import decoded
from edge.stream import opened
from edge.tally import Tally
from edge.worker import load_networks
from pipelines.flow import Box, Bytes, Frame
from pipelines.pixels import cut, whole
from pipelines.seeing import Network
from tocsin.bench.side import REPORT_S, Cost, Job, begin_side, camera_of, seen
from tocsin.bench.truth import Seen


def every_frame(job: Job, boss: Connection) -> None:
    """The side; see `tocsin.bench.side`."""
    begin_side(job)
    camera = camera_of(0, job)
    stream = msgspec.structs.replace(camera.stream, realtime=False, loop=False)
    camera = msgspec.structs.replace(camera, stream=stream)
    network = load_networks(Detector()).objects
    tally, found, told_s = Tally("every frame", "bench"), list[Seen](), 0.0
    begun_s = first_s = last_s = before_s = looks_s = 0.0
    with opened(camera, clock=SystemClock(), wait=time.sleep) as opened_stream:
        for frame in decoded(opened_stream, clock=SystemClock(), tally=tally):
            if not begun_s:
                _look(network, frame)  # what is slow the first time only
                begun_s, first_s, before_s = time.monotonic(), frame.captured_s, time.process_time()
            look_s = time.thread_time()
            found.append(seen(frame, _look(network, frame), first_s))
            looks_s += time.thread_time() - look_s
            last_s = frame.captured_s
            if last_s - first_s > told_s + REPORT_S:
                told_s = last_s - first_s
                boss.send_bytes(msgspec.json.encode(told_s))
    cost = Cost(
        passed_s=time.monotonic() - begun_s, stream_s=last_s - first_s,
        cpu_s=time.process_time() - before_s, packets=tally.packets, decoded=tally.decoded,
        skipped=0, frames=tally.decoded, detector_calls=len(found), events=0, rss_mb=0.0,
        mode="every frame", late_ms=[0.0], motions=[], looks=[], found=found, trouble="",
        look_cpu_s=looks_s,
    )  # fmt: skip
    boss.send_bytes(msgspec.json.encode(cost))


def _look(network: Network, frame: Frame) -> tuple[Box, ...]:
    return tuple(each.box for each in network(picture_of(frame)))


def picture_of(frame: Frame) -> Bytes:
    """The whole frame, (H, W, 3) uint8 BGR."""
    return cut(frame, whole(frame))[0]
