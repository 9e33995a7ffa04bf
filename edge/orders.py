"""Commands that came over MQTT in, answers out; each is written down before it is done.

It is one of the box's outlets and lives in the publisher's thread. What is set lasts: it is on disk
before it is answered, and every worker that starts gets it with its configuration.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from edge.audit import Audit
from edge.config import Camera, EdgeConfig
from edge.leases import Leases
from edge.memory import Memory
from edge.taking import Taken
from pipelines.chain import Entry
from pipelines.commands import (
    Answer,
    Arm,
    AskZones,
    Command,
    Disarm,
    Fault,
    Live,
    Sensitivity,
    Snapshot,
    decode_command,
    fault_of,
    id_in,
    unreadable,
)
from pipelines.drawing import Drawing, drawing_of
from pipelines.errors import EvidenceError, SpoolError
from pipelines.flow import Event, Heartbeat
from pipelines.rules import AnyRule, ids_of
from pipelines.wire import Message, answer_topic, command_topic, encode

log = logging.getLogger("tocsin.orders")

_TAKES_S = 8.0  # at most, a snapshot
_PENDING = 8  # snapshots at once


class Doers(Protocol):
    """Whoever carries commands out: the crew."""

    def settle(self, config: EdgeConfig) -> None:
        """Start workers with this configuration from now on."""
        ...

    def order(self, command: Command) -> bool:
        """Hand a command to the worker that has its camera; False when there is none."""
        ...

    def taken(self) -> list[Taken]:
        """Snapshots that came since the last call, or did not."""
        ...


class Orders:
    """The box's desk for commands."""

    def __init__(self, config: EdgeConfig, memory: Memory, audit: Audit, doers: Doers) -> None:
        self.config, self.memory, self.audit, self.doers = config, memory, audit, doers
        self.topics: tuple[str, ...] = (command_topic(config.box),)
        self.rules = {camera.id: ids_of(camera.rules) for camera in config.cameras}
        self.disarmed = {camera.id: camera.why_disarmed for camera in config.cameras}
        self.pending: dict[str, tuple[Snapshot, float]] = {}
        self.leases = Leases(config.live)

    def opened(self, now_s: float) -> Iterator[Message]:
        """Nothing of it is retained; views that ended while the line was broken are noted."""
        self._end_views(datetime.fromtimestamp(now_s, UTC))
        yield from ()

    def told(self, _event: Event, _now_s: float) -> Iterator[Message]:
        """Events are not its business."""
        yield from ()

    def heard(self, _: str, payload: bytes, now_s: float) -> Iterator[Message]:
        """Do what is asked, and answer; a snapshot is answered when it has been taken."""
        now = datetime.fromtimestamp(now_s, UTC)
        known = id_in(payload)
        said = self.memory.answer(known, now_s) if known else None
        if said is not None:
            yield Message(answer_topic(self.config.box), said)
        elif known not in self.pending:
            yield from self._first(payload, known, now)

    def passed(self, _beat: Heartbeat, now_s: float) -> Iterator[Message]:
        """Answer with the snapshots that came, and say which did not."""
        now = datetime.fromtimestamp(now_s, UTC)
        self._end_views(now)
        for taken in self.doers.taken():
            if taken.id in self.pending:
                command, _ = self.pending.pop(taken.id)
                fault = Fault(type="failed", detail=taken.error) if taken.error else None
                yield from self._answered(command, fault, now, taken)
        for command, until_s in list(self.pending.values()):
            if now_s > until_s:
                del self.pending[command.id]
                fault = Fault(type="failed", detail="no frame came in time")
                yield from self._answered(command, fault, now)

    def _first(self, payload: bytes, known: str, now: datetime) -> Iterator[Message]:
        """Take in what was not asked before."""
        try:
            command = decode_command(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            fault = unreadable(error)
            self._write(Entry(time=now, id=known, by="", asked=_NONE, result=_said(fault)))
            yield self._message(self._answer(known, fault, now))
            return
        wrong = fault_of(
            command, now=now, allowed=self.config.commands, rules=self.rules,
            disarmed=self.disarmed,
        )  # fmt: skip
        if wrong is None and isinstance(command, Snapshot):
            yield from self._shoot(command, now)
        elif wrong is None and isinstance(command, Live):
            yield from self._show(command, now)
        else:
            yield from self._answered(command, wrong, now)

    def _shoot(self, command: Snapshot, now: datetime) -> Iterator[Message]:
        if len(self.pending) < _PENDING and self.doers.order(command):
            self.pending[command.id] = command, now.timestamp() + _TAKES_S
            return
        fault = Fault(type="failed", detail="nobody is there to take it")
        yield from self._answered(command, fault, now)

    def _show(self, command: Live, now: datetime) -> Iterator[Message]:
        """Open a view, change or stop it, which is written down first, or only let it go on."""
        fault = self.leases.fault_of(command)
        if not self.leases.renews(command):
            fault = self._written(command, fault, now)
        if fault is None and not self.doers.order(command):
            fault = Fault(type="failed", detail="nobody is there to show it")
            fault = self._written(command, fault, now)
        if fault is None:
            self.leases.note(command, now)
        yield self._message(self._answer(command.id, fault, now))

    def _end_views(self, now: datetime) -> None:
        """Write down which views have ended, since nobody looked any more."""
        for lease in self.leases.ended(now):
            said = {"live": "ended", "camera": lease.asked.camera, "until": lease.until}
            asked = msgspec.Raw(msgspec.json.encode(said))
            entry = Entry(time=now, id=lease.asked.id, by=lease.asked.by, asked=asked, result="ok")
            self._write(entry)

    def _answered(
        self, command: Command, fault: Fault | None, now: datetime, taken: Taken | None = None
    ) -> Iterator[Message]:
        """Write down, set, order and answer, in this order."""
        fault = self._written(command, fault, now)
        answer = self._answer(command.id, fault, now)
        if fault is None or fault.type == "failed":
            answer = self._kept(command, answer)
        picture = taken.picture if taken and answer.ok else None
        yield self._message(msgspec.structs.replace(answer, picture=picture))

    def _written(self, command: Command, fault: Fault | None, now: datetime) -> Fault | None:
        asked = msgspec.Raw(encode(command))
        entry = Entry(time=now, id=command.id, by=command.by, asked=asked, result=_said(fault))
        return self._write(entry) or fault

    def _kept(self, command: Command, answer: Answer) -> Answer:
        """Remember the answer and, with it, what the command sets; then have that done."""
        setting = setting_of(command) if answer.ok else None
        try:
            if answer.ok and isinstance(command, AskZones):
                answer = msgspec.structs.replace(answer, drawing=self._drawn(command.camera))
            body = encode(answer)
            self.memory.answered(command.id, command.expires.timestamp(), body, setting)
            if setting is not None:
                self.doers.settle(settled(self.config, self.memory.settings()))
                self.doers.order(command)
        except SpoolError as error:
            fault = Fault(type="failed", detail=str(error))
            return self._answer(command.id, self._written(command, fault, answer.time), answer.time)
        return answer

    def _drawn(self, name: str) -> Drawing:
        """What is drawn at a camera, and its rules as commands have left them."""
        now = settled(self.config, self.memory.settings())
        camera = next(each for each in now.cameras if each.id == name)
        return drawing_of(
            zones=camera.zones, lines=camera.lines, privacy_masks=camera.privacy_masks,
            rules=camera.rules,
        )  # fmt: skip

    def _answer(self, name: str, fault: Fault | None, now: datetime) -> Answer:
        return Answer(id=name, box=self.config.box, time=now, ok=fault is None, error=fault)

    def _write(self, entry: Entry) -> Fault | None:
        """Write a line of the audit; what cannot be written down is not done."""
        try:
            self.audit.append(entry)
        except (SpoolError, EvidenceError) as error:
            log.critical("audit=refuses why=%s", error)
            return Fault(type="failed", detail="it cannot be written down")
        log.info("command=%s by=%r result=%s", entry.id, entry.by, entry.result)
        return None

    def _message(self, answer: Answer) -> Message:
        return Message(answer_topic(self.config.box), encode(answer))


_NONE = msgspec.Raw(b"null")


def _said(fault: Fault | None) -> str:
    return "ok" if fault is None else f"{fault.type}: {fault.detail}"


def setting_of(command: Command) -> tuple[str, str, float] | None:
    """What a command sets: camera, `sensitivity` or `armed` and the rule, and the value."""
    match command:
        case Arm() | Disarm():
            return command.camera, f"armed {command.rule}", float(isinstance(command, Arm))
        case Sensitivity():
            return command.camera, "sensitivity", command.value
    return None


def settled(config: EdgeConfig, settings: dict[tuple[str, str], float]) -> EdgeConfig:
    """The configuration with what commands have set; what is gone from the file is passed over."""
    cameras = tuple(_settled(camera, settings) for camera in config.cameras)
    return msgspec.structs.replace(config, cameras=cameras)


def _settled(camera: Camera, settings: dict[tuple[str, str], float]) -> Camera:
    names = zip(ids_of(camera.rules), camera.rules, strict=True)
    may = not camera.why_disarmed
    rules: tuple[AnyRule, ...] = tuple(
        msgspec.structs.replace(
            rule, armed=may and bool(settings.get((camera.id, f"armed {name}"), rule.armed))
        )
        for name, rule in names
    )
    sensitivity = settings.get((camera.id, "sensitivity"), camera.sensitivity)
    return msgspec.structs.replace(camera, rules=rules, sensitivity=sensitivity)
