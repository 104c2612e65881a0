"""One forward pass of the denoiser for many pictures, each at its own time and with its own adapters."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.painting import Painting


def predict(paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
    """What the denoiser makes of each picture's rows, (rows, channels, height, width).

    They are all of one family object, which is dressed for them, and their latents of one size. Rows lie flat, one
    picture's beside each other, whatever sampler or guidance each of them has.
    """
    rows = [painting.next_rows() for painting in paintings]
    family = paintings[0].family
    predicted = family.predict(
        torch.cat([latents for latents, _ in rows]),
        torch.cat([time.float() for _, time in rows]).to(family.device),
        [painting.conditioning for painting in paintings],
    )
    return torch.split(predicted, [painting.rows for painting in paintings])
