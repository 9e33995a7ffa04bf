"""A folder in, its authority, certificates and list of revoked ones out, and back.

No file of it is ever written over but the list.

    ca.crt, ca.key, ca.crl    the authority, and what it has revoked
    NAME.crt, NAME.key        for the machine of that name
    issued/NAME-NUMBER.crt    a copy of each certificate, for the centre
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from pipelines.errors import ConfigError
from tocsin.pki.authority import Key

PEM = serialization.Encoding.PEM
OWNERS, ALLS = 0o600, 0o644


@dataclass(frozen=True, slots=True)
class Folder:
    """Where an authority keeps its files. Each method raises ConfigError with file and fix."""

    path: Path

    @property
    def issued(self) -> Path:
        """Where copies of all certificates lie."""
        return self.path / "issued"

    def authority(self, passphrase: bytes | None) -> tuple[x509.Certificate, Key]:
        """The authority and its key."""
        return self.certificate(), _key(self.path / "ca.key", passphrase)

    def certificate(self) -> x509.Certificate:
        """The authority's certificate."""
        if not (self.path / "ca.crt").exists():
            raise ConfigError(f"{self.path / 'ca.crt'}: no authority is here; tocsin pki init")
        return _certificate(self.path / "ca.crt")

    def certificates(self, name: str = "") -> Iterator[x509.Certificate]:
        """Those that were issued, all of them or one name's, in the order of their making."""
        paths = sorted(self.issued.glob("*.crt"), key=lambda path: path.stat().st_mtime_ns)
        found = [_certificate(path) for path in paths]
        for each in sorted(found, key=lambda one: one.not_valid_before_utc):
            if name in {"", name_of(each)}:
                yield each

    def newest(self, name: str) -> x509.Certificate:
        """What the machine of that name shall have."""
        return _certificate(self.path / f"{name}.crt")

    def revoked(self) -> x509.CertificateRevocationList:
        """What is revoked."""
        self.certificate()
        path = self.path / "ca.crl"
        try:
            return x509.load_pem_x509_crl(_read(path))
        except ValueError as error:
            raise ConfigError(f"{path}: no list of revoked certificates: {error}") from error

    def put_revoked(self, told: x509.CertificateRevocationList) -> None:
        """Put a list in the place of the one before, at once and whole."""
        beside = self.path / "ca.crl.new"
        beside.unlink(missing_ok=True)
        put(beside, told.public_bytes(PEM), ALLS)
        beside.replace(self.path / "ca.crl")

    def put_issued(self, made: x509.Certificate, key: Key) -> tuple[Path, Path]:
        """Keep a certificate's copy, and write both files for its machine; older ones step aside.

        The copy comes first: no certificate is ever out of which there is no copy to revoke.
        """
        name = name_of(made)
        put(self.issued / f"{name}-{number_of(made)}.crt", made.public_bytes(PEM), ALLS)
        files = self.path / f"{name}.crt", self.path / f"{name}.key"
        if files[0].exists():
            ending = number_of(_certificate(files[0]))
            for path in files:
                if path.exists():
                    path.rename(path.with_name(f"{name}-{ending}{path.suffix}"))
        put(files[1], pem_of(key), OWNERS)
        put(files[0], made.public_bytes(PEM), ALLS)
        return files


def put(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet; a centre that looks never sees a part of it.

    Raises ConfigError.
    """
    beside = path.with_name(f"{path.name}.part")
    if path.exists():
        raise ConfigError(f"{path}: is there already, and is not written over")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        beside.rename(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be made: {error.strerror}") from error


def pem_of(key: Key, passphrase: bytes | None = None) -> bytes:
    """A private key as PEM, under a passphrase if there is one."""
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, lock)


def name_of(certificate: x509.Certificate) -> str:
    """For whom it is."""
    return _said(certificate, NameOID.COMMON_NAME)


def number_of(certificate: x509.Certificate) -> str:
    """By which it is told from others of the same name."""
    return _said(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)


def _said(certificate: x509.Certificate, what: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(what)
    return str(found[0].value) if found else ""


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError as error:
        raise ConfigError(f"{path}: no certificate: {error}") from error


def _key(path: Path, passphrase: bytes | None) -> Key:
    try:
        key = serialization.load_pem_private_key(_read(path), passphrase)
    except TypeError as error:
        why = "is under a passphrase" if passphrase is None else "is under no passphrase"
        raise ConfigError(f"{path}: the key {why}; mind --passphrase-file") from error
    except ValueError as error:
        raise ConfigError(f"{path}: the passphrase is wrong, or it is no key") from error
    if not isinstance(key, Key):
        raise ConfigError(f"{path}: no key on an elliptic curve; tocsin pki init makes one")
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
