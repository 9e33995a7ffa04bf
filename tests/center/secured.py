"""A folder in, a centre with TLS out, an authority beside it, and certificates for who calls."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests.center.centre import PATIENCE_S, Box, Centre
from tocsin.pki import work
from tocsin.pki.folder import Folder

TLS = "tls: {ca: pki/ca.crt, cert: pki/centre.crt, key: pki/centre.key, clients: pki/issued, crl: pki/ca.crl}"  # noqa: E501


class Secured(Centre):
    """Its certificate is for `localhost` and 127.0.0.1; `box-1`, `box-2` and `watcher` have one."""

    def __init__(self, folder: Path, *, sign_in: bool = False) -> None:
        super().__init__(folder, sign_in=sign_in)
        self.pki = folder / "pki"
        work.init(self.order, "Test authority", 30)
        self.issue("centre", "localhost", "127.0.0.1")
        for name in ("box-1", "box-2", "watcher"):
            self.issue(name)
        file = folder / "center.yaml"
        file.write_text(f"{file.read_text()}{TLS}\n")

    @property
    def order(self) -> work.Order:
        """Somebody who asks the authority now."""
        return work.Order(Folder(self.pki), datetime.now(UTC).replace(microsecond=0))

    def issue(self, name: str, *hosts: str, renew: bool = False) -> None:
        """Make a certificate."""
        work.issue(self.order, name, hosts, days=30, renew=renew)

    def calling(self, name: str | None = None) -> ssl.SSLContext:
        """Trusts the authority, and shows a certificate if one is named."""
        context = ssl.create_default_context(cafile=self.pki / "ca.crt")
        if name is not None:
            context.load_cert_chain(self.pki / f"{name}.crt", self.pki / f"{name}.key")
        return context

    def wait(self) -> None:
        """Wait for the line that says where the console is, and ask there over TLS."""
        super().wait()
        self.http.close()
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_S, verify=self.calling())

    def knocking(self, name: str, *, shows: str | None = None, client_id: str = "") -> Box:
        """One who tries to connect, with a certificate of the same name or another's."""
        tls = self.calling(shows or name)
        return Box(self.mqtt_port, name, tls=tls, client_id=client_id)
