"""Cameras in, the demo's configuration files and secrets out, in the formats that users write."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigError
from pipelines.plain import fix_of
from tocsin.demo import asked, town
from tocsin.demo.ports import free_port
from tocsin.demo.report import path_beside
from tocsin.demo.rtsp import url_of
from tocsin.demo.script import SCENES
from tocsin.evidence import keys

BOX, SITE, WATCHER = "box-1", "demo", "watcher"
DOORS, DOORS_SITE = "doors", "demo-doors"
"""Who speaks for the doors and the help point, as a box of the broker with a site of its own."""

MAP = "town.geojson"
WHOLE_PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

_INTRUSION = {"rule": "intrusion", "zone": "guarded", "classes": ["person"]}
_LEFT_BY_RUNS = (
    "*.yaml",
    "*.geojson",
    "*.secret",
    "*.log",
    "spool*.db*",
    "audit.jsonl",
    "*.key",
    "*.pub",
)

CUSTODIANS = ("officer", "council")
"""Who open the demo's evidence together; their passphrases lie beside their keys, for trying."""

_AFTER_S = 4
"""Of an event, that its redacted clip shows."""

CLIP_WITHIN_S = _AFTER_S + 11.0
"""In which such a clip is surely there: recorded, both cameras' redacted in turn, and sent."""


@dataclass(frozen=True)
class Watched:
    """One camera of the demo's box.

    polygon  of the zone in which nobody may be, if there is one
    line     at which is counted, if there is one; from A to B is inwards
    name     of a place that is not of the town
    """

    camera: str
    place: str
    url: str
    polygon: tuple[tuple[float, float], ...] = ()
    loop: bool = False
    line: tuple[tuple[float, float], ...] = ()
    line_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Plan:
    """Where the demo's programs find their configuration, and each other."""

    folder: Path
    mqtt_port: int

    @property
    def edge(self) -> Path:
        """The box's configuration."""
        return self.folder / "edge.yaml"

    @property
    def center(self) -> Path:
        """The centre's configuration."""
        return self.folder / "center.yaml"

    @property
    def password(self) -> str:
        """The watcher's."""
        return self.secret(WATCHER)

    def secret(self, user: str) -> str:
        """The password of a user of the broker."""
        return (self.folder / f"{user}.secret").read_text(encoding="utf-8").strip()


def drawn(rtsp_port: int) -> list[Watched]:
    """The cameras of the script."""
    return [
        Watched(
            scene.name,
            scene.place,
            url_of(scene.name, rtsp_port),
            scene.corners(),
            line=scene.points(),
            line_id=scene.line_id,
        )
        for scene in SCENES
    ]


def own(sources: list[str]) -> list[Watched]:
    """The user's cameras and files. Raises ConfigError for a file that is not there."""
    return [_own(number, source) for number, source in enumerate(sources, start=1)]


def _own(number: int, source: str) -> Watched:
    name = f"cam-{number}"
    is_file = "://" not in source
    if is_file and not Path(source).is_file():
        raise ConfigError(f"{source}: no such file; give a file or a URL that FFmpeg opens")
    url = str(Path(source).resolve()) if is_file else source
    return Watched(name, name, url, WHOLE_PICTURE, is_file, name=f"Camera {number}")


def write(
    folder: Path, cameras: list[Watched], *, console_port: int, evidence: bool = False
) -> Plan:
    """Clear what an earlier run left and write the files of this one.

    evidence  two custodians are made, and clips are sealed for them
    """
    _clear(folder)
    plan = Plan(folder, mqtt_port=free_port())
    for user in (BOX, DOORS, WATCHER):
        _private(folder / f"{user}.secret", secrets.token_urlsafe(24) + "\n")
    for watched in filter(_is_secret, cameras):
        _private(folder / f"{watched.camera}.secret", watched.url)
    box = _edge(cameras, plan.mqtt_port) | (_evidence(folder) if evidence else {})
    _private(plan.edge, _yaml(box))
    _private(plan.center, _yaml(_center(plan.mqtt_port, console_port)))
    if any(camera.name for camera in cameras):
        _private(folder / "watch.yaml", _yaml(_own_places(cameras)))
    else:
        _private(folder / "watch.yaml", _yaml(_town()))
        _private(folder / MAP, json.dumps(town.plan(), indent=1))
    return plan


