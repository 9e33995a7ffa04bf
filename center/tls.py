"""The centre's certificates in, contexts and names for its lines and listeners out."""

import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography import x509


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the centre shows and whom it lets in, wherever it listens; files as PEM.

    ca         who signed the certificates of boxes and watchers, and our own
    cert, key  our own; it names the hosts under which we are called
    clients    folder with a copy of each that was issued to a box or watcher: `issued` of an
               authority that `tocsin pki` made
    crl        the authority's list of those that are revoked
    """

    ca: str
    cert: str
    key: str
    clients: str
    crl: str


def faults(tls: Tls) -> Iterator[str]:
    """What is wrong with the files, each with its place in the configuration and the fix."""
    for key in ("ca", "cert", "key", "crl"):
        if not Path(getattr(tls, key)).is_file():
            yield f"{getattr(tls, key)} is not there - at $.tls.{key}; tocsin pki makes it"
    if not Path(tls.clients).is_dir():
        yield f"{tls.clients} is no folder - at $.tls.clients; tocsin pki has it as `issued`"
    if Path(tls.key).stat().st_mode & stat.S_IRWXO:
        yield f"{tls.key} can be read by everybody - at $.tls.key; chmod 600 it"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tls.cert, tls.key)
    except (ssl.SSLError, OSError) as error:
        yield f"{tls.cert} and {tls.key} are no certificate and its key: {error} - at $.tls.key"
    try:
        ssl.create_default_context(cafile=tls.ca)
    except (ssl.SSLError, OSError) as error:
        yield f"{tls.ca} is no certificate: {error} - at $.tls.ca"
    if not hosts(tls):
        fix = "tocsin pki issue centre --host NAME"
        yield f"{tls.cert} names no host under which we are called - at $.tls.cert; {fix}"


def hosts(tls: Tls) -> list[str]:
    """Host names and addresses under which our own certificate has us called, names first."""
    own = x509.load_pem_x509_certificate(Path(tls.cert).read_bytes())
    try:
        named = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(each) for each in named.get_values_for_type(x509.IPAddress)]
    return [*named.get_values_for_type(x509.DNSName), *addresses]


def calling(tls: Tls) -> ssl.SSLContext:
    """For a line to ourselves: whoever answers has our authority's word."""
    context = ssl.create_default_context(cafile=tls.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
