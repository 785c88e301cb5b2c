"""What goes with what."""

from __future__ import annotations

from collections.abc import Iterable

_GOES_WITH = {"lamp": ("bulb",), "desk": ("chair", "lamp"), "chair": ("rug",)}


def companions(skus: Iterable[str]) -> list[str]:
    """Articles that go with these and are not among them, in the order of the first that they go with."""
    bought = list(skus)
    found = [companion for sku in bought for companion in _GOES_WITH.get(sku, ()) if companion not in bought]
    return list(dict.fromkeys(found))
