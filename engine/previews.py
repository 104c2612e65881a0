"""Previews while a picture is painted: an estimate of the finished latents, turned into colours at little cost."""

from typing import Any

import torch
from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, EulerDiscreteScheduler
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from engine.samplers import is_flow

FIRST_AT = 0.2
"""Share of the steps before which there is too little to see."""


def preview_steps(steps: int, count: int) -> tuple[int, ...]:
    """After which steps (from 1) to show `count` previews: evenly spread, none too early, none after the last."""
    first = max(1, round(steps * FIRST_AT))
    if count == 0 or first >= steps:
        return ()
    return tuple(sorted({first + (steps - first) * i // count for i in range(count)}))


def noise_level(scheduler: Any, timestep: Tensor, index: int) -> Tensor:
    """The ratio of noise to picture (sigma, in k-diffusion's terms) at a step."""
    sigmas = getattr(scheduler, "sigmas", None)
    if sigmas is not None and not is_flow(scheduler):
        return torch.as_tensor(sigmas[index])
    alpha = scheduler.alphas_cumprod[int(timestep)]
    return torch.as_tensor((1 - alpha) / alpha).sqrt()


def finished_estimate(scheduler: Any, output: Tensor, timestep: Tensor, sample: Tensor, index: int) -> Tensor:
    """The latents the model believes in at this step (x0), from what it predicted there.

    Formulas: Karras et al., 2022 (noise level sigma) and Salimans and Ho, 2022 (velocity); a flow's straight path.
    """
    if is_flow(scheduler):
        sigma = torch.as_tensor(scheduler.sigmas[index]).to(sample)
        return sample - sigma * output
    sigma = noise_level(scheduler, timestep, index).to(sample)
    if not isinstance(scheduler, EulerDiscreteScheduler | EulerAncestralDiscreteScheduler):
        sample = sample * (sigma**2 + 1).sqrt()  # from variance-preserving latents to those with noise added on top
    kind = scheduler.config.prediction_type
    if kind == "epsilon":
        return sample - sigma * output
    if kind == "v_prediction":
        return sample / (sigma**2 + 1) - output * sigma / (sigma**2 + 1).sqrt()
    return output


class Previewer:
    """Estimated latents to pictures as large as the finished one, for autoencoders of Stable Diffusion's kind."""

    def __init__(self, vae: Any) -> None:
        self.config = vae.config
        self.colours = ColourMap(vae) if isinstance(vae, AutoencoderKL) else None

    def __call__(self, estimate: Tensor, width: int, height: int) -> Image.Image | None:
        """None where there is nothing to see."""
        if self.colours is None or estimate.ndim != 4 or not estimate.isfinite().all():
            return None
        colours = self.colours(estimate / self.config.scaling_factor + (self.config.shift_factor or 0.0))
        array = colours.mul(255).round().byte().numpy()
        return Image.fromarray(array).resize((width, height), Image.Resampling.BICUBIC)


class ColourMap:
    """A linear map from latents to colours, fitted to the base's own autoencoder when it is loaded.

    One picture of soft colour fields is encoded, and the map that gives back its averaged colours found by least
    squares: good enough for a preview of any autoencoder, at the cost of one matrix product.
    """

    def __init__(self, vae: Any, side: int = 256) -> None:
        picture = colour_fields(side).to(device=vae.device, dtype=vae.dtype)
        with torch.no_grad():
            latents = vae.encode(picture).latent_dist.mode().nan_to_num()  # half precision may overflow
        averaged = F.interpolate(picture.float(), latents.shape[-2:], mode="area")
        rows = _rows(latents.float())
        self.matrix: Tensor = torch.linalg.lstsq(_with_one(rows).cpu(), _rows(averaged).cpu()).solution

    def __call__(self, latents: Tensor) -> Tensor:
        """Latents (1, channels, h, w) as the autoencoder gives them, unscaled, to colours (h, w, 3) in 0..1."""
        colours = _with_one(_rows(latents.float()).cpu()) @ self.matrix
        return colours.reshape(*latents.shape[-2:], 3).add(1).div(2).clamp(0, 1)


def colour_fields(side: int) -> Tensor:
    """A picture of smooth random colours over the whole cube, the same each time; (1, 3, side, side) in -1..1."""
    noise = torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0))
    return F.interpolate(noise, (side, side), mode="bilinear").mul(2).sub(1).mul(1.2).clamp(-1, 1)


def _rows(maps: Tensor) -> Tensor:
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])


def _with_one(rows: Tensor) -> Tensor:
    return torch.cat([rows, torch.ones_like(rows[:, :1])], dim=1)
