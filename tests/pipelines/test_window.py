"""A box sends as much at once as a broker answers soon, and no more."""

from collections import deque

from pipelines.window import FEW, LATE_S, SOON_S, Window


def test_a_box_begins_with_a_few_messages() -> None:
    assert Window(100).size == FEW


def test_prompt_answers_let_more_follow_up_to_the_most() -> None:
    window = Window(100)
    for _ in range(200):
        window.answered(0.0, SOON_S)
    assert window.size == 100


def test_answers_that_are_neither_soon_nor_late_change_nothing() -> None:
    window = Window(100)
    window.answered(0.0, (SOON_S + LATE_S) / 2)
    assert window.size == FEW


def test_late_answers_to_what_went_out_together_halve_it_once() -> None:
    window = Window(16)
    for _ in range(16):
        window.answered(0.0, SOON_S)
    for sent_s in (10.0, 10.1, 10.2):
        window.answered(sent_s, 20.0)
    assert window.size == 8


def test_one_message_may_always_be_on_the_way() -> None:
    window = Window(4)
    for turn in range(10):
        window.answered(10.0 * turn, 10.0 * turn + 9.0)
    assert window.size == 1


def test_a_thousand_boxes_on_a_slow_broker_find_a_size_at_which_none_waits_long() -> None:
    """4,000 a second, in the order of their coming, for boxes that always have more to say."""
    windows, now_s, worst_s = [Window(100) for _ in range(1000)], 0.0, 0.0
    line = deque((box, 0.0) for box in range(1000) for _ in range(windows[box].size))
    on_the_way = [window.size for window in windows]
    for _ in range(40_000):
        box, sent_s = line.popleft()
        now_s += 1 / 4000
        worst_s = max(worst_s, now_s - sent_s)
        windows[box].answered(sent_s, now_s)
        on_the_way[box] -= 1
        while on_the_way[box] < windows[box].size:
            on_the_way[box] += 1
            line.append((box, now_s))
    assert worst_s < 5.0, "after which nats-server hangs up by default"
