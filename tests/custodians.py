"""Two custodians who were drawn for the tests, and their keys."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from pipelines.custody import Custodian, text_of

FIRST, SECOND, STRANGER = (X25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
BOTH = (FIRST, SECOND)
CUSTODIANS = (
    Custodian(name="officer", key=text_of(FIRST.public_key())),
    Custodian(name="council", key=text_of(SECOND.public_key())),
)
