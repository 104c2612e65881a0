"""One picture on its way through the denoising loop, with everything that is its own: noise, sampler, place, guidance.

Nothing in it depends on the company it is painted in.
"""

import inspect
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from engine.bank import Outfit
from engine.families.sd import Conditioning, StableDiffusion
from engine.init_image import opened, planned_steps
from engine.previews import finished_estimate
from engine.samplers import build_sampler, check_steps
from protocol.paint import ResolvedRequest


@dataclass(eq=False, slots=True)
class Painting:
    """Its rows go through the denoiser together with others'; `latents` are (1, channels, height, width)."""

    family: StableDiffusion
    conditioning: Conditioning
    sampler: Any
    generator: torch.Generator
    guidance_scale: float
    latents: Tensor
    times: Tensor
    """The time steps, from the first to the last."""
    done: int = 0
    """Steps that are done."""
    outfit: Outfit = ()
    """What it wears in the bank lane."""
    estimate: Tensor | None = None
    """The finished latents as the last step that was asked for them believed in them."""
    options: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        takes = inspect.signature(self.sampler.step).parameters
        self.options = {"generator": self.generator} if "generator" in takes else {}

    @property
    def rows(self) -> int:
        return len(self.conditioning.states)

    @property
    def steps(self) -> int:
        return len(self.times)

    @property
    def finished(self) -> bool:
        return self.done >= self.steps

    def next_rows(self) -> tuple[Tensor, Tensor]:
        """The latents as the denoiser takes them, (rows, channels, height, width), and their time, (rows,)."""
        time = self.times[self.done]
        scaled = self.sampler.scale_model_input(self.latents, time)
        return scaled.expand(self.rows, -1, -1, -1), time.expand(self.rows)

    def advance(self, predicted: Tensor, with_estimate: bool = False) -> None:
        """Takes one step with what the denoiser made of its rows."""
        if self.rows == 2:
            negative, positive = predicted.chunk(2)
            predicted = negative + self.guidance_scale * (positive - negative)
        time, before = self.times[self.done], self.latents
        # A sampler may give its latents in fp32 on the way.
        after = self.sampler.step(predicted, time, before, **self.options, return_dict=False)[0]
        self.latents = after.to(before.dtype)
        self.done += 1
        if with_estimate:
            index = self.sampler.step_index - 1 if getattr(self.sampler, "step_index", None) is not None else 0
            self.estimate = finished_estimate(self.sampler, predicted, time, before, index)


def begin(
    family: StableDiffusion, request: ResolvedRequest, index: int, conditioning: Conditioning, outfit: Outfit = ()
) -> Painting:
    """Picture `index` of a request, before its first step. Raises `InvalidRequest` for what the sampler cannot do."""
    own = family.pipe.scheduler
    check_steps(request.sampler, own, request.steps)
    sampler = build_sampler(request.sampler, own)
    sampler.set_timesteps(request.steps, device="cpu")
    generator = torch.Generator().manual_seed(request.seed + index)
    if request.init_image is None or request.strength is None:
        times = sampler.timesteps
        latents = family.noise(request.width, request.height, generator) * sampler.init_noise_sigma
    else:
        planned_steps(request)
        image = opened(request.init_image, request.width, request.height)
        latents, times = family.noised(image, sampler, request.steps, request.strength, generator)
    return Painting(family, conditioning, sampler, generator, request.guidance_scale, latents, times, outfit=outfit)
