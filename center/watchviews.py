"""The bodies of the API's questions and answers about the watch list."""

from datetime import datetime
from typing import Annotated

import msgspec

from center.seconding import Waiting
from center.versions import ListState

DAYS = 31
MOST_SIGNS = 1 << 19
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_SIGNS)]


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """The watch list in force, and its text.

    state    its version, and whether the file as it is now was refused
    waiting  a text that waits for a second person, if one does
    """

    state: ListState
    text: str
    waiting: Waiting | None = None


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the watch list, without its text."""

    id: int
    at: datetime
    by: str
    sha256: str
    second: str | None = None


class VersionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Versions, the newest first; `next` is the cursor of the next page, if there is one."""

    versions: tuple[VersionLine, ...]
    next: str | None


class ToPublish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole text of a watch list, YAML."""

    text: Text


class ToCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to read, which may be wrong."""

    text: Annotated[str, msgspec.Meta(max_length=MOST_SIGNS)]


class ToRevert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version to put in force again."""

    version: Annotated[int, msgspec.Meta(ge=1)]


class ToTry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to try on the events of the last days; days and hours are those of `zone`."""

    text: Text
    days: Annotated[int, msgspec.Meta(ge=1, le=DAYS)] = 7
    zone: Annotated[str, msgspec.Meta(max_length=60)] = "UTC"
