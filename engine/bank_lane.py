"""The bank lane: many pictures, each in its own style, through one denoiser at once."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine import denoise
from engine.bank import PAGE_RANK, Bank, Outfit, pages_of
from engine.base import Base
from engine.families import FAMILIES
from engine.families.sd import Conditioning, Wish
from engine.lane import UNET, Lane, Worn
from engine.memory import FEWEST, pages_that_fit
from engine.painting import Painting, begin
from protocol.paint import ResolvedRequest


class BankLane(Lane):
    """Over a base of a family the engine knows."""

    name = "bank"

    def __init__(self, base: Base, pages: int | None = None) -> None:
        super().__init__(FAMILIES[type(base.pipe).__name__](base))
        pages = pages_that_fit(base.layers, PAGE_RANK, base.placement) if pages is None else pages
        self.bank = Bank(self.family.components, pages)

    def takes(self, adapters: Worn) -> bool:
        """Whether the bank has a place for all that these adapters change, and enough pages for them."""
        return all(self.bank.can_hold(a) for a, _ in adapters) and pages_of_all(adapters) <= self.bank.pages

    @torch.inference_mode()
    def begin(self, request: ResolvedRequest, index: int, text: str, adapters: Worn) -> Painting | None:
        outfit = self.bank.acquire(adapters)
        if outfit is None:
            return None
        try:
            conditioning = self.conditioning(request, text, adapters, lambda wish: self._encoded(wish, outfit))
            return begin(self.family, request, index, conditioning, outfit)
        except BaseException:
            self.bank.give_back(outfit)
            raise

    def predict(self, paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
        self.bank.dress(UNET, [painting.outfit for painting in paintings for _ in range(painting.rows)])
        return denoise.predict(paintings)

    def let_go(self, painting: Painting) -> None:
        self.bank.give_back(painting.outfit)

    def shrink(self, painting: Painting, adapters: Worn) -> bool:
        """Gives half of the bank's memory back, with this painting the only one; False where it would be too small."""
        fewer = self.bank.pages // 2
        if fewer < max(FEWEST, pages_of_all(adapters)):
            return False
        self.bank.give_back(painting.outfit)
        self.bank.resize(fewer)
        outfit = self.bank.acquire(adapters)
        assert outfit is not None
        painting.outfit = outfit
        return True

    def _encoded(self, wish: Wish, outfit: Outfit) -> Conditioning:
        for component in self.family.components:
            if component != UNET:
                self.bank.dress(component, [outfit])
        return self.family.condition(wish)


def pages_of_all(adapters: Worn) -> int:
    return sum(pages_of(adapter) for adapter, _ in adapters)
