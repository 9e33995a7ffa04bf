"""The centre's configuration in, nats-server's configuration out, as the JSON that it also reads.

There are two: the closed one knows only the centre's own user, the open one lets boxes and
watchers in as well. Between the two the centre makes its durable consumers.
"""

from pathlib import Path
from typing import Any

import msgspec

from center.config import OWN_USER, CenterConfig, Speaker, Watcher
from center.partitions import MAPPINGS, partition_of

MIB = 1 << 20
PROBE_USER = f"{OWN_USER}-probe"
"""Exists in the open configuration only: who gets in as it knows that the door is open."""
_BIRTH = "homeassistant.status"
_HEARD = ("pe", "alert", "hb", "onvif", "ha", "homeassistant", "tell")
"""Roots of what watchers may hear."""


def conf(config: CenterConfig, *, password: str, is_open: bool) -> str:
    """The text of the configuration file; it holds passwords."""
    state, broker = Path(config.state), config.broker
    return _text(
        {
            "server_name": "centre",
            "listen": f"{broker.host}:{broker.port}",
            "pid_file": str(state / "broker.pid"),
            "max_payload": 4 * MIB,
            "log_file": str(state / "broker.log"),
            "log_size_limit": 16 * MIB,
            "jetstream": {
                "store_dir": str(state / "broker"),
                "max_file_store": broker.max_file_gib * 1024 * MIB,
                "sync_interval": broker.sync,
            },
            "accounts": {"APP": _account(config, password, is_open=is_open)},
            "mqtt": {
                "listen": f"{broker.host}:{broker.mqtt_port}",
                "ack_wait": "5s",
                "max_ack_pending": 1000,
            },
        }
    )


def _text(conf: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(conf), indent=1).decode()


def _account(config: CenterConfig, password: str, *, is_open: bool) -> dict[str, Any]:
    users = [{"user": OWN_USER, "password": password}]
    if is_open:
        users += [_probe(password), *map(_speaker, config.boxes), *map(_watcher, config.watchers)]
    return {"jetstream": "enabled", "mappings": MAPPINGS, "users": users}


def _probe(password: str) -> dict[str, Any]:
    return _user(PROBE_USER, password, publish=[], subscribe=[])


def _speaker(speaker: Speaker) -> dict[str, Any]:
    """A box speaks for its site and itself; permissions are checked after the mapping too."""
    site, box = speaker.site, speaker.box
    speaks = [f"evt.{site}.>", f"pe.{partition_of(site)}.{site}.>", f"hb.{box}"]
    speaks += [f"onvif.{box}.>", f"ha.{box}.>", f"homeassistant.device.{box}.>", f"ans.{box}"]
    speaks.append(f"live.{box}.*")
    hears = [f"cmd.{box}", f"cmd.{box}.>", _BIRTH]
    user = _user(box, speaker.password, publish=speaks, subscribe=hears)
    return user | {"allowed_connection_types": ["MQTT"]}


def _watcher(who: Watcher) -> dict[str, Any]:
    """`x/#` of MQTT is both `x` and `x.>`; programs that speak NATS need an inbox to ask."""
    hears = [subject for root in _HEARD for subject in (root, f"{root}.>")]
    speaks = [*([_BIRTH] if who.home_assistant else []), *(f"cmd.{box}" for box in who.commands)]
    hears += [f"ans.{box}" for box in who.commands]
    user = _user(who.name, who.password, publish=speaks, subscribe=[*hears, "_INBOX.>"])
    return user | {"allowed_connection_types": ["MQTT", "STANDARD"]}


def _user(name: str, password: str, *, publish: list[str], subscribe: list[str]) -> dict[str, Any]:
    return {
        "user": name,
        "password": password,
        "permissions": {"publish": _only(publish), "subscribe": _only(subscribe)},
    }


def _only(subjects: list[str]) -> dict[str, list[str]]:
    return {"allow": subjects} if subjects else {"deny": [">"]}
