"""What goes on, as events tell of it."""

import msgspec

from pipelines.flow import Phase
from pipelines.going import SILENT_S, Going
from tests.builders import facts


def word(going: Going[str], episode: str, phase: Phase, now_s: float) -> bool:
    return going("yard", msgspec.structs.replace(facts(), episode=episode, phase=phase), now_s)


def test_it_goes_on_until_the_last_life_has_ended() -> None:
    going = Going[str]()
    assert word(going, "a", "begin", 0)
    assert word(going, "b", "begin", 1)
    assert word(going, "a", "end", 2)
    assert not word(going, "b", "end", 3)
    assert not word(going, "b", "end", 4)


def test_a_picture_that_comes_after_the_end_revives_nothing() -> None:
    going = Going[str]()
    word(going, "a", "begin", 0)
    word(going, "a", "end", 1)
    late = msgspec.structs.replace(facts(), episode="a", phase="update", again=True)
    assert not going("yard", late, 2)


def test_a_life_that_nobody_speaks_of_is_over_and_told_once() -> None:
    going = Going[str]()
    word(going, "a", "begin", 0)
    word(going, "b", "begin", 200)
    assert going.fallen_silent(SILENT_S + 1) == []
    assert going.fallen_silent(SILENT_S + 201) == ["yard"]
    assert going.fallen_silent(SILENT_S + 202) == []
