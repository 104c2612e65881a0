"""The bank lane: many pictures, each in its own style, through one denoiser at once."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence

import torch
from PIL import Image

from engine.adapter import Adapter
from engine.bank import PAGE_RANK, Bank, Outfit, pages_of
from engine.base import Base
from engine.families import FAMILIES
from engine.families.sd import Conditioning, Wish
from engine.memory import FEWEST, pages_that_fit
from engine.painting import Painting, begin
from engine.samplers import is_flow
from protocol.errors import NotFinite
from protocol.paint import ResolvedRequest

LANE = "bank"
TEXTS = 64
"""Encoded texts that are kept."""
UNET = "unet"

Worn = Sequence[tuple[Adapter, float]]


class BankLane:
    """Over a base of a family it knows (`knows`). For one thread."""

    def __init__(self, base: Base, pages: int | None = None) -> None:
        self.family = FAMILIES[type(base.pipe).__name__](base)
        pages = pages_that_fit(base.layers, PAGE_RANK, base.placement) if pages is None else pages
        self.bank = Bank(self.family.components, pages)
        self._texts: OrderedDict[Hashable, Conditioning] = OrderedDict()

    @staticmethod
    def knows(base: Base) -> bool:
        return type(base.pipe).__name__ in FAMILIES and not is_flow(base.pipe.scheduler)

    def takes(self, adapters: Worn) -> bool:
        """Whether the bank has a place for all that these adapters change, and enough pages for them."""
        fit = pages_of_all(adapters) <= self.bank.pages
        return fit and all(self.bank.can_hold(adapter) for adapter, _ in adapters)

    def group(self, request: ResolvedRequest) -> Hashable:
        """Pictures of one group go through the denoiser together."""
        return (LANE, request.width, request.height)

    def rows(self, request: ResolvedRequest) -> int:
        return 2 if self.family.is_guided(request.guidance_scale) else 1

    @torch.inference_mode()
    def begin(self, request: ResolvedRequest, index: int, text: str, adapters: Worn, outfit: Outfit) -> Painting:
        """Picture `index` of a request, ready for its first step; `outfit` holds the adapters' pages."""
        return begin(self.family, request, index, self._conditioning(request, text, adapters, outfit), outfit)

    @torch.inference_mode()
    def finish(self, painting: Painting) -> Image.Image:
        """Raises `NotFinite` where the autoencoder's numbers ran away."""
        pixels = self.family.decode(painting.latents)
        if not pixels.isfinite().all():
            raise NotFinite("The autoencoder's numbers are not finite; try the base in fp32 (STYLESEAL_DTYPE=fp32).")
        return self.family.image(pixels)

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

    def decode_in_tiles(self) -> bool:
        """From now on pictures are decoded a part at a time, in less memory; False where that is so already."""
        vae = self.family.pipe.vae
        if getattr(vae, "use_tiling", True):
            return False
        vae.enable_tiling()
        return True

    def forget_texts(self) -> None:
        """Texts are encoded anew from now on."""
        self._texts.clear()

    def _conditioning(self, request: ResolvedRequest, text: str, adapters: Worn, outfit: Outfit) -> Conditioning:
        """Encoded once for each text under the same adapters, as far as these change the text encoders."""
        wish = Wish(text, request.negative_prompt, request.guidance_scale, request.width, request.height)
        heard = frozenset((a.sha256, weight) for a, weight in adapters if set(a.components) - {UNET})
        key = (wish, heard)
        if key not in self._texts:
            for component in self.family.components:
                if component != UNET:
                    self.bank.dress(component, [outfit])
            self._texts[key] = self.family.condition(wish)
            while len(self._texts) > TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]


def pages_of_all(adapters: Worn) -> int:
    return sum(pages_of(adapter) for adapter, _ in adapters)
