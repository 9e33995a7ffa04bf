"""Real ends of channels on loopback: a mail server and a web server that keep what they get."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tocsin.demo.ports import free_port


class Webhook:
    """What was posted; `well` says whether it takes it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.well, self.asked = True, 0
        self.url = ""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A web server."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.well:
                hook.got.append(json.loads(body))
            self.send_response(200 if hook.well else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.url = f"json://127.0.0.1:{server.server_port}/hook-s3cret"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


class Mailbox:
    """Mails as subject and text."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.url = ""

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd asks for this
        mail = message_from_bytes(envelope.content)
        part = next(each for each in mail.walk() if each.get_content_type() == "text/plain")
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        subject = str(make_header(decode_header(mail["Subject"])))
        self.got.append((subject, text.decode()))
        return "250 OK"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"mailto://127.0.0.1:{port}?from=centre@example.org&to=duty@example.org&mode=insecure"
    try:
        yield box
    finally:
        server.stop()
