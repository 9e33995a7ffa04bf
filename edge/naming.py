"""Nothing in, a new id of an event out: the one file of the edge that makes them."""

import uuid_utils


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and sorted by the time at which it was made."""
    return str(uuid_utils.uuid7())
