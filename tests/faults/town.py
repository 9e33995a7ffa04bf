"""A folder in, the files of a small town under observation out: boxes, a centre, a watch list."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.faults.teller import PLACES
from tocsin.pki import work
from tocsin.pki.folder import Folder

SECRET, SECRET_FILE = "let me in", "secret"
HOOK_FILE, PKI = "hook", "pki"
CHANNEL = "duty"
REAL = "box-3"
"""The box with real workers; the others only tell drawn events."""

BOXES = {"box-1": "north", "box-2": "south", REAL: "west"}
STATED = {"purpose": "a test", "legal_basis": "none needed", "office": "the bench"}
WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


def watch_list() -> dict[str, Any]:
    """Single entries, a count, a chain and a pair: all that events make, whatever their order."""
    places = [
        {"id": f"place-{number}", "name": f"Place {number}", "grade": 2 + number % 3,
         "parent": "street"}
        for number in range(PLACES)
    ]  # fmt: skip
    base = {"place": "street", "steps": ["Look"], "tell": [CHANNEL]}
    return {
        "places": [
            {"id": "street", "name": "Street", "kind": "street", "grade": 2},
            {"id": "depot", "name": "Depot", "grade": 2, "parent": "street"},
            *places,
        ],
        "entries": [
            base | {"rule": "intrusion", "class": "person", "merge_s": 1},
            base | {"id": "many", "rule": "line-crossing", "at_least": 9, "within_s": 2,
                    "merge_s": 2, "scope": "one-place", "grade": 3},
            base | {"id": "blinded", "merge_s": 2, "grade": 1, "together": {
                "what": [{"rule": "camera-health"}], "within_s": 3}},
            base | {"id": "chain", "merge_s": 1, "grade": 1, "scope": "one-place", "then": [
                {"rule": "camera-blind"}, {"rule": "intrusion", "within_s": 2}]},
        ],
    }  # fmt: skip


def drawn_box(box: str, spool: Path, to: "Place") -> dict[str, Any]:
    """A box of which nobody opens the cameras; each place has two."""
    cameras = [
        {"id": f"{box}-cam-{number}", "place": f"place-{number % PLACES}", "url": "none.mp4"}
        for number in range(2 * PLACES)
    ]
    return _box(box, spool, to) | {"cameras": cameras}


def real_box(spool: Path, to: "Place", clips: list[Path]) -> dict[str, Any]:
    """A box whose two workers watch clips that go on and on."""
    rule = {"rule": "intrusion", "zone": "guarded", "classes": ["person"], "update_s": 2}
    cameras = [
        {"id": clip.stem, "place": "depot", "url": str(clip), "rules": [rule],
         "zones": [{"id": "guarded", "polygon": WHOLE}]}
        for clip in clips
    ]  # fmt: skip
    return _box(REAL, spool, to) | {"workers": len(clips), "cameras": cameras}


def _box(box: str, spool: Path, to: "Place") -> dict[str, Any]:
    broker = {"host": to.host, "port": to.ports["mqtt"], "password_file": SECRET_FILE}
    shown = {"ca": f"{PKI}/ca.crt", "cert": f"{PKI}/{box}.crt", "key": f"{PKI}/{box}.key"}
    return {
        "site": BOXES[box], "box": box, "broker": broker, "defaults": STATED,
        "spool": {"path": str(spool), "limit_mib": 32}, **({"tls": shown} if to.tls else {}),
    }  # fmt: skip


class Place(NamedTuple):
    """Where the centre listens; beyond this machine's own loopback it has TLS."""

    host: str
    ports: dict[str, int]
    tls: bool


def centre(state: Path, at: Place, database: str | None) -> dict[str, Any]:
    """A centre that every box may speak to and that tells one channel of every alert."""
    tls = {
        "ca": f"{PKI}/ca.crt", "cert": f"{PKI}/centre.crt", "key": f"{PKI}/centre.key",
        "clients": f"{PKI}/issued", "crl": f"{PKI}/ca.crl",
    }  # fmt: skip
    return {
        "name": "Fault harness",
        "state": str(state),
        "broker": {"host": at.host, "port": at.ports["nats"], "mqtt_port": at.ports["mqtt"],
                   "sync": "always", "max_file_gib": 1},
        "boxes": [
            {"box": box, "site": site, "password_file": SECRET_FILE} for box, site in BOXES.items()
        ],
        "channels": [{"name": CHANNEL, "url_file": HOOK_FILE, "most": 1000, "per_s": 1}],
        "console": {"port": at.ports["console"], "sign_in": False},
        "store": {"url": database, "password_file": SECRET_FILE} if database else {},
        "watch_list": "watch.yaml",
        **({"tls": tls} if at.tls else {}),
    }  # fmt: skip


def certify(folder: Path, host: str) -> Path:
    """Make an authority, and certificates of the centre and the boxes; where the first lies."""
    order = work.Order(Folder(folder / PKI), datetime.now(UTC).replace(microsecond=0))
    work.init(order, "Authority of the fault harness", 30)
    work.issue(order, "centre", (host, "127.0.0.1"), days=30, renew=False)
    for box in BOXES:
        work.issue(order, box, (), days=30, renew=False)
    return folder / PKI / "ca.crt"


def write(path: Path, settings: dict[str, Any]) -> Path:
    """Write settings as people write them."""
    path.write_text(yaml.safe_dump(settings, sort_keys=False))
    return path
