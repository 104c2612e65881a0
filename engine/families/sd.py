"""Stable Diffusion 1.x and 2.x: how a text becomes rows, how rows are denoised, how latents become pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from diffusers import StableDiffusionImg2ImgPipeline
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image
from torch import Tensor, nn

from engine.base import TEXT_ENCODERS, Base
from engine.view import assembled, shared_view


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What the rows of one picture are denoised with: one row, or two with the negative one first."""

    states: Tensor
    """Of the text encoder, (rows, tokens, width)."""
    added: Mapping[str, Tensor] = field(default_factory=dict)
    """What SDXL is told besides, each (rows, …)."""
    strength: Tensor | None = None
    """The guidance as an embedding, (rows, width), where the denoiser was distilled to take it so."""

    @property
    def first_row(self) -> "Conditioning":
        added = {name: tensor[:1] for name, tensor in self.added.items()}
        return Conditioning(self.states[:1], added, None if self.strength is None else self.strength[:1])


@dataclass(frozen=True, slots=True)
class Wish:
    """What conditions one picture. `negative` None is no negative prompt, which SDXL tells from an empty one."""

    text: str
    negative: str | None
    guidance_scale: float
    width: int
    height: int


class StableDiffusion:
    """A view of a base: its denoiser and text encoders over the same weights, free to be wrapped."""

    image_twin: Any = StableDiffusionImg2ImgPipeline

    def __init__(self, base: Base) -> None:
        views = {name: shared_view(module) for name, module in base.targets()}
        self.pipe = assembled(base.pipe, type(base.pipe), views)
        self.base = base
        self.device = base.placement.device
        self.dtype: torch.dtype = self.pipe.unet.dtype

    @property
    def components(self) -> dict[str, nn.Module]:
        """The modules that adapters change."""
        parts = {name: getattr(self.pipe, name, None) for name in ("unet", *TEXT_ENCODERS)}
        return {name: part for name, part in parts.items() if part is not None}

    def is_guided(self, guidance_scale: float) -> bool:
        """Whether a picture takes two rows; a distilled denoiser takes the guidance as a number."""
        return guidance_scale > 1 and self.pipe.unet.config.time_cond_proj_dim is None

    def condition(self, wish: Wish) -> Conditioning:
        guided = self.is_guided(wish.guidance_scale)
        with self.base.with_texts():
            states, negative = self.pipe.encode_prompt(wish.text, self.device, 1, guided, wish.negative)
        return Conditioning(torch.cat([negative, states]) if guided else states, strength=self._strength(wish))

    def noise(self, width: int, height: int, generator: torch.Generator) -> Tensor:
        """Latents of noise for that many pixels, (1, channels, height, width), drawn where the generator is."""
        factor = self.pipe.vae_scale_factor
        shape = (1, self.pipe.unet.config.in_channels, height // factor, width // factor)
        noise: Tensor = randn_tensor(shape, generator=generator, device=self.device, dtype=self.dtype)
        return noise

    def noised(
        self, image: Image.Image, sampler: Any, steps: int, strength: float, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """The latents of an image with the noise of the first time step that is left; those time steps."""
        pipe = assembled(self.pipe, self.image_twin, {"scheduler": sampler})
        times, _ = pipe.get_timesteps(steps, strength, "cpu")
        pixels = pipe.image_processor.preprocess(image)
        stored = pipe.vae.dtype
        try:
            return pipe.prepare_latents(pixels, times[:1], 1, 1, self.dtype, self.device, generator), times
        finally:
            pipe.vae.to(stored)  # SDXL's is in fp32 meanwhile, and stays so where encoding fails

    def predict(self, latents: Tensor, times: Tensor, conditions: Sequence[Conditioning]) -> Tensor:
        """What the denoiser makes of rows of scaled latents, (rows, channels, height, width), at their own times."""
        added = {name: torch.cat([condition.added[name] for condition in conditions]) for name in conditions[0].added}
        strengths = [condition.strength for condition in conditions if condition.strength is not None]
        predicted: Tensor = self.pipe.unet(
            latents,
            times,
            encoder_hidden_states=torch.cat([condition.states for condition in conditions]),
            timestep_cond=torch.cat(strengths) if strengths else None,
            added_cond_kwargs=added or None,
            return_dict=False,
        )[0]
        return predicted

    def decode(self, latents: Tensor) -> Tensor:
        """Finished latents (1, channels, height, width) to pixels (1, 3, height, width) in -1..1."""
        pixels: Tensor = self.pipe.vae.decode(latents / self.pipe.vae.config.scaling_factor, return_dict=False)[0]
        return pixels

    def image(self, pixels: Tensor) -> Image.Image:
        image: Image.Image = self.pipe.image_processor.postprocess(pixels, "pil")[0]
        return image

    def _strength(self, wish: Wish) -> Tensor | None:
        if (width := self.pipe.unet.config.time_cond_proj_dim) is None:
            return None
        scale = torch.tensor([wish.guidance_scale - 1])
        embedding: Tensor = self.pipe.get_guidance_scale_embedding(scale, embedding_dim=width)
        return embedding.to(device=self.device, dtype=self.dtype)
