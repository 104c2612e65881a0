"""What a spelling is: one maker's way to say in a tensor's name which layer it is for, and which part of its change."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.parts import split


@dataclass(frozen=True, slots=True)
class Spelt:
    """`component` is unet, text_encoder, text_encoder_2 … or empty where the name does not say; `path` is the layer,
    with dots or underscores; `part` is one of `adapters.parts`."""

    component: str
    path: str
    part: str


class Spelling(ABC):
    def __init__(self, name: str) -> None:
        self.name = name
        """What people call it."""

    @abstractmethod
    def matches(self, key: str) -> bool:
        """Whether the key is in this spelling, as far as its beginning tells."""

    @abstractmethod
    def read(self, key: str) -> Spelt | None:
        """What a key that matches says; None where its ending is no part of an adapter."""


class Prefixed(Spelling):
    """One that only puts a prefix for the component before the name."""

    def __init__(self, name: str, prefixes: Mapping[str, str]) -> None:
        """`prefixes` gives the component each stands for; a longer one goes before one that it begins with."""
        super().__init__(name)
        self.prefixes = prefixes

    def matches(self, key: str) -> bool:
        return key.startswith(tuple(self.prefixes))

    def read(self, key: str) -> Spelt | None:
        if (found := split(key)) is None:
            return None
        prefix = next(prefix for prefix in self.prefixes if key.startswith(prefix))
        return Spelt(self.prefixes[prefix], found[0].removeprefix(prefix), found[1])
