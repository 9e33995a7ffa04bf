"""The centre's YAML in, `CenterConfig` out: data only, read once, never changed."""

import os
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import asdict

from center import cluster
from center.cluster import Cluster
from center.levels.settings import Level, checked
from center.places import Grade, Latitude, Longitude
from center.rights import Role
from center.telling.apprising import is_sound
from center.tls import Tls, faults
from center.trust import found
from center.words import Lang
from disk.texts import text_in
from pipelines.errors import ConfigError
from pipelines.fitting import fits
from pipelines.settings import Id, lined, parse
from pipelines.trust import Trust, beyond, is_address, is_loopback

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Sync = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(always|[1-9]\d*(s|m))$", extra=fits("write always, or every so often, as 2m")
    ),
]
Password = Annotated[str, msgspec.Meta(min_length=1)]
DatabaseUrl = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^postgresql://[^/]*/[^/?]+", extra=fits("write postgresql://USER@HOST/DATABASE")
    ),
]
BrokerUrl = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^nats://[^/,@\s]+(,nats://[^/,@\s]+)*$(?!\n)",
        extra=fits("write nats://HOST:PORT, of several brokers with commas between them"),
    ),
]
Topic = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)*$(?!\n)", max_length=200,
        extra=fits("small letters, digits, - and _, with / between parts, such as duty/board"),
    ),
]  # fmt: skip
TimeOfDay = Annotated[
    str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)", extra=fits('write "07:00"'))
]
WebUrl = Annotated[
    str, msgspec.Meta(pattern=r"^https?://[^\s]+$(?!\n)", extra=fits("write https://HOST/PATH"))
]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=7 * 86400)]
OWN_USER = "centre"
"""Names of users that begin so are the centre's own."""


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the broker listens and how careful it is.

    port          for programs that speak NATS: the centre itself
    mqtt_port     for the boxes and the watchers
    sync          `always`: on disk before a box is told so; or every so often, such as `2m`
    max_file_gib  for all messages that wait; a full broker makes the boxes keep theirs
    cluster       where it is one of several
    url           of a broker that runs already, or of several with commas between them: then the
                  centre starts none, and shares the work with those that read there, too
    password      or `password_file`; of the user `centre` there. Of the centre's own broker, it is
                  made up at each start, unless other centres are to know it
    """

    host: str = "127.0.0.1"
    port: Port = 4222
    mqtt_port: Port = 1883
    sync: Sync = "always"
    max_file_gib: Count = 8
    cluster: Cluster | None = None
    url: BrokerUrl | None = None
    password: Password | None = None


class Speaker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box that may speak, and the one site that it may speak for.

    password  or `password_file`
    cameras   ids of those that it may speak for, and of doors and the like; all of its site when
              left out, which it may only where it is the site's only box
    places    where these are; anywhere when left out
    beats     whether it says how it does; who speaks for doors only does not, and is never missed
    most_per_min  events that just happened, beyond which an alarm says that it floods; they are
              taken all the same
    """

    box: Id
    site: Id
    password: Password
    cameras: tuple[Id, ...] = ()
    places: tuple[Id, ...] = ()
    beats: bool = True
    most_per_min: Count = 6000


class Mqtt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A broker that is not ours and that boxes speak to.

    client_id  under which it keeps what comes while we are away; each centre has its own, but for
               those that share a store
    password   or `password_file`
    tls        `{}` for what the system trusts
    sites      of whose events it may speak; all when left out
    """

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Port = 1883
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "tocsin-centre"
    username: str = ""
    password: str = ""
    tls: Trust | None = None
    sites: tuple[Id, ...] = ()


class Inbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is read besides our own broker."""

    mqtt: Mqtt | None = None


