"""A custodian's key pair in, texts for two files out: one for every box, one for a safe."""

import base64
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pipelines.errors import EvidenceError
from pipelines.settings import Id

_KIND = "x25519:"
_COST = 1 << 15  # scrypt's n: 32 MiB and a tenth of a second for each guess
_BLOCK, _LANES = 8, 1
_MOST = 1 << 20  # that a file may ask of us
_ONCE = bytes(12)  # the key is made for this one text

PublicKey = Annotated[str, msgspec.Meta(pattern=r"^x25519:[A-Za-z0-9+/]{43}=$(?!\n)")]


class Custodian(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two who can open evidence together.

    key  the public one, or `key_file`: what `tocsin evidence keygen` wrote into NAME.pub
    """

    name: Id
    key: PublicKey


class _Locked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A private key's file. scrypt makes the key from the passphrase."""

    kind: str = "tocsin custodian key 1"
    custodian: str
    key: PublicKey
    salt: bytes
    cost: int = _COST
    sealed: bytes


def text_of(public: X25519PublicKey) -> str:
    """A public key as text for a configuration."""
    return _KIND + base64.b64encode(public.public_bytes_raw()).decode()


def public_of(key: str) -> X25519PublicKey:
    """The public key that a text says. Raises EvidenceError."""
    try:
        raw = base64.b64decode(key.removeprefix(_KIND), validate=True)
        return X25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise EvidenceError(f"{key!r} is no public key") from error


def locked(name: str, private: X25519PrivateKey, passphrase: str, *, salt: bytes) -> str:
    """The text of a private key's file; `salt`: 16 random bytes."""
    public = text_of(private.public_key())
    cipher = ChaCha20Poly1305(_stretched(passphrase, salt, _COST))
    sealed = cipher.encrypt(_ONCE, private.private_bytes_raw(), public.encode())
    made = _Locked(custodian=name, key=public, salt=salt, sealed=sealed)
    return msgspec.json.format(msgspec.json.encode(made), indent=1).decode() + "\n"


def holder_of(text: str) -> str:
    """Whose private key a file holds. Raises EvidenceError when it holds none."""
    return _read(text).custodian


def unlocked(text: str, passphrase: str) -> X25519PrivateKey:
    """The private key in a file. Raises EvidenceError when the passphrase is not its own."""
    read = _read(text)
    cipher = ChaCha20Poly1305(_stretched(passphrase, read.salt, read.cost))
    try:
        raw = cipher.decrypt(_ONCE, read.sealed, read.key.encode())
    except InvalidTag as error:
        raise EvidenceError(f"the passphrase is not that of {read.custodian}'s key") from error
    return X25519PrivateKey.from_private_bytes(raw)


def _read(text: str) -> _Locked:
    try:
        read = msgspec.json.decode(text, type=_Locked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"this is no custodian's private key: {error}") from error
    if not 2 <= read.cost <= _MOST or read.cost & (read.cost - 1):
        raise EvidenceError("this is no custodian's private key: its cost is out of bounds")
    return read


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=_BLOCK, p=_LANES).derive(passphrase.encode())
