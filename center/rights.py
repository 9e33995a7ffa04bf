"""Someone's roles and places, and what is asked, in; allowed, or what is missing, out. Pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:  # the command line, which only asks for the roles, reads no YAML for its help
    from center.tree import Tree

Role = Literal["operator", "patrol", "supervisor", "auditor", "custodian", "administrator"]
Permission = Literal[
    "alerts.read", "alerts.work", "alerts.shelve", "alerts.dispatch", "pictures.view",
    "health.read", "reports.read", "watch-list.read", "watch-list.edit", "boxes.command",
    "evidence.request", "audit.read", "users.manage", "metrics.read",
]  # fmt: skip
EVERYWHERE = "*"
"""Among someone's places: all there are, also those that no watch list names."""

_SEES: tuple[Permission, ...] = ("alerts.read", "health.read")
_WORKS: tuple[Permission, ...] = (
    *_SEES, "pictures.view", "alerts.work", "alerts.shelve", "alerts.dispatch",
)  # fmt: skip
TABLE: Mapping[Role, frozenset[Permission]] = {
    "patrol": frozenset({"alerts.read", "pictures.view"}),
    "operator": frozenset(_WORKS),
    "supervisor": frozenset({
        *_WORKS, "reports.read", "watch-list.read", "watch-list.edit", "boxes.command",
        "evidence.request",
    }),
    "auditor": frozenset({*_SEES, "reports.read", "watch-list.read", "audit.read"}),
    "custodian": frozenset({"alerts.read", "evidence.request", "audit.read"}),
    "administrator": frozenset({
        "health.read", "watch-list.read", "users.manage", "metrics.read",
    }),
}  # fmt: skip
"""What each role may do, within its places. Who manages users sees no picture by that."""

SHELVES: Mapping[Role, int] = {"operator": 3, "supervisor": 2}
"""The gravest grade that a role may shelve; nobody shelves grade 1."""

WHOLE: frozenset[Permission] = frozenset({
    "watch-list.read", "watch-list.edit", "users.manage", "metrics.read",
})  # fmt: skip
"""What is about all places at once, and so needs all of them."""

ROLES: tuple[Role, ...] = tuple(TABLE)


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as far as rights go.

    name    by which the audit knows them
    seat    as others see it in the log of an alert
    roles   together they allow what any of them does
    places  ids; each stands for all that it holds
    """

    name: str
    seat: str
    roles: tuple[Role, ...]
    places: tuple[str, ...]


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Why not.

    place  where it was asked for; nothing when no place was the reason
    ask    the role of whom to ask for it
    """

    permission: Permission
    ask: Role
    place: str | None = None


def permissions(holder: Holder) -> frozenset[Permission]:
    """All that someone may do somewhere."""
    return frozenset[Permission]().union(*(TABLE[role] for role in holder.roles))


def within(holder: Holder, tree: "Tree") -> frozenset[str] | None:
    """The ids of all places that someone may see; None for all."""
    if EVERYWHERE in holder.places:
        return None
    listed = [place for place in holder.places if place in tree.places]
    below = {each.id for place in listed for each in tree.below(place)}
    return frozenset(below.union(holder.places))


def missing(
    holder: Holder, permission: Permission, seen: frozenset[str] | None, place: str | None = None
) -> Missing | None:
    """What keeps someone from doing something, at a place or in general; None if nothing does.

    seen  `within` of the same holder
    """
    ask = grants(permission)
    if permission not in permissions(holder):
        return Missing(permission=permission, ask=ask)
    outside = seen is not None and (permission in WHOLE or (place or "") not in {"", *seen})
    return Missing(permission=permission, ask=ask, place=place) if outside else None


def shelves(holder: Holder, grade: int) -> bool:
    """Whether someone may shelve an alert of a grade."""
    return any(grade >= SHELVES[role] for role in holder.roles if role in SHELVES)


def grants(permission: Permission) -> Role:
    """Whom to ask for it: the shift's supervisor for its work, else who manages users."""
    return "supervisor" if permission in _WORKS else "administrator"
