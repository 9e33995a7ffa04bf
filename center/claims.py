"""What an OpenID provider says of someone and the centre's file in, a user out. Pure."""

from collections.abc import Mapping

import msgspec

from center.config import Provider
from center.users import User
from pipelines.errors import TocsinError


class UnfitError(TocsinError):
    """Who signed in elsewhere is not let in here; the text says why."""


def user_of(claims: Mapping[str, object], provider: Provider, *, now_s: float) -> User:
    """Someone with all that their groups grant. Raises UnfitError."""
    name = str(claims.get(provider.user_claim, "")).lower()
    groups = _texts(claims.get(provider.groups_claim))
    mine = [grant for grant in provider.grants if grant.group in groups]
    if not mine:
        raise UnfitError("none of your groups is granted anything here; ask an administrator")
    told = {
        "name": name, "seat": name.partition("@")[0], "origin": "oidc", "created_s": now_s,
        "roles": list(dict.fromkeys(role for grant in mine for role in grant.roles)),
        "places": list(dict.fromkeys(place for grant in mine for place in grant.places)),
    }  # fmt: skip
    try:
        return msgspec.convert(told, User)
    except msgspec.ValidationError as error:
        raise UnfitError(f"the claim {provider.user_claim!r} makes no name: {error}") from error


def _texts(value: object) -> set[str]:
    """One text or several."""
    if isinstance(value, str):
        return {value}
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
