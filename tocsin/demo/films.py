"""What the RTSP server said in, where each camera's film is out: the story's own clock.

A film begins when its camera connects and comes again and again, as long as it stays.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

_BEGAN = re.compile(r"^film=(\S+) at=([0-9.]+)\n", re.MULTILINE)


class Play(NamedTuple):
    """A camera that has connected.

    began_s  Unix time at which its film was at 0 s
    """

    camera: str
    began_s: float


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """How long a camera's film has played, in seconds, each time that it connected."""

    camera: str
    plays_s: tuple[float, ...]

    def times(self, at_s: float, every_s: float) -> int:
        """How often it has come to `at_s` of what comes again `every_s`."""
        return sum(max(0, int((played - at_s) // every_s) + 1) for played in self.plays_s)


def plays(said: str) -> tuple[Play, ...]:
    """All that the server told of, in its order."""
    return tuple(Play(camera, float(at_s)) for camera, at_s in _BEGAN.findall(said))


def newest(told: tuple[Play, ...]) -> dict[str, float]:
    """When each camera's film began that plays now."""
    return {play.camera: play.began_s for play in told}


def played(told: tuple[Play, ...], until_s: float) -> tuple[Film, ...]:
    """How long each film played until a Unix time."""
    names = dict.fromkeys(play.camera for play in told)
    return tuple(Film(camera=name, plays_s=tuple(_lasted(told, name, until_s))) for name in names)


def _lasted(told: tuple[Play, ...], camera: str, until_s: float) -> Iterator[float]:
    began = [play.began_s for play in told if play.camera == camera]
    for begun_s, ended_s in zip(began, [*began[1:], until_s], strict=True):
        yield round(max(0.0, ended_s - begun_s), 1)
