"""The API under requests that nobody thought of: it stays well, and as it describes itself."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from center.store import Store
from tests.center.centre import event
from tests.center.desks import CAR, Office, application

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
ENDLESS = [
    "/api/stream", "/api/cameras/{camera}/live", "/api/cameras/{camera}/still",
    "/api/cameras/{camera}/zones",
]  # fmt: skip
"""What ends when somebody hangs up, or asks a box, which is not there."""

bounded = settings(
    deadline=None, max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck)
)


class Fuzzed:
    """An office with two alerts, one of which a patrol has."""

    def __init__(self, store: Store, folder: Path) -> None:
        office = Office(store)
        self.alert = office.file(event())
        sent = office.working.dispatch(office.file(event(after_s=3600)).id, CAR, office.asks())
        assert sent is not None
        self.known = {
            "alert_id": self.alert.id, "token": sent.link.removeprefix("/p/"), "place": "depot",
            "camera": "cam-1", "box": "box-1", "version": 1,
            "length": "week", "day": "2026-11-23", "number": 1,
        }  # fmt: skip
        self.api = application(office, folder / "watch.yaml")
        self.schema = schemathesis.openapi.from_asgi("/api/openapi.json", self.api)
        self.asked = 0

    def ask(self, operation: Any) -> None:
        """Requests of one operation, every other about something that is there."""

        @bounded
        @given(operation.as_strategy())
        def asked(case: Any) -> None:
            self.asked += 1
            for name, value in self.known.items() if self.asked % 2 else ():
                if name in case.path_parameters:
                    case.path_parameters[name] = value
            case.call_and_validate(checks=CHECKS)

        asked()


@pytest.fixture
def fuzzed(tmp_path: Path) -> Iterator[Fuzzed]:
    with closing(Store(tmp_path / "a.db")) as store:
        yield Fuzzed(store, tmp_path)


def test_no_request_finds_a_fault_of_ours_and_answers_are_as_described(fuzzed: Fuzzed) -> None:
    for found in fuzzed.schema.exclude(path=ENDLESS).get_all_operations():
        operation: Any = found
        fuzzed.ask(operation.ok())
    assert fuzzed.asked > 200
