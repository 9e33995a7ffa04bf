"""Routes of alerts: lists, one alert, and each step of the work on it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response

from center import lookup
from center.access import DeniedError
from center.actor import Actor, Asker, Caller
from center.alert import Alert
from center.alertquery import AlertQuery, Name
from center.asked import Plain, ToClose, ToDispatch, ToNote, ToShelve, ToTick
from center.bodies import Raw, found, jpeg, json, read
from center.desk import Desk
from center.details import detail
from center.filters import seen_by
from center.keeping import Key, key_of
from center.levels.shared import PictureGiven
from center.lifecycle import Acknowledge, Arrive, Close, Shelve, Tick, Unshelve
from center.needs import needs
from center.openapi import answers, taken
from center.ranges import ranged
from center.rights import Missing, shelves
from center.steps import Asking
from center.views import AlertDetail, AlertPage
from center.working import Dispatched, Working

AlertId = str
REAL, ANIMAL = ToClose(outcome="real"), ToClose(outcome="not_real", cause="animal")


class Under(Asking, frozen=True, kw_only=True):
    """Who asks for a write, and under which key, if any."""

    key: Key | None = None


Elsewhere = Callable[[str, str], Awaitable[PictureGiven]]
"""Asks for an alert's picture where it was made; the second is who wants to see it."""


def routes(api: FastAPI, desk: Desk, working: Working, elsewhere: Elsewhere | None = None) -> None:
    """Add them to an application."""
    under = _under(working)
    _reading(api, desk, working)
    _pictures(api, desk, elsewhere)
    _photos(api, desk)
    _steps(api, working, under)
    _steps_that_say_more(api, working, under)


def _reading(api: FastAPI, desk: Desk, working: Working) -> None:
    @api.get("/api/alerts", responses=answers(AlertPage, 404))
    @needs("alerts.read")
    def list_alerts(who: Asker, asked: Annotated[AlertQuery, Query()]) -> Response:
        """Alerts, newest first; those joined into another only on request."""
        wanted = seen_by(asked.filters(working.watch_list()), who.seen)
        return json(desk.alerts(wanted, limit=asked.limit, before=asked.cursor))

    @api.get("/api/alerts/{alert_id}", responses=answers(AlertDetail, 404))
    @needs("alerts.read")
    def get_alert(alert_id: AlertId, who: Asker) -> Response:
        """One alert, its newest events, its log and its tasks."""
        whole = found(detail(working, alert_id, seen=who.seen))
        return json(whole, revision=whole.alert.revision)


def _pictures(api: FastAPI, desk: Desk, elsewhere: Elsewhere | None) -> None:
    @api.get("/api/alerts/{alert_id}/picture", responses=answers(bytes, 404, 504))
    @needs("pictures.view")
    async def get_picture(alert_id: AlertId, who: Asker, by: Actor) -> Response:
        """The redacted still of the latest event that has one.

        Of an alert that a centre below made, it is asked for there and not kept here.
        """
        data = await asyncio.to_thread(desk.picture, alert_id, who.seen)
        if data is None and elsewhere and await asyncio.to_thread(desk.is_elsewhere, alert_id):
            data = _given(await elsewhere(alert_id, by))
        return jpeg(data, "this alert has no picture")

    @api.get("/api/alerts/{alert_id}/clip", responses=answers(memoryview, 404, 416))
    @needs("pictures.view")
    def get_clip(
        alert_id: AlertId,
        who: Asker,
        camera: str | None = None,
        wanted: Annotated[str | None, Header(alias="Range")] = None,
    ) -> Response:
        """The earliest redacted clip, or the earliest of a camera; browsers may ask for parts."""
        data = desk.clip(alert_id, camera, who.seen)
        if data is None:
            raise HTTPException(404, "this alert has no clip")
        return ranged(data, wanted, media_type="video/mp4")


def _photos(api: FastAPI, desk: Desk) -> None:
    @api.get("/api/alerts/{alert_id}/photos/{photo}", responses=answers(bytes, 404))
    @needs("pictures.view")
    def get_photo(alert_id: AlertId, photo: Name) -> Response:
        """A photo that a patrol took there, redacted."""
        return jpeg(desk.photo(alert_id, photo), "this alert has no such photo")


def _given(answer: PictureGiven) -> bytes:
    if answer.data is None:
        raise HTTPException(504 if answer.away else 404, answer.why)
    return answer.data


