"""What every test may use, and the account of those that did not run."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

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


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """List the tests that did not run, and the one command that installs what they need."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("did not run")
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}")
        terminalreporter.line(f"to run them: {INSTALL}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every test must run, one that did not is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    lacking = [each for each in skipped if NO_RIGHT not in each.longrepr[2]]
    if os.environ.get("TOCSIN_EVERY_TEST") and lacking:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
