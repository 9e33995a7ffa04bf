"""Spooled events in, acknowledged events out: the spool empties as fast as the broker takes it."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol

import msgspec

from edge.bundling import TOGETHER, Word, bundles, is_worth_waiting, one_by_one
from edge.config import EdgeConfig
from edge.link import AT_LEAST_ONCE, AT_MOST_ONCE, Link
from edge.outlets import Outlet
from edge.rights import Rights
from edge.spool import Spool, Spooled
from pipelines.clock import Clock
from pipelines.flow import ClipEvent, Event, Heartbeat
from pipelines.window import Window
from pipelines.wire import (
    Message,
    batch_topic,
    decode_told,
    encode,
    encode_batch,
    heartbeat_topic,
    sent_at,
    topic_of,
)

log = logging.getLogger("tocsin.publisher")

WINDOW = 100  # bundles of events on the way at once, at most
BEAT_S = 1.0
_IDLE_S = 0.05
_AT_ONCE = 256  # rows that are read from the spool: a picture may be in each


class Session(Protocol):
    """What a publisher needs of a connection; `edge.link.Link` is one."""

    def publish(
        self, topic: str, payload: bytes, *, qos: int = AT_LEAST_ONCE, retain: bool = False
    ) -> int:
        """Send; returns the number under which `acknowledged` will have it."""
        ...

    def spare(self, topic: str, payload: bytes) -> bool:
        """Send what may be lost; False, and it is, while too much waits."""
        ...

    def listen(self, topic: str) -> None:
        """Hear what is said under a topic."""
        ...

    def granted(self, topics: Sequence[str]) -> list[bool]:
        """Whether we may listen under each of some topics."""
        ...

    def heard(self) -> list[tuple[str, bytes]]:
        """Topics and payloads that came since the last call."""
        ...

    def acknowledged(self, *, wait_s: float) -> list[int]:
        """Numbers that were acknowledged since the last call."""
        ...


class Retained(Protocol):
    """Knows under which topics the broker holds something; `edge.memory.Memory` does."""

    def retained(self) -> set[str]:
        """Topics under which the broker may hold something of ours."""
        ...

    def retain(self, topics: Iterable[str]) -> None:
        """Note topics before something is retained there."""
        ...

    def cleared(self, topics: Iterable[str]) -> None:
        """Forget topics where the broker holds nothing any more."""
        ...


class Beat(Protocol):
    """Makes the box's heartbeat of this second."""

    def __call__(self, *, online: bool) -> Heartbeat:
        """Say how the box does, or that it is about to go."""
        ...


@dataclass(slots=True)
class _Sent:
    """Rows that went out together: when, and how many messages of theirs nobody has answered."""

    rows: tuple[int, ...]
    at_s: float
    left: int = 0


