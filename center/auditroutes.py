"""The route of the centre's own audit, for those who look after it."""

from typing import Annotated

from fastapi import FastAPI, Query, Response

from center.actor import Asker, Caller
from center.audit import Audit, Record
from center.auditviews import AuditPage
from center.bodies import json
from center.needs import needs
from center.openapi import answers
from center.paging import Limit

Text = Annotated[str | None, Query(max_length=100)]
Number = Annotated[int | None, Query(ge=1, le=2**53)]


def routes(api: FastAPI, audit: Audit) -> None:
    """Add it to an application."""

    @api.get("/api/audit", responses=answers(AuditPage))
    @needs("audit.read")
    def list_audit(
        who: Asker, by: Text = None, place: Text = None, about: Text = None, limit: Limit = 100,
        cursor: Number = None,
    ) -> Response:  # fmt: skip
        """Who asked for what, newest first: pictures, changes, sign-ins and refusals."""

        def wanted(record: Record) -> bool:
            asked = record.asked
            return (
                _is_theirs(who, asked.place)
                and by in {None, record.by}
                and place in {None, asked.place}
                and about in {None, asked.about}
            )

        page = audit.newest(limit=limit + 1, before=cursor, wanted=wanted)
        shown = tuple(page[:limit])
        more = shown[-1].number if len(page) > limit else None
        return json(AuditPage(lines=shown, next=more, head=audit.head()))


def _is_theirs(who: Caller, place: str) -> bool:
    """What is about no place is for who sees all of them."""
    return who.seen is None or place in who.seen
