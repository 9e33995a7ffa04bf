"""Drawn pictures of people: as many as were asked for, each with whoever stands on it."""

from benchmarks.people import TALL_PX, of_people


def test_every_picture_shows_somebody_where_it_says() -> None:
    shown = list(of_people(12))
    assert len(shown) >= 12
    for picture, boxes in shown:
        assert picture.shape == (720, 1280, 3)
        assert boxes
        assert all(box.height >= TALL_PX for box in boxes)


def test_the_same_seed_draws_the_same_pictures() -> None:
    one, other, another = (next(of_people(1, seed=seed))[1] for seed in (7, 7, 8))
    assert one == other
    assert one != another
