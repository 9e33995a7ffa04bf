"""A fleet in, the files of a centre for it out, in the formats that users write."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.demo.rtsp import free_port
from tocsin.simulate.kinds import GATE, STREET, YARD
from tocsin.simulate.workload import Site

WATCHER = "watcher"
SECRET = "secret"  # noqa: S105 -- the name of the file that holds one

_MERGE_S = 120
_BOXES_A_STREET = 50


@dataclass(frozen=True, slots=True)
class Store:
    """Where a centre's events go: a file when there is no URL."""

    url: str = ""
    password: str = ""


def write(folder: Path, sites: tuple[Site, ...], *, password: str, store: Store) -> Path:
    """Write the centre's configuration, its watch list and its secrets; the path of the first."""
    (folder / SECRET).touch(mode=0o600)
    (folder / SECRET).write_text(password)
    (folder / "store.secret").touch(mode=0o600)
    (folder / "store.secret").write_text(store.password)
    _put(folder / "watch.yaml", watch_list(sites))
    _put(folder / "center.yaml", _center(sites, store))
    return folder / "center.yaml"


def _center(sites: tuple[Site, ...], store: Store) -> dict[str, Any]:
    return {
        "name": "Simulated district",
        "state": "state",
        "broker": {"port": free_port(), "mqtt_port": free_port(), "sync": "always"},
        "boxes": [{"box": s.box, "site": s.site, "password_file": SECRET} for s in sites],
        "watchers": [{"name": WATCHER, "password_file": SECRET}],
        "console": {"port": free_port(), "sign_in": False},
        "store": {"url": store.url, "password_file": "store.secret"} if store.url else {},
        "watch_list": "watch.yaml",
    }


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


def _put(file: Path, content: dict[str, Any]) -> None:
    """JSON, which is YAML too, and is read much faster than its long form."""
    file.write_text(json.dumps(content), encoding="utf-8")
