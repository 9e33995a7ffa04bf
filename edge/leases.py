"""Live views that were asked for in, those that are open and those that have ended out."""

from datetime import datetime, timedelta
from typing import NamedTuple

from edge.live.settings import LiveViews
from pipelines.commands import Fault, Live


class Lease(NamedTuple):
    """An open view: what was asked for last, and until when it holds."""

    asked: Live
    until: datetime


class Leases:
    """What the box's desk knows of its live views; the workers stop by themselves."""

    def __init__(self, settings: LiveViews) -> None:
        self.settings = settings
        self.open: dict[str, Lease] = {}

    def renews(self, command: Live) -> bool:
        """Whether it only lets go on what is open, for the same who and at the same rate."""
        lease = self.open.get(command.camera)
        if lease is None or command.lease_s == 0:
            return False
        return (lease.asked.rate, lease.asked.by) == (command.rate, command.by)

    def fault_of(self, command: Live) -> Fault | None:
        """Why there is no room for another view, or nothing."""
        others = [
            each for name, each in self.open.items()
            if name != command.camera and each.asked.rate == command.rate
        ]  # fmt: skip
        most = self.settings.most(command.rate)
        if command.lease_s == 0 or len(others) < most:
            return None
        said = f"{most} live views are open at rate {command.rate}, and no more may be"
        return Fault(type="failed", detail=said, at="$.rate")

    def note(self, command: Live, now: datetime) -> None:
        """Remember what was begun, goes on or was stopped."""
        if command.lease_s == 0:
            self.open.pop(command.camera, None)
        else:
            self.open[command.camera] = Lease(command, now + timedelta(seconds=command.lease_s))

    def ended(self, now: datetime) -> list[Lease]:
        """Those whose time is over; each is told once."""
        over = [lease for lease in self.open.values() if now >= lease.until]
        for lease in over:
            del self.open[lease.asked.camera]
        return over
