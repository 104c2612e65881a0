"""Follows a diffusers pipeline through its scheduler: some pipelines tell of their steps in no other way."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.previews import finished_estimate


class Watch:
    """Looks over a scheduler's shoulder, in any pipeline: tells of each step, with its latents.

    `after` hears the number of the step (from 1), the latents after it, and where a preview is due the estimate of the
    finished ones.
    """

    def __init__(self, scheduler: Any, due: Sequence[int], after: Callable[[int, Tensor, Tensor | None], None]) -> None:
        self.scheduler = scheduler
        self.due = set(due)
        self.after = after
        self.batch: tuple[int, ...] = ()
        self.latents: Tensor = torch.empty(0)
        """As they are after the last step."""
        self._step = scheduler.step
        self._done = 0
        # The pipeline looks at the signature of `step` to see whether to pass the request's generator.
        scheduler.step = functools.update_wrapper(functools.partial(self.step), scheduler.step)
        if hasattr(scheduler, "scale_model_input"):  # a flow's scheduler scales nothing
            self._scale = scheduler.scale_model_input
            scheduler.scale_model_input = self.scale_model_input

    def scale_model_input(self, sample: Tensor, *args: Any, **options: Any) -> Tensor:
        self.batch = tuple(sample.shape)
        return self._scale(sample, *args, **options)  # type: ignore[no-any-return]

    def step(self, output: Tensor, timestep: Any, sample: Tensor, *args: Any, **options: Any) -> Any:
        self._done += 1
        if not self.batch:
            self.batch = tuple(sample.shape)
        result = self._step(output, timestep, sample, *args, **options)
        estimate = None
        if self._done in self.due:
            index = self.scheduler.step_index - 1 if getattr(self.scheduler, "step_index", None) is not None else 0
            estimate = finished_estimate(self.scheduler, output, timestep, sample, index)
        self.latents = result[0]
        self.after(self._done, result[0], estimate)
        return result
