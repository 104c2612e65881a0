"""Looking at finished pictures before anybody else does: whether one should be held back until a person has seen it.

The engine only says so; what becomes of such a picture is for whoever asked for it. Nothing is screened unless the
operator names a checker.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from PIL import Image
from torch import nn

from engine.devices import Placement
from engine.settings import EngineSettings


class Screen(Protocol):
    @property
    def parts(self) -> Sequence[nn.Module]:
        """What it has on the engine's device, which leaves it and comes back with the base."""

    def flags(self, images: Sequence[Image.Image]) -> list[bool]:
        """For each picture, whether it should be held back. The pictures stay as they are."""


def load_screen(settings: EngineSettings, placement: Placement, say: Callable[[str], None]) -> Screen | None:
    """The one the settings name. Raises `BaseMissing` with what to do about it."""
    if settings.safety_checker is None:
        return None
    from engine.safety_checker import load  # nothing of it is needed without one

    say("Loading the safety checker.")
    return load(settings.safety_checker, placement)
