"""A channel and a note in, what went wrong out: over Apprise, or over the centre's own broker."""

import asyncio

import nats.errors
from nats.aio.client import Client

from center.config import Channel
from center.telling import apprising
from center.telling.text import Note
from pipelines.wire import encode

ROOT = "tell"


class Sending:
    """Callable; `client` is the link to the broker once there is one."""

    def __init__(self) -> None:
        self.client: Client | None = None

    async def __call__(self, channel: Channel, note: Note) -> str:
        """Deliver it."""
        if channel.url is not None:
            return await asyncio.to_thread(apprising.send, channel.url, note)
        return await self._publish(channel.mqtt or channel.name, note)

    async def _publish(self, topic: str, note: Note) -> str:
        if self.client is None or not self.client.is_connected:
            return "the broker is away"
        try:
            await self.client.publish(subject_of(topic), encode(note))
            await self.client.flush()
        except nats.errors.Error as error:
            return f"the broker is away: {type(error).__name__}"
        return ""


def subject_of(topic: str) -> str:
    """A topic of MQTT as NATS has it."""
    return ".".join((ROOT, *topic.split("/")))
