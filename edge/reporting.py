"""A finding in, the event that tells of it out, with a redacted picture or none."""

import logging
import threading
from collections.abc import Callable

import msgspec

from edge.naming import new_id
from edge.tally import Tally
from pipelines.errors import RedactionError
from pipelines.flow import Event, Facts, Finding, Picture
from pipelines.wire import event_from, with_picture

log = logging.getLogger("tocsin.camera")

TakePicture = Callable[[Finding], Picture]


def goes_ahead(finding: Finding) -> bool:
    """Whether the word does not wait for its picture: one of a life, which a picture may follow."""
    return finding.facts.phase in ("begin", "update")


class Reporter:
    """Makes one camera's events; a picture that cannot be redacted is left out and counted.

    The thread that judges and the one that takes pictures both call it.
    """

    def __init__(self, take_picture: TakePicture, tally: Tally) -> None:
        self.take_picture, self.tally = take_picture, tally
        self.counting = threading.Lock()

    def __call__(self, finding: Finding) -> Event | None:
        """Wrap a finding as an event with its picture.

        That of a word which went ahead comes as an update: nothing, when there is no picture after
        all.
        """
        picture = self._picture(finding)
        if not goes_ahead(finding):
            return self._event(finding.facts, finding, picture)
        return None if picture is None else self._event(_updated(finding.facts), finding, picture)

    def at_once(self, finding: Finding) -> Event:
        """Wrap a finding as an event without a picture; its picture may still be to come."""
        return self._event(finding.facts, finding, None)

    def without(self, finding: Finding) -> Event | None:
        """What there is to say when there is no time for the picture; it is counted."""
        self._count(bare=1)
        return None if goes_ahead(finding) else self.at_once(finding)

    def _event(self, facts: Facts, finding: Finding, picture: Picture | None) -> Event:
        self._count(events=1)
        happened_s = finding.frame.captured_s
        return event_from(with_picture(facts, picture), happened_s=happened_s, new_id=new_id)

    def _picture(self, finding: Finding) -> Picture | None:
        try:
            return self.take_picture(finding)
        except RedactionError as error:
            self._count(bare=1)
            log.warning("camera=%s picture=none why=%s", self.tally.camera, error)
            return None

    def _count(self, *, events: int = 0, bare: int = 0) -> None:
        with self.counting:
            self.tally.events += events
            self.tally.bare += bare


def _updated(facts: Facts) -> Facts:
    return msgspec.structs.replace(facts, phase="update", again=True)
