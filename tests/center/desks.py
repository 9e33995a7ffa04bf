"""A store in, the work on alerts on it out, on a clock that the test moves."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import uuid_utils
from fastapi import FastAPI, Request

from center import lookup
from center.access import Access
from center.actor import Caller
from center.alert import Alert
from center.api import app
from center.audit import Audit
from center.boxes import Boxes
from center.commanding import Commanding
from center.config import Patrol, Reports, Speaker
from center.desk import Desk
from center.details import detail
from center.entrance import Entrance
from center.filing import Filing
from center.filters import Filters
from center.hub import Hub
from center.listing import Listing
from center.liveviews import LiveViews
from center.logbook import LogEntry
from center.oidc import Oidc
from center.reporting.making import Making
from center.seconding import Seconding
from center.steps import Asking
from center.store import Store
from center.taskroutes import Develop
from center.taskstore import Links
from center.watchlist import WatchList
from center.working import Working
from pipelines.flow import CameraState, Event, Heartbeat
from pipelines.wire import encode
from tests.center.centre import NOON, WATCH_YAML
from tests.center.test_crosscheck import WATCHED, letter, new_id

CAR = Patrol(id="car-1", name="Car 1", position=(120.1, 30.2))
FOOT = Patrol(id="foot-2", name="On foot, north")


class MovedClock:
    """Time as a test sets it."""

    def __init__(self) -> None:
        self.at_s = NOON.timestamp()

    def now_s(self) -> float:
        return self.at_s

    def ticks_s(self) -> float:
        return self.at_s


class Office:
    """One store, the filing into it and the work on it."""

    def __init__(self, store: Store, watch_list: WatchList = WATCHED) -> None:
        self.clock, self.told, self.store = MovedClock(), 0, store
        self.filing = Filing(watch_list, new_id=new_id)
        self.working = Working(
            self.store, self.clock, self._tell, watch_list=lambda: self.filing.watch_list,
            patrols=(CAR, FOOT), links=Links(b"k" * 32), new_id=lambda: str(uuid_utils.uuid7()),
        )  # fmt: skip

    def _tell(self) -> None:
        self.told += 1

    def file(self, *events: Event) -> Alert:
        """File events; the alert that changed last."""
        with self.store.write() as connection:
            changed = self.filing(
                connection, [letter(one) for one in events], now_s=self.clock.at_s
            )
        return next(one for one in changed[::-1] if one.state != "joined")

    def asks(self, seat: str = "seat-1", *, seen: int | None = None) -> Asking:
        """Who asks, now."""
        return Asking(by=seat, at=self.working.now(), seen=seen)

    def alert(self, alert_id: str) -> Alert:
        """As it is in the store."""
        with self.store.read() as connection:
            found = lookup.alert_by_id(connection, alert_id)
        assert found is not None
        return found

    def alerts(self, **wanted: Any) -> list[Alert]:
        """Those that fit."""
        with self.store.read() as connection:
            return lookup.alerts_page(connection, Filters(**wanted), limit=500, before=None)

    def log(self, alert_id: str) -> tuple[LogEntry, ...]:
        """Its log, oldest first."""
        whole = detail(self.working, alert_id)
        assert whole is not None
        return whole.log


def boxes_of(office: Office) -> Boxes:
    """A box that said once how its camera does."""
    boxes = Boxes((Speaker(box="box-1", site="demo", password="x"),), office.clock)
    camera = CameraState(camera="cam-1", place="depot", state="live")
    beat = Heartbeat(box="box-1", site="demo", time=NOON, cameras=(camera,))
    boxes.hear("box-1", encode(beat))
    return boxes


def application(
    office: Office, file: Path, *, boxes: Boxes | None = None,
    known: Callable[[Request], Caller | None] | None = None, entrance: Entrance | None = None,
    oidc: Oidc | None = None, darkroom: Develop | None = None,
) -> FastAPI:  # fmt: skip
    """The whole API over an office and a file for its watch list, without a broker.

    known     finds who asks; else everybody may do everything
    entrance  where one signs in
    """
    file.write_text(WATCH_YAML)
    listing = Listing(file, office.store, office.clock, lambda _: None)
    seconding = Seconding(listing, asks=known is not None)
    boxes = boxes or boxes_of(office)
    desk = Desk("Donghu", office.store, boxes, office.clock)

    async def held() -> None:
        return None

    commanding = Commanding(office.clock)
    return app(
        desk, Hub(), working=office.working, seconding=seconding, commanding=commanding,
        status=lambda: desk.status(broker=True), held=held, names=frozenset({"testserver"}),
        access=Access(office.store, boxes, office.working.watch_list, known),
        entrance=entrance, oidc=oidc, audit=Audit(file.with_name("audit.jsonl")),
        live=LiveViews(commanding, office.clock), darkroom=darkroom,
        reports=Making(
            "Donghu", Reports(), office.store, office.clock, office.working.watch_list
        ),
    )  # fmt: skip


class Asker:
    """Asks an application in this process, as a browser would ask its server."""

    def __init__(self, api: FastAPI, **headers: str) -> None:
        self.api, self.headers = api, headers

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request; cookies are the caller's to keep."""
        return asyncio.run(self._ask(method, path, more))

    async def _ask(self, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
        way = httpx.ASGITransport(self.api, client=("192.0.2.7", 1))
        headers = {**self.headers, **more.pop("headers", {})}
        async with httpx.AsyncClient(
            transport=way, base_url="http://testserver", headers=headers
        ) as client:
            return await client.request(method, path, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Read."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Write."""
        return self.ask("POST", path, **more)
