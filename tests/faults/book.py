"""Ledgers of all boxes in, what each box believes of each of its events out: the harness's memory.

A spool may be torn and begin anew, so what it counts is held against what its ledger has shown
since this file was looked at first.
"""

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.faults import ledger
from tests.faults.ledger import Counted, Fate, Line


class Entry(NamedTuple):
    """One event as its box believes it to be."""

    box: str
    row: int
    body: str
    fate: Fate


@dataclass(slots=True)
class Account:
    """One box's spool, as long as it is the same file; `base` is what was before we looked."""

    box: str
    path: Path
    base: Counted | None = None
    fates: dict[str, Fate] = field(default_factory=dict)
    said: Counted = field(default_factory=Counted)

    def take(self, read: ledger.Read) -> None:
        """Take in what the file shows now."""
        self.fates |= {line.id: line.fate for line in read.lines}
        self.said = read.said
        if self.base is None:
            self.base = _less(read.said, self._shown())

    def faults(self) -> Iterator[str]:
        """Where the spool's sums and its ledger disagree."""
        expected = _less(self.said, self.base or Counted())
        if self._shown() != expected:
            yield f"{self.box}: the spool counts {expected}, its ledger has {self._shown()}"
        if self.said.put != self.said.acked + self.said.dropped + self.said.waiting:
            yield f"{self.box}: what the spool counts does not add up: {self.said}"

    def _shown(self) -> Counted:
        of = Counter(self.fates.values())
        return Counted(len(self.fates), of["acked"], of["dropped"], of["waiting"])


def _less(one: Counted, other: Counted) -> Counted:
    return Counted(*(a - b for a, b in zip(one, other, strict=True)))


class Book:
    """What is known of all events.

    entries      by id, as the ledgers had them last
    unconfirmed  ids that are acknowledged and that the store has not shown yet
    torn         ids that lay in a spool when it was torn, and were not seen again
    forgotten    ids that a broker of yesterday may know no more, and the store neither
    """

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.entries: dict[str, Entry] = {}
        self.unconfirmed: set[str] = set()
        self.torn: set[str] = set()
        self.forgotten: set[str] = set()

    @property
    def at_risk(self) -> set[str]:
        """Ids of what may be gone without anybody's breaking a promise."""
        return self.torn | self.forgotten

    def open(self, box: str, path: Path) -> None:
        """Hold a box's spool to account from now on; what was before is taken as it is."""
        self.accounts[box] = Account(box, path)

    def drain(self, box: str, *, forget: bool = False) -> None:
        """Read a box's ledger; forget there what will not change any more. Raises sqlite3.Error."""
        account = self.accounts[box]
        read = ledger.read(account.path)
        account.take(read)
        self._note(box, read.lines)
        if forget:
            ledger.forget(account.path, [line.row for line in read.lines if line.fate != "waiting"])

    def look(self, box: str) -> None:
        """Read the ledger of a box that does not run, and leave its files as they are."""
        path = self.accounts[box].path
        with tempfile.TemporaryDirectory() as folder:
            for each in path.parent.glob(f"{path.name}*"):
                shutil.copy(each, folder)
            self._note(box, ledger.read(Path(folder) / path.name).lines)

    def acked(self) -> set[str]:
        """Ids of all that was ever acknowledged."""
        return {name for name, entry in self.entries.items() if entry.fate == "acked"}

    def waiting(self, box: str) -> set[str]:
        """Ids of what a box still holds."""
        return {
            name for name, entry in self.entries.items()
            if entry.box == box and entry.fate == "waiting"
        }  # fmt: skip

    def confirm(self, stored: set[str]) -> None:
        """Take in that the store has shown these: from now on, nothing excuses their absence."""
        self.unconfirmed -= stored
        self.forgotten -= stored

    def _note(self, box: str, lines: list[Line]) -> None:
        for line in lines:
            self.torn.discard(line.id)
            known = self.entries.get(line.id)
            if known is not None and known.fate == "acked":
                continue  # a torn spool may take an acknowledgement back; what was said, was said
            self.entries[line.id] = Entry(box, line.row, line.body, line.fate)
            if line.fate == "acked":
                self.unconfirmed.add(line.id)


UNREADABLE = (sqlite3.Error, OSError)
"""What reading a file raises that is full, torn or not there yet."""
