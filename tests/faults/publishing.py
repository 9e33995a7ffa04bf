"""A box's configuration in, its spool emptied into the broker out: what a supervisor's line does.

python -m tests.faults.clocked tests.faults.publishing edge.yaml

It is the box's own publisher over the box's own link; the networks are left out, which is what
makes it start in no time and be killed a thousand times.
"""

import random
import signal
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from edge import logs
from edge.clock import SystemClock
from edge.config import load
from edge.forever import forever
from edge.memory import Memory, path_of
from edge.publisher import Publisher
from edge.spool import set_aside_if_torn
from pipelines.backoff import Backoff
from pipelines.flow import Heartbeat
from tests.faults.teller import Journalled

DRAIN_S = 20.0


def main(path: str) -> None:
    """Publish until SIGTERM, and then until the spool is empty."""
    logs.begin()
    stop, clock, config = threading.Event(), SystemClock(), load(Path(path))
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    spool_path = Path(config.spool.path)
    set_aside_if_torn(spool_path)
    spool = Journalled(config, clock)

    def beat(*, online: bool) -> Heartbeat:
        at = datetime.fromtimestamp(clock.now_s(), UTC)
        return Heartbeat(
            box=config.box, site=config.site, time=at, online=online, spool=spool.state()
        )

    publisher = Publisher(config, spool, clock, beat, stop.is_set, Memory(path_of(spool_path)))
    dial = partial(
        forever, publisher.run_once, name="broker", clock=clock,
        backoff=Backoff(random.random, first_s=0.25, most_s=5.0, healthy_s=5.0),
        stopped=stop.is_set, wait=stop.wait, lost=lambda _: None,
    )  # fmt: skip
    line = threading.Thread(target=dial, name="broker", daemon=True)
    line.start()
    stop.wait()
    line.join(DRAIN_S)


if __name__ == "__main__":
    main(sys.argv[1])
