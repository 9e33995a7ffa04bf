"""A level's settings in, its links to the levels beside it at work out: the wiring of them all."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from center import lookup
from center.audit import Audit, What
from center.boxes import Boxes
from center.levels import ledger, places
from center.levels.link import Link
from center.levels.outgoing import ABOVE
from center.levels.settings import Level
from center.levels.shared import Health, LevelState, PictureAsked, PictureGiven, named
from center.levels.streams import End
from center.levels.talk import Talk
from center.link import Reached
from center.places import Place
from center.repeating import repeat
from center.store import Store
from center.watchlist import WatchList
from pipelines.clock import Clock
from pipelines.depth import read
from pipelines.errors import EvidenceError, StoreError
from pipelines.trouble import Trouble
from pipelines.wire import encode

BEAT_S = 2.0
SILENT_S = 10.0
_PATIENCE_S = 10.0
_AWAY = "the centre that has it cannot be reached"
_log = logging.getLogger("center.levels")
_NONE = "this alert has no picture"


class Levels:
    """All links of a centre. Call it from the event loop, but for `whole` and `states`.

    leads  whether it is for us to talk, of the centres that share the store; all of them listen
    """

    def __init__(  # noqa: PLR0913 -- the parts of a centre that levels hear of
        self, level: Level, broker: Reached, store: Store, clock: Clock, *, boxes: Boxes,
        audit: Audit, tell: Callable[[], None], listed: Callable[[], WatchList],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.leads = leads
        self.level, self.store, self.clock = level, store, clock
        self.boxes, self.audit, self.listed = boxes, audit, listed
        self.heard_s: dict[str, float] = {}
        self._whole: tuple[WatchList, WatchList] | None = None
        self._below: places.Told = {}
        self._marks: dict[str, str] = {}
        self._placed()
        ends = [End(level.above.name, up=True)] if level.above else []
        ends += [End(each.name, up=False) for each in level.below]
        self.links = {
            end.peer: Link(
                end, broker,
                Talk(
                    level.name, end, store, clock, tell=tell, known=self.places,
                    placed=self._placed,
                ),
                leads,
            )
            for end in ends
        }  # fmt: skip

    async def keep(self) -> None:
        """Run all links for ever."""
        await asyncio.gather(
            self._keep_places(), *(self._keep(link) for link in self.links.values())
        )

    async def _keep(self, link: Link) -> None:
        ready = asyncio.get_running_loop().create_future()
        await asyncio.gather(link.keep(ready.set_result), self._beat(link, ready))

    async def _beat(self, link: Link, ready: "asyncio.Future[Client]") -> None:
        """Say how our boxes do to the level above, and to each that we are here; and hear them."""
        client = await ready
        peer = link.end.peer

        async def hear(message: Msg) -> None:
            self._hear(peer, bytes(message.data))

        async def picture(message: Msg) -> None:
            if self.leads():
                await message.respond(encode(await self._asked(peer, bytes(message.data))))

        says, hears = ("beat.up", "beat.down") if link.end.up else ("beat.down", "beat.up")
        await client.subscribe(hears, cb=hear)
        if link.end.up:
            await client.subscribe("picture", cb=picture)
        while True:
            beat = Health(boxes=self.boxes.states() if link.end.up else ())
            if client.is_connected and self.leads():
                await client.publish(says, encode(beat))
            await asyncio.sleep(BEAT_S)

    async def _keep_places(self) -> None:
        """See what places the centre that hears the levels below has stored."""
        await repeat(self._look_at_places, every_s=BEAT_S, trouble=Trouble(_log, "places"))

    def _look_at_places(self) -> None:
        with self.store.read() as connection:
            marks = places.marks(connection)
        if marks != self._marks:
            self._placed()
            self._marks = marks

    def _hear(self, peer: str, payload: bytes) -> None:
        try:
            beat = read(msgspec.json.Decoder(Health), payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        self.heard_s[peer] = self.clock.ticks_s()
        if not self.links[peer].end.up:
            self.boxes.hear_level(peer, beat.boxes)

    def states(self) -> tuple[LevelState, ...]:
        """How the links do."""
        return tuple(self._state(link) for link in self.links.values())

    def _state(self, link: Link) -> LevelState:
        heard_s = self.heard_s.get(link.end.peer)
        age_s = None if heard_s is None else round(self.clock.ticks_s() - heard_s, 3)
        linked = age_s is not None and age_s <= SILENT_S
        return LevelState(name=link.end.peer, above=link.end.up, linked=linked, age_s=age_s)

    def places(self) -> tuple[Place, ...]:
        """All places of this centre and of those below."""
        return self.whole(self.listed()).places

    def whole(self, listed: WatchList) -> WatchList:
        """The watch list with the places of the levels below."""
        known = self._whole
        if known is None or known[0] is not listed:
            known = self._whole = (listed, places.together(listed, self._below, self.level.name))
        return known[1]

    def _placed(self) -> None:
        """Read what places the levels below told."""
        with self.store.read() as connection:
            self._below = places.told(connection)
        self._whole = None

    async def picture(self, alert_id: str, by: str) -> PictureGiven:
        """The redacted still of an alert that another level made; it is not kept here."""
        came = await asyncio.to_thread(self._came, alert_id)
        link = self.links.get(came)
        if link is None or link.client is None:
            return PictureGiven(why=_AWAY, away=True)
        asked = encode(PictureAsked(alert=alert_id, by=named(by, self.level.name) or ""))
        try:
            answer = await link.client.request("picture", asked, timeout=_PATIENCE_S)
        except nats.errors.Error:
            return PictureGiven(why=_AWAY, away=True)
        return msgspec.json.decode(answer.data, type=PictureGiven)

    async def _asked(self, peer: str, payload: bytes) -> PictureGiven:
        """What the level above gets to see, once our audit says so."""
        try:
            asked = read(msgspec.json.Decoder(PictureAsked), payload)
            await asyncio.to_thread(self._witness, peer, asked)
        except (msgspec.DecodeError, UnicodeDecodeError, StoreError, EvidenceError) as error:
            return PictureGiven(why=str(error))
        if await asyncio.to_thread(self._came, asked.alert) not in ("", ABOVE):
            return await self.picture(asked.alert, asked.by)
        return await asyncio.to_thread(self._read, asked.alert)

    def _witness(self, peer: str, asked: PictureAsked) -> None:
        with self.store.read() as connection:
            place = lookup.place_of(connection, asked.alert) or ""
        what = What(
            did="picture asked for by another level", permission="pictures.view", place=place,
            about=asked.alert, via=f"level {peer}",
        )  # fmt: skip
        self.audit.append(what, by=asked.by, at=datetime.fromtimestamp(self.clock.now_s(), UTC))

    def _read(self, alert_id: str) -> PictureGiven:
        with self.store.read() as connection:
            data = lookup.picture_of(connection, alert_id)
        return PictureGiven(data=data, why="" if data else _NONE)

    def _came(self, alert_id: str) -> str:
        with self.store.read() as connection:
            first = ledger.known(connection, alert_id)
        return first.came if first else ""
