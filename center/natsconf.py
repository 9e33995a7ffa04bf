"""The centre's configuration in, nats-server's configuration out, as the JSON that it also reads.

There are two: the closed one knows only the centre's own user, the open one lets boxes and
watchers in as well. Between the two the centre makes its durable consumers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from center import cluster, inner
from center.admission import Admitted
from center.cluster import Cluster
from center.config import OWN_USER, CenterConfig, Speaker, Watcher
from center.levels import leaf
from center.partitions import MAPPINGS, partition_of
from center.tls import Tls

MIB = 1 << 20
PROBE_USER = f"{OWN_USER}-probe"
"""Exists in the open configuration only: who gets in as it knows that the door is open."""
SYSTEM_USER = f"{OWN_USER}-system"
"""May ask the broker who its connections are."""
LOG = "broker.log"
_BIRTH = "homeassistant.status"
_HEARD = ("pe", "alert", "hb", "onvif", "ha", "homeassistant", "tell")
"""Roots of what watchers may hear."""


def conf(
    config: CenterConfig, *, password: str, is_open: bool, admitted: Admitted | None = None
) -> str:
    """The text of the configuration file; it holds passwords.

    admitted  who shows which certificates, where there is TLS
    """
    state, broker = Path(config.state), config.broker
    leaves = leaf.parts(config.level, password=password)
    return _text(
        {
            "server_name": config.level.name if config.level else "centre",
            "listen": f"{broker.host}:{broker.port}",
            "pid_file": str(state / "broker.pid"),
            "max_payload": 4 * MIB,
            "log_file": str(state / LOG),
            "log_size_limit": 16 * MIB,
            "logfile_max_num": 4,
            "jetstream": {
                "store_dir": str(state / "broker"),
                "max_file_store": broker.max_file_gib * 1024 * MIB,
                "sync_interval": broker.sync,
                **leaves.jetstream,
            },
            "system_account": "SYS",
            "accounts": {
                "SYS": {"users": [{"user": SYSTEM_USER, "password": password}]},
                "APP": _account(config, password, admitted, is_open=is_open),
                **leaves.accounts,
            },
            **leaves.server,
            "mqtt": {
                "listen": f"{broker.host}:{broker.mqtt_port}",
                "ack_wait": "5s",
                "max_ack_pending": 1000,
                "js_api_timeout": "30s",  # a slow disk is no reason to hang up
            }
            | _mutual(config.tls, state)
            | _copied(broker.cluster),
        }
        | _shown(config.tls)
        | _among(config)
    )


def _copied(among: Cluster | None) -> dict[str, Any]:
    """How many brokers have a message before it is acknowledged."""
    return {} if among is None else {"stream_replicas": among.copies}


def _among(config: CenterConfig) -> dict[str, Any]:
    """What makes it one of several brokers; where there is TLS, they show each other theirs."""
    among, tls = config.broker.cluster, config.tls
    if among is None:
        return {}
    files = _shown(tls)["tls"] | {"ca_file": tls.ca, "verify": True} if tls else {}
    level = config.level.name if config.level else None
    return cluster.conf(among, OWN_USER, files, level=level)


def _shown(tls: Tls | None) -> dict[str, Any]:
    """TLS of a listener whose users have passwords."""
    return {} if tls is None else {"tls": {"cert_file": tls.cert, "key_file": tls.key}}


def _mutual(tls: Tls | None, state: Path) -> dict[str, Any]:
    """TLS of a listener whose users are their certificates' subjects, and have passwords too."""
    if tls is None:
        return {}
    asked = {"ca_file": str(inner.trusted(state)), "verify_and_map": True}
    return {"tls": _shown(tls)["tls"] | asked}


def _text(conf: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(conf), indent=1).decode()


def _account(
    config: CenterConfig, password: str, admitted: Admitted | None, *, is_open: bool
) -> dict[str, Any]:
    users = [{"user": OWN_USER, "password": password}]
    if config.tls is not None:
        users.append({"user": f"CN={OWN_USER}", "password": password} | _OVER_MQTT)
    if is_open:
        users.append(_probe(password))
        users += [user for box in config.boxes for user in _speaker(box, admitted)]
        users += [user for who in config.watchers for user in _watcher(who, admitted)]
    return {"jetstream": "enabled", "mappings": MAPPINGS, "users": users}


_OVER_MQTT: dict[str, Any] = {"allowed_connection_types": ["MQTT"]}


def _named(name: str, admitted: Admitted | None) -> tuple[str, ...]:
    """The users that a name is over MQTT: itself, or one for each of its certificates."""
    return (name,) if admitted is None else admitted.get(name, ())


def _probe(password: str) -> dict[str, Any]:
    return _user(PROBE_USER, password, publish=[], subscribe=[])


def _speaker(speaker: Speaker, admitted: Admitted | None) -> Iterator[dict[str, Any]]:
    """A box speaks for its cameras and itself; permissions are checked after the mapping too."""
    site, box = speaker.site, speaker.box
    roots = f"evt.{site}", f"pe.{partition_of(site)}.{site}"
    cameras = (*speaker.cameras, box) if speaker.cameras else (">",)
    below = [each if each == ">" else f"{each}.>" for each in cameras]
    speaks = [f"{root}.{each}" for root in roots for each in below]
    speaks.append(f"hb.{box}")
    speaks += [f"onvif.{box}.>", f"ha.{box}.>", f"homeassistant.device.{box}.>", f"ans.{box}"]
    speaks.append(f"live.{box}.*")
    hears = [f"cmd.{box}", f"cmd.{box}.>", _BIRTH, f"may.{box}"]
    hears += [f"may.{site}.{each}" for each in cameras]
    for name in _named(box, admitted):
        yield _user(name, speaker.password, publish=speaks, subscribe=hears) | _OVER_MQTT


def _watcher(who: Watcher, admitted: Admitted | None) -> Iterator[dict[str, Any]]:
    """`x/#` of MQTT is both `x` and `x.>`; programs that speak NATS need an inbox to ask."""
    hears = [subject for root in _HEARD for subject in (root, f"{root}.>")]
    speaks = [*([_BIRTH] if who.home_assistant else []), *(f"cmd.{box}" for box in who.commands)]
    hears += [f"ans.{box}" for box in who.commands]
    hears.append("_INBOX.>")
    user = _user(who.name, who.password, publish=speaks, subscribe=hears)
    if admitted is None:
        yield user | {"allowed_connection_types": ["MQTT", "STANDARD"]}
        return
    yield user | {"allowed_connection_types": ["STANDARD"]}
    for name in _named(who.name, admitted):
        yield user | {"user": name} | _OVER_MQTT


def _user(name: str, password: str, *, publish: list[str], subscribe: list[str]) -> dict[str, Any]:
    return {
        "user": name,
        "password": password,
        "permissions": {"publish": _only(publish), "subscribe": _only(subscribe)},
    }


def _only(subjects: list[str]) -> dict[str, list[str]]:
    return {"allow": subjects} if subjects else {"deny": [">"]}
