"""Events of lives in, what goes on now out: for protocols that speak in states, not in lives."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from pipelines.flow import Facts

Subject = TypeVar("Subject", bound=Hashable)

SILENT_S = 330.0
"""After which a life that nobody spoke of is over: while one goes on a word comes every 300 s."""


class Going(Generic[Subject]):
    """Remembers which lives go on, each under a subject that the caller names."""

    def __init__(self) -> None:
        self.heard_s: dict[Subject, dict[str, float]] = {}

    def __call__(self, subject: Subject, facts: Facts, now_s: float) -> bool:
        """Take in what was told; say whether anything goes on under its subject."""
        lives = self.heard_s.setdefault(subject, {})
        if facts.phase == "end":
            lives.pop(facts.episode or "", None)
        elif not facts.again:  # a picture may come when its life is over
            lives[facts.episode or ""] = now_s
        if not lives:
            del self.heard_s[subject]
        return bool(lives)

    def fallen_silent(self, now_s: float) -> list[Subject]:
        """Subjects whose last life was not heard of for too long; they are forgotten."""
        over = []
        for subject, lives in list(self.heard_s.items()):
            for episode, heard_s in list(lives.items()):
                if now_s - heard_s > SILENT_S:
                    del lives[episode]
            if not lives:
                del self.heard_s[subject]
                over.append(subject)
        return over
