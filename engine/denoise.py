"""One forward pass of the denoiser for many pictures, each at its own time and with its own adapters."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.bank import Bank
from engine.families.sd import StableDiffusion
from engine.painting import Painting


def predict(family: StableDiffusion, bank: Bank, paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
    """What the denoiser makes of each picture's rows, (rows, channels, height, width). Latents must be of one size.

    Rows lie flat, one picture's beside each other, whatever sampler or guidance each of them has.
    """
    rows = [painting.next_rows() for painting in paintings]
    bank.dress("unet", [painting.outfit for painting in paintings for _ in range(painting.rows)])
    predicted = family.predict(
        torch.cat([latents for latents, _ in rows]),
        torch.cat([time.float() for _, time in rows]).to(family.device),
        [painting.conditioning for painting in paintings],
    )
    return torch.split(predicted, [painting.rows for painting in paintings])


@torch.inference_mode()
def step(family: StableDiffusion, bank: Bank, paintings: Sequence[Painting]) -> None:
    """One step of each."""
    for painting, predicted in zip(paintings, predict(family, bank, paintings), strict=True):
        painting.advance(predicted)
