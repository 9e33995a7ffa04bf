"""A connection in, for which cameras a box may speak there out: what nobody would take is held.

A broker acknowledges what a client has no right to publish, and drops it (MQTT 3.1.1, 3.3.5). It
says so where somebody has no right to listen, though. So the centre's broker lets a box listen,
under `may/`, to exactly what it may say; nothing is ever said there. Another broker does not know
of this: it grants neither `may/<box>` nor anything below, or all of it, and then all is said.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from pipelines.wire import may_speak_topic, rights_topic

log = logging.getLogger("tocsin.rights")

Camera = tuple[str, str]
"""Its site and its id."""


class Asked(Protocol):
    """What is needed of a connection; `edge.link.Link` is one."""

    def granted(self, topics: Sequence[str]) -> list[bool]:
        """Whether we may listen under each of some topics. Raises LinkError."""
        ...


class Rights:
    """What one connection grants. Asks at once for the cameras that are known.

    user  as whom the broker has let us in: a box's name

    Raises LinkError when the line breaks meanwhile.
    """

    def __init__(self, link: Asked, user: str, cameras: Iterable[Camera]) -> None:
        self.link, self.user = link, user
        known = tuple(cameras)
        topics = [rights_topic(user), *(may_speak_topic(*each) for each in known)]
        self.told, *granted = link.granted(topics)
        self.known: dict[Camera, bool] = {}
        for camera, is_granted in zip(known, granted, strict=True):
            self._note(camera, is_granted=is_granted)

    def allow(self, site: str, camera: str) -> bool:
        """Whether the broker passes on what is said of a camera. Raises LinkError."""
        if not self.told:
            return True
        if (site, camera) not in self.known:
            (is_granted,) = self.link.granted([may_speak_topic(site, camera)])
            self._note((site, camera), is_granted=is_granted)
        return self.known[site, camera]

    def _note(self, camera: Camera, *, is_granted: bool) -> None:
        self.known[camera] = is_granted
        if self.told and not is_granted:
            why = f"the centre lets {self.user} not speak for it; see `boxes` in the centre's file"
            log.error("site=%s camera=%s state=held why=%s", *camera, why)
