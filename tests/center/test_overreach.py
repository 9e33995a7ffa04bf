"""The broker's log: what it tells of, what nobody can make it tell, and how it is followed."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from center.logtail import LogTail
from center.overreach import Connection, Overreach, overreaches, servers

HEAD = "[20348] 2026/11/25 23:58:48.972743 [ERR] 127.0.0.1:40887 - mid:6 - "


def told(line: str) -> list[Overreach]:
    return list(overreaches([line]))


def test_a_publish_and_a_subscription_are_told_apart() -> None:
    by = Connection(20348, 6)
    assert told(f'{HEAD}"box-1" - Publish Violation - Subject "evt.b.x"') == [
        Overreach(by, "publish", "evt.b.x")
    ]
    assert told(f'{HEAD}"box-1" - Subscription Violation - Subject "cmd.b", SID cmd.b') == [
        Overreach(by, "subscribe", "cmd.b")
    ]
    assert told(f'{HEAD}"box-1" - Subscription Violation - Subject "may.b.x", SID may.b.x') == [
        Overreach(by, "publish", "evt.b.x")
    ]
    assert told(f'{HEAD}"box-1" - Publish Violation - User "box-1", Subject "evt.b.x"')
    mapped = told(f'{HEAD}"box-1" - Publish Violation - Subject "pe.6.demo.cam-9.intrusion"')
    assert mapped == [Overreach(by, "publish", "evt.demo.cam-9.intrusion")]
    assert told(HEAD + '"box-1" - authentication error - User "box-1"') == []
    assert told("[20348] 2026/11/25 23:58:48.972743 [INF] Server is ready") == []


def test_a_broker_that_starts_says_by_which_id_it_can_be_asked() -> None:
    said = (
        "[17361] 2026/11/25 23:22:12.611957 [INF]   ID:       NC3BTJH4ZVPG2ED2OZKEQUDWOUFAULEKXN6E"
    )
    assert list(servers([said, f'{HEAD}"box-1" - ID: NX'])) == [
        (17361, "NC3BTJH4ZVPG2ED2OZKEQUDWOUFAULEKXN6E")
    ]


quoted = st.text(st.characters(codec="ascii", exclude_categories=["Cc"])).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)


@given(quoted, quoted)
def test_no_name_and_no_subject_forges_another(name: str, subject: str) -> None:
    line = f"{HEAD}{name} - Publish Violation - Subject {subject}"
    shown = re.sub(r"^pe\.\d+\.", "evt.", subject[1:-1])
    assert told(line) == [Overreach(Connection(20348, 6), "publish", shown[:200])]
    assert told(f"{HEAD}{name} - authentication error - User {subject}") == []


def test_a_name_that_looks_like_a_line_is_none() -> None:
    name = '"x\\" - Publish Violation - Subject \\"evt.demo.cam-2.intrusion\\""'
    assert told(f"{HEAD}{name} - authentication error") == []


def added(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_the_log_is_followed_from_now_on_by_whole_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    added(log, "old\n")
    tail = LogTail(log)
    assert tail.lines() == []
    added(log, "one\ntw")
    assert tail.lines() == ["one"]
    added(log, "o\n")
    assert tail.lines() == ["two"]
    tail.close()


def test_a_log_that_was_put_aside_is_read_to_its_end_and_the_next_from_its_beginning(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    tail = LogTail(log)
    assert tail.lines() == []
    added(log, "one\n")
    assert tail.lines() == ["one"]
    added(log, "two\n")
    log.rename(tmp_path / "log.1")
    added(log, "three\n")
    assert tail.lines() == ["two", "three"]
    added(log, "four\n")
    assert tail.lines() == ["four"]
    tail.close()
