"""A mapping in layers: a copy that costs nothing, and that leaves what it was made of as it is."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, Generic, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
GONE: Any = object()
MISSING: Any = object()


class Layer(MutableMapping[K, V], Generic[K, V]):
    """What was changed, over another layer that must not change as long as this one is used."""

    __slots__ = ("own", "under")

    def __init__(self, under: Layer[K, V] | None = None) -> None:
        self.own: dict[K, V] = {}
        self.under = under

    def _find(self, key: K) -> V:
        layer: Layer[K, V] | None = self
        while layer is not None:
            value = layer.own.get(key, MISSING)
            if value is not MISSING:
                found: V = value
                return found
            layer = layer.under
        gone: V = GONE
        return gone

    def __getitem__(self, key: K) -> V:
        value = self._find(key)
        if value is GONE:
            raise KeyError(key)
        return value

    @overload
    def get(self, key: K, default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | T, /) -> V | T: ...
    def get(self, key: K, default: Any = None, /) -> Any:
        """Find a value."""
        value = self._find(key)
        return default if value is GONE else value

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not GONE  # type: ignore[arg-type]

    def __setitem__(self, key: K, value: V) -> None:
        self.own[key] = value

    def __delitem__(self, key: K) -> None:
        if self._find(key) is GONE:
            raise KeyError(key)
        self.own[key] = GONE

    def __iter__(self) -> Iterator[K]:
        layers: list[Layer[K, V]] = []
        layer: Layer[K, V] | None = self
        while layer is not None:
            layers.append(layer)
            layer = layer.under
        keys = dict.fromkeys(key for layer in reversed(layers) for key in layer.own)
        return (key for key in keys if self._find(key) is not GONE)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def absorb(self, above: Layer[K, V]) -> None:
        """Take what a layer over this one has changed."""
        for key, value in above.own.items():
            if value is GONE and self.under is None:
                self.own.pop(key, None)
            else:
                self.own[key] = value
