"""The centre's configuration in, a running centre out, until it is told to stop."""

import asyncio
import contextlib
import functools
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uuid_utils
from nats.aio.client import Client

from center import claim, firststart, watchlist
from center.access import Access
from center.announcing import Announcing
from center.api import app
from center.audit import FILE, Audit
from center.availability import Availability
from center.awaiting import Awaiting
from center.bounds import Bounds
from center.boxes import Boxes
from center.broker import Broker
from center.clock import SystemClock
from center.commanding import Commanding
from center.config import CenterConfig
from center.desk import Desk
from center.duty import while_ours
from center.ending import alone, first_of
from center.engines import postgresql
from center.entrance import Entrance
from center.expiring import expiries
from center.feeding import Feeding
from center.filing import Filing
from center.foreign import Foreign
from center.guarding import Guarding
from center.heads import Heads
from center.hub import Hub
from center.inbox import Inbox
from center.joining import Joined
from center.levels.levels import Levels
from center.link import connected
from center.linkkey import share
from center.listing import Listing
from center.liveviews import LiveViews
from center.membership import Membership
from center.partitions import ALL
from center.pull import Pull
from center.reporting.making import Making
from center.rewinding import Rewinding
from center.seconding import Seconding
from center.store import Store
from center.sweeping import Sweeping
from center.taskstore import Links, key_in
from center.telling.sending import Sending
from center.telling.telling import Telling
from center.timers import Timers
from center.waiting import Waiting
from center.watchlist import WatchList
from center.web import Server, address, bound
from center.working import Working
from pipelines.clock import Clock
from pipelines.errors import ConfigError, EvidenceError, StoreError
from pipelines.flow import AuditHead
from pipelines.standing import Stand, unheard

if TYPE_CHECKING:
    from center.oidc import Oidc

_TURN_S = 0.5
_log = logging.getLogger("center")


def run(config: CenterConfig, stand: Stand = unheard) -> None:
    """Serve until SIGTERM or SIGINT; `stand` is told how the centre stands.

    Raises ConfigError or StoreError when it cannot start.
    """
    begin_log()
    make_state(config)
    gc.freeze()  # what was imported stays: no collection, nor the end, looks through it again
    asyncio.run(alone(serve(config, stand)))


def make_state(config: CenterConfig) -> None:
    """The state folder, which nobody else reads. Raises ConfigError where it cannot be made."""
    try:
        Path(config.state).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            f"{config.state}: cannot be made: {error.strerror} - at $.state; name a folder in "
            "which the centre may write"
        ) from error


def begin_log() -> None:
    """Log to stderr."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s level=%(levelname)s from=%(name)s %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # we say what it did in one line


async def serve(config: CenterConfig, stand: Stand = unheard) -> None:
    """Hold what must be let go of again, and run the centre over it; the errors of `run`."""
    listed = watchlist.load(Path(config.watch_list))
    with (
        claim.running(Path(config.state)),
        contextlib.closing(store_of(config)) as store,
        contextlib.closing(bound(config.console)) as listening,
    ):
        bounds = Bounds(config.boxes)
        filing = Filing(listed, new_id=lambda: str(uuid_utils.uuid7()), bounds=bounds)
        await _Centre(config, store, filing, stand).run(listening)


def audit_of(config: CenterConfig) -> Path:
    """Where the centre's audit lies: in its state folder."""
    return Path(config.state) / FILE


def store_of(config: CenterConfig) -> Store:
    """The database that the configuration names, or the file in the state folder."""
    if config.store.url is None:
        return Store(Path(config.state) / "center.db")
    return Store(postgresql(config.store.url, config.store.password))


