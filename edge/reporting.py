"""A finding in, the event that tells of it out, with a redacted picture or none."""

import logging
from collections.abc import Callable

import uuid_utils

from edge.tally import Tally
from pipelines.errors import RedactionError
from pipelines.flow import Event, Finding, Picture
from pipelines.wire import event_from, with_picture

log = logging.getLogger("tocsin.camera")

TakePicture = Callable[[Finding], Picture]


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and sorted by the time at which it was made."""
    return str(uuid_utils.uuid7())


class Reporter:
    """Makes one camera's events; a picture that cannot be redacted is left out and counted."""

    def __init__(self, take_picture: TakePicture, tally: Tally) -> None:
        self.take_picture, self.tally = take_picture, tally

    def __call__(self, finding: Finding) -> Event:
        """Wrap a finding as an event, with a picture when one is due and can be redacted."""
        return self._event(finding, self._picture(finding) if finding.pictured else None)

    def bare(self, finding: Finding) -> Event:
        """Wrap a finding as an event without trying for a picture."""
        self.tally.bare += finding.pictured
        return self._event(finding, None)

    def _event(self, finding: Finding, picture: Picture | None) -> Event:
        facts = with_picture(finding.facts, picture)
        self.tally.events += 1
        return event_from(facts, happened_s=finding.frame.captured_s, new_id=new_id)

    def _picture(self, finding: Finding) -> Picture | None:
        try:
            return self.take_picture(finding)
        except RedactionError as error:
            self.tally.bare += 1
            log.warning("camera=%s picture=none why=%s", self.tally.camera, error)
            return None