class Watcher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user of the broker who may listen to events, alerts and heartbeats, and say nothing.

    password        or `password_file`
    home_assistant  it may also say that it has started, so that boxes introduce their cameras anew
    commands        boxes that it may also command; each does what its own file allows
    """

    name: Id
    password: Password
    home_assistant: bool = False
    commands: tuple[Id, ...] = ()


class Patrol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit that can be sent: a car, a post, a pair on foot; never a person's name.

    position  longitude and latitude where it usually stands, degrees
    """

    id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    position: tuple[Longitude, Latitude] | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group of the OpenID provider may do here.

    places  ids, each with all that it holds; `*` is everywhere
    """

    group: Annotated[str, msgspec.Meta(min_length=1)]
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]
    places: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID provider at which one may sign in instead.

    name          as the sign-in page shows it
    issuer        its URL, as it says itself
    client        our id there; `secret` or `secret_file` if it gave one
    user_claim    which of its claims is the user's name here
    groups_claim  which names the groups
    grants        what these may do; who is in none is not let in
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "Single sign-on"
    issuer: WebUrl
    client: Annotated[str, msgspec.Meta(min_length=1)]
    secret: Password | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    user_claim: str = "preferred_username"
    groups_claim: str = "groups"
    grants: Annotated[tuple[Grant, ...], msgspec.Meta(min_length=1)]


class Console(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the console and the API are served.

    port     the first to try; when it is taken, the next free one of 20
    names    further host names under which browsers may call it
    url      where browsers reach it, for links in messages; else its host and port
    proxies  addresses or networks of reverse proxies that have TLS in our place; where there are
             any, only they are answered
    sign_in  whether one must; without it, on loopback only, whoever calls it has all rights
    oidc     where else one may sign in
    second_person  whether a change of what is grave in the watch list takes another to publish it
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    names: tuple[str, ...] = ()
    url: WebUrl | None = None
    proxies: tuple[str, ...] = ()
    sign_in: bool = True
    oidc: Provider | None = None
    second_person: bool = True


class Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to tell somebody, which contacts of places name; either a URL or a topic.

    url     as Apprise has it, or `url_file`: `mailtos://…`, `jsons://…`; it is a secret
    mqtt    the end of a topic of the centre's own broker, under `tell/`
    grades  of alerts that it tells; the others it leaves out
    most    messages within `per_s` seconds; more wait for a digest, but those of grade 1 do not
    lang    in which it tells
    """

    name: Id
    url: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    mqtt: Topic | None = None
    grades: Annotated[tuple[Grade, ...], msgspec.Meta(min_length=1)] = (1, 2, 3, 4)
    most: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    per_s: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 600.0
    lang: Lang = "en"


