"""SDXL: two text encoders, the pooled text and the picture's size as further conditions, its own empty negative."""

from typing import Any

import torch
from diffusers import StableDiffusionXLImg2ImgPipeline
from torch import Tensor

from engine.families.sd import Conditioning, StableDiffusion, Wish


class StableDiffusionXL(StableDiffusion):
    image_twin: Any = StableDiffusionXLImg2ImgPipeline

    def condition(self, wish: Wish) -> Conditioning:
        guided = self.is_guided(wish.guidance_scale)
        with self.base.with_texts():
            states, negative, pooled, negative_pooled = self.pipe.encode_prompt(
                wish.text, device=self.device, do_classifier_free_guidance=guided, negative_prompt=wish.negative
            )
        size = (wish.height, wish.width)
        sizes = torch.tensor([(*size, 0, 0, *size)], dtype=self.dtype, device=self.device)  # original, crop, target
        if guided:
            states, pooled = torch.cat([negative, states]), torch.cat([negative_pooled, pooled])
            sizes = torch.cat([sizes, sizes])
        return Conditioning(states, {"text_embeds": pooled, "time_ids": sizes}, self._strength(wish))

    def decode(self, latents: Tensor) -> Tensor:
        vae = self.pipe.vae
        mean, std, scale = (vae.config.get(name) for name in ("latents_mean", "latents_std", "scaling_factor"))
        latents = latents / scale
        if mean is not None and std is not None:
            shape = (1, -1, 1, 1)
            latents = latents * _like(latents, std).view(shape) + _like(latents, mean).view(shape)
        stored = vae.dtype
        if stored == torch.float16 and vae.config.force_upcast:  # SDXL's own autoencoder overflows in it
            vae.to(torch.float32)
        try:
            pixels: Tensor = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
        finally:
            vae.to(stored)
        return pixels


def _like(latents: Tensor, numbers: list[float]) -> Tensor:
    return torch.tensor(numbers, dtype=latents.dtype, device=latents.device)
