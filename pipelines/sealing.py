"""A clip's bytes in, a sealed file out that two custodians can open together, and back.

The file, numbers big-endian:

    16 bytes   `MAGIC`
    u32        bytes of the header
    JSON       `Header`: which clip it is, and its key in two halves, each wrapped for a custodian
    then chunks, written as the clip comes:
    u32        bytes that follow, the link not among them; bit 31 marks the last chunk
    bytes      ChaCha20-Poly1305 of up to `CHUNK` bytes of the clip
    32 bytes   the link: SHA-256 of the link before, the u32 and the bytes

The chunks are the STREAM construction (V. T. Hoang et al., Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, CRYPTO 2015): the nonce is the chunk's number and whether it is the
last, the key belongs to this header alone. Links need no key: with them anybody can tell that what
was written is what is there, once the link of the last chunk is known from elsewhere.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipelines.custody import Custodian, public_of, text_of
from pipelines.errors import EvidenceError

MAGIC = b"tocsin-sealed/1\n"
CHUNK = 1 << 16
_TAG, _LINK, _LAST = 16, 32, 1 << 31
_HEADER_MOST = 1 << 16
_ONCE = bytes(12)  # a nonce for keys that seal one thing only


class Wrap(msgspec.Struct, frozen=True, kw_only=True):
    """One half of a clip's key, for one custodian's eyes.

    key        the custodian's public key, as text
    ephemeral  X25519 public key made for this half
    half       ChaCha20-Poly1305 of 32 bytes
    """

    custodian: str
    key: str
    ephemeral: bytes
    half: bytes


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a clip is of: what its event says, and nothing of what it shows.

    clip   UUIDv7, and the file's name
    begun  when the camera saw its first frame
    """

    clip: str
    site: str
    camera: str
    place: str
    rule: str
    begun: datetime
    media_type: str = "video/x-matroska"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The readable beginning of a sealed file."""

    about: About
    wraps: tuple[Wrap, Wrap]


class Chunk(NamedTuple):
    """One chunk as it lies in the file."""

    number: int
    last: bool
    sealed: bytes
    link: bytes


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a sealed file, by its links.

    whole   its last chunk is there; otherwise it is torn, and holds `chunks` whole ones
    length  bytes up to the end of the last whole chunk
    link    of the last whole chunk, hexadecimal
    """

    header: Header
    whole: bool
    chunks: int
    length: int
    link: str


class Sealer:
    """Seals one clip. Whoever holds it can read the clip; let go of it when the clip is over."""

    def __init__(self, about: About, custodians: Sequence[Custodian]) -> None:
        halves = [ChaCha20Poly1305.generate_key() for _ in custodians]
        one, other = (
            _wrapped(half, custodian, number, about.clip)
            for number, (half, custodian) in enumerate(zip(halves, custodians, strict=True))
        )
        header = msgspec.json.encode(Header(about=about, wraps=(one, other)))
        self.head = MAGIC + struct.pack(">I", len(header)) + header
        self.link = hashlib.sha256(self.head).digest()
        self._cipher = _cipher(halves, self.head)
        self.chunks = 0

    def __call__(self, plain: bytes, *, last: bool = False) -> bytes:
        """Seal the next chunk, at most `CHUNK` bytes; the clip ends with one that is the last."""
        sealed = self._cipher.encrypt(_nonce(self.chunks, last=last), plain, None)
        word = struct.pack(">I", len(sealed) | (_LAST if last else 0))
        self.link = hashlib.sha256(self.link + word + sealed).digest()
        self.chunks += 1
        return word + sealed + self.link


def head_of(file: BinaryIO) -> tuple[Header, bytes]:
    """The header of a sealed file, and all its bytes. Raises EvidenceError when it has none."""
    start = file.read(len(MAGIC) + 4)
    if len(start) < len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise EvidenceError("this is no sealed clip, or its keys were destroyed")
    (size,) = struct.unpack(">I", start[len(MAGIC) :])
    raw = file.read(min(size, _HEADER_MOST))
    try:
        return msgspec.json.decode(raw, type=Header), start + raw
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"the header of the sealed clip is damaged: {error}") from error


def seen(file: BinaryIO) -> Seen:
    """Check a sealed file by its links, without a key. Raises EvidenceError when it was altered."""
    header, head = head_of(file)
    whole, count, length, link = False, 0, len(head), hashlib.sha256(head).digest()
    for chunk in _chunks(file, head):
        whole, count, link = chunk.last, count + 1, chunk.link
        length += 4 + len(chunk.sealed) + _LINK
    return Seen(header=header, whole=whole, chunks=count, length=length, link=link.hex())