class Reports(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How reports are reckoned.

    zone             of the district: its midnights are the borders of days
    shifts           when a shift begins, in order; the last goes on to the first
    seats            operators who share the alerts of an hour
    arrive_within_s  by when somebody is to be there, for grades 1 to 4
    """

    zone: str = "UTC"
    shifts: Annotated[tuple[TimeOfDay, ...], msgspec.Meta(min_length=1, max_length=12)] = (
        "07:00", "15:00", "23:00",
    )  # fmt: skip
    seats: Count = 1
    arrive_within_s: tuple[Seconds, Seconds, Seconds, Seconds] = (300, 900, 1800, 3600)


class Storage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where events, alerts and what follows from them are kept.

    url       `postgresql://user@host:5432/database`; without one, a file in the state folder
    password  or `password_file`; of the user in the URL
    keep_…    for how many whole days events, their pictures and closed alerts are kept
    """

    url: DatabaseUrl | None = None
    password: Password | None = None
    keep_days: Count = 90
    keep_pictures_days: Count = 30
    keep_alerts_days: Count = 365


class CenterConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command centre.

    name        as the console shows it
    tls         one setting for the broker, the console and our own lines
    state       folder of the broker's files and the store
    inbox       a broker that is there already, read as well
    level       where it stands among other centres, if it is not alone
    store       a database instead of a file in the state folder
    watch_list  file with the places and what is watched there
    """

    name: str = "Command centre"
    tls: Tls | None = None
    state: str = "state"
    broker: Broker = Broker()
    inbox: Inbox = Inbox()
    level: Level | None = None
    boxes: tuple[Speaker, ...] = ()
    watchers: tuple[Watcher, ...] = ()
    patrols: tuple[Patrol, ...] = ()
    channels: tuple[Channel, ...] = ()
    reports: Reports = Reports()
    console: Console = Console()
    store: Storage = Storage()
    watch_list: str

    @property
    def base(self) -> str:
        """The URL that links begin with."""
        console = self.console
        host = f"[{console.host}]" if ":" in console.host else console.host
        scheme = "http" if self.tls is None else "https"
        return (console.url or f"{scheme}://{host}:{console.port}").rstrip("/")


def load(path: Path) -> CenterConfig:
    """Read and check the centre's configuration; relative paths in it start at its folder.

    Raises ConfigError.
    """
    folder = path.parent

    def secret(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    text = text_in(path)
    config = parse(CenterConfig, text, name=str(path), env=os.environ, read=secret)
    config = msgspec.structs.replace(config, tls=_anchored(config.tls, folder))
    with lined(text, str(path)):
        _check(config, str(path))
        return _whole(config, path)


def _whole(config: CenterConfig, path: Path) -> CenterConfig:
    """The same with paths that are whole, and with certificates that are there."""
    folder = path.parent
    return msgspec.structs.replace(
        config,
        state=str((folder / config.state).resolve()),
        watch_list=str((folder / config.watch_list).resolve()),
        inbox=_trusting(config.inbox, folder, str(path)),
        level=config.level and checked(config.level, folder, str(path), config.tls),
    )


def _anchored(tls: Tls | None, folder: Path) -> Tls | None:
    if tls is None:
        return None
    return Tls(**{key: str((folder / path).resolve()) for key, path in asdict(tls).items()})


def _trusting(inbox: Inbox, folder: Path, name: str) -> Inbox:
    """The same with paths that start at the folder, of files that are there."""
    if inbox.mqtt is None:
        return inbox
    tls = found(inbox.mqtt.tls, folder, name=name, at="$.inbox.mqtt.tls")
    return Inbox(mqtt=msgspec.structs.replace(inbox.mqtt, tls=tls))


def _check(config: CenterConfig, name: str) -> None:
    """What types cannot say."""
    _check_users(config, name)
    _check_listeners(config, name)
    _check_console(config.console, name)
    _check_store(config.store, name)
    _check_channels(config.channels, name)
    _check_reports(config.reports, name)


def _check_listeners(config: CenterConfig, name: str) -> None:
    """Whoever else may come is met with TLS, and its files fit each other."""
    if not all(is_address(each) for each in (config.broker.url or "").split(",")):
        raise ConfigError(f"{name}: no URL - at $.broker.url; write nats://HOST:PORT")
    if config.broker.cluster is not None and (wrong := cluster.fault(config.broker.cluster)):
        raise ConfigError(f"{name}: {wrong}")
    if config.broker.url is None and config.broker.port == config.broker.mqtt_port:
        raise ConfigError(
            f"{name}: boxes and programs cannot call at one port - at $.broker.mqtt_port; "
            "choose another than $.broker.port"
        )
    for fault in _open(config) if config.tls is None else faults(config.tls):
        raise ConfigError(f"{name}: {fault}")


def _open(config: CenterConfig) -> Iterator[str]:
    if not is_loopback(config.broker.host):
        yield beyond("the broker listens", config.broker.host, at="$.broker.host")
    among = config.broker.cluster
    if among is not None and not is_loopback(among.host):
        yield beyond("the broker listens", among.host, at="$.broker.cluster.nodes")
    if not is_loopback(config.console.host) and not config.console.proxies:
        said = beyond("the console listens", config.console.host, at="$.console.host")
        yield f"{said}; where a reverse proxy has TLS, name its address in $.console.proxies"


def _check_console(console: Console, name: str) -> None:
    """Who need not sign in must at least be on this machine."""
    if not console.sign_in and (not is_loopback(console.host) or console.names or console.proxies):
        raise ConfigError(
            f"{name}: others than this machine may call the console - at $.console.sign_in; "
            "leave it out, or host and names"
        )
    for index, proxy in enumerate(console.proxies):
        try:
            ip_network(proxy, strict=False)
        except ValueError as error:
            fix = "write an address, or a network such as 172.18.0.0/16"
            raise ConfigError(f"{name}: {error} - at $.console.proxies[{index}]; {fix}") from error
    if console.oidc is not None:
        _check_provider(console.oidc, name)


def _check_provider(provider: Provider, name: str) -> None:
    """What it says is not read by others on the way; and we can read it."""
    if not is_address(provider.issuer):
        raise ConfigError(f"{name}: no URL - at $.console.oidc.issuer; write https://HOST/PATH")
    parts = urlsplit(provider.issuer)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ConfigError(f"{name}: not https - at $.console.oidc.issuer; it must be")
    if find_spec("joserfc") is None or find_spec("httpx") is None:
        raise ConfigError(
            f"{name}: OpenID Connect needs packages that are not here - at $.console.oidc; "
            "install them with: pip install 'tocsin[oidc]'"
        )


def _check_store(store: Storage, name: str) -> None:
    """What is kept leads to nothing that is gone; a database can be reached with what is here."""
    if not store.keep_pictures_days <= store.keep_days <= store.keep_alerts_days:
        raise ConfigError(
            f"{name}: pictures go with their events, and events with their alerts - at $.store; "
            "make keep_pictures_days at most keep_days, and that at most keep_alerts_days"
        )
    if store.url is None:
        return
    if not is_address(store.url):
        raise ConfigError(f"{name}: no URL - at $.store.url; write postgresql://USER@HOST/DATABASE")
    parts = urlsplit(store.url)
    if parts.password is not None and store.password is not None:
        raise ConfigError(f"{name}: the password stands twice - at $.store; keep one of them")
    if find_spec("psycopg") is None:
        raise ConfigError(
            f"{name}: PostgreSQL needs a package that is not here - at $.store.url; "
            "install it with: pip install 'tocsin[postgresql]'"
        )
    if parts.hostname and not is_loopback(parts.hostname) and "sslmode" not in parts.query:
        raise ConfigError(
            f"{name}: the line to {parts.hostname} may be in clear - at $.store.url; add "
            "?sslmode=verify-full&sslrootcert=FILE, or ?sslmode=disable where the network guards it"
        )


def _check_users(config: CenterConfig, name: str) -> None:
    """No two users of the broker share a name, and none takes ours."""
    users = [speaker.box for speaker in config.boxes] + [who.name for who in config.watchers]
    for user, times in Counter(users).items():
        if times > 1:
            raise ConfigError(
                f"{name}: {times} users are named {user!r} - at $.boxes and $.watchers; "
                "give each its own name"
            )
        if user.startswith(OWN_USER):
            raise ConfigError(
                f"{name}: names that begin with {OWN_USER!r} are the centre's own "
                f"- at $.boxes or $.watchers; rename {user!r}"
            )
    _check_shared(config.boxes, name)
    _check_patrols(config.patrols, name)
    boxes = [speaker.box for speaker in config.boxes]
    for index, who in enumerate(config.watchers):
        for box in who.commands:
            if box not in boxes:
                raise ConfigError(
                    f"{name}: no box is named {box!r} - at $.watchers[{index}].commands; "
                    f"boxes: {', '.join(boxes) or 'none'}"
                )


def _check_shared(boxes: tuple[Speaker, ...], name: str) -> None:
    """Of boxes that share a site, none may speak for the cameras of another."""
    of_site = Counter(speaker.site for speaker in boxes)
    owner: dict[tuple[str, str], str] = {}
    for index, speaker in enumerate(boxes):
        at = f"at $.boxes[{index}].cameras"
        if of_site[speaker.site] > 1 and not speaker.cameras:
            raise ConfigError(
                f"{name}: several boxes speak for the site {speaker.site!r}, and {speaker.box!r} "
                f"does not say for which cameras - {at}; list them, or give it a site of its own"
            )
        for camera in speaker.cameras:
            other = owner.setdefault((speaker.site, camera), speaker.box)
            if other != speaker.box:
                raise ConfigError(
                    f"{name}: {other!r} speaks for the camera {camera!r} of the site already - "
                    f"{at}; leave it to one of them"
                )


def _check_patrols(patrols: tuple[Patrol, ...], name: str) -> None:
    for patrol, times in Counter(patrol.id for patrol in patrols).items():
        if times > 1:
            raise ConfigError(
                f"{name}: {times} patrols are named {patrol!r} - at $.patrols; rename one"
            )


def _check_channels(channels: tuple[Channel, ...], name: str) -> None:
    """Each has its own name and one way to go; no message ever shows a URL."""
    for index, channel in enumerate(channels):
        at = f"at $.channels[{index}]"
        if (channel.url is None) == (channel.mqtt is None):
            raise ConfigError(
                f"{name}: {channel.name!r} needs one of `url` and `mqtt` - {at}; keep one of them"
            )
        if channel.url is not None and not is_sound(channel.url):
            raise ConfigError(
                f"{name}: the URL of {channel.name!r} is none that Apprise knows - {at}.url; "
                "see docs/guide/telling.md"
            )
    for channel_name, times in Counter(channel.name for channel in channels).items():
        if times > 1:
            raise ConfigError(
                f"{name}: {times} channels are named {channel_name!r} - at $.channels; rename one"
            )


def _check_reports(reports: Reports, name: str) -> None:
    """The zone exists, and shifts follow each other."""
    try:
        ZoneInfo(reports.zone)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"{name}: no time zone is named {reports.zone!r} - at $.reports.zone; try Asia/Shanghai"
        ) from error
    if list(reports.shifts) != sorted(set(reports.shifts)):
        raise ConfigError(
            f"{name}: shifts do not follow each other - at $.reports.shifts; begin with the "
            "earliest time of the day"
        )
