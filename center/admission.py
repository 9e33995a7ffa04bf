"""Certificates that were issued and the list of revoked ones in, whom the broker lets in out.

The broker knows no lists of revoked certificates. It knows users by their certificate's subject, of
which each certificate has one of its own: so who is revoked is a user no more, and is hung up on.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from center.tls import Tls
from pipelines.clock import Clock
from pipelines.errors import ConfigError

Admitted = Mapping[str, tuple[str, ...]]
"""Subjects, as RFC 4514 writes them, by the name of the box or watcher that they are for."""

_log = logging.getLogger("center.admission")


SOON = timedelta(days=30)
"""Before its end, a certificate is worth a word."""


class Held(NamedTuple):
    """A certificate that lets somebody in from one moment to another."""

    name: str
    subject: str
    begins: datetime
    ends: datetime


class Admission:
    """Remembers whom the files let in; raises ConfigError where they cannot be read at first."""

    def __init__(self, tls: Tls, clock: Clock) -> None:
        self.tls, self.clock = tls, clock
        self._stamp, self.held = self._looked(), held(tls)
        self.admitted = admitted(self.held, self.now())

    def look(self) -> None:
        """Look again where the files have changed; what cannot be read changes nothing."""
        stamp = self._looked()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self.held = held(self.tls)
            except ConfigError as error:
                _log.warning("certificates=unreadable why=%r", str(error))
        self.admitted = admitted(self.held, self.now())

    def now(self) -> datetime:
        """The time of the clock."""
        return datetime.fromtimestamp(self.clock.now_s(), UTC)

    def _looked(self) -> tuple[tuple[str, int, int], ...]:
        """What changes with the files, also with one that is still being written or copied here."""
        files = sorted(Path(self.tls.clients).glob("*.crt"))
        return tuple(map(_stamp, (*files, Path(self.tls.crl))))


def admitted(certificates: Iterable[Held], now: datetime) -> Admitted:
    """Whom certificates let in at a moment."""
    found: dict[str, set[str]] = {}
    for each in certificates:
        if each.begins <= now < each.ends:
            found.setdefault(each.name, set()).add(each.subject)
    return {name: tuple(sorted(subjects)) for name, subjects in found.items()}


def lacking(names: Iterable[str], certificates: Sequence[Held], now: datetime) -> Iterator[str]:
    """Who has no certificate, or soon has none, each with the fix."""
    for name in names:
        ends = [each.ends for each in certificates if each.name == name and each.ends > now]
        if not ends:
            yield f"{name} has no certificate that is valid; tocsin pki issue {name}"
        elif max(ends) - now < SOON:
            days = (max(ends) - now).days
            yield f"{name} has a certificate for {days} days more; tocsin pki issue {name} --renew"


def held(tls: Tls) -> tuple[Held, ...]:
    """The certificates of our authority in the folder that are not revoked.

    A subject that a revoked certificate has is nobody's, even if another has it, too: the broker
    could not tell them apart. Raises ConfigError where authority or list cannot be read.
    """
    if not Path(tls.clients).is_dir():
        raise ConfigError(f"{tls.clients}: no folder - at $.tls.clients")
    by, revoked = _authority(tls), _revoked(tls)
    good: list[Held] = []
    bad: set[str] = set()
    for each in _signed(tls, by):
        subject = each.subject.rfc4514_string()
        if revoked.get_revoked_certificate_by_serial_number(each.serial_number) is not None:
            bad.add(subject)
        else:
            span = each.not_valid_before_utc, each.not_valid_after_utc
            good.append(Held(_name(each), subject, *span))
    return tuple(each for each in good if each.subject not in bad)


def _signed(tls: Tls, by: x509.Certificate) -> list[x509.Certificate]:
    """The certificates of the folder that our authority signed; the others are told of."""
    found = []
    for path in sorted(Path(tls.clients).glob("*.crt")):
        try:
            each = x509.load_pem_x509_certificate(path.read_bytes())
            each.verify_directly_issued_by(by)
        except (OSError, ValueError, TypeError, InvalidSignature) as error:
            _log.warning("certificate=%s state=refused why=%r", path, str(error) or "not ours")
        else:
            found.append(each)
    return found


def _authority(tls: Tls) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(Path(tls.ca).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{tls.ca}: no certificate: {error} - at $.tls.ca") from error


def _revoked(tls: Tls) -> x509.CertificateRevocationList:
    try:
        told = x509.load_pem_x509_crl(Path(tls.crl).read_bytes())
        sound = told.is_signature_valid(_authority(tls).public_key())  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{tls.crl}: no list of revoked: {error} - at $.tls.crl") from error
    if not sound:
        raise ConfigError(f"{tls.crl}: not of the authority {tls.ca} - at $.tls.crl")
    return told


def _name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        told = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, told.st_mtime_ns, told.st_size
