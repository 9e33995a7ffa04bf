"""The watch list and a place in, the places above it, lowest first, or all below it, out."""

from center.watchlist import WatchList


def above(_: WatchList, __: str) -> tuple[str, ...]:
    """The places that hold this one: community, street, district."""
    return ()


def below(_: WatchList, place: str) -> frozenset[str]:
    """A place and all that it holds."""
    return frozenset({place})
