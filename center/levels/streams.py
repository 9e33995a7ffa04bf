"""A link's account in, its streams and consumers out: what one end says, the other hears.

Each end has a work queue of what it says and one of what it heard. The latter is sourced from the
other end's through a durable consumer, whose position moves only when the message is on disk at the
other end; without one, sourcing loses what is under way when a broker dies (nats-server 2.14 or
newer). No name is used at both ends: acknowledgements cross a link, and would be taken for others.
"""

from typing import Any, NamedTuple

from nats.aio.client import Client

from center import shaping

_LINK, _MERGE = "link", "merge"
_NS = 1_000_000_000
_MAX_BYTES = 16 << 20
"""Of what is under way; more waits in the store, which has it all."""

_ACK_WAIT_S = 5
"""After so long another centre is handed what one that died has not merged."""


class End(NamedTuple):
    """One end of a link.

    peer  the level at the other end
    up    whether that is the level above
    """

    peer: str
    up: bool

    @property
    def way(self) -> str:
        """Where what this end says goes."""
        return "up" if self.up else "down"

    @property
    def back(self) -> str:
        """Where what it hears goes."""
        return "down" if self.up else "up"

    @property
    def out(self) -> str:
        """The subject of what this end says."""
        return f"out.{self.way}"

    @property
    def merge(self) -> str:
        """The subject under which this end hears what the other said."""
        return f"merge.{self.back}"


async def make(client: Client, end: End, *, copies: int) -> None:
    """Make what is missing, and change what is otherwise; idempotent. Raises LinkError.

    copies  on how many brokers what is under way is
    """
    said, heard = f"SAID-{end.way}", f"HEARD-{end.back}"
    bounded = {
        "subjects": [end.out], "discard": "new", "max_bytes": _MAX_BYTES, "num_replicas": copies,
    }  # fmt: skip
    await _stream(client, said, bounded)
    await _consumer(client, said, _LINK, {
        "ack_policy": "flow_control", "deliver_subject": f"wire.{end.way}", "flow_control": True,
        "idle_heartbeat": _NS, "max_ack_pending": 1000,
    })  # fmt: skip
    source = {
        "name": f"SAID-{end.back}", "external": {"api": f"$JS.{end.peer}.API", "deliver": ""},
        "consumer": {"name": _LINK, "deliver_subject": f"wire.{end.back}"},
    }  # fmt: skip
    await _stream(client, heard, {"sources": [source], "num_replicas": copies})
    await _consumer(client, heard, _MERGE, {
        "ack_policy": "explicit", "deliver_subject": end.merge, "max_ack_pending": 500,
        "ack_wait": _ACK_WAIT_S * _NS,
    })  # fmt: skip


async def _stream(client: Client, name: str, more: dict[str, Any]) -> None:
    kept = {"name": name, "storage": "file", "retention": "workqueue"}
    await shaping.stream(client, kept | more)


async def _consumer(client: Client, stream: str, name: str, more: dict[str, Any]) -> None:
    kept = {"durable_name": name, "deliver_policy": "all", "replay_policy": "instant"}
    await shaping.consumer(client, stream, kept | more)
