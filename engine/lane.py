"""A lane whose denoising loop is the engine's own: pictures of one group take their steps together."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import torch
from PIL import Image
from torch import Tensor

from adapters.canonical import Adapter
from engine.families.sd import Conditioning, StableDiffusion, Wish
from engine.painting import Painting
from protocol.errors import NotFinite
from protocol.paint import ResolvedRequest

TEXTS = 64
"""Encoded texts that are kept."""
UNET = "unet"
DECODED_BADLY = "The autoencoder's numbers are not finite; try the base in fp32 (STYLESEAL_DTYPE=fp32)."

Worn = Sequence[tuple[Adapter, float]]


class Lane(ABC):
    """`name` is what pictures and metrics call it. For one thread."""

    name: str

    def __init__(self, family: StableDiffusion) -> None:
        self.family = family
        self._texts: OrderedDict[Hashable, Conditioning] = OrderedDict()

    @abstractmethod
    def takes(self, adapters: Worn) -> bool:
        """Whether it can ever paint with these adapters."""

    def group(self, request: ResolvedRequest, adapters: Worn) -> tuple[Hashable, ...]:
        """Pictures of one group go through the denoiser together."""
        return (self.name, request.width, request.height)

    def rows(self, request: ResolvedRequest) -> int:
        return 2 if self.family.is_guided(request.guidance_scale) else 1

    @abstractmethod
    def begin(self, request: ResolvedRequest, index: int, text: str, adapters: Worn) -> Painting | None:
        """Picture `index` of a request, ready for its first step; None while others use what it needs."""

    @abstractmethod
    def predict(self, paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
        """What the denoiser makes of each one's rows; the paintings are of one group."""

    @torch.inference_mode()
    def step(self, paintings: Sequence[Painting]) -> None:
        """One step of each."""
        for painting, predicted in zip(paintings, self.predict(paintings), strict=True):
            painting.advance(predicted)

    @torch.inference_mode()
    def finish(self, painting: Painting) -> Image.Image:
        """Raises `NotFinite` where the autoencoder's numbers ran away."""
        pixels = self.family.decode(painting.latents)
        if not pixels.isfinite().all():
            raise NotFinite(DECODED_BADLY)
        return self.family.image(pixels)

    @abstractmethod
    def let_go(self, painting: Painting) -> None:
        """Others may have what the painting held; to be called once for each that was begun."""

    def forget_texts(self) -> None:
        """Texts are encoded anew from now on."""
        self._texts.clear()

    def conditioning(
        self, request: ResolvedRequest, text: str, adapters: Worn, encode: Callable[[Wish], Conditioning]
    ) -> Conditioning:
        """Encoded once for each text under the same adapters, as far as these change the text encoders."""
        wish = Wish(text, request.negative_prompt, request.guidance_scale, request.width, request.height)
        heard = tuple((a.sha256, weight) for a, weight in adapters if set(a.components) - {UNET})
        key = (wish, heard)
        if key not in self._texts:
            self._texts[key] = encode(wish)
            while len(self._texts) > TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]
