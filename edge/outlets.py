"""A box's configuration in, the protocols that it speaks beside its native topics out."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, get_args

from edge.config import Camera, EdgeConfig
from pipelines.flow import Event, Heartbeat, Rule, Scene
from pipelines.homeassistant import Device, HomeAssistant
from pipelines.onvif import Onvif, Watched
from pipelines.rules import ids_of, name_of
from pipelines.wire import Message


class Outlet(Protocol):
    """Says in another protocol's words what the box has to say; `now_s` is Unix time.

    topics  that it wants to hear
    """

    topics: tuple[str, ...]

    def opened(self, now_s: float) -> Iterable[Message]:
        """Everything that is retained, as it is now, for a connection that has just been made."""
        ...

    def told(self, event: Event, now_s: float) -> Iterable[Message]:
        """What an event says; the event counts as sent when these are."""
        ...

    def heard(self, topic: str, payload: bytes, now_s: float) -> Iterable[Message]:
        """What is to be said to what was heard under one of its `topics`."""
        ...

    def passed(self, beat: Heartbeat, now_s: float) -> Iterable[Message]:
        """What a heartbeat changes."""
        ...


def outlets_of(config: EdgeConfig, scenes: Callable[[], Sequence[Scene]]) -> list[Outlet]:
    """The outlets that the configuration asks for; `scenes`: what is followed now."""
    found: list[Outlet] = []
    if config.onvif is not None and config.onvif.enabled:
        cameras = [Watched(camera.id, rules_of(camera)) for camera in config.cameras]
        wanted = scenes if config.onvif.detections else None
        found.append(Onvif(f"{config.onvif.prefix}/{config.box}", cameras, wanted))
    asked = config.home_assistant
    if asked is not None and asked.enabled:
        devices = [Device(each.id, each.place, rules_of(each)) for each in config.cameras]
        found.append(HomeAssistant(asked.prefix, config.box, devices))
    return found


def rules_of(camera: Camera) -> dict[str, Rule]:
    """What a camera is watched by: its own rules by their ids, and those of its health."""
    own = dict(zip(ids_of(camera.rules), map(name_of, camera.rules), strict=True))
    health = camera.health
    names = health.__struct_encode_fields__ if health else ()
    fields = health.__struct_fields__ if health else ()
    on = [name for name, field in zip(names, fields, strict=True) if getattr(health, field)]
    return own | {name: name for name in _RULES if name in on}


_RULES: Sequence[Rule] = get_args(Rule)
