"""What an operator wants of a box in, the box's answer out, over the broker and back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import nats.errors
import uuid_utils
from nats.aio.client import Client
from nats.aio.msg import Msg

from pipelines.clock import Clock
from pipelines.commands import Answer, Command, decode_answer, decode_command
from pipelines.wire import encode

SUBJECT = "ans.*"
PATIENCE_S = 12.0
"""How long a box may take: it takes a still within 8 s."""

BY = "centre"
OURS = ("id", "expires", "by")
"""Keys of a command that the centre fills in."""


class Commanding:
    """Sends commands and waits for their answers; one of each centre."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.client: Client | None = None
        self.waiting: dict[str, tuple[str, asyncio.Future[Answer]]] = {}

    async def listen(self, client: Client) -> None:
        """Subscribe; the client subscribes again by itself after a break."""
        await client.subscribe(SUBJECT, cb=self._hear)
        self.client = client

    def command(self, wish: dict[str, Any], *, seat: str) -> Command:
        """A seat's wish as a command that expires soon. Raises msgspec.ValidationError."""
        for key in OURS:
            if key in wish:
                raise msgspec.ValidationError(f"the centre fills this in - at `$.{key}`")
        expires = datetime.fromtimestamp(self.clock.now_s(), UTC) + timedelta(seconds=PATIENCE_S)
        whole = {**wish, "id": str(uuid_utils.uuid7()), "expires": expires, "by": f"{BY}/{seat}"}
        return decode_command(msgspec.json.encode(whole))

    async def send(self, box: str, command: Command) -> Answer | None:
        """What the box answers, or nothing when it does not in time."""
        if self.client is None:
            return None
        answer = asyncio.get_running_loop().create_future()
        self.waiting[command.id] = box, answer
        try:
            await self.client.publish(f"cmd.{box}", encode(command))
            return await asyncio.wait_for(answer, PATIENCE_S)
        except (TimeoutError, nats.errors.Error):
            return None
        finally:
            del self.waiting[command.id]

    async def _hear(self, message: Msg) -> None:
        """Hand an answer to who waits for it; the broker vouches for the box in its subject."""
        try:
            answer = decode_answer(bytes(message.data))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        box, waits = self.waiting.get(answer.id, ("", None))
        if waits is not None and message.subject == f"ans.{box}" and not waits.done():
            waits.set_result(answer)
