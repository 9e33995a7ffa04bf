"""What the broker is to hold in, that it holds it out: streams, buckets and consumers.

Another version may have made them otherwise. What the broker changes while it holds messages is
changed; what it will not change stays as it was and is told of, for a centre can go on with it.
"""

import logging
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client

from pipelines.errors import LinkError

_PATIENCE_S = 5.0
_NS = 1_000_000_000
_log = logging.getLogger("center.broker")


class DeclinedError(LinkError):
    """The broker has answered that it will not."""


async def ask(client: Client, what: str, asked: dict[str, Any]) -> None:
    """Ask something of the broker that the client has no word for. Raises LinkError."""
    try:
        answer = await client.request(
            f"$JS.API.{what}", msgspec.json.encode(asked), timeout=_PATIENCE_S
        )
    except nats.errors.Error as error:
        raise LinkError(f"the broker does not answer {what}: {type(error).__name__}") from error
    refused = msgspec.json.decode(answer.data).get("error")
    if refused:
        raise DeclinedError(f"the broker refuses {what}: {refused.get('description')}")


async def stream(client: Client, asked: dict[str, Any]) -> None:
    """A stream of the name that it asks for. Raises LinkError."""
    name = asked["name"]
    try:
        await ask(client, f"STREAM.CREATE.{name}", asked)
    except DeclinedError as error:
        await _must_be_there(client, f"STREAM.INFO.{name}", error)
        await _changed(client, f"STREAM.UPDATE.{name}", asked, f"STREAM.INFO.{name}")


async def bucket(client: Client, name: str, *, copies: int, lives_s: float = 0.0) -> None:
    """A bucket of keys of which each has one value; they are forgotten after so long, or never."""
    lives = int(lives_s * _NS)
    await stream(client, {
        "name": f"KV_{name}", "subjects": [f"$KV.{name}.>"], "storage": "file",
        "retention": "limits", "discard": "new", "max_msgs_per_subject": 1, "max_age": lives,
        "duplicate_window": lives, "num_replicas": copies, "deny_delete": True,
        "allow_rollup_hdrs": True, "allow_msg_ttl": True,
    })  # fmt: skip


async def consumer(client: Client, of: str, asked: dict[str, Any]) -> None:
    """A durable consumer of a stream, by the name that it asks for. Raises LinkError."""
    name = asked["durable_name"]
    whole = {"stream_name": of, "config": asked}
    await _changed(
        client, f"CONSUMER.DURABLE.CREATE.{of}.{name}", whole, f"CONSUMER.INFO.{of}.{name}"
    )


async def _changed(client: Client, what: str, asked: dict[str, Any], known: str) -> None:
    """Ask for it; where the broker will not, what is there must do."""
    try:
        await ask(client, what, asked)
    except DeclinedError as error:
        await _must_be_there(client, known, error)
        _log.warning("broker=kept why=%r", str(error))


async def _must_be_there(client: Client, known: str, why: DeclinedError) -> None:
    try:
        await ask(client, known, {})
    except DeclinedError:
        raise why from None
