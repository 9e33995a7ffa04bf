"""Types of answers in, their description in OpenAPI out."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from center.alert import Alert
from center.asked import ASKED
from center.auditviews import AuditPage
from center.drafting import Draft
from center.drawings import DrawingView
from center.dryrun import DryRun
from center.feedback import Feedback
from center.mapping import MapPlan
from center.needs import need_of_route
from center.patrolling import TaskView
from center.patrols import PatrolPage
from center.placing import CameraDetail, CameraPage, PlaceDetail, PlacePage
from center.problem import MEDIA_TYPE
from center.reporting.handover import Handover, Shifts
from center.reporting.quality import AlarmQuality
from center.reporting.report import HeatMap, Report
from center.searching import SearchPage
from center.seconding import Waiting
from center.sessionviews import Ended, SessionView, ToSetPassword, ToSignIn, Ways
from center.tasks import Told
from center.userviews import TicketView, ToPutUser, UserPage, UserView
from center.versions import Version
from center.views import (
    AlertDetail,
    AlertPage,
    BoxPage,
    EventPage,
    HeadPage,
    Problem,
    Stats,
    Status,
)
from center.watchviews import ListView, ToCheck, ToPublish, ToRevert, ToTry, VersionPage
from center.weakening import Health
from center.working import Dispatched
from pipelines.commands import Answer, Command

_TYPES = (
    Alert, AlertPage, AlertDetail, EventPage, BoxPage, HeadPage, Stats, Status, Problem, Answer,
    PlacePage, PlaceDetail, CameraPage, CameraDetail, PatrolPage, SearchPage, Feedback, Health,
    MapPlan, ListView, VersionPage, Version, DryRun, ToPublish, ToRevert, ToTry, Draft, ToCheck,
    Waiting, UserView, UserPage, ToPutUser, TicketView,
    AuditPage, SessionView, Ended, Ways, ToSignIn, ToSetPassword,
    DrawingView, Report, HeatMap, AlarmQuality, Handover, Shifts,
    Dispatched, TaskView, Command, Told, *ASKED,
)  # fmt: skip
COOKIE = "tocsin"


class Html(str):
    """Marks an answer that is a page."""

    __slots__ = ()


class Csv(str):
    """Marks an answer that is a table."""

    __slots__ = ()


_REF = "#/components/schemas/{name}"
_RAW: dict[Any, str] = {
    bytes: "image/jpeg",
    memoryview: "video/mp4",
    str: "text/event-stream",
    Html: "text/html",
    Csv: "text/csv",
}


def answers(kind: type[Any], *problems: int) -> dict[int | str, dict[str, Any]]:
    """What a route answers: a struct as JSON; bytes as JPEG, memoryview as MP4, str as a stream.

    Or a problem.
    """
    wrong = {"description": "Problem", "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
    return {
        200: {"description": "As asked", "content": _content(kind)},
        **dict.fromkeys((401, 403, 422, 503, *problems), wrong),
    }


def taken(kind: Any, *examples: msgspec.Struct) -> dict[str, Any]:
    """What a route takes as its body; without an example it may be left out."""
    (schema,), _ = msgspec.json.schema_components((kind,), ref_template=_REF)
    shown = {f"example {number}": {"value": _short(one)} for number, one in enumerate(examples, 1)}
    content = {"schema": schema} | ({"examples": shown} if shown else {})
    body = {"content": {"application/json": content}, "required": bool(shown)}
    return {"requestBody": body}


def _short(example: msgspec.Struct) -> dict[str, Any]:
    """An example without what it leaves out."""
    return {key: value for key, value in msgspec.to_builtins(example).items() if value is not None}


def describe(api: FastAPI) -> None:
    """Let the app describe its answers with the schemas of our structs."""

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _described(api)
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _described(api: FastAPI) -> dict[str, Any]:
    whole = get_openapi(title=api.title, version=api.version, routes=api.routes)
    _secure(whole, api)
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template=_REF)
    whole.setdefault("components", {})["schemas"] = schemas
    return whole


def _secure(whole: dict[str, Any], api: FastAPI) -> None:
    """Say of each route which permission it needs, and how one signs in."""
    whole.setdefault("components", {})["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "token": {"type": "http", "scheme": "bearer"},
    }
    for route in api.routes:
        need, said = need_of_route(route), whole["paths"].get(getattr(route, "path", ""), {})
        for method in getattr(route, "methods", ()) or ():
            if (operation := said.get(method.lower())) is None:
                continue
            operation["x-permission"] = need
            if need not in {"anyone", "link"}:
                operation["security"] = [{"session": []}, {"token": []}]


def _content(kind: type[Any]) -> dict[str, Any]:
    if kind in _RAW:
        return {_RAW[kind]: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": _ref(kind.__name__)}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}
