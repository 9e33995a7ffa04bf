"""A box's configuration in, drawn events in its spool out: what a worker does, without a picture.

python -m tests.faults.clocked tests.faults.teller edge.yaml EVENTS_PER_S

It writes as a worker does, by `edge.writer` into `edge.spool`, and notes in a journal the ids of
events of which the spool has said that they are on disk. It goes on where it was killed.
"""

import random
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from edge import logs
from edge.clock import SystemClock
from edge.config import EdgeConfig, load
from edge.naming import new_id
from edge.overflow import overflow_event
from edge.process import die_with_parent
from edge.spool import Spool
from edge.unwatched import end_lives
from edge.writer import Writer
from pipelines.flow import ClipEvent, Event, Facts, Phase, Rule
from pipelines.wire import event_from
from tests.faults import ledger

PLACES = 8
_LIFE = 40  # events from the begin of one life to that of the next
_LASTS = 12
_RULES: tuple[Rule, ...] = ("line-crossing", "line-crossing", "line-crossing", "motion")


class Journalled(Spool):
    """A spool that keeps a ledger, and whose puts are noted once they have returned."""

    def __init__(self, config: EdgeConfig, clock: SystemClock) -> None:
        overflow = partial(overflow_event, config, clock)
        path = Path(config.spool.path)
        super().__init__(path, limit_mib=config.spool.limit_mib, overflow=overflow)
        ledger.keep(self.disk)
        self.journal = journal_of(config).open("ab", buffering=0)

    def put(self, events: Sequence[Event | ClipEvent]) -> None:
        """Write events, then note that they are written."""
        super().put(events)
        self.journal.write("".join(f"{event.id}\n" for event in events).encode())


def journal_of(config: EdgeConfig) -> Path:
    """Where the journal lies: not on the spool's disk, which may be full."""
    return Path(config.spool.path).parent.with_suffix(".journal")


def drawn(config: EdgeConfig, number: int, going: set[str]) -> Facts:
    """What the event of a number says; some are of a life that begins, goes on and ends.

    going  lives that began in this process and have not ended; changed in place
    """
    dice = random.Random(f"{config.box}/{number}")  # noqa: S311 -- a drawing
    camera = dice.choice(config.cameras)
    turn, step = divmod(number, _LIFE)
    life = f"{config.box}-{turn}"
    if step == 0:
        going.add(life)
        return _of_life(config, turn, life, "begin")
    if life in going and step in (_LASTS // 2, _LASTS):
        phase: Phase = "end" if step == _LASTS else "update"
        going -= {life} if phase == "end" else set()
        return _of_life(config, turn, life, phase)
    rule: Rule = "camera-blind" if dice.random() < 0.01 else dice.choice(_RULES)
    return Facts(
        site=config.site, camera=camera.id, place=camera.place, rule=rule,
        label="person" if rule == "line-crossing" else None,
        line="sill" if rule == "line-crossing" else None,
        direction="a-to-b" if rule == "line-crossing" else None,
        confidence=round(dice.random(), 3),
    )  # fmt: skip


def _of_life(config: EdgeConfig, turn: int, life: str, phase: Phase) -> Facts:
    camera = config.cameras[turn % len(config.cameras)]
    return Facts(
        site=config.site, camera=camera.id, place=camera.place, rule="intrusion", label="person",
        episode=life, phase=phase,
    )  # fmt: skip


def main(path: str, per_s: float) -> None:
    """Tell until SIGTERM."""
    die_with_parent()
    logs.begin()
    stop, clock, config = threading.Event(), SystemClock(), load(Path(path))
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    spool = Journalled(config, clock)
    end_lives(spool, clock, None)
    counter = journal_of(config).with_suffix(".number")
    number = int(counter.read_text()) if counter.exists() else 0
    writer, going, due_s = Writer(spool), set[str](), clock.ticks_s()
    while not stop.wait(max(0.0, due_s - clock.ticks_s())):
        facts = drawn(config, number, going)
        writer.put(event_from(facts, happened_s=clock.now_s(), new_id=new_id))
        number, due_s = number + 1, due_s + 1 / per_s
        if number % _LIFE == 0:
            counter.write_text(str(number))
    counter.write_text(str(number + _LIFE - number % _LIFE))
    writer.close(within_s=10)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
