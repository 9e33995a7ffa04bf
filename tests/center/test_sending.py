"""A door's word by `tocsin send`: through the real broker into the store, or an error."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.errors import ConfigError
from tests.center.centre import SECRET, Centre, eventually
from tocsin.sending import Broker, event_of
from tocsin.sending import send as hand_over

ROOT = Path(__file__).parents[2]


def send(
    centre: Centre, *words: str, password: str = SECRET, site: str = "demo"
) -> subprocess.CompletedProcess[str]:
    where = ["--site", site, "--device", "pillar", "--place", "depot"]
    where += ["--port", str(centre.mqtt_port), "--user", "box-1"]
    return subprocess.run(
        [sys.executable, "-m", "tocsin", "send", *words, *where],
        cwd=ROOT, env={"TOCSIN_PASSWORD": password}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_pressed_help_point_reaches_the_store(shared: Centre) -> None:
    answer = send(shared, "help-point")
    assert answer.returncode == 0, answer.stderr
    eventually(lambda: shared.stats()["stored"])
    (stored,) = shared.http.get("/api/events").json()["events"]
    assert (stored["rule"], stored["camera"], stored["place"]) == ("help-point", "pillar", "depot")


def test_what_was_acknowledged_is_stored_however_fast_one_word_follows_the_other(
    shared: Centre,
) -> None:
    broker = Broker("127.0.0.1", shared.mqtt_port, "box-1", SECRET)
    words = [
        event_of("badge-granted", site="demo", device="gate", place="depot", at="")
        for _ in range(40)
    ]
    for word in words:
        hand_over(word, broker, Console(quiet=True))

    def stored() -> set[str]:
        events = shared.http.get("/api/events", params={"limit": 100}).json()["events"]
        return {event["id"] for event in events}

    eventually(lambda: stored() >= {word.id for word in words})


def test_a_broker_that_refuses_the_user_is_told_of(shared: Centre) -> None:
    answer = send(shared, "help-point", password="guess")
    assert answer.returncode == 1
    assert "did not take it" in answer.stderr


def test_a_word_that_the_broker_would_drop_is_an_error(shared: Centre) -> None:
    answer = send(shared, "help-point", site="nowhere")
    assert answer.returncode == 1
    assert "it lets box-1 not speak for pillar of the site nowhere" in " ".join(
        answer.stderr.split()
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"word": "doorbell"}, "no door or help point says 'doorbell'"),
        ({"device": "Two Words"}, "--device 'Two Words' is no id"),
        ({"at": "noon"}, "--at 'noon' is no time"),
    ],
)
def test_what_no_device_says_is_refused_before_anything_is_sent(
    wrong: dict[str, str], told: str
) -> None:
    word = {"word": "door-held", "site": "demo", "device": "gate", "place": "yard", "at": ""}
    with pytest.raises(ConfigError, match=told):
        event_of(**(word | wrong))
