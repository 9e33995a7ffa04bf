"""A route in, the permission that it needs out: each route says it where it stands."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from starlette.routing import BaseRoute

from center.rights import Permission

Need = Permission | Literal["anyone", "signed-in", "link"]
"""`link`: whoever has the patrol's link; `signed-in`: whoever the centre knows."""

Route = TypeVar("Route", bound=Callable[..., Any])
_MARK = "needs"


def needs(need: Need) -> Callable[[Route], Route]:
    """Say what a route needs. One that says nothing is refused to all, and a test finds it."""

    def marked(route: Route) -> Route:
        setattr(route, _MARK, need)
        return route

    return marked


def need_of(endpoint: object) -> Need | None:
    """What a route's function said."""
    found: Need | None = getattr(endpoint, _MARK, None)
    return found


def need_of_route(route: BaseRoute) -> Need | None:
    """The same of a route."""
    return need_of(getattr(route, "endpoint", None))
