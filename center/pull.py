"""A durable consumer in, batches of messages out, each as soon as its first message is there.

The client's own `fetch` waits for a full batch until its time is over; we take what has come.
"""

import asyncio

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

_EXPIRES_S = 1.0
_GRACE_S = 0.5


class Pull:
    """Asks the consumer for messages and hands them out in batches."""

    def __init__(self, client: Client, *, stream: str, consumer: str, batch: int = 500) -> None:
        self.client, self.batch = client, batch
        self.subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self.inbox = client.new_inbox()
        self.wanted = 0
        self.subscription: Subscription | None = None

    async def next_batch(self) -> list[Msg]:
        """Messages that have come, at least one unless the wait was in vain."""
        subscription = self.subscription or await self._subscribe()
        if self.wanted <= 0:
            await self._ask()
        try:
            came = [await subscription.next_msg(timeout=_EXPIRES_S + _GRACE_S)]
        except nats.errors.TimeoutError:
            self.wanted = 0
            return []
        while subscription.pending_msgs and len(came) < self.batch:
            came.append(await subscription.next_msg(timeout=_GRACE_S))
        return await self._sorted_out(came)

    async def _subscribe(self) -> Subscription:
        self.subscription = await self.client.subscribe(self.inbox)
        return self.subscription

    async def _ask(self) -> None:
        """One request: up to a batch, or what comes within the time."""
        self.wanted = self.batch
        request = {"batch": self.batch, "expires": int(_EXPIRES_S * 1e9)}
        await self.client.publish(self.subject, msgspec.json.encode(request), reply=self.inbox)

    async def _sorted_out(self, came: list[Msg]) -> list[Msg]:
        """Messages without the broker's own, which say that a request is over."""
        messages = [message for message in came if not _is_status(message)]
        over = [message for message in came if _is_status(message)]
        self.wanted = 0 if over else self.wanted - len(messages)
        if any(_status(message) not in _ORDINARY for message in over):
            await asyncio.sleep(_GRACE_S)  # no consumer yet: the broker is being prepared
        return messages


_ORDINARY = ("404", "408")


def _is_status(message: Msg) -> bool:
    return not message.data and bool(_status(message))


def _status(message: Msg) -> str:
    return (message.headers or {}).get("Status", "")
