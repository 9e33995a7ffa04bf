"""A broker's place among others in, its part of nats-server's configuration out."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec

from pipelines.fitting import fits
from pipelines.settings import Id

Where = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\[?[A-Za-z0-9._:-]+\]?:\d{1,5}$(?!\n)", extra=fits('write "HOST:PORT"')
    ),
]
Shared = Annotated[str, msgspec.Meta(min_length=1)]
FEWEST = 3
_NAME = "tocsin"


class Cluster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Brokers that are one: each keeps a copy of every event, and any may be lost.

    me        which of the nodes this one is
    nodes     each broker's name, with the host and port at which the others reach it; the same in
              each broker's file
    password  or `password_file`; of brokers and centres among each other, the same in each file
    name      of all of them together, the same in each file: their level's when left out, for two
              clusters that are linked must not share one; brokers that have run under one keep it
    """

    me: Id
    nodes: dict[Id, Where]
    password: Shared
    name: Id | None = None

    @property
    def copies(self) -> int:
        """On how many brokers each event is before a box is told so."""
        return FEWEST

    @property
    def listens(self) -> str:
        """Where the other brokers reach this one."""
        return self.nodes[self.me]

    @property
    def host(self) -> str:
        """The same without its port."""
        return self.listens.rpartition(":")[0]


def fault(cluster: Cluster) -> str:
    """What types cannot say of it: what is wrong, where, and the fix; empty when nothing is."""
    if cluster.me not in cluster.nodes:
        known = ", ".join(cluster.nodes)
        return f"no node is named {cluster.me!r} - at $.broker.cluster.me; nodes: {known}"
    if len(cluster.nodes) < FEWEST or len(cluster.nodes) % 2 == 0:
        return (
            f"{len(cluster.nodes)} brokers cannot outvote one that is lost - at "
            "$.broker.cluster.nodes; take three, or five"
        )
    return ""


def conf(cluster: Cluster, user: str, tls: dict[str, Any], *, level: str | None) -> dict[str, Any]:
    """What of the configuration makes a broker one of several; it holds the password.

    user   as whom brokers let each other in
    tls    of the lines between them; empty for none
    level  by whose name they go if they have none of their own
    """
    routes = [
        f"nats://{user}:{quote(cluster.password, safe='')}@{where}"
        for name, where in sorted(cluster.nodes.items())
        if name != cluster.me
    ]
    return {
        "server_name": cluster.me,
        "cluster": {
            "name": cluster.name or level or _NAME,
            "listen": cluster.listens,
            "authorization": {"user": user, "password": cluster.password, "timeout": 5},
            "routes": routes,
        }
        | ({"tls": tls} if tls else {}),
    }
