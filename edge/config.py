"""A box's YAML in, `EdgeConfig` out: data only, read once, never changed."""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from edge.dialling import fault_of
from edge.evidence.settings import Evidence
from edge.labels import labels_of
from edge.live.settings import LiveViews
from edge.purpose import Statements, inherited
from edge.tls import anchored, faults
from models.providers import Provider
from pipelines.commands import Kind
from pipelines.custody import Custodian
from pipelines.errors import ConfigError
from pipelines.fitting import fits
from pipelines.healthrules import HealthRules
from pipelines.rules import AnyRule, OfThings, Speed
from pipelines.settings import Id, lined, parse
from pipelines.trust import Trust, beyond, is_loopback
from pipelines.unread import why_unread
from pipelines.zones import Line, Zone

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Where = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[^\s:]+:\d{1,5}$(?!\n)|^\[[0-9A-Fa-f:.]+\]:\d{1,5}$(?!\n)",
        extra=fits("write HOST:PORT"),
    ),
]
"""A host and its port."""


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where events go: the centre's MQTT 3.1.1 listener.

    others    of brokers that are one, host and port of the rest: dialled in turn when one is away
    username  the box's id when empty
    password  or `password_file`
    batches   whether many events that wait go in one message; without, all go one by one
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    others: tuple[Where, ...] = ()
    username: str = ""
    password: str = ""
    batches: bool = True

    def dialled(self, turn: int) -> "Broker":
        """The one to dial in a turn: itself first, then the others, then itself again."""
        places = [(self.host, self.port), *(_place(each) for each in self.others)]
        host, port = places[turn % len(places)]
        return msgspec.structs.replace(self, host=host, port=port)


def _place(where: str) -> tuple[str, int]:
    host, _, port = where.rpartition(":")
    return host.strip("[]"), int(port)


class Spool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file in which events wait for the broker's acknowledgement."""

    path: str = "spool.db"
    limit_mib: Count = 256


