"""A folder in, the certificate by which the broker knows our own MQTT connection out.

It is made anew at each start and signed by itself: whoever runs a centre with certificates of their
own authority need not have one of those made for it.
"""

import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from center.config import OWN_USER
from center.tls import Tls, calling

_LASTS = timedelta(days=3650)
_BACK = timedelta(days=1)
_PEM = serialization.Encoding.PEM


def trusted(state: Path) -> Path:
    """Whom the MQTT listener trusts: the authority, and us."""
    return state / "mqtt-ca.crt"


def make(tls: Tls, state: Path, *, now: datetime) -> None:
    """Write our key, our certificate, and whom the listener trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    us = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, OWN_USER)])
    ours = (
        x509.CertificateBuilder(us, us, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(_PEM)
    )
    plain = serialization.NoEncryption()
    _private(_file(state), ours + key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, plain))
    _private(trusted(state), Path(tls.ca).read_bytes() + ours)


def showing(tls: Tls, state: Path) -> ssl.SSLContext:
    """For our own MQTT connection, to our own child's port whatever name that goes by."""
    context = calling(tls)
    context.check_hostname = False
    context.load_cert_chain(_file(state))
    return context


def _file(state: Path) -> Path:
    return state / "inner.pem"


def _private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
