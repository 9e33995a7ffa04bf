"""What goes between a box's supervisor and its workers, beside commands."""

import msgspec

from pipelines.flow import CameraState, Picture, Scene


class Report(msgspec.Struct, frozen=True, kw_only=True, tag="report"):
    """How a worker's cameras do, and what is followed there where somebody wants to know."""

    cameras: tuple[CameraState, ...]
    scenes: tuple[Scene, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True, tag="shown"):
    """A part of a camera's live view, as it goes out."""

    camera: str
    data: bytes


class Taken(msgspec.Struct, frozen=True, kw_only=True, tag="taken"):
    """A redacted still that a command asked for, or why there is none."""

    id: str
    picture: Picture | None = None
    error: str = ""
