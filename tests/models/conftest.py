"""A server of files for the downloads, as honest or as odd as a test wants it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Files:
    """What a server holds, and how it behaves.

    ranges       whether it knows HTTP Range
    breaks_at    bytes of the file after which it hangs up, once
    asked        the Range of every request, "" for none
    """

    def __init__(self) -> None:
        self.content = b""
        self.ranges = True
        self.breaks_at: int | None = None
        self.asked: list[str] = []
        self.url = ""


@pytest.fixture
def files() -> Iterator[Files]:
    held = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            held.asked.append(wanted)
            if self.path != "/net.onnx":
                self.send_error(404)
                return
            begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if held.ranges and begin:
                self._part(begin)
            else:
                self._send(200, held.content, {})

        def _part(self, begin: int) -> None:
            size = len(held.content)
            if begin >= size:
                self._send(416, b"", {"Content-Range": f"bytes */{size}"})
                return
            span = {"Content-Range": f"bytes {begin}-{size - 1}/{size}"}
            self._send(206, held.content[begin:], span)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            until, held.breaks_at = held.breaks_at, None
            self.wfile.write(body[:until])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_port}/net.onnx"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield held
    server.shutdown()
    thread.join()
    server.server_close()