def _steps(api: FastAPI, working: Working, under: Any) -> None:
    """Steps that say nothing but themselves."""

    @_post(api, "acknowledge", Plain)
    @needs("alerts.work")
    def acknowledge(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Take an alert on. Asking again changes nothing and answers the same."""
        why = read(Plain, body).reason
        return _alert(working.step(alert_id, Acknowledge(), by, by.key, why))

    @_post(api, "arrive", Plain)
    @needs("alerts.work")
    def arrive(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Note that somebody is there, as heard by radio."""
        why = read(Plain, body).reason
        return _alert(working.step(alert_id, Arrive(), by, by.key, why))

    @_post(api, "escalate", Plain)
    @needs("alerts.work")
    def escalate(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Let it rise to the next place of the tree."""
        return _alert(working.escalate(alert_id, by, by.key, read(Plain, body).reason))

    @_post(api, "unshelve", Plain)
    @needs("alerts.work")
    def unshelve(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Take it back from the shelf before its time is over."""
        why = read(Plain, body).reason
        return _alert(working.step(alert_id, Unshelve(), by, by.key, why))

    @_post(api, "undo", Plain)
    @needs("alerts.work")
    def undo(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Take this seat's last step back: within 10 s, and not once a patrol is on its way."""
        read(Plain, body)
        return _alert(working.undo(alert_id, by, by.key))


def _steps_that_say_more(api: FastAPI, working: Working, under: Any) -> None:
    """Steps that need a body."""

    @_post(api, "dispatch", ToDispatch, ToDispatch(patrol="car-1"), answered=Dispatched)
    @needs("alerts.dispatch")
    def dispatch(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Send a patrol; the answer has the link to its page."""
        asked = read(ToDispatch, body)
        patrol = working.patrols.get(asked.patrol)
        if patrol is None:
            known = ", ".join(working.patrols) or "none"
            raise HTTPException(422, f"no patrol is named {asked.patrol!r}; there are: {known}")
        sent = found(working.dispatch(alert_id, patrol, by, by.key, asked.reason))
        return json(sent, revision=sent.alert.revision)

    @_post(api, "close", ToClose, REAL, ANIMAL)
    @needs("alerts.work")
    def close(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Say what it was."""
        asked = read(ToClose, body)
        if (asked.outcome == "not_real") != (asked.cause is not None):
            raise HTTPException(422, "`cause` goes with the outcome `not_real`, and only with it")
        step = Close(outcome=asked.outcome, cause=asked.cause, duplicate_of=asked.duplicate_of)
        return _alert(working.step(alert_id, step, by, by.key, asked.reason))

    @_post(api, "shelve", ToShelve, ToShelve(for_s=1800, reason="roadworks until noon"))
    @needs("alerts.work")
    def shelve(alert_id: AlertId, body: Raw, who: Asker, by: Under = under) -> Response:
        """Put it aside for a while, at most a day; not an alert of grade 1."""
        asked = read(ToShelve, body)
        _may_shelve(working, who, alert_id)
        step = Shelve(until=by.at + timedelta(seconds=asked.for_s), reason=asked.reason)
        return _alert(working.step(alert_id, step, by, by.key, asked.reason))

    @_post(api, "note", ToNote, ToNote(text="The north gate stands open"))
    @needs("alerts.work")
    def note(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Write something down, no names."""
        return _alert(working.note(alert_id, read(ToNote, body).text, by, by.key))

    @_post(api, "step", ToTick, ToTick(number=0))
    @needs("alerts.work")
    def tick(alert_id: AlertId, body: Raw, by: Under = under) -> Response:
        """Mark one of the alert's `steps` as done, or as not done after all."""
        asked = read(ToTick, body)
        step = Tick(number=asked.number, done=asked.done)
        return _alert(working.step(alert_id, step, by, by.key))


def _may_shelve(working: Working, who: Caller, alert_id: str) -> None:
    """Raises DeniedError: the graver an alert, the fewer may put it aside."""
    with working.store.read() as connection:
        alert = lookup.alert_by_id(connection, alert_id)
    if alert is not None and alert.grade > 1 and not shelves(who, alert.grade):
        raise DeniedError(Missing(permission="alerts.shelve", ask="supervisor", place=alert.place))


def _post(
    api: FastAPI, step: str, asked: type[Any], *examples: Any, answered: type[Any] = Alert
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A route of a step: what it takes, answers and refuses."""
    return api.post(
        f"/api/alerts/{{alert_id}}/{step}",
        responses=answers(answered, 404, 409, 413, 415),
        openapi_extra=taken(asked, *examples),
    )


def _alert(alert: Alert | None) -> Response:
    there = found(alert)
    return json(there, revision=there.revision)


def _under(working: Working) -> Any:
    """The dependency that says who asks for a write, when, and under which conditions."""

    def under(
        request: Request,
        body: Raw,
        seat: Actor,
        if_match: Annotated[str | None, Header(pattern=r'^(W/)?"\d{1,18}"$')] = None,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> Under:
        seen = int(if_match.strip('W/"')) if if_match else None
        key = None
        if idempotency_key is not None:
            asked = (seat.encode(), request.url.path.encode(), body)
            key = key_of(idempotency_key, *asked)
        return Under(by=seat, at=working.now(), seen=seen, key=key)

    return Depends(under)
