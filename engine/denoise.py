"""One forward pass of the denoiser for many pictures, each at its own time and with its own adapters."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.devices import sent
from engine.painting import Painting


def predict(paintings: Sequence[Painting], idle: int = 0) -> tuple[Tensor, ...]:
    """What the denoiser makes of each picture's rows, (rows, channels, height, width).

    They are all of one family object, which is dressed for them, and their latents of one size. Rows lie flat, one
    picture's beside each other, whatever sampler or guidance each of them has. After them come `idle` rows that
    nobody wants, to make up a shape.
    """
    rows = [painting.next_rows() for painting in paintings]
    conditions = [painting.conditioning for painting in paintings]
    family = paintings[0].family
    latents = [latents for latents, _ in rows]
    times = [time.float() for _, time in rows]
    filling = [(latents[0][:1], times[0][:1], conditions[0].first_row)] * idle
    predicted = family.predict(
        torch.cat([*latents, *(row for row, _, _ in filling)]),
        sent(torch.cat([*times, *(time for _, time, _ in filling)]), family.device),
        [*conditions, *(condition for _, _, condition in filling)],
    )
    return torch.split(predicted[: len(predicted) - idle], [painting.rows for painting in paintings])
