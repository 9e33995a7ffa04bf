"""One round of faults on a real site: nothing is lost, and it is whole again by itself.

`make faults` runs many; this one shows that the harness and the product still fit each other.
"""

from pathlib import Path

import pytest

from tests.faults.run import Wanted, run

KILLS = ("kill.broker", "kill.centre", "kill.box-1.publishing", "kill.box-2.teller")


@pytest.mark.end_to_end
def test_kills_of_all_parts_lose_nothing(tmp_path: Path) -> None:
    wanted = Wanted(seed=7, seconds=1, real=False, only=KILLS, kills_a_round=len(KILLS))
    ran = run(wanted, tmp_path)
    assert ran.broken == []
    assert ran.done.kills.total() > 0
    assert ran.figures is not None
    assert ran.figures.stored == ran.figures.acked > 0
