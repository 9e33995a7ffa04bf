"""Our connection to the broker in, how much it holds for us out."""

import asyncio
from typing import NamedTuple

import nats.errors
from nats.aio.client import Client

from center.consumers import STREAM
from center.partitions import ALL, consumer_of

_PATIENCE_S = 1.0


class Held(NamedTuple):
    """Events at the broker.

    pending         not yet asked for
    unacknowledged  handed to the inbox, and not stored yet
    """

    pending: int
    unacknowledged: int


class Waiting:
    """Asks the broker, once there is a connection to it."""

    def __init__(self) -> None:
        self.client: Client | None = None

    async def __call__(self) -> Held | None:
        """What the broker holds; None while it does not answer."""
        if self.client is None or not self.client.is_connected:
            return None
        try:
            stream = self.client.jetstream(timeout=_PATIENCE_S)
            all_told = await asyncio.gather(
                *(stream.consumer_info(STREAM, consumer_of(number)) for number in ALL)
            )
        except nats.errors.Error:
            return None
        return Held(
            sum(told.num_pending or 0 for told in all_told),
            sum(told.num_ack_pending or 0 for told in all_told),
        )
