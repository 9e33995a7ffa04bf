"""Changed alerts in, messages under `alert/<place>/<rule>` out, for whoever listens."""

import contextlib
import logging

import msgspec
import nats.errors
from nats.aio.client import Client

from center.hub import Notice
from pipelines.trouble import Trouble

_log = logging.getLogger("center.announcing")


class _About(msgspec.Struct, frozen=True):
    """What of an alert's JSON its subject is made of."""

    place: str
    rule: str


_about = msgspec.json.Decoder(_About)


class Announcing:
    """Says each change once, at most; who must not miss one follows the stream."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.trouble = Trouble(_log, "announcing")

    async def beat(self, box: str, beat: bytes) -> None:
        """Let the other centres hear a box that only one of them hears."""
        if self.client is not None:
            with contextlib.suppress(nats.errors.Error):
                await self.client.publish(f"hb.{box}", beat)

    async def __call__(self, changes: list[Notice]) -> None:
        """Say them, as far as there is a broker."""
        if self.client is None:
            return
        try:
            for change in changes:
                about = _about.decode(change.data)
                await self.client.publish(f"alert.{about.place}.{about.rule}", change.data)
            self.trouble.note("")
        except nats.errors.Error as error:
            self.trouble.note(f"{type(error).__name__}: {error}")