@dataclass(slots=True)
class Publisher:
    """Empties the spool; deletes a row only when the broker has acknowledged it.

    What it may not say stays in the spool, and is asked about anew on the next connection.

    beat     makes the heartbeat of this second
    stopped  True: finish what is in the spool and return
    memory   knows after a restart under which topics the broker holds something of ours
    outlets  say the same in other protocols; a row goes when all that it said was acknowledged
    passing  what is new and may be lost: parts of live views
    """

    config: EdgeConfig
    spool: Spool
    clock: Clock
    beat: Beat
    stopped: Callable[[], bool]
    memory: Retained
    outlets: Sequence[Outlet] = ()
    passing: Callable[[], Iterable[Message]] = tuple
    lost: int = 0
    _on_the_way: dict[int, _Sent] = field(default_factory=dict)
    _open: int = 0
    _rights: Rights = field(init=False)
    _window: Window = field(default_factory=lambda: Window(WINDOW))
    _clearing: dict[int, str] = field(default_factory=dict)
    _sent_row: int = 0
    _beaten_s: float = float("-inf")
    _turn: int = 0

    def run_once(self) -> bool:
        """Dial, publish until told to stop and the spool is empty. Raises LinkError, SpoolError.

        What was on the way when a connection broke is sent again on the next one; the centre
        knows it by its id.
        """
        will, broker = self.will(), self.config.broker.dialled(self._turn)
        self._turn += 1
        with Link(broker, self.config.box, will=will, window=WINDOW, tls=self.config.tls) as link:
            log.info("broker=%s:%d state=live", broker.host, broker.port)
            self.greet(link)
            while not (self.stopped() and not self._step(link)):
                self.turn(link)
            self.part(link)
        return False

    def will(self) -> tuple[str, bytes]:
        """Topic and payload that the broker publishes when we vanish."""
        return heartbeat_topic(self.config.box), encode(self.beat(online=False))

    def greet(self, link: Session) -> None:
        """Begin on a connection that has just been admitted."""
        self._on_the_way, self._open, self._clearing, self._sent_row = {}, 0, {}, 0
        self._window = Window(WINDOW)
        site, box = self.config.site, self.config.box
        cameras = [(site, each.id) for each in self.config.cameras]
        user = self.config.broker.username or box
        self._rights = Rights(link, user, [*cameras, (site, box)])
        self.passing()  # what came while nobody heard is old
        for outlet in self.outlets:
            for topic in outlet.topics:
                link.listen(topic)  # first: who starts meanwhile and says so is told anew
        self._retain(link)

    def turn(self, link: Session) -> None:
        """Do once all that there is to do."""
        self._step(link)
        self._answer(link)
        self._pass_on(link)
        self._beat(link)

    def part(self, link: Session) -> None:
        """Say that we go."""
        topic, payload = self.will()
        link.publish(topic, payload, qos=AT_MOST_ONCE)

    def _step(self, link: Session) -> bool:
        """Send what fits, forget what was acknowledged; False when nothing is left to do."""
        waited, sent = bool(self._on_the_way), self._send(link)
        self._forget(link.acknowledged(wait_s=0.0 if sent else _IDLE_S))
        return waited or sent

    def _retain(self, link: Session) -> None:
        """Say again all that is to be retained, and clear what an earlier configuration left."""
        now_s = self.clock.now_s()
        messages = [message for outlet in self.outlets for message in outlet.opened(now_s)]
        topics = {message.topic for message in messages}
        stale = self.memory.retained() - topics
        self.memory.retain(topics)
        self._say(link, messages)
        for topic in sorted(stale):
            self._clearing[link.publish(topic, b"", retain=True)] = topic

    def _send(self, link: Session) -> bool:
        room = max(self._window.size - self._open, 0)
        batches = self.config.broker.batches
        if not room or (batches and self._waits_for_company()):
            return False
        limit = min(room * (TOGETHER if batches else 1), _AT_ONCE)
        rows = self.spool.waiting(after=self._sent_row, limit=limit)
        words = [word for row in rows if (word := self._word(row))]
        if rows and not words:
            self._sent_row = rows[-1].row
        made = bundles(words, ahead=self._open) if batches else one_by_one(words)
        for bundle in islice(made, room):
            self._publish(link, bundle)
        return bool(rows)

    def _waits_for_company(self) -> bool:
        count = partial(self.spool.number_after, self._sent_row, at_most=TOGETHER)
        return is_worth_waiting(self._open, count)

    def _word(self, spooled: Spooled) -> Word | None:
        """What is said of a row, as of now, if we may; one that cannot be read is set aside."""
        try:
            told = sent_at(decode_told(spooled.body), self.clock.now_s())
        except msgspec.DecodeError as error:
            log.critical("spool=unreadable row=%d why=%s", spooled.row, error)
            self.spool.refuse(spooled)
            return None
        if not self._rights.allow(told.data.site, told.data.camera):
            return None
        return Word(spooled.row, told, encode(told))

    def _publish(self, link: Session, bundle: Sequence[Word]) -> None:
        rows = tuple(word.row for word in bundle)
        self._sent_row, sent = rows[-1], _Sent(rows, self.clock.ticks_s())
        self._open += 1
        for message in self._messages(bundle):
            number = link.publish(message.topic, message.payload, retain=message.retain)
            self._on_the_way[number] = sent
            sent.left += 1

    def _messages(self, bundle: Sequence[Word]) -> Iterator[Message]:
        """The bundle for the centre, then what the outlets say of each of its events."""
        if len(bundle) == 1:
            yield Message(topic_of(bundle[0].told), bundle[0].body)
        else:
            topic = batch_topic(self.config.site, self.config.box)
            yield Message(topic, encode_batch(word.body for word in bundle))
        now_s = self.clock.now_s()
        for word in bundle:
            yield from self._also(word.told, now_s)

    def _also(self, event: Event | ClipEvent, now_s: float) -> Iterator[Message]:
        """What the outlets say of an event; a clip is nobody's business but the centre's."""
        if isinstance(event, Event):
            for outlet in self.outlets:
                yield from outlet.told(event, now_s)

    def _forget(self, numbers: Sequence[int]) -> None:
        """Take in acknowledgements; rows are done when the last message of theirs is."""
        done = list[int]()
        for sent in [self._on_the_way.pop(n) for n in numbers if n in self._on_the_way]:
            sent.left -= 1
            if not sent.left:
                self._open -= 1
                self._window.answered(sent.at_s, self.clock.ticks_s())
                done += sent.rows
        if done:
            self.spool.done(done)
        cleared = [self._clearing.pop(number) for number in numbers if number in self._clearing]
        if cleared:
            self.memory.cleared(cleared)

    def _answer(self, link: Session) -> None:
        """Let the outlets hear what they wanted to, and say what they answer."""
        for topic, payload in link.heard():
            for outlet in self.outlets:
                if topic in outlet.topics:
                    self._say(link, outlet.heard(topic, payload, self.clock.now_s()))

    def _say(self, link: Session, messages: Iterable[Message]) -> None:
        for message in messages:
            link.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)

    def _pass_on(self, link: Session) -> None:
        """Send what is new, as far as the line takes it; the rest is lost, and counted."""
        for message in self.passing():
            self.lost += not link.spare(message.topic, message.payload)

    def _beat(self, link: Session) -> None:
        if self.clock.ticks_s() - self._beaten_s < BEAT_S:
            return
        self._beaten_s = self.clock.ticks_s()
        beat = self.beat(online=True)
        link.publish(heartbeat_topic(self.config.box), encode(beat), qos=AT_MOST_ONCE)
        for outlet in self.outlets:
            self._say(link, outlet.passed(beat, self.clock.now_s()))
