"""A sealed clip opens for both custodians together, says when it was altered, and may be torn."""

import io
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pipelines.custody import holder_of, locked, public_of, text_of, unlocked
from pipelines.errors import EvidenceError
from pipelines.sealing import CHUNK, MAGIC, About, Sealer, head_of, seen, unsealed
from tests.builders import quick
from tests.custodians import BOTH, CUSTODIANS, FIRST, SECOND, STRANGER

ABOUT = About(
    clip="c-1", site="s", camera="yard", place="p", rule="intrusion",
    begun=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
PARTS = (b"one", b"two" * 9000, b"three")


def parts_of(parts: Sequence[bytes] = PARTS, about: About = ABOUT) -> list[bytes]:
    """A sealed file as its head and its chunks."""
    sealer = Sealer(about, CUSTODIANS)
    last = len(parts) - 1
    return [sealer.head, *(sealer(part, last=n == last) for n, part in enumerate(parts))]


def opened(sealed: bytes, keys: Sequence[X25519PrivateKey] = BOTH) -> bytes:
    return b"".join(unsealed(io.BytesIO(sealed), keys))


def test_both_custodians_open_it_in_any_order_and_nobody_alone() -> None:
    sealed = b"".join(parts_of())
    assert opened(sealed) == opened(sealed, (SECOND, FIRST)) == b"".join(PARTS)
    for keys in ((), (FIRST,), (SECOND,), (FIRST, FIRST), (FIRST, STRANGER), (STRANGER, SECOND)):
        with pytest.raises(EvidenceError, match="is needed"):
            opened(sealed, keys)


def test_what_it_shows_is_nowhere_readable_and_what_it_is_of_is() -> None:
    sealed = b"".join(parts_of())
    assert b"twotwo" not in sealed
    about = head_of(io.BytesIO(sealed))[0].about
    assert about == ABOUT
    assert b"".join(parts_of())[2000:] != sealed[2000:]  # another clip, another key


@quick
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6))
def test_what_was_sealed_comes_back_whatever_it_was(parts: list[bytes]) -> None:
    sealed = b"".join(parts_of(parts))
    assert opened(sealed) == b"".join(parts)
    found = seen(io.BytesIO(sealed))
    assert (found.whole, found.chunks, found.length) == (True, len(parts), len(sealed))


@quick
@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found_with_and_without_keys(where: int, by: int) -> None:
    sealed = bytearray(b"".join(parts_of((b"some", b"more", b"end"))))
    sealed[where % len(sealed)] ^= by
    for ask in (opened, lambda changed: seen(io.BytesIO(changed)).link):
        try:
            answer = ask(bytes(sealed))
        except EvidenceError:
            continue
        # a length that was changed tears the file; what is left is as it was, and it is not whole
        assert not seen(io.BytesIO(bytes(sealed))).whole
        assert isinstance(answer, str) or b"somemoreend".startswith(answer)


@quick
@given(st.integers(min_value=0))
def test_a_torn_file_opens_up_to_its_last_whole_chunk(cut: int) -> None:
    parts = parts_of((b"some", b"more", b"end"))
    whole = b"".join(parts)
    least = len(parts[0])
    at = least + cut % (len(whole) - least)
    torn = whole[:at]
    count = sum(at >= least + sum(map(len, parts[1 : n + 1])) for n in (1, 2, 3))
    found = seen(io.BytesIO(torn))
    assert (found.whole, found.chunks) == (False, count)
    assert found.length == sum(map(len, parts[: count + 1]))
    assert opened(torn) == b"".join((b"some", b"more", b"end")[:count])
    rest = whole[at : found.length + len(parts[count + 1])]
    if any(rest):  # a disk may leave zeros after a power cut; now and then they are what is missing
        assert opened(torn + bytes(500)) == opened(torn)
    else:
        mended = opened(torn + bytes(500))
        assert mended.startswith(opened(torn))
        assert b"somemoreend".startswith(mended)


def test_chunks_that_change_places_go_missing_or_are_of_another_clip_are_found() -> None:
    head, one, two, three = parts_of()
    other_head, other_one, *_ = parts_of()
    for wrong in (
        (head, two, one, three), (head, two, three), (head, one, one, two, three),
        (head, one, three), (head, other_one, two, three), (other_head, one, two, three),
        (head, one, two, three, two), (head, one, two, three, b"x"),
    ):  # fmt: skip
        with pytest.raises(EvidenceError):
            seen(io.BytesIO(b"".join(wrong)))
        with pytest.raises(EvidenceError):
            opened(b"".join(wrong))


def test_links_that_somebody_made_anew_do_not_help_without_the_key() -> None:
    import hashlib

    head, one, two, _ = parts_of()
    swapped, link = head, hashlib.sha256(head).digest()
    for chunk in (two, one):
        link = hashlib.sha256(link + chunk[:-32]).digest()
        swapped += chunk[:-32] + link
    assert seen(io.BytesIO(swapped)).chunks == 2  # which is why the last link is written elsewhere
    with pytest.raises(EvidenceError, match="chunk 0 is not as it was sealed"):
        opened(swapped)


def test_what_is_no_sealed_file_is_said_and_asks_for_no_memory() -> None:
    with pytest.raises(EvidenceError, match="no sealed clip"):
        seen(io.BytesIO(bytes(4000)))
    with pytest.raises(EvidenceError, match="damaged"):
        seen(io.BytesIO(MAGIC + struct.pack(">I", 2**32 - 1) + b"{" * 100))
    head, *_ = parts_of()
    huge = head + struct.pack(">I", 2**31 - 1) + b"x" * CHUNK * 2
    with pytest.raises(EvidenceError, match="chunk 0"):
        seen(io.BytesIO(huge))


def test_a_private_key_is_locked_by_its_passphrase() -> None:
    text = locked("officer", FIRST, "correct horse", salt=b"s" * 16)
    assert holder_of(text) == "officer"
    assert FIRST.private_bytes_raw().hex() not in text
    assert unlocked(text, "correct horse").private_bytes_raw() == FIRST.private_bytes_raw()
    with pytest.raises(EvidenceError, match="not that of officer"):
        unlocked(text, "correct hors")
    with pytest.raises(EvidenceError, match="no custodian's private key"):
        unlocked("{}", "x")
    with pytest.raises(EvidenceError, match="out of bounds"):
        unlocked(text.replace("32768", "1073741824"), "correct horse")


def test_a_public_key_is_a_line_of_text() -> None:
    text = text_of(FIRST.public_key())
    assert public_of(text).public_bytes_raw() == FIRST.public_key().public_bytes_raw()
    with pytest.raises(EvidenceError, match="no public key"):
        public_of("x25519:abc")
