"""A cluster's configuration in, what its brokers say of themselves and each other out."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from center.ailing import Facts, Raft, Reader, Seen, Stream
from center.cluster import Cluster
from center.config import OWN_USER, CenterConfig
from center.consumers import STREAM
from center.levels import leaf
from center.line import line_of
from center.link import dialled, let_go
from center.natsconf import SYSTEM_USER
from center.partitions import ALL, consumer_of
from center.reading import reading
from pipelines.clock import Clock
from pipelines.errors import LinkError, StoreError

_ANSWER_S = 2.0
_BETWEEN_S = (0.3, 0.7)
"""Between two requests of a reader it seems to be away; so who seems so is asked about again."""
_NO_SUCH_THING = 404
_BEHIND = 1000
"""Messages by which a copy may lag while it is being written to."""


async def ask(config: CenterConfig, cluster: Cluster, clock: Clock) -> Facts:
    """Find out all; what does not answer is part of it. Raises LinkError when no broker does."""
    async with _connected(config, cluster, SYSTEM_USER) as system:
        seen = await _seen(system, clock)
    async with _connected(config, cluster, OWN_USER) as client:
        streams, readers = await _streams(client), await _readers(client)
    for link in leaf.accounts(config.level):
        async with _connected(config, cluster, leaf.user(link)) as client:
            more = await _streams(client, link)
        streams = None if streams is None or more is None else (*streams, *more)
    usage = shutil.disk_usage(_there(Path(config.state)))
    return Facts(
        expected=tuple(cluster.nodes), copies=cluster.copies, seen=seen, streams=streams,
        readers=readers, disk=usage.free / usage.total,
        store=await asyncio.to_thread(_trouble, config),
    )  # fmt: skip


@contextlib.asynccontextmanager
async def _connected(config: CenterConfig, cluster: Cluster, user: str) -> AsyncIterator[Client]:
    line = line_of(config)
    try:
        client = await dialled(line, user=user, password=cluster.password)
    except (OSError, nats.errors.Error) as error:
        raise LinkError(
            f"the broker of this file does not answer at {line.url}: {error}; start it, or check "
            "by the file of another node"
        ) from error
    try:
        yield client
    finally:
        await let_go(client)


async def _seen(system: Client, clock: Clock) -> tuple[Seen, ...]:
    """All brokers that answer in time."""
    found: dict[str, Seen] = {}
    asked_s = clock.now_s()

    async def hear(message: Msg) -> None:
        each = _read(msgspec.json.decode(message.data), (asked_s + clock.now_s()) / 2)
        found[each.name] = each

    inbox = system.new_inbox()
    await system.subscribe(inbox, cb=hear)
    await system.publish("$SYS.REQ.SERVER.PING.VARZ", b"", reply=inbox)
    await asyncio.sleep(_ANSWER_S)
    return tuple(found[name] for name in sorted(found))


def _read(told: dict[str, Any], now_s: float) -> Seen:
    """What a broker says of itself; `now_s`: in the middle between question and answer."""
    data = told.get("data", {})
    stores = data.get("jetstream", {})
    most = stores.get("config", {}).get("max_storage", 0)
    used = stores.get("stats", {}).get("storage", 0)
    at_s = datetime.fromisoformat(data["now"]).timestamp()
    return Seen(
        name=told["server"]["name"], version=data.get("version", ""),
        ahead_s=round(at_s - now_s, 3), used=used / most if most else 0.0,
    )  # fmt: skip


async def _streams(client: Client, link: str = "") -> tuple[Stream, ...] | None:
    names = await _api(client, "STREAM.NAMES")
    if names is None:
        return None
    told = [await _api(client, f"STREAM.INFO.{name}") for name in names.get("streams") or ()]
    return tuple(
        _stream(name, link, each)
        for name, each in zip(names.get("streams") or (), told, strict=True)
    )


def _stream(name: str, link: str, told: dict[str, Any] | None) -> Stream:
    if not told:
        return Stream(name=name, link=link, copies=0, raft=Raft())
    config, most = told["config"], told["config"].get("max_bytes", -1)
    return Stream(
        name=name, link=link, copies=config.get("num_replicas", 1), raft=_raft(told),
        full=told["state"]["bytes"] / most if most > 0 else 0.0,
    )  # fmt: skip


async def _readers(client: Client) -> tuple[Reader, ...] | None:
    """The partitions' consumers; None when the stream that they read cannot be asked."""
    if not await _api(client, f"STREAM.INFO.{STREAM}"):
        return None
    found: dict[int, Reader] = {}
    for pause_s in (0.0, *_BETWEEN_S):
        await asyncio.sleep(pause_s)
        for number in sorted(ALL - {n for n, each in found.items() if each.owned}):
            told = await _api(client, f"CONSUMER.INFO.{STREAM}.{consumer_of(number)}")
            if told is None:
                return None
            if told:
                found[number] = _reader(number, told)
    return tuple(found[number] for number in sorted(found))


def _reader(partition: int, told: dict[str, Any]) -> Reader:
    """Whoever waits for messages is its reader before the first has come, and is pinned then."""
    config = told["config"]
    pinned = any(each.get("pinned_client_id") for each in told.get("priority_groups") or ())
    return Reader(
        partition=partition, subject=config.get("filter_subject", ""),
        explicit=config.get("ack_policy") == "explicit",
        owned=pinned or told.get("num_waiting", 0) > 0,
        waiting=told.get("num_pending", 0), raft=_raft(told),
    )  # fmt: skip


def _raft(told: dict[str, Any]) -> Raft:
    cluster = told.get("cluster") or {}
    peers = cluster.get("replicas") or ()
    ill = [each["name"] for each in peers if _is_ill(each)]
    well = [each["name"] for each in peers if not _is_ill(each)]
    return Raft(leader=cluster.get("leader", ""), well=tuple(well), ill=tuple(ill))


def _is_ill(peer: dict[str, Any]) -> bool:
    return bool(peer.get("offline") or (not peer.get("current") and peer.get("lag", 0) > _BEHIND))


async def _api(client: Client, what: str) -> dict[str, Any] | None:
    """What the brokers answer: nothing when there is no such thing, None when they do not."""
    try:
        answer = await client.request(f"$JS.API.{what}", b"", timeout=_ANSWER_S)
    except nats.errors.Error:
        return None
    told: dict[str, Any] = msgspec.json.decode(answer.data)
    if "error" not in told:
        return told
    return {} if told["error"].get("code") == _NO_SUCH_THING else None


def _trouble(config: CenterConfig) -> str:
    try:
        with reading(config):
            return ""
    except StoreError as error:
        return str(error)


def _there(folder: Path) -> Path:
    """The folder, or what will hold it."""
    return next(each for each in (folder, *folder.parents) if each.exists())
