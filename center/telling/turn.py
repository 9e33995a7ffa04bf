"""What waits in a channel in, what it does next out: send, hold back, or let go. Pure.

A channel delivers `most` messages within any `per_s` seconds; more are held back for a digest.
An emergency and a digest are never held back.
"""

from collections.abc import Sequence
from typing import NamedTuple

from center.config import Channel
from center.lifecycle import OVER
from center.telling.outbox import Message

LASTS_S = 86400.0
"""For how long a message is tried."""


class Turn(NamedTuple):
    """What is next, if anything; and the ids of what is held back, moot and given up."""

    send: Message | None
    hold: tuple[int, ...] = ()
    moot: tuple[int, ...] = ()
    late: tuple[int, ...] = ()


def turn(channel: Channel, waiting: Sequence[Message], *, sent: int, now_s: float) -> Turn:
    """What to do with messages that wait, the most urgent first.

    sent  how many were delivered within the last `per_s` seconds
    """
    moot = tuple(each.id for each in waiting if each.alert and each.alert.state in OVER)
    late = tuple(each.id for each in waiting if each.at_s < now_s - LASTS_S and each.id not in moot)
    rest = [each for each in waiting if each.id not in (*moot, *late)]
    free = rest if sent < channel.most else [each for each in rest if _never_held(each)]
    hold = tuple(each.id for each in rest if each not in free)
    return Turn(free[0] if free else None, hold, moot, late)


def _never_held(message: Message) -> bool:
    return message.grade == 1 or message.alert is None