class Stream(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a camera's URL is opened.

    transport  of RTSP; `udp` where the camera cannot do TCP
    open_s     to wait for the first answer
    stall_s    without a packet before the stream counts as dead
    hardware   that decodes; where FFmpeg or the machine lacks it software does, and it is said
    loop       play a file again when it ends
    realtime   play a file at the pace at which it was recorded
    """

    transport: Literal["tcp", "udp"] = "tcp"
    hardware: Literal["none", "cuda", "d3d11va", "qsv", "vaapi", "videotoolbox"] = "none"
    open_s: Positive = 10.0
    stall_s: Positive = 5.0
    loop: bool = True
    realtime: bool = True


class Camera(Statements, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera: where its stream is, which place it sees, what is watched there and why.

    url        rtsp://, rtsps://, http:// or a file; anything that FFmpeg opens
    substream  the camera's small stream, where it has one
    username   and `password` or `password_file`: kept out of `url`, so never logged
    mode       `full`: every frame is decoded; `substream`: motion is seen on the small stream, and
               of the large one only what is looked at is decoded; `keyframe`: keyframes only while
               idle, which misses what comes and goes between two; `auto` chooses and says why
    sensitivity  to motion: 2 takes half the step for movement; a zone may have its own
    masks      parts of the picture in which nothing counts as movement: a flag, a road outside
    privacy_masks  parts that nobody sees, no model either: black as soon as a picture is decoded
    evidence   whether sealed clips are made of it, on a box that has custodians
    health     the watch on the camera itself: its sight, its stream, its clock; `null` switches it
               off, and so it does each of its rules
    """

    id: Id
    place: Id
    url: str
    substream: str = ""
    username: str = ""
    password: str = ""
    mode: Literal["auto", "full", "substream", "keyframe"] = "auto"
    stream: Stream = Stream()
    sensitivity: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    masks: tuple[Zone, ...] = ()
    privacy_masks: tuple[Zone, ...] = ()
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[AnyRule, ...] = ()
    evidence: bool = True
    health: HealthRules | None = HealthRules()


class Detector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network that looks where something moved.

    model          a name in the catalogue: `tocsin models list`; `auto`: the fastest that is right
    looks_per_s    whole looks at most per camera; a look at a part costs a part
    box_looks_per_s  the same for all cameras of the box; none: as many as there is time for
    minimum_score  under which a finding is none; weak ones only keep tracks that expect them
    threads        of onnxruntime within one look
    providers      processors for the networks, the first that can; the CPU takes the rest
    """

    model: str = "auto"
    looks_per_s: Positive = 5.0
    box_looks_per_s: Positive | None = None
    minimum_score: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.2
    threads: Count = 1
    providers: Annotated[tuple[Provider, ...], msgspec.Meta(min_length=1)] = ("cpu",)


class Metrics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where Prometheus may ask the box for its numbers."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9477


class Onvif(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events in ONVIF's topics and words beside the native ones.

    prefix      of its topics; the box's id follows it. The centre's broker knows `onvif` only
    detections  what is followed in each picture, too, once a second and without numbers
    """

    enabled: bool = True
    detections: bool = False
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")] = "onvif"


class HomeAssistant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cameras as devices of Home Assistant, by its MQTT discovery.

    prefix  of discovery. The centre's broker knows `homeassistant` only
    """

    enabled: bool = True
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$")] = "homeassistant"


class EdgeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One box.

    defaults  what a camera states of itself where it does not say otherwise
    tls      for the line to the broker and for the metrics
    workers  processes that the cameras are dealt out to; 0: one per core, at most one per camera
    metrics  a listener for Prometheus; none unless it is asked for
    onvif    the same events as ONVIF has them; none unless they are asked for
    home_assistant  cameras as its devices; none unless they are asked for
    evidence  sealed clips of events, for two custodians; none unless they are named
    live      bounds of live views, where `commands` has `live`
    commands  that the box does when asked over MQTT; none unless they are listed
    """

    site: Id
    box: Id
    broker: Broker = Broker()
    tls: Trust | None = None
    spool: Spool = Spool()
    detector: Detector = Detector()
    defaults: Statements = Statements()
    workers: Annotated[int, msgspec.Meta(ge=0)] = 0
    metrics: Metrics | None = None
    onvif: Onvif | None = None
    home_assistant: HomeAssistant | None = None
    commands: tuple[Kind, ...] = ()
    live: LiveViews = LiveViews()
    evidence: Evidence | None = None
    cameras: Annotated[tuple[Camera, ...], msgspec.Meta(min_length=1)]


def load(path: Path) -> EdgeConfig:
    """Read and check a box's configuration; relative paths in it start at its folder.

    Raises ConfigError.
    """
    return loaded(text_of(path), path)


def loaded(text: str, path: Path) -> EdgeConfig:
    """The same of a text that stands in the file, or shall. Raises ConfigError."""
    config = parse(EdgeConfig, text, name=str(path), env=os.environ, read=_beside(path))
    tls = config.tls and anchored(config.tls, path.parent)
    config = msgspec.structs.replace(config, tls=tls)
    stated = tuple(inherited(camera, config.defaults) for camera in config.cameras)
    config = msgspec.structs.replace(config, cameras=stated)
    with lined(text, str(path)):
        _check(config, str(path))
    spool = msgspec.structs.replace(config.spool, path=str(path.parent / config.spool.path))
    cameras = tuple(_anchored(camera, path.parent) for camera in config.cameras)
    evidence = config.evidence.anchored(path.parent) if config.evidence else None
    return msgspec.structs.replace(config, spool=spool, cameras=cameras, evidence=evidence)


def text_of(path: Path) -> str:
    """The content of a configuration's file, with its own line ends. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {why_unread(error)}") from error


def _beside(path: Path) -> "_Secrets":
    return _Secrets(path.parent)


class _Secrets:
    """Reads the file of a secret, relative to the folder of the configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def _anchored(camera: Camera, folder: Path) -> Camera:
    """Files' paths made absolute; URLs as they are."""

    def found(url: str) -> str:
        return url if "://" in url or not url else str((folder / url).resolve())

    return msgspec.structs.replace(camera, url=found(camera.url), substream=found(camera.substream))


def _check(config: EdgeConfig, name: str) -> None:
    """What types cannot say: ids are unique, and what a rule names exists. Raises ConfigError."""
    _check_lines(config, name)
    if config.evidence is not None and _is_one(config.evidence.custodians):
        raise ConfigError(
            f"{name}: both custodians have the same name or key - at $.evidence.custodians; "
            "`tocsin evidence keygen` makes a pair for each"
        )
    seen, labels = set[str](), labels_of(config.detector.model)
    for index, camera in enumerate(config.cameras):
        at = f"$.cameras[{index}]"
        if camera.id in seen:
            raise ConfigError(
                f"{name}: two cameras are named {camera.id!r} - at {at}.id; rename one"
            )
        seen.add(camera.id)
        for fault in _faults(camera, at, labels):
            raise ConfigError(f"{name}: camera {camera.id!r} {fault}")
    _check_purpose(config, name)


def _check_lines(config: EdgeConfig, name: str) -> None:
    """Whoever asks from elsewhere is met with TLS, and its files fit each other."""
    shows = config.tls is not None and config.tls.is_mutual
    if config.metrics is not None and not shows and not is_loopback(config.metrics.host):
        said = beyond("the metrics listen", config.metrics.host, at="$.metrics.host")
        raise ConfigError(f"{name}: {said}")
    for fault in faults(config.tls) if config.tls else ():
        raise ConfigError(f"{name}: {fault}")


def _check_purpose(config: EdgeConfig, name: str) -> None:
    """A rule cannot be armed at a camera that does not say why it is there. Raises ConfigError."""
    armed = [
        (index, camera)
        for index, camera in enumerate(config.cameras)
        if camera.unstated and any(rule.armed for rule in camera.rules)
    ]
    if not armed:
        return
    index, camera = armed[0]
    others = ", ".join(other.id for _, other in armed[1:])
    raise ConfigError(
        f"{name}: camera {camera.id!r} has armed rules, but {camera.why_disarmed} - at "
        f"$.cameras[{index}].{camera.unstated[0]}; state it there, or for all cameras at "
        f"$.defaults.{camera.unstated[0]}, or give its rules `armed: false`"
        + (f"; so it is with: {others}" if others else "")
    )


def _is_one(custodians: tuple[Custodian, Custodian]) -> bool:
    one, other = custodians
    return one.name == other.name or one.key == other.key


def _faults(camera: Camera, at: str, labels: tuple[str, ...] | None) -> Iterator[str]:
    """What is wrong with a camera, each fault with its place and the fix.

    labels  of the network; nothing where it is not here to be asked
    """
    if camera.mode == "substream" and not camera.substream:
        yield (f"has no small stream - at {at}.mode; give `substream` its URL, or choose `auto`")
    for key, url in (("url", camera.url), ("substream", camera.substream)):
        if fault := fault_of(url):
            yield f"{fault[0]} - at {at}.{key}; {fault[1]}"
    for key, drawn in (
        ("zones", camera.zones),
        ("lines", camera.lines),
        ("privacy_masks", camera.privacy_masks),
    ):
        ids = [each.id for each in drawn]
        for number, each in enumerate(ids):
            if each in ids[:number]:
                yield f"has two {key} named {each!r} - at {at}.{key}[{number}].id; rename one"
    yield from _shapeless(camera, at)
    names = [rule.id for rule in camera.rules]
    for number, rule in enumerate(camera.rules):
        if rule.id is not None and rule.id in names[:number]:
            yield f"has two rules named {rule.id!r} - at {at}.rules[{number}].id; rename one"
        yield from _faults_of(rule, camera, f"{at}.rules[{number}]")
        if labels is not None and isinstance(rule, OfThings):
            yield from _unfound(rule, labels, f"{at}.rules[{number}]")


def _shapeless(camera: Camera, at: str) -> Iterator[str]:
    """Shapes of which nobody can tell what lies inside, and lines over which nothing can go."""
    for key in ("zones", "masks", "privacy_masks"):
        for number, zone in enumerate(getattr(camera, key)):
            fault = zone.fault()
            if fault is not None:
                why, fix = fault
                yield f"has a shape {zone.id!r} {why} - at {at}.{key}[{number}].polygon; {fix}"
    for number, line in enumerate(camera.lines):
        if line.is_point:
            yield (
                f"has a line {line.id!r} without length - at {at}.lines[{number}].points; "
                "give it two points that are not the same"
            )


def _faults_of(rule: AnyRule, camera: Camera, at: str) -> Iterator[str]:
    for key, drawn in (("zone", camera.zones), ("line", camera.lines)):
        named, known = getattr(rule, key, None), [each.id for each in drawn]
        if named is not None and named not in known:
            fix = f"its {key}s: {', '.join(known) or 'none'}"
            yield f"has no {key} {named!r} - at {at}.{key}; {fix}"
    zones = {zone.id: zone for zone in camera.zones}
    if isinstance(rule, Speed) and rule.zone in zones and not zones[rule.zone].calibration:
        yield (
            f"has no calibration for its zone {rule.zone!r} - at {at}.zone; "
            "give the zone four `points` and their `metres`"
        )


def _unfound(rule: OfThings, labels: tuple[str, ...], at: str) -> Iterator[str]:
    """Classes that the network does not find."""
    for number, label in enumerate(rule.classes):
        if label not in labels:
            near = difflib.get_close_matches(label, labels, n=1)
            fix = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(labels)}"
            yield f"watches for an unknown class {label!r} - at {at}.classes[{number}]; {fix}"
