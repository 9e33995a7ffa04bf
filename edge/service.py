"""A box's configuration in, a running box out: its crew, its spool and its line to the centre."""

import gc
import logging
import random
import signal
import threading
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from edge import logs
from edge.audit import Audit
from edge.audit import path_of as audit_of
from edge.claim import alone
from edge.clock import SystemClock
from edge.config import EdgeConfig
from edge.crew import Crew
from edge.evidence.keeper import Keeper
from edge.evidence.ledger import Ledger
from edge.evidence.vault import Vault
from edge.forever import forever
from edge.memory import Memory, path_of
from edge.metrics import BoxMetrics, serve
from edge.orders import Orders, settled
from edge.outlets import outlets_of
from edge.overflow import overflow_event
from edge.publisher import Publisher
from edge.spool import Spool, set_aside_if_torn
from edge.tls import expiries
from edge.unwatched import end_lives
from edge.working import try_networks
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.errors import EvidenceError, SpoolError
from pipelines.flow import AuditHead, Heartbeat
from pipelines.liveview import live_topic
from pipelines.standing import Stand, unheard
from pipelines.wire import Message

log = logging.getLogger("tocsin.box")

_TEND_S = 0.1
_DISMISS_S = 1.2
_DRAIN_S = 1.0


def run(config: EdgeConfig, stand: Stand = unheard) -> None:
    """Run a box until SIGTERM or SIGINT.

    stand  is told how it stands

    Raises ConfigError, ModelError or SpoolError before anything has been started.
    """
    logs.begin()
    with alone(Path(config.spool.path)):
        _run(config, stand)


def _run(config: EdgeConfig, stand: Stand) -> None:
    """What `run` does, where no other box does it."""
    try_networks(config.detector)  # fails here, in one place, rather than in every worker
    gc.freeze()  # what was imported stays: no collection, nor the end, looks through it again
    clock, stop, dismissed = SystemClock(), threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    spool = _spool(config, clock)
    memory = Memory(path_of(Path(config.spool.path)))
    end = partial(end_lives, _opened(config, clock), clock)
    end(None)  # a box that died, or a camera that is gone from the file, has left them open
    crew = Crew(settled(config, memory.settings()), clock, end)
    audit = Audit(audit_of(Path(config.spool.path)))
    orders = Orders(config, memory, audit, crew)
    if config.metrics is not None:
        serve(config.metrics, _metrics(config, crew, clock), config.tls)
    beat = partial(heartbeat, config, crew, spool, audit, clock)
    publisher = Publisher(
        config, spool, clock, beat, dismissed.is_set,
        memory, [*outlets_of(config, crew.scenes), orders], partial(_shown, config, crew),
    )  # fmt: skip
    line = start_line(publisher, clock, dismissed)
    _keep_evidence(config, audit, clock, stop)
    log.info("box=%s state=live cameras=%d", config.box, len(config.cameras))
    stand("ready")
    while not stop.wait(_TEND_S):
        crew.tend()
        stand("alive")
    stand("stopping")
    crew.dismiss(within_s=_DISMISS_S)
    with suppress(SpoolError):  # then the next start ends them
        end(None)
    dismissed.set()
    line.join(_DRAIN_S)
    log.info("box=%s state=ended", config.box)


def _shown(config: EdgeConfig, crew: Crew) -> list[Message]:
    """Parts of live views that came lately."""
    return [Message(live_topic(config.box, part.camera), part.data, qos=0) for part in crew.shown()]


def _keep_evidence(config: EdgeConfig, audit: Audit, clock: Clock, stop: threading.Event) -> None:
    """Look after the clips, in a thread of its own."""
    if config.evidence is None:
        return
    vault = Vault(Path(config.evidence.path))
    keeper = Keeper(config.evidence, vault, Ledger(audit, clock, by=config.box), clock)
    threading.Thread(target=keeper.keep, args=(stop,), name="keeper", daemon=True).start()


def heartbeat(
    config: EdgeConfig, crew: Crew, spool: Spool, audit: Audit, clock: Clock, *, online: bool
) -> Heartbeat:
    """What the box says of itself now."""
    return Heartbeat(
        box=config.box,
        site=config.site,
        time=datetime.fromtimestamp(clock.now_s(), UTC),
        online=online,
        spool=spool.state(),
        workers=crew.states(),
        cameras=crew.cameras(),
        audit=_told(audit),
    )


def _told(audit: Audit) -> AuditHead | None:
    """The head of the audit; nothing when it cannot be read, which its writers say."""
    try:
        return audit.head()
    except (SpoolError, EvidenceError):
        return None


def _metrics(config: EdgeConfig, crew: Crew, clock: Clock) -> BoxMetrics:
    """The box's numbers; they read the spool by a connection of their own."""
    spool = _opened(config, clock)
    return BoxMetrics(
        workers=crew.states, cameras=crew.cameras, spool=spool.state,
        expiries=partial(expiries, config.tls),
    )  # fmt: skip


def _spool(config: EdgeConfig, clock: Clock) -> Spool:
    set_aside_if_torn(Path(config.spool.path))
    return _opened(config, clock)


def _opened(config: EdgeConfig, clock: Clock) -> Spool:
    overflow = partial(overflow_event, config, clock)
    return Spool(Path(config.spool.path), limit_mib=config.spool.limit_mib, overflow=overflow)


def start_line(publisher: Publisher, clock: Clock, dismissed: threading.Event) -> threading.Thread:
    """Start the thread that dials the broker again and again and empties the spool."""
    dial = partial(
        forever, publisher.run_once, name="broker", clock=clock,
        backoff=Backoff(random.random, first_s=0.25, most_s=5.0, healthy_s=5.0),
        stopped=dismissed.is_set, wait=dismissed.wait, lost=lambda _: None,
    )  # fmt: skip
    line = threading.Thread(target=dial, name="broker", daemon=True)
    line.start()
    return line
