"""The audit's file: on disk before it returns, whole or not at all, by many hands at once."""

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.audit import Audit
from pipelines.chain import Entry, checked
from pipelines.errors import EvidenceError, SpoolError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def entry(name: str, size: int = 0) -> Entry:
    asked = msgspec.Raw(msgspec.json.encode({"said": "x" * size}))
    return Entry(time=NOW, id=name, by="box-1", asked=asked, result="ok")


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def many(path: Path, name: str) -> None:
    audit = Audit(path)
    for number in range(40):
        audit.append(entry(f"{name}-{number}", size=3000))


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=many, args=(path, name)) for name in ("a", "b")]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    head = Audit(path).head()
    read = checked(lines_of(path), [head])
    assert {line.id for line in read} == {f"{n}-{i}" for n in "ab" for i in range(40)}
    assert head.lines == len(read) == 80


def test_the_chain_goes_on_after_a_restart_and_after_a_very_long_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    assert Audit(path).head().lines == 0
    heads = [Audit(path).append(entry("long", size=300_000)), Audit(path).append(entry("short"))]
    assert heads[-1] == Audit(path).head()
    assert len(checked(lines_of(path), heads)) == 2


def test_a_line_that_the_power_cut_short_is_cut_off_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(path)
    head = audit.append(entry("one"))
    with path.open("ab") as file:
        file.write(b'{"time":"2026-')
    assert audit.head() == head
    audit.append(entry("two"))
    torn = checked(lines_of(path), [head])[1]
    assert msgspec.json.decode(torn.asked) == {"audit": "torn", "bytes": 14}


def test_what_the_disk_does_not_take_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SpoolError):
        Audit(tmp_path).append(entry("one"))
    path = tmp_path / "audit.jsonl"
    path.write_text("something else\n")
    with pytest.raises(EvidenceError, match="move the file away"):
        Audit(path).append(entry("one"))
    assert path.read_text() == "something else\n"
