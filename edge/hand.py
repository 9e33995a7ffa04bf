"""Commands of the boss in, a worker's sentries changed or a still taken out."""

import queue
from collections.abc import Collection, Mapping
from functools import partial

from edge.live.showing import Showing
from edge.scribe import Scribe
from edge.sentry import Sentry
from edge.taking import Shown, Taken
from pipelines.commands import Arm, Command, Disarm, Live, Sensitivity, Snapshot
from pipelines.flow import Finding, Picture, Scene


class Hand:
    """Carries out what is ordered; stills come later, and are asked for with `taken`.

    shown    sentries that tell what they follow
    showing  the live views
    """

    def __init__(
        self, sentries: Mapping[str, Sentry], scribe: Scribe, shown: Collection[Sentry] = (),
        showing: Showing | None = None,
    ) -> None:  # fmt: skip
        self.sentries, self.scribe, self.shown = sentries, scribe, shown
        self.showing = showing
        self.stills: queue.SimpleQueue[Taken] = queue.SimpleQueue()

    def do(self, command: Command) -> None:
        """Carry out a command about one of our cameras."""
        sentry = self.sentries[command.camera]
        match command:
            case Arm() | Disarm():
                sentry.arm(command.rule, holds=isinstance(command, Arm))
            case Sensitivity():
                sentry.sense(command.value)
            case Live() if self.showing is not None and not sentry.why_disarmed:
                self.showing.open(command)
            case Snapshot() if sentry.why_disarmed:
                self._took(command, sentry.why_disarmed)
            case Snapshot():
                self._want(sentry, command)

    def scenes(self) -> tuple[Scene, ...]:
        """What is followed now."""
        return tuple(sentry.scene() for sentry in self.shown)

    def parts(self) -> list[Shown]:
        """Parts of live views since the last call."""
        said = self.showing.taken() if self.showing is not None else []
        return [Shown(camera=camera, data=data) for camera, data in said]

    def taken(self) -> list[Taken]:
        """Stills that are there since the last call, or are not to be had."""
        found = []
        while not self.stills.empty():
            found.append(self.stills.get_nowait())
        return found

    def _want(self, sentry: Sentry, command: Snapshot) -> None:
        try:
            sentry.wanted.put_nowait(partial(self._shoot, command))
        except queue.Full:
            self._took(command, "too many are asked for, and no frame comes")

    def _shoot(self, command: Snapshot, finding: Finding) -> None:
        self.scribe.shoot(command.camera, finding, partial(self._took, command))

    def _took(self, command: Snapshot, what: Picture | str) -> None:
        if isinstance(what, Picture):
            self.stills.put(Taken(id=command.id, picture=what))
        else:
            self.stills.put(Taken(id=command.id, error=what))
