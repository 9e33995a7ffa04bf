"""A line on which a client has called in, what an RTSP server does on it out (RFC 2326)."""

import base64
import socket
import struct
import threading
from collections.abc import Callable, Iterator

from tests.hell.films import FPS, Film
from tests.hell.rtp import CLOCK, PAYLOAD, packets

Bend = Callable[[bytes], bytes]
"""What becomes of a packet on its way."""

_PARAMETER_SETS = 2
_PATIENCE_S = 30.0


class Caller:
    """One client, and a server's side of the talk with it; OSError when either hangs up.

    over  the test is
    """

    def __init__(self, line: socket.socket, over: threading.Event) -> None:
        self.line, self.over = line, over
        self.line.settimeout(_PATIENCE_S)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.source = line.makefile("rb")
        self.sequence = 0

    def requests(self) -> Iterator[tuple[str, str]]:
        """Each request's method and its CSeq."""
        while line := self.source.readline():
            method, number = line.decode().partition(" ")[0], "0"
            while (header := self.source.readline().decode().strip()) != "":
                name, _, value = header.partition(":")
                number = value.strip() if name.lower() == "cseq" else number
            yield method, number

    def answer(self, number: str, *headers: str, body: str = "") -> None:
        """Answer a request well."""
        length = [f"Content-Length: {len(body)}"] if body else []
        lines = ["RTSP/1.0 200 OK", f"CSeq: {number}", *headers, *length, "", body]
        self.line.sendall("\r\n".join(lines).encode())

    def until(self, wanted: str, film: Film) -> str:
        """Answer requests as a camera does, up to one that is not answered; its CSeq."""
        for method, number in self.requests():
            if method == wanted:
                return number
            self._answer(method, number, film)
        raise ConnectionError("the client has hung up")

    def greet(self, film: Film) -> None:
        """Answer all up to and with PLAY."""
        self.answer(self.until("PLAY", film), "Session: 1", "RTP-Info: url=track0")

    def _answer(self, method: str, number: str, film: Film) -> None:
        if method == "DESCRIBE":
            self.answer(number, "Content-Type: application/sdp", body=description(film))
        elif method == "SETUP":
            transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
            self.answer(number, transport, "Session: 1;timeout=60")
        else:
            self.answer(number, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")

    def play(
        self, film: Film, *, begin: int = 0, stamp: int = 0, pictures: int | None = None,
        bend: Bend | None = None, only: Callable[[int, bool], bool] = lambda _, __: True,
        pace: float = 1.0,
    ) -> int:  # fmt: skip
        """Send pictures at their pace, over and over; return the time stamp of the next.

        begin     number of the first
        pictures  to send; endlessly without
        bend      what becomes of each packet
        only      which are sent, by their number and whether they are keyframes
        pace      times as fast; 0: as fast as can be
        """
        number = begin
        while (pictures is None or number < begin + pictures) and not self.over.is_set():
            unit = film.units[number % len(film.units)]
            if only(number, unit.key):
                made = packets(unit, film.codec, sequence=self.sequence, stamp=stamp)
                self.sequence += len(made)
                for packet in made:
                    self.interleave(bend(packet) if bend else packet)
            number, stamp = number + 1, stamp + CLOCK // FPS
            if pace:
                self.over.wait(1 / FPS / pace)
        return stamp

    def interleave(self, packet: bytes, channel: int = 0) -> None:
        """Send a packet within the talk (RFC 2326, 10.12)."""
        self.line.sendall(b"$" + struct.pack("!BH", channel, len(packet)) + packet)

    def hold(self) -> None:
        """Say nothing more, and do not hang up."""
        self.over.wait()


def description(film: Film) -> str:
    """What is coming (SDP)."""
    name = "H264" if film.codec == "libx264" else "H265"
    sets = ""
    if name == "H264":
        found = [base64.b64encode(nal).decode() for nal in film.units[0].nals[:_PARAMETER_SETS]]
        sets = f"a=fmtp:{PAYLOAD} packetization-mode=1;sprop-parameter-sets={','.join(found)}\r\n"
    return (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=hell\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
        f"m=video 0 RTP/AVP {PAYLOAD}\r\na=rtpmap:{PAYLOAD} {name}/{CLOCK}\r\n"
        f"{sets}a=control:track0\r\n"
    )
