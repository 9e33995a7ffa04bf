"""What is asked of an authority in, its files changed and what to say of it out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rich.console import Console
from rich.table import Table

from pipelines.errors import ConfigError
from pipelines.settings import Id
from tocsin.pki.authority import authority, certificate, general, new_key, revoked_list
from tocsin.pki.folder import ALLS, OWNERS, PEM, Folder, name_of, number_of, pem_of, put


class Order(NamedTuple):
    """Who asks an authority, and when.

    passphrase  of the authority's key, if it has one
    """

    folder: Folder
    now: datetime
    passphrase: bytes | None = None


def init(order: Order, name: str, days: int) -> None:
    """Make an authority. Raises ConfigError when one is there."""
    folder, key = order.folder, new_key()
    itself = authority(name, key, now=order.now, lasts=timedelta(days=days))
    put(folder.path / "ca.key", pem_of(key, order.passphrase), OWNERS)
    put(folder.path / "ca.crt", itself.public_bytes(PEM), ALLS)
    folder.issued.mkdir(exist_ok=True)
    folder.put_revoked(revoked_list((), by=itself, key=key, now=order.now))


def issue(
    order: Order, name: str, hosts: Sequence[str], *, days: int, renew: bool
) -> tuple[Path, Path]:
    """Make a certificate and its key; their files.

    Raises ConfigError where the name has one that is good still, unless it shall be renewed.
    """
    _check(name, hosts)
    good = [each for each, state in _states(order) if name_of(each) == name and state == "valid"]
    if good and not renew:
        until = good[-1].not_valid_after_utc
        raise ConfigError(
            f"{order.folder.path / name}.crt: {name} has a certificate that is valid for another "
            f"{(until - order.now).days} days, until {_day(until)}; --renew makes another beside it"
        )
    by, signs = order.folder.authority(order.passphrase)
    if by.not_valid_after_utc <= order.now:
        raise ConfigError(f"{order.folder.path / 'ca.crt'}: has expired; make another authority")
    key = new_key()
    made = certificate(
        name, key.public_key(), hosts or _hosts(good), by=by, key=signs, now=order.now,
        lasts=timedelta(days=days),
    )  # fmt: skip
    return order.folder.put_issued(made, key)


def revoke(order: Order, name: str, *, replaced: bool) -> int:
    """Revoke a name's certificates, or all but its newest; how many that were."""
    known = [each for each, state in _states(order) if name_of(each) == name and state == "valid"]
    if not known:
        raise ConfigError(
            f"{order.folder.issued}: {name} has no certificate that is valid; tocsin pki list"
        )
    gone = known
    if replaced:
        newest = order.folder.newest(name)
        gone = [each for each in known if each != newest]
    by, key = order.folder.authority(order.passphrase)
    before = ((each.serial_number, each.revocation_date_utc) for each in order.folder.revoked())
    after = ((each.serial_number, order.now) for each in gone)
    order.folder.put_revoked(revoked_list((*before, *after), by=by, key=key, now=order.now))
    return len(gone)


def show(order: Order, console: Console) -> None:
    """Print what was issued, and how it is now."""
    table = Table("name", "number", "hosts", "from", "until", "state", box=None)
    for each, state in _states(order):
        days = _day(each.not_valid_before_utc), _day(each.not_valid_after_utc)
        table.add_row(name_of(each), number_of(each), " ".join(_hosts([each])), *days, state)
    by = order.folder.certificate()
    console.print(f"authority until {_day(by.not_valid_after_utc)}", highlight=False)
    console.print(table)


def _check(name: str, hosts: Sequence[str]) -> None:
    try:
        msgspec.convert(name, Id)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"{name!r} is no name of a certificate; it takes small letters, digits, `-` and `_`"
        ) from error
    if name == "ca":
        raise ConfigError("'ca' is the authority's own name; choose another")
    for host in hosts:
        try:
            general(host)
        except ValueError as error:
            raise ConfigError(f"--host {host!r} is neither a host name nor an address") from error


def _states(order: Order) -> Iterator[tuple[x509.Certificate, str]]:
    revoked = order.folder.revoked()
    for each in order.folder.certificates():
        if revoked.get_revoked_certificate_by_serial_number(each.serial_number) is not None:
            yield each, "revoked"
        else:
            yield each, "expired" if each.not_valid_after_utc <= order.now else "valid"


def _hosts(certificates: Sequence[x509.Certificate]) -> list[str]:
    """The hosts of the last of them; a renewal keeps them."""
    if not certificates or ExtendedKeyUsageOID.SERVER_AUTH not in _purposes(certificates[-1]):
        return []
    names = certificates[-1].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def _purposes(certificate: x509.Certificate) -> x509.ExtendedKeyUsage:
    return certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
