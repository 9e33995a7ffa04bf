"""A fleet in, the files of a centre for it out, in the formats that users write."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.demo.ports import free_port
from tocsin.simulate.kinds import GATE, STREET, YARD
from tocsin.simulate.workload import Site

WATCHER = "watcher"
SECRET, STORE_SECRET = "secret", "store.secret"
"""Names of the files that hold them."""

_MERGE_S = 120
_BOXES_A_STREET = 50


@dataclass(frozen=True, slots=True)
class Store:
    """Where a centre's events go: a file when there is no URL."""

    url: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """What was written.

    centres  of which the first has a broker of its own, and the others read from it
    brokers  those of the others, where there are several
    """

    centres: tuple[Path, ...]
    brokers: tuple[Path, ...]


class Node(NamedTuple):
    """Where one broker listens."""

    name: str
    port: int
    mqtt_port: int
    route: str


def write(
    folder: Path, sites: tuple[Site, ...], *, password: str, store: Store, brokers: int = 1,
    centres: int = 1,
) -> Files:  # fmt: skip
    """Write the configurations of centres and brokers, a watch list and secrets."""
    for name, secret in ((SECRET, password), (STORE_SECRET, store.password)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(secret)
    _put(folder / "watch.yaml", watch_list(sites))
    nodes = [
        Node(name, free_port(), free_port(), f"127.0.0.1:{free_port()}")
        for name in ("one", "two", "three")[:brokers]
    ]
    common = _common(sites, store)
    own = [_own(node, nodes, shared=centres > 1) for node in nodes]
    url = ",".join(f"nats://127.0.0.1:{node.port}" for node in nodes)
    joined = {"url": url, "password_file": SECRET, "mqtt_port": nodes[0].mqtt_port}
    read = [_put(folder / f"centre-{n}.yaml", common(broker)) for n, broker in enumerate(
        [own[0], *[joined] * (centres - 1)], start=1)]  # fmt: skip
    alone = [
        _put(folder / f"broker-{node.name}.yaml", common(broker))
        for node, broker in zip(nodes[1:], own[1:], strict=True)
    ]
    return Files(tuple(read), tuple(alone))


def _own(node: Node, nodes: list[Node], *, shared: bool) -> dict[str, Any]:
    """A broker of one's own, alone or one of several; shared: other centres read from it, too."""
    broker: dict[str, Any] = {"port": node.port, "mqtt_port": node.mqtt_port, "sync": "always"}
    if len(nodes) == 1:
        return broker | ({"password_file": SECRET} if shared else {})
    routes = {each.name: each.route for each in nodes}
    return broker | {"cluster": {"me": node.name, "nodes": routes, "password_file": SECRET}}


def _common(sites: tuple[Site, ...], store: Store) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A configuration for each broker; each has a state folder and a console of its own."""
    numbers = count(1)

    def made(broker: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": "Simulated district",
            "state": f"state-{next(numbers)}",
            "broker": broker,
            "boxes": [_box(site) for site in sites],
            "watchers": [{"name": WATCHER, "password_file": SECRET}],
            "console": {"port": free_port(), "sign_in": False},
            "store": {"url": store.url, "password_file": STORE_SECRET} if store.url else {},
            "watch_list": "watch.yaml",
        }

    return made


def _box(site: Site) -> dict[str, Any]:
    """One that may say as much as it can: no flood is told of."""
    return {"box": site.box, "site": site.site, "password_file": SECRET, "most_per_min": 1 << 30}


def watch_list(sites: tuple[Site, ...]) -> dict[str, Any]:
    """A district with its streets, a community for each site, and what is watched everywhere."""
    streets = -(-len(sites) // _BOXES_A_STREET)
    places = [_place("district", "district", 4)]
    places += [_place(_street(n), "street", 4, "district") for n in range(streets)]
    for number, site in enumerate(sites):
        places.append(_place(site.site, "community", 3, _street(number // _BOXES_A_STREET)))
        places += [_place(site.place(kind), "place", 3, site.site) for kind in (YARD, STREET, GATE)]
    asked = {"place": "district", "merge_s": _MERGE_S, "steps": ["Look at the cameras"]}
    return {
        "places": places,
        "entries": [
            asked | {"rule": "intrusion", "class": "person", "grade": 2},
            asked | {"rule": "door-forced", "grade": 2},
        ],
    }


def _street(number: int) -> str:
    return f"street-{number:03d}"


def _place(name: str, kind: str, grade: int, parent: str | None = None) -> dict[str, Any]:
    placed = {"parent": parent} if parent else {}
    return {"id": name, "name": name.replace("-", " "), "kind": kind, "grade": grade} | placed


def _put(file: Path, content: dict[str, Any]) -> Path:
    """JSON, which is YAML too."""
    file.write_text(json.dumps(content), encoding="utf-8")
    return file
