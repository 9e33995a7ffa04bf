"""Trouble is said when it begins, changes and ends, and not while it lasts."""

import logging

import pytest

from pipelines.trouble import Trouble


def test_trouble_is_said_when_it_begins_changes_and_ends(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble(logging.getLogger("test"), "link", "level=east")
    for why in ("", "no route", "no route", "refused", "", ""):
        trouble.note(why)
    assert caplog.messages == [
        "link=trouble level=east why='no route'",
        "link=trouble level=east why='refused'",
        "link=well level=east why=''",
    ]
    assert trouble.why == ""
