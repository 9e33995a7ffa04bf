"""Settings by which two ends of a line trust each other, and whether a line leaves the machine."""

import ipaddress
from urllib.parse import urlsplit

import msgspec
from cryptography import x509


class Trust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files, PEM, by which two ends of a line trust each other.

    ca         who signed the other end's certificate; the system's authorities when left out
    cert, key  our own certificate and its key, where the other end asks for them
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    @property
    def is_mutual(self) -> bool:
        """Whether we can show who we are, and know by whose word others can."""
        return self.ca is not None and self.cert is not None and self.key is not None


def expires_s(pem: bytes) -> float | None:
    """Unix time at which the first of some certificates expires; nothing where there is none."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        return None
    return min(each.not_valid_after_utc for each in found).timestamp()


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches what listens at a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_address(url: str) -> bool:
    """Whether a URL, or the path of a file, can be told apart into a host and what follows."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def beyond(what: str, host: str, *, at: str) -> str:
    """What to say of a listener that others reach and that has no TLS."""
    return (
        f"{what} at {host}, where others than this machine reach it, without TLS - at {at}; "
        "add a `tls` block (docs/guide/security.md), or listen at 127.0.0.1"
    )
