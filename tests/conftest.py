"""What every test may use, and the account of those that did not run."""

import logging
import os
import signal
from collections.abc import Generator, Iterator

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from tests.dealing import spread

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
"""The same examples each time, and no verdict about how busy the machine is."""

NO_RIGHT = "no right"
"""How the reason begins of a test that needs what nobody can install."""

INSTALL = "apt-get install -y chromium mosquitto postgresql systemd"


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start, also where a shell began them in the background."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: half of its time a test waits for a server or a stream."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers share the files, deal them so that all are busy until the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        spread(items)


@pytest.fixture(autouse=True)
def _loggers_still_speak() -> Iterator[None]:
    """A test that silences loggers fails itself, instead of one that comes after it and listens."""
    before = _silenced()
    yield
    assert _silenced() <= before


def _silenced() -> set[str]:
    """Loggers that say nothing, whoever listens."""
    known = logging.root.manager.loggerDict.items()
    off = {name for name, each in known if isinstance(each, logging.Logger) and each.disabled}
    return off | ({"all"} if logging.root.manager.disable else set())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where every test must run, one that did not has failed."""
    report = yield
    if os.environ.get("TOCSIN_EVERY_TEST") and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NO_RIGHT not in why:
            report.outcome, report.longrepr = "failed", f"it must run: {why}"
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """List the tests that did not run, and the one command that installs what they need."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("did not run")
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}")
        terminalreporter.line(f"to run them: {INSTALL}")
