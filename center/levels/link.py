"""A link to another level in, what each end has to say at the other end out, whatever breaks."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from center.duty import while_ours
from center.ending import first_of
from center.levels import leaf, streams
from center.levels.shared import Shared
from center.levels.streams import End
from center.link import Reached, connected
from pipelines.depth import read
from pipelines.errors import LinkError, StoreError
from pipelines.trouble import Trouble
from pipelines.wire import encode

_LOOK_S = 0.3
_PAUSE_S = 1.0
_MOST = 50
_ACK_S = 5.0
_decoder = msgspec.json.Decoder(Shared)
_log = logging.getLogger("center.levels")


class Telling(NamedTuple):
    """Messages, each with a key that it always has, and what to do once they are delivered."""

    messages: Sequence[tuple[str, Shared]]
    delivered: Callable[[], None]


class Talk(Protocol):
    """What a link is told of the store, and does to it; called from threads."""

    def news(self) -> Telling | None:
        """What is to be said now, if anything. Raises StoreError."""
        ...

    def take(self, told: Sequence[Shared]) -> None:
        """Take in what was said, in one transaction. Raises StoreError."""
        ...

    def refuse(self, payload: bytes, why: str) -> None:
        """Keep what cannot be read for a person to look at. Raises StoreError."""
        ...


class Link:
    """One link, for ever. What was not acknowledged at one end is said again.

    client  our connection to our own broker, in the link's account; None until there is one
    leads   whether it is for us to talk, of the centres that share the store
    """

    def __init__(
        self, end: End, broker: Reached, talk: Talk, leads: Callable[[], bool] = lambda: True
    ) -> None:
        self.end, self.broker, self.talk, self.leads = end, broker, talk, leads
        self.client: Client | None = None
        self.trouble = Trouble(_log, "link", f"level={end.peer}")

    async def keep(self, ready: Callable[[Client], object]) -> None:
        """Run for ever; `ready` is awaited once with the connection."""
        account = leaf.ABOVE if self.end.up else leaf.account(self.end.peer)
        async with connected(self.broker, user=leaf.user(account)) as client:
            await self._until_made(client)
            self.client = client
            ready(client)
            await while_ours(self.leads, partial(self._talk, client))

    async def _talk(self, client: Client) -> None:
        """Say and hear for ever; what was handed to us and not merged, another is handed soon."""
        heard = await client.subscribe(self.end.merge)
        try:
            await first_of(self._sending(client), self._hearing(heard))
        finally:
            with contextlib.suppress(nats.errors.Error):
                await heard.unsubscribe()

    async def _until_made(self, client: Client) -> None:
        while True:
            try:
                await streams.make(client, self.end, copies=self.broker.copies)
            except LinkError as error:
                self.trouble.note(str(error))
                await asyncio.sleep(_PAUSE_S)
            else:
                self.trouble.note("")
                return

    async def _sending(self, client: Client) -> None:
        """Look for news, and say them until the broker has them on disk."""
        while True:
            try:
                said = await self._send(client)
                self.trouble.note("")
            except (nats.errors.Error, OSError, StoreError) as error:
                self.trouble.note(f"{type(error).__name__}: {error}")
                said = False
            await asyncio.sleep(0 if said else _LOOK_S)

    async def _send(self, client: Client) -> bool:
        news = await asyncio.to_thread(self.talk.news)
        if news is None:
            return False
        stream = client.jetstream()
        said = (
            stream.publish(self.end.out, encode(body), timeout=_ACK_S, headers={"Nats-Msg-Id": key})
            for key, body in news.messages
        )
        await asyncio.gather(*said)
        await asyncio.to_thread(news.delivered)
        return True

    async def _hearing(self, heard: Subscription) -> None:
        """Merge what comes, and acknowledge it after the commit."""
        while True:
            messages = [await heard.next_msg(timeout=None)]
            while heard.pending_msgs and len(messages) < _MOST:
                messages.append(await heard.next_msg(timeout=None))
            try:
                await asyncio.to_thread(self._take, messages)
            except StoreError as error:
                self.trouble.note(str(error))
                await asyncio.sleep(_PAUSE_S)
                await _each(messages, "nak")
            else:
                await _each(messages, "ack")

    def _take(self, messages: Sequence[Msg]) -> None:
        told = []
        for message in messages:
            try:
                told.append(read(_decoder, message.data))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self.talk.refuse(bytes(message.data), str(error))
        self.talk.take(told)


async def _each(messages: Sequence[Msg], answer: str) -> None:
    """Acknowledge messages, or ask for them again; a broker that is away asks us again itself."""
    try:
        for message in messages:
            await (message.ack() if answer == "ack" else message.nak())
    except nats.errors.Error as error:
        _log.debug("link=error why=%r", str(error))
