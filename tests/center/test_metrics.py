"""A centre's numbers, asked over HTTP while it works."""

import os
import signal

from prometheus_client.parser import text_string_to_metric_families

from tests.center.centre import Centre, event, eventually


def numbers(centre: Centre) -> dict[tuple[str, ...], float]:
    answer = centre.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_comes_is_counted_by_what_became_of_it(centre: Centre) -> None:
    twice = event()
    centre.deliver(twice, twice, event(place="school"))
    with centre.box() as box:
        box.say("evt/demo/cam-1/intrusion", b"no event")
        eventually(lambda: centre.stats()["rejected"] == 1)
    told = numbers(centre)
    assert told["tocsin_center_events_received_total",] == 4
    assert told["tocsin_center_events_stored_total",] == 2
    assert told["tocsin_center_events_duplicate_total",] == 1
    assert told["tocsin_center_events_rejected_total",] == 1
    assert told["tocsin_center_alerts", "new"] == 1
    assert told["tocsin_center_alerts", "acknowledged"] == 0
    assert told["tocsin_center_broker_up",] == 1
    assert told["tocsin_center_box_up", "box-2"] == 0
    assert told["tocsin_center_last_event_timestamp_seconds",] > 1.7e9
    eventually(lambda: numbers(centre)["tocsin_center_consumer_unacknowledged",] == 0)
    assert told["tocsin_center_consumer_pending",] == 0


def test_an_alert_moves_from_state_to_state(centre: Centre) -> None:
    centre.deliver(event())
    (alert,) = centre.http.get("/api/alerts").json()["alerts"]
    centre.http.post(f"/api/alerts/{alert['id']}/acknowledge")
    told = numbers(centre)
    assert told["tocsin_center_alerts", "new"] == 0
    assert told["tocsin_center_alerts", "acknowledged"] == 1


def test_who_follows_the_stream_is_counted_until_he_hangs_up(centre: Centre) -> None:
    assert numbers(centre)["tocsin_center_consoles",] == 0
    with centre.http.stream("GET", "/api/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        eventually(lambda: numbers(centre)["tocsin_center_consoles",] == 1)
    eventually(lambda: numbers(centre)["tocsin_center_consoles",] == 0)


def test_while_the_broker_does_not_answer_all_else_is_answered(centre: Centre) -> None:
    centre.deliver(event())
    os.kill(centre.broker_pid, signal.SIGSTOP)
    try:
        told = numbers(centre)
    finally:
        os.kill(centre.broker_pid, signal.SIGCONT)
    assert ("tocsin_center_consumer_pending",) not in told
    assert told["tocsin_center_events_stored_total",] == 1


def test_a_strange_host_name_gets_nothing(centre: Centre) -> None:
    answer = centre.http.get("/metrics", headers={"Host": "evil.example"})
    assert answer.status_code == 403
