"""Names, keys and moments in, certificates and lists of revoked ones out; no file is touched.

The profile is that of RFC 5280: an authority that may sign certificates and lists and nothing else,
and below it certificates that sign nothing. Each carries, as OU beside its CN, the first half of
its own serial number: so each is a name of its own to the broker, and one can be refused while
another of the same box is let in.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey

BACK = timedelta(days=1)
"""By which a certificate is older than it is: a box without a clock's battery is behind."""


def new_key() -> Key:
    """A private key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def authority(name: str, key: Key, *, now: datetime, lasts: timedelta) -> x509.Certificate:
    """The certificate of an authority that signs for boxes and servers, and for no authority."""
    itself = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _begun(itself, itself, key.public_key(), now, now + lasts)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def certificate(
    name: str, public: ec.EllipticCurvePublicKey, hosts: Sequence[str], *,
    by: x509.Certificate, key: Key, now: datetime, lasts: timedelta,
) -> x509.Certificate:  # fmt: skip
    """A certificate of a box or a watcher; of a server, too, where it has hosts.

    hosts  DNS names and addresses under which it is called
    by     the authority, and its `key`; it outlives what it signs
    """
    serial = x509.random_serial_number()
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, name),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{serial:040x}"[:16]),
    ])  # fmt: skip
    until = min(now + lasts, by.not_valid_after_utc)
    builder = _begun(subject, by.subject, public, now, until, serial)
    for extension, critical in _of_a_leaf(hosts, by):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256())


def revoked_list(
    serials: Iterable[tuple[int, datetime]], *, by: x509.Certificate, key: Key, now: datetime
) -> x509.CertificateRevocationList:
    """The list of what is revoked, each with when it was; good for as long as the authority."""
    builder = x509.CertificateRevocationListBuilder(by.subject, now, by.not_valid_after_utc)
    for serial, moment in serials:
        gone = x509.RevokedCertificateBuilder(serial, moment).build()
        builder = builder.add_revoked_certificate(gone)
    return builder.sign(key, hashes.SHA256())


def _begun(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey,
    now: datetime, until: datetime, serial: int | None = None,
) -> x509.CertificateBuilder:  # fmt: skip
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=public,
        serial_number=serial or x509.random_serial_number(),
        not_valid_before=now - BACK,
        not_valid_after=until,
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _of_a_leaf(
    hosts: Sequence[str], by: x509.Certificate
) -> Iterable[tuple[x509.ExtensionType, bool]]:
    yield x509.BasicConstraints(ca=False, path_length=None), True
    yield _usage(signs=False), True
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if hosts:
        purposes.append(ExtendedKeyUsageOID.SERVER_AUTH)
        yield x509.SubjectAlternativeName([general(host) for host in hosts]), False
    yield x509.ExtendedKeyUsage(purposes), False
    authority_id = by.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    yield x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), False


def general(host: str) -> x509.GeneralName:
    """A host as a certificate names it. Raises ValueError when it is neither name nor address."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode("ascii"))


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
