"""A request in, who asks out. The one place where sessions are to say it."""

from typing import Annotated

from fastapi import Depends, Header, Query

SEAT = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"
DEFAULT = "seat-1"


def actor(
    seat: Annotated[str | None, Query(pattern=SEAT)] = None,
    tocsin_seat: Annotated[str | None, Header(pattern=SEAT)] = None,
) -> str:
    """The seat that asks: `?seat=`, or else the header `Tocsin-Seat`, or else the first."""
    return seat or tocsin_seat or DEFAULT


Actor = Annotated[str, Depends(actor)]
