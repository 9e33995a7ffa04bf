"""A town with a centre, and its desk in a browser, live and empty before each test."""

from collections.abc import Iterator

import pytest

from tests.center.browser import Page, browser
from tests.center.desk.opened import alerts, desk
from tests.center.town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("town"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(town: Town, opened: Page) -> Iterator[Page]:
    """The desk, open, live and empty; it may ask nobody else and complain of nothing."""
    opened.open("about:blank")
    opened.requests.clear()
    opened.complaints.clear()
    for alert in alerts(town, "open") + alerts(town, "shelved"):
        town.http.post(f"/api/alerts/{alert['id']}/close", json={"outcome": "test"})
    desk(town, opened)
    yield opened
    ours = (town.url, "data:", "blob:", "about:")
    strangers = [url for url in opened.requests if not url.startswith(ours)]
    assert not strangers
    loud = [each for each in opened.complaints if "/still" not in each]
    assert not loud  # no box shows these cameras, and the browser writes that down
