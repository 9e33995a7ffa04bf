"""The lines of an audit hold each other: what was changed, put in, taken or cut off is found."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from pipelines.chain import START, Entry, checked, head_of, linked
from pipelines.errors import EvidenceError
from pipelines.flow import AuditHead

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def entry(number: int) -> Entry:
    asked = msgspec.Raw(json.dumps({"evidence": "sealed", "n": number}).encode())
    return Entry(time=NOW, id=f"c-{number}", by="box-1", asked=asked, result="ok")


def chained(count: int = 4) -> tuple[list[bytes], list[AuditHead]]:
    lines, heads = list[bytes](), [START]
    for number in range(count):
        raw = linked(entry(number), heads[-1])
        lines.append(raw + b"\n")
        heads.append(head_of(raw))
    return lines, heads


def test_an_untouched_audit_holds_and_says_what_it_said() -> None:
    lines, heads = chained()
    read = checked(lines, heads[1:])
    assert [line.id for line in read] == ["c-0", "c-1", "c-2", "c-3"]
    assert checked(lines[2:], heads[3:], after=heads[2]) == read[2:]
    assert checked([]) == ()


@pytest.mark.parametrize("number", range(4))
def test_a_line_that_was_changed_is_found_the_last_by_what_was_told_elsewhere(number: int) -> None:
    lines, heads = chained()
    lines[number] = lines[number].replace(b'"by":"box-1"', b'"by":"box-2"')
    with pytest.raises(EvidenceError, match=r"does not follow|told elsewhere"):
        checked(lines, heads[-1:])


@pytest.mark.parametrize("number", range(4))
def test_a_line_that_was_taken_out_or_put_in_is_found(number: int) -> None:
    lines, heads = chained()
    for wrong in (
        lines[:number] + lines[number + 1 :],
        [*lines[:number], lines[0], *lines[number:]],
    ):
        with pytest.raises(EvidenceError):
            checked(wrong, heads[-1:])


def test_a_tail_that_was_cut_off_and_a_past_that_was_written_anew_are_found_by_a_head() -> None:
    lines, heads = chained()
    assert checked(lines[:2])
    with pytest.raises(EvidenceError, match="4 lines were told elsewhere, 2 are left"):
        checked(lines[:2], heads[-1:])
    anew, _ = chained(0)
    head = START
    for number in (7, 8, 9, 10):
        raw = linked(entry(number), head)
        anew, head = [*anew, raw + b"\n"], head_of(raw)
    assert checked(anew)
    with pytest.raises(EvidenceError, match="line 2 is not the one that was told elsewhere"):
        checked(anew, heads[2:3])


def test_what_is_torn_or_no_line_at_all_is_named() -> None:
    lines, _ = chained()
    with pytest.raises(EvidenceError, match="line 4 is torn"):
        checked([*lines[:3], lines[3][:-5]])
    with pytest.raises(EvidenceError, match="line 2 is no line of an audit"):
        checked([lines[0], b"{}\n"])
