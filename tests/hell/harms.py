"""What cameras do at their worst, each as a sentence and what must be said of it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tests.hell.caller import Bend, Caller
from tests.hell.films import FPS, THERE_S, Codec, Film, film
from tests.hell.rtp import CLOCK
from tests.hell.server import Harm

SEED = 7
_HOUR = 3600 * CLOCK
_SECOND = FPS


class Known(NamedTuple):
    """A harm and what the box must say of a camera that does it.

    said   within the trouble of its state, sooner or later; empty where it is well in the end
    lives  whether it delivers pictures at times
    """

    harm: Harm
    said: str = ""
    lives: bool = True


def plain(*, codec: Codec = "libx264", gop: int = FPS, width: int = 320, height: int = 240) -> Film:
    """What is sent."""
    return film(codec=codec, gop=gop, width=width, height=height)


def mute(caller: Caller) -> None:
    """Take the call and say nothing."""
    caller.hold()


def goes_silent(caller: Caller) -> None:
    """Play for a while, then neither say anything nor hang up: half-open TCP."""
    caller.greet(plain())
    caller.play(plain(), pictures=2 * _SECOND)
    caller.hold()


def seconds(caller: Caller) -> Iterator[int]:
    """Play a second after the other, and say how many pictures that were, until it is over."""
    caller.greet(plain())
    stamp, number = 0, 0
    while not caller.over.is_set():
        stamp = caller.play(plain(), begin=number, stamp=stamp, pictures=_SECOND)
        number += _SECOND
        yield number


def stutters(caller: Caller) -> None:
    """Stop for a second and a half again and again, and then go on where it was."""
    for _ in seconds(caller):
        caller.over.wait(1.5)


def hangs_up(caller: Caller) -> None:
    """Hang up in the midst of a packet."""
    caller.greet(plain())
    caller.play(plain(), pictures=_SECOND)
    caller.line.sendall(b"$\x00\x04\x00half of it")


def garbage(caller: Caller) -> None:
    """Answer with no protocol at all."""
    caller.until("DESCRIBE", plain())
    caller.line.sendall(np.random.default_rng(SEED).bytes(100_000))


def wrong_length(caller: Caller) -> None:
    """Announce a body that is far longer than what comes."""
    number = caller.until("DESCRIBE", plain())
    head = f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Type: application/sdp\r\n"
    caller.line.sendall(f"{head}Content-Length: 2000000000\r\n\r\nv=0\r\n".encode())
    caller.hold()


def negative_length(caller: Caller) -> None:
    """Announce a body of less than nothing."""
    number = caller.until("DESCRIBE", plain())
    head = f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Type: application/sdp\r\n"
    caller.line.sendall(f"{head}Content-Length: -1\r\n\r\n".encode())
    caller.hold()


def endless_headers(caller: Caller) -> None:
    """Answer with headers without end."""
    caller.until("OPTIONS", plain())
    caller.line.sendall(b"RTSP/1.0 200 OK\r\n")
    while not caller.over.wait(0.001):
        caller.line.sendall(b"X-More: " + b"x" * 4000 + b"\r\n")


def bent(bend: Bend) -> Harm:
    """Play, and let packets be bent on their way, but for the first second of them."""

    def harm(caller: Caller) -> None:
        caller.greet(plain())
        stamp = caller.play(plain(), pictures=_SECOND)
        caller.play(plain(), begin=_SECOND, stamp=stamp, bend=bend)

    return harm


def flipped(packet: bytes) -> bytes:
    """Flip bits of every packet's payload."""
    chance, data = np.random.default_rng(len(packet) + packet[3]), bytearray(packet)
    for at, bit in chance.integers((12, 0), (len(data), 8), (1 + len(data) // 200, 2)).tolist():
        data[at] ^= 1 << bit
    return bytes(data)


def noise(packet: bytes) -> bytes:
    """Leave the header, and nothing of what it carries."""
    return packet[:12] + np.random.default_rng(packet[3]).bytes(len(packet) - 12)


def cut(packet: bytes) -> bytes:
    """Cut every packet short, some within the header."""
    return packet[: int(np.random.default_rng(packet[3]).integers(len(packet)))]


def not_a_packet(caller: Caller) -> None:
    """Put bytes between the packets, and lie about how long those are."""
    for number in seconds(caller):
        caller.line.sendall(np.random.default_rng(number).bytes(300) + b"$\x00\x00\x03abcdefgh")
        caller.interleave(b"", 0)
        caller.interleave(b"\x80\xc8\x00\x06" + b"\xff" * 60, 1)  # a sender report that lies


def changes_size(caller: Caller) -> None:
    """Become larger, then smaller, in mid-stream, as after a click in a camera's own pages.

    Each size begins with an empty room: motion takes it for a new picture, and is mute at first.
    """
    caller.greet(plain())
    stamp, sizes = 0, ((320, 240), (640, 480), (160, 120), (322, 242))
    while not caller.over.is_set():
        for width, height in sizes:
            shown = plain(width=width, height=height)
            stamp = caller.play(shown, begin=THERE_S * FPS, stamp=stamp, pictures=len(shown.units))


def changes_codec(caller: Caller) -> None:
    """Promise H.264 and become H.265 on the same line."""
    caller.greet(plain())
    stamp = caller.play(plain(), pictures=2 * _SECOND)
    caller.play(plain(codec="libx265"), stamp=stamp)


def jumps(caller: Caller) -> None:
    """Let time jump an hour ahead, and an hour back."""
    caller.greet(plain())
    stamp, number = 0, 0
    while not caller.over.is_set():
        for step in (_HOUR, -_HOUR):
            stamp = caller.play(plain(), begin=number, stamp=stamp, pictures=_SECOND) + step
            number += _SECOND


def wraps(caller: Caller) -> None:
    """Let the time stamps' 32 bits run over, as they do each 13 hours."""
    caller.greet(plain())
    caller.play(plain(), stamp=(1 << 32) - 2 * CLOCK)


def stands_still(caller: Caller) -> None:
    """Give each packet the same time stamp."""
    caller.greet(plain())
    number = 0
    while not caller.over.is_set():
        caller.play(plain(), begin=number, stamp=1000, pictures=1)
        number += 1


def no_keyframe(caller: Caller) -> None:
    """Send all but keyframes."""
    caller.greet(plain())
    caller.play(plain(), only=lambda _, key: not key)


def one_keyframe(caller: Caller) -> None:
    """Send one keyframe, and never another."""
    caller.greet(plain())
    caller.play(plain(), only=lambda number, key: number == 0 or not key)


def floods(caller: Caller) -> None:
    """Send a hundred seconds each second."""
    caller.greet(plain())
    caller.play(plain(), pace=100.0)


HARMS: dict[str, Known] = {
    "mute": Known(mute, "cannot open", lives=False),
    "goes-silent": Known(goes_silent, "went silent"),
    "stutters": Known(stutters),
    "hangs-up": Known(hangs_up, "the stream ended"),
    "garbage": Known(garbage, "cannot open", lives=False),
    "wrong-length": Known(wrong_length, "cannot open", lives=False),
    "negative-length": Known(negative_length, "cannot open", lives=False),
    "endless-headers": Known(endless_headers, "cannot open", lives=False),
    "flipped": Known(bent(flipped)),
    "noise": Known(bent(noise), "hardly any picture can be decoded"),
    "cut": Known(bent(cut)),
    "not-a-packet": Known(not_a_packet),
    "changes-size": Known(changes_size),
    "changes-codec": Known(changes_codec, "hardly any picture can be decoded"),
    "jumps": Known(jumps),
    "wraps": Known(wraps),
    "stands-still": Known(stands_still),
    "no-keyframe": Known(no_keyframe, "no keyframe yet", lives=False),
    "one-keyframe": Known(one_keyframe),
    "floods": Known(floods),
}
