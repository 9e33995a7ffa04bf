"""A decoder and bytes in, a value out; what is nested too deeply is as unreadable as the rest.

msgspec meets a thousand brackets with a RecursionError, which nobody expects of a message: one such
message from a box would end whoever reads it, and again when it is delivered again.
"""

from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def read(decoder: "msgspec.json.Decoder[Value]", payload: bytes | bytearray | memoryview) -> Value:
    """Decode. Raises msgspec.DecodeError on anything that is not what the decoder reads."""
    try:
        return decoder.decode(payload)
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error
