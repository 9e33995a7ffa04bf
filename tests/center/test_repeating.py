"""A look that is repeated outlives a store that refuses."""

import asyncio
import logging

import pytest

from center.repeating import repeat
from pipelines.errors import StoreError
from pipelines.trouble import Trouble


class _EndError(Exception):
    """Ends a loop that has no end."""


def test_a_store_that_refuses_ends_no_look(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([None, StoreError("full"), StoreError("full"), None, _EndError()])

    def look() -> None:
        if (answer := next(answers)) is not None:
            raise answer

    trouble = Trouble(logging.getLogger("test"), "timers")
    with pytest.raises(_EndError):
        asyncio.run(repeat(look, every_s=0, trouble=trouble))
    assert caplog.messages == ["timers=trouble why='full'", "timers=well why=''"]