class _Centre:
    """The only wiring of one centre; it reads top to bottom."""

    def __init__(self, config: CenterConfig, store: Store, filing: Filing, stand: Stand) -> None:
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            loop.call_soon_threadsafe(changed.set)

        self.tell, self.stand = tell, stand
        self.config, self.store, self.filing = config, store, filing
        self.clock, self.hub = SystemClock(), Hub()
        self.broker = Joined(config) if config.broker.url else Broker(config, self.clock)
        self.lease = store.lease(self.clock)
        self.heads = Heads(store, self.clock)
        self.boxes = Boxes(config.boxes, self.clock, self.heads.hear)
        self.listing = Listing(
            Path(config.watch_list), store, self.clock, filing.take,
            memory=Path(config.state) / "watch-list.seen" if self.lease.is_shared else None,
        )  # fmt: skip
        filing.fresh = self.listing.fresh
        self.sending = Sending()
        self.telling = Telling(
            config, store, self.clock, self.sending, watch_list=lambda: filing.watch_list,
            leads=self.lease,
        )  # fmt: skip
        self.audit = Audit(audit_of(config))
        self.guarding = Guarding(config, self.broker, store, filing, self.clock, tell)
        self.levels = self._levels()
        self.rewinding = Rewinding(self.broker, Path(config.state), self.clock)
        self.desk = Desk(
            config.name, store, self.boxes, self.clock, watch_list=lambda: self.listing.state,
            channels=self.telling.states, audit=self._audit_head,
            sign_in=config.console.sign_in, refused=self.guarding.refusals.all,
            levels=self.levels.states if self.levels else tuple,
            rewound=lambda: self.rewinding.rewound,
        )  # fmt: skip
        self.working = _working(
            config, store, filing.new_id, clock=self.clock, tell=self.tell, listed=self._listed
        )
        self.timers = Timers(self.working, self.lease)
        self.entrance = entrance_of(config, store, self.clock, self._listed)
        self.waiting, self.commanding = Waiting(), Commanding(self.clock)
        self.announcing = Announcing()
        self.live = LiveViews(self.commanding, self.clock)
        self.feeding = Feeding(
            self.desk, self.hub, changed, self.broker.is_open, self.announcing, self.lease,
            listed=self._listed,
        )  # fmt: skip

    async def run(self, listening: socket.socket) -> None:
        """Run all parts until a signal comes or one of them fails."""
        names = frozenset({self.config.console.host, *self.config.console.names})
        api = app(
            self.desk, self.hub, working=self.working, seconding=self._seconding(),
            commanding=self.commanding,
            status=self.feeding.status, held=self.waiting, names=names,
            access=self._access(), audit=self.audit, entrance=self.entrance, oidc=self._oidc(),
            live=self.live,
            reports=Making(
                self.config.name, self.config.reports, self.store, self.clock,
                self.working.watch_list,
            ),
            elsewhere=self.levels.picture if self.levels else None, expiries=self._expiries,
            told=lambda: self.filing.bounds.told,
        )  # fmt: skip
        url = address(listening, self.config.tls)
        server = Server(
            api, listening, functools.partial(self._announce, url),
            tls=self.config.tls, proxies=self.config.console.proxies,
        )  # fmt: skip
        await first_of(
            self._until_signal(server),
            self.broker.keep(),
            self._receive(server),
            self.feeding.keep_alerts(),
            self.feeding.keep_status(),
            self.lease.keep(),
            Availability(self.store, self.boxes, self.clock, self.lease).keep(),
            Sweeping(self.store, self.config.store, self.clock, self.lease).keep(),
            self.timers.keep(),
            self.telling.keep(),
            Awaiting(self.store, self.filing, self.clock, self.tell, self.lease).keep(),
            self.listing.keep(),
            self.heads.keep(),
            *([] if self.config.broker.url else [self.guarding.keep()]),
            self.rewinding.keep(),
            self._stay(),
            *self._foreign(),
            *([self.levels.keep()] if self.levels else []),
        )

    def _levels(self) -> Levels | None:
        """The links to the levels beside this one, if it is not alone."""
        if self.config.level is None:
            return None
        return Levels(
            self.config.level, self.broker, self.store, self.clock, boxes=self.boxes,
            audit=self.audit, tell=self.tell, listed=lambda: self.filing.watch_list,
            leads=self.lease,
        )  # fmt: skip

    def _listed(self) -> WatchList:
        """The watch list, with the places of the levels below."""
        listed = self.filing.watch_list
        return self.levels.whole(listed) if self.levels else listed

    def _expiries(self) -> Mapping[str, float]:
        """Of our own certificates, and of those that our own broker lets in."""
        admission = self.broker.admission if isinstance(self.broker, Broker) else None
        return expiries(self.config, admission.held if admission else ())

    def _foreign(self) -> list[Coroutine[Any, Any, None]]:
        """The broker of others, if there is one."""
        if self.config.inbox.mqtt is None:
            return []
        reader = Foreign(
            self.config.inbox.mqtt, self.store, self.filing, boxes=self.boxes, clock=self.clock,
            tell=self.tell, pass_on=self.announcing.beat if self.lease.is_shared else None,
        )  # fmt: skip
        return [while_ours(self.lease, reader.keep)]

    def _seconding(self) -> Seconding:
        """Where people sign in, changing what is grave takes two, unless the file says no."""
        console, former = self.config.console, Path(self.config.state) / "watch-list.waiting"
        asks = console.sign_in and console.second_person
        return Seconding(self.listing, asks=asks, former=former)

    async def _stay(self) -> None:
        """Say that the loop still turns, for as long as it does."""
        while True:
            self.stand("alive")
            await asyncio.sleep(_TURN_S)

    def _audit_head(self) -> AuditHead | None:
        """Where the audit stands; nothing when it cannot be read, which its writers say."""
        try:
            return self.audit.head()
        except (StoreError, EvidenceError):
            return None

    def _oidc(self) -> "Oidc | None":
        if self.entrance is None or self.config.console.oidc is None:
            return None
        from center.oidc import Oidc  # noqa: PLC0415 -- its packages are there if it is asked for

        return Oidc(self.config.console.oidc, self.clock)

    def _announce(self, url: str) -> None:
        """The line on stdout for which whoever started us waits; and how to sign in first."""
        sys.stdout.write(f"console={url}\n")
        if self.entrance is not None:
            firststart.tell(url, self.entrance, Path(self.config.state), sys.stdout)
        sys.stdout.flush()
        _log.info("centre=up console=%s sign_in=%s", url, self.entrance is not None)
        self.stand("ready")

    def _access(self) -> Access:
        known = again = None
        if self.entrance is not None:
            known, again = self.entrance.known, self.entrance.again
        return Access(self.store, self.boxes, self.working.watch_list, known, again)

    async def _receive(self, server: Server) -> None:
        """With the broker open: file what comes, and serve."""
        async with connected(self.broker) as client:
            self.waiting.client = self.announcing.client = self.sending.client = client
            await self.boxes.listen(client)
            await self.commanding.listen(client)
            await self.live.listen(client)
            member = Membership(client, self.clock, me=self.filing.new_id())
            inbox = Inbox(
                Pull(client), self.store, self.filing, clock=self.clock, tell=self.tell,
                mine=member.mine if self.lease.is_shared else lambda: ALL,
            )  # fmt: skip
            others = [member.keep(), self._share(client)] if self.lease.is_shared else []
            await asyncio.gather(inbox.keep(), server.keep(), *others)

    def _share(self, client: Client) -> Coroutine[Any, Any, None]:
        """Show patrols' links as the other centres do."""
        return share(client, self.working.links, _key_file(self.config))

    async def _until_signal(self, server: Server) -> None:
        """Wait for SIGTERM or SIGINT, then end the streams and the server."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await stop.wait()
        _log.info("centre=stopping")
        self.stand("stopping")
        self.hub.close()
        self.live.close()
        await server.end()


def _key_file(config: CenterConfig) -> Path:
    """Where the key of patrols' links lies."""
    return Path(config.state) / "tasks.key"


def _working(
    config: CenterConfig, store: Store, new_id: Callable[[], str], *, clock: Clock,
    tell: Callable[[], None], listed: Callable[[], WatchList],
) -> Working:  # fmt: skip
    return Working(
        store,
        clock,
        tell,
        watch_list=listed,
        patrols=config.patrols,
        links=Links(key_in(_key_file(config))),
        new_id=new_id,
    )


def entrance_of(
    config: CenterConfig, store: Store, clock: Clock, watch_list: Callable[[], WatchList]
) -> Entrance | None:
    """Where one signs in, unless the file says that nobody does."""
    return Entrance(store, clock, watch_list) if config.console.sign_in else None