def unsealed(file: BinaryIO, privates: Sequence[X25519PrivateKey]) -> Iterator[bytes]:
    """The clip, chunk by chunk, with the keys of both custodians in any order.

    Nothing is given out that is not as it was sealed. A torn file ends with its last whole chunk.
    Raises EvidenceError on a key that is missing or wrong, and where the file was altered.
    """
    header, head = head_of(file)
    halves = [
        _unwrapped(wrap, privates, number, header.about.clip)
        for number, wrap in enumerate(header.wraps)
    ]
    cipher = _cipher(halves, head)
    for chunk in _chunks(file, head):
        try:
            yield cipher.decrypt(_nonce(chunk.number, last=chunk.last), chunk.sealed, None)
        except InvalidTag as error:
            raise EvidenceError(f"chunk {chunk.number} is not as it was sealed") from error


def _chunks(file: BinaryIO, head: bytes) -> Iterator[Chunk]:
    """Whole chunks, each held to its link; the first that is not whole ends a torn file."""
    link, number = hashlib.sha256(head).digest(), 0
    while True:
        word = file.read(4)
        size, last = _size(word)
        body = file.read(size + _LINK)
        if not size or len(body) < size + _LINK:
            return
        sealed, said = body[:size], body[size:]
        link = hashlib.sha256(link + word + sealed).digest()
        if link != said or not _TAG <= size <= CHUNK + _TAG:
            if _is_blank(file, body):
                return
            raise EvidenceError(f"chunk {number} is not what was written after the one before it")
        yield Chunk(number, last, sealed, link)
        number += 1
        if last:
            if file.read(1):
                raise EvidenceError("something was put behind the last chunk")
            return


def _is_blank(file: BinaryIO, body: bytes) -> bool:
    """Whether zeros take the place of the end of a chunk and of all that came after it."""
    rest = [body[-1:], *iter(lambda: file.read(CHUNK), b"")]
    return not any(any(part) for part in rest)


def _size(word: bytes) -> tuple[int, bool]:
    """Bytes of a chunk and whether it is the last; 0 where the file ends, or zeros stand."""
    if len(word) < 4:
        return 0, False
    (size,) = struct.unpack(">I", word)
    return min(size & ~_LAST, CHUNK + _TAG + 1), bool(size & _LAST)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _cipher(halves: Sequence[bytes], head: bytes) -> ChaCha20Poly1305:
    """Of both halves and of this header: another header is another key."""
    info = MAGIC + b"chunks" + hashlib.sha256(head).digest()
    return ChaCha20Poly1305(_derived(b"".join(halves), salt=b"", info=info))


def _wrapped(half: bytes, custodian: Custodian, number: int, clip: str) -> Wrap:
    ephemeral, public = X25519PrivateKey.generate(), public_of(custodian.key)
    own = ephemeral.public_key()
    cipher = _wrapping(ephemeral.exchange(public), own, public, number)
    return Wrap(
        custodian=custodian.name,
        key=custodian.key,
        ephemeral=own.public_bytes_raw(),
        half=cipher.encrypt(_ONCE, half, clip.encode()),
    )


def _unwrapped(wrap: Wrap, privates: Sequence[X25519PrivateKey], number: int, clip: str) -> bytes:
    fitting = [each for each in privates if text_of(each.public_key()) == wrap.key]
    if not fitting:
        raise EvidenceError(f"the key of {wrap.custodian} is needed, and is not among those given")
    private, ephemeral = fitting[0], X25519PublicKey.from_public_bytes(wrap.ephemeral)
    try:
        shared = private.exchange(ephemeral)
        cipher = _wrapping(shared, ephemeral, private.public_key(), number)
        return cipher.decrypt(_ONCE, wrap.half, clip.encode())
    except (InvalidTag, ValueError) as error:
        raise EvidenceError(f"the half of {wrap.custodian} is not as it was wrapped") from error


def _wrapping(
    shared: bytes, ephemeral: X25519PublicKey, public: X25519PublicKey, number: int
) -> ChaCha20Poly1305:
    salt = ephemeral.public_bytes_raw() + public.public_bytes_raw()
    return ChaCha20Poly1305(_derived(shared, salt=salt, info=MAGIC + b"half %d" % number))


def _derived(material: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(material)
