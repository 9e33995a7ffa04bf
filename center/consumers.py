"""A connection in, the durable consumers of all partitions out, each with one reader at a time.

The broker pins a consumer to whoever asks first, and lets nobody else in until that one is silent
for a while or is unpinned. The client's library has no words for this, so we ask in JSON.
"""

import contextlib
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from center import shaping
from center.partitions import ALL, consumer_of, subject_of

STREAM = "$MQTT_msgs"
ACK_WAIT_S = 5.0
"""After so long a message that was not acknowledged is handed out again."""

SILENT_S = 3.0
"""After so long without a request a reader has lost its partition."""

_GROUP = "g"
_FORMER = "inbox"
_NS = 1_000_000_000


async def copies(client: Client) -> int:
    """On how many brokers each event is; what is kept beside the events is on as many."""
    return (await client.jetstream().stream_info(STREAM)).config.num_replicas or 1


async def make(client: Client) -> None:
    """Make what is missing of them, and change what is otherwise; idempotent. Raises LinkError.

    What the one consumer of earlier versions had not had acknowledged, these hand out again.
    """
    for partition in sorted(ALL):
        await shaping.consumer(client, STREAM, _config(partition))
    with contextlib.suppress(NotFoundError):
        await client.jetstream().delete_consumer(STREAM, _FORMER)


def _config(partition: int) -> dict[str, Any]:
    return {
        "durable_name": consumer_of(partition),
        "filter_subject": subject_of(partition),
        "ack_policy": "explicit",
        "ack_wait": int(ACK_WAIT_S * _NS),
        "max_ack_pending": 4000,
        "max_waiting": 512,
        "deliver_policy": "all",
        "replay_policy": "instant",
        "priority_groups": [_GROUP],
        "priority_policy": "pinned_client",
        "priority_timeout": int(SILENT_S * _NS),
    }


async def ask_for(
    client: Client, partition: int, *, batch: int, expires_s: float, pin: str | None, inbox: str
) -> None:
    """Ask for so many messages, or what comes within the time; they come to the inbox."""
    request: dict[str, Any] = {"batch": batch, "expires": int(expires_s * _NS), "group": _GROUP}
    if pin is not None:
        request["id"] = pin
    subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer_of(partition)}"
    await client.publish(subject, msgspec.json.encode(request), reply=inbox)


async def unpin(client: Client, partition: int) -> None:
    """Let the next one in. Raises LinkError."""
    where = f"CONSUMER.UNPIN.{STREAM}.{consumer_of(partition)}"
    await shaping.ask(client, where, {"group": _GROUP})