def _clear(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--folder {folder}: {error.strerror}; name another") from error
    for pattern in _LEFT_BY_RUNS:
        for path in folder.glob(pattern):
            path.unlink()
    path_beside(folder).unlink(missing_ok=True)
    for left in ("center", "evidence"):
        shutil.rmtree(folder / left, ignore_errors=True)


def _evidence(folder: Path) -> dict[str, Any]:
    """Custodians with keys of their own, and clips as long as a loop of the story allows."""
    for name in CUSTODIANS:
        phrase = secrets.token_urlsafe(24)
        _private(folder / f"{name}.secret", phrase + "\n")
        keys.make(name, folder, phrase)
    return {
        "evidence": {
            "custodians": [{"name": name, "key_file": f"{name}.pub"} for name in CUSTODIANS],
            "post_s": 5,
            "floor_mib": 256,
            "preview": {"before_s": 1, "after_s": _AFTER_S, "fps": 2},
        }
    }


def _private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _yaml(settings: dict[str, Any]) -> str:
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def _edge(cameras: list[Watched], mqtt_port: int) -> dict[str, Any]:
    return {
        "site": SITE,
        "box": BOX,
        "broker": {"port": mqtt_port, "password_file": f"{BOX}.secret"},
        "defaults": {
            "purpose": "To show what Tocsin does, to whoever runs the demo",
            "legal_basis": "Drawn scenes, or cameras of whoever runs the demo",
            "office": "Whoever runs the demo",
        },
        "commands": ["live", "zones"],
        "cameras": [_camera(watched) for watched in cameras],
    }


def _is_secret(watched: Watched) -> bool:
    """Whether its URL holds a password, which no configuration takes."""
    return bool(fix_of("$.cameras[0].url", watched.url))


def _camera(watched: Watched) -> dict[str, Any]:
    guarded = {"id": "guarded", "polygon": [list(corner) for corner in watched.polygon]}
    counted = {"id": watched.line_id, "points": [list(point) for point in watched.line]}
    crossing = {"rule": "line-crossing", "line": watched.line_id}
    rules = [*([_INTRUSION] if watched.polygon else []), *([crossing] if watched.line else [])]
    return {
        "id": watched.camera,
        "place": watched.place,
        **_url(watched),
        "stream": {"loop": watched.loop},
        **({"mode": "full"} if watched.line else {}),  # who counts needs every picture
        **({"zones": [guarded]} if watched.polygon else {}),
        **({"lines": [counted]} if watched.line else {}),
        "rules": rules,
    }


def _url(watched: Watched) -> dict[str, str]:
    return {"url_file": f"{watched.camera}.secret"} if _is_secret(watched) else {"url": watched.url}


def _center(mqtt_port: int, console_port: int) -> dict[str, Any]:
    return {
        "name": "Demo district centre",
        "state": "center",
        "broker": {"port": free_port(), "mqtt_port": mqtt_port},
        "boxes": [
            {"box": BOX, "site": SITE, "password_file": f"{BOX}.secret"},
            {"box": DOORS, "site": DOORS_SITE, "password_file": f"{DOORS}.secret", "beats": False},
        ],
        "patrols": town.patrols(),
        "watchers": [{"name": WATCHER, "password_file": f"{WATCHER}.secret"}],
        "console": {"port": console_port, "second_person": False},
        "watch_list": "watch.yaml",
    }


def _town() -> dict[str, Any]:
    return {"map": MAP, "places": town.places(), "entries": asked.of_story()}


def _own_places(cameras: list[Watched]) -> dict[str, Any]:
    """A list without a tree: a place for each camera."""
    names = {each.place: each.name for each in cameras}
    return {
        "places": [{"id": place, "name": name, "grade": 3} for place, name in names.items()],
        "entries": [entry for place in names for entry in asked.of_place(place)],
    }
