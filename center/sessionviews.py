"""The bodies of what is asked and answered about sessions."""

from datetime import datetime
from typing import Annotated

import msgspec

from center.actor import Via
from center.rights import Permission, Role


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Who you are to the centre.

    places      ids, each with all that it holds; none for all there are
    everywhere  whether these are all
    via         `open` where nobody signs in
    password    whether you have one here; who came by a ticket should set one
    ends_at     when the session ends, however busy; without a request it ends after `idle_s`
    """

    name: str
    seat: str
    roles: tuple[Role, ...]
    permissions: tuple[Permission, ...]
    places: tuple[str, ...]
    everywhere: bool
    via: Via
    password: bool
    ends_at: datetime | None
    idle_s: float | None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions ended."""

    sessions: int


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """How one may sign in.

    sign_in   false where everybody may do everything
    provider  name of the OpenID provider, and where one goes to sign in there
    """

    sign_in: bool
    provider: str | None = None
    provider_url: str | None = None


class ToSignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user's name and password."""

    name: Annotated[str, msgspec.Meta(max_length=60)]
    password: Annotated[str, msgspec.Meta(max_length=1024)]


class ToSetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password; `old` may be left out by who has none."""

    old: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    new: Annotated[str, msgspec.Meta(max_length=1024)]
