"""A demo's plan in, the key of its programs and the link of whoever looks out."""

from contextlib import closing
from typing import NamedTuple

import httpx

from center import passes, users
from center.clock import SystemClock
from center.config import load
from center.rights import EVERYWHERE, ROLES
from center.service import store_of
from center.users import User
from tocsin.demo.plan import Plan

NAME = "demo"


class Guest(NamedTuple):
    """Someone with all rights in a centre that nobody else uses.

    token   for the programs that judge the demo
    ticket  for one browser, once
    """

    token: str
    ticket: str

    @property
    def headers(self) -> dict[str, str]:
        """What the programs send along."""
        return {"Authorization": f"Bearer {self.token}"}

    def client(self, url: str) -> httpx.Client:
        """Asks the centre at a URL."""
        return httpx.Client(base_url=url, headers=self.headers)

    def link(self, url: str) -> str:
        """Opens the console at a URL, signed in."""
        return f"{url}/enter?ticket={self.ticket}"


def admitted(plan: Plan) -> Guest:
    """Make the guest before the centre starts, as `tocsin center user` would."""
    now_s = SystemClock().now_s()
    guest = User(name=NAME, seat="seat-1", roles=ROLES, places=(EVERYWHERE,), created_s=now_s)
    with closing(store_of(load(plan.center))) as store, store.write() as connection:
        users.put(connection, guest)
        token, ticket = (
            passes.give(connection, NAME, kind, now_s=now_s, lasts_s=passes.TOKEN_S, label=NAME)
            for kind in ("token", "ticket")
        )
    return Guest(token, ticket)
