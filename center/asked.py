"""The bodies of the API's writes about alerts."""

from typing import Annotated

import msgspec

from center.lifecycle import SHELF_S, Cause, Outcome
from pipelines.settings import Id

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
"""A few words; no names of persons."""


class Plain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step that needs nothing else.

    reason  goes into the log
    """

    reason: Words | None = None


class ToDispatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to send; see `/api/patrols`."""

    patrol: Id
    reason: Words | None = None


class ToClose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it was.

    cause         why it was not real; with `not_real`, and only with it
    duplicate_of  id of the alert that it repeats
    """

    outcome: Outcome
    cause: Cause | None = None
    duplicate_of: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    reason: Words | None = None


class ToShelve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long, in seconds, and why."""

    for_s: Annotated[float, msgspec.Meta(gt=0, le=SHELF_S)]
    reason: Words


class ToNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note, no names."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ToTick(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the watch list's entry, counted from 0, and whether it is done."""

    number: Annotated[int, msgspec.Meta(ge=0, le=63)]
    done: bool = True


ASKED = (Plain, ToDispatch, ToClose, ToShelve, ToNote, ToTick)
