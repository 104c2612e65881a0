"""The pipeline lane: a diffusers pipeline called as it is, one picture at a time, adapters through PEFT.

It runs any text-to-image pipeline, and is the plain slow way that faster lanes are checked against.
"""

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import torch
from diffusers import AutoPipelineForImage2Image
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from engine.adapter import Adapter
from engine.base import Base
from engine.previews import ColourMap, finished_estimate, preview_steps
from engine.prompt import Composed, compose
from engine.samplers import build_sampler
from engine.worn import WornAdapters
from protocol.errors import InvalidRequest, NotFinite
from protocol.paint import ResolvedRequest

LANE = "pipeline"


@dataclass(frozen=True, slots=True)
class Step:
    """One denoising step is done; `preview` is there when one was due."""

    index: int
    step: int
    steps: int
    preview: Image.Image | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Picture `index` of a request; `batch` is the shape of what went through the denoiser."""

    index: int
    image: Image.Image
    composed: Composed
    batch: str


class PipelineLane:
    """Paints with a base. Not for two threads at once: the pipeline has one scheduler and one set of adapters."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.worn = WornAdapters(base)
        self.colours = ColourMap(base.pipe.vae) if hasattr(base.pipe.vae.config, "latent_channels") else None

    def paint(
        self, request: ResolvedRequest, adapters: Sequence[Adapter], previews: int, on_step: Callable[[Step], None]
    ) -> Iterator[Picture]:
        """The pictures of a request, each as soon as it is done.

        `adapters` are those of the request, in its order. `on_step` hears of every step, and stops the painting by
        raising. Raises `NotFinite` where the numbers ran away, and `InvalidRequest` for what this base cannot do.
        """
        composed = compose(request.prompt, request.adapters, self.base.reader)
        weights = [use.weight for use in request.adapters]
        self.worn.wear([(a, w) for a, w in zip(adapters, weights, strict=True) if w])
        for index in range(request.count):
            yield self._picture(request, index, composed, previews, on_step)

    def _picture(
        self, request: ResolvedRequest, index: int, composed: Composed, previews: int, on_step: Callable[[Step], None]
    ) -> Picture:
        call = self._call(request, index, composed)
        steps = planned_steps(request)
        watch = Watch(build_sampler(request.sampler, self.base.pipe.scheduler), preview_steps(steps, previews))

        def after_step(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            preview = self._preview(watch.estimate, request) if watch.estimate is not None else None
            on_step(Step(index, min(step + 1, steps), steps, preview))
            if step + 1 >= steps and not tensors["latents"].isfinite().all():
                raise NotFinite(_blame(request))
            return tensors

        pipe = self._pipe(request, watch.scheduler)
        with torch.inference_mode():
            pixels = pipe(**call, output_type="np", callback_on_step_end=after_step).images
        if not np.isfinite(pixels).all():
            raise NotFinite("The autoencoder's numbers are not finite; try the base in fp32 (STYLESEAL_DTYPE=fp32).")
        image: Image.Image = pipe.image_processor.numpy_to_pil(pixels)[0]
        return Picture(index, image, composed, "x".join(str(n) for n in watch.batch))

    def _call(self, request: ResolvedRequest, index: int, composed: Composed) -> dict[str, Any]:
        """The pipeline's arguments; what it does not take is left out."""
        call: dict[str, Any] = {
            "prompt": composed.text,
            "negative_prompt": request.negative_prompt,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance_scale,
            "generator": torch.Generator().manual_seed(request.seed + index),
        }
        if request.init_image is not None:
            call |= {"image": opened(request.init_image, request.width, request.height), "strength": request.strength}
        else:
            call |= {"width": request.width, "height": request.height}
        takes = inspect.signature(self.base.pipe.__call__).parameters
        if "negative_prompt" not in takes and call.pop("negative_prompt"):
            raise InvalidRequest("This base takes no negative prompt.", param="negative_prompt")
        return call

    def _pipe(self, request: ResolvedRequest, scheduler: Any) -> Any:
        pipe = self.base.pipe
        parts = {**pipe.components, "scheduler": scheduler}
        kind = type(pipe)
        if request.init_image is not None:
            try:
                kind = type(AutoPipelineForImage2Image.from_pipe(pipe))
            except ValueError as error:
                raise InvalidRequest("This base cannot start from a picture.", param="image") from error
        extra = {"requires_safety_checker": False} if "safety_checker" in parts else {}
        painting = kind(**parts, **extra)
        painting.set_progress_bar_config(disable=True)
        return painting

    def _preview(self, estimate: Tensor, request: ResolvedRequest) -> Image.Image | None:
        if self.colours is None or estimate.ndim != 4 or not estimate.isfinite().all():
            return None
        colours = self.colours(estimate / self.base.pipe.vae.config.scaling_factor)
        array = colours.mul(255).round().byte().numpy()
        return Image.fromarray(array).resize((request.width, request.height), Image.Resampling.BICUBIC)


class Watch:
    """Looks over a scheduler's shoulder: keeps the estimate of the finished latents at the steps a preview is due."""

    def __init__(self, scheduler: Any, due: Sequence[int]) -> None:
        self.scheduler = scheduler
        self.due = set(due)
        self.estimate: Tensor | None = None
        self.batch: tuple[int, ...] = ()
        self._step, self._scale = scheduler.step, scheduler.scale_model_input
        self._done = 0
        # The pipeline looks at the signature of `step` to see whether to pass the request's generator.
        scheduler.step = functools.update_wrapper(functools.partial(self.step), scheduler.step)
        scheduler.scale_model_input = self.scale_model_input

    def scale_model_input(self, sample: Tensor, *args: Any, **options: Any) -> Tensor:
        self.batch = tuple(sample.shape)
        return self._scale(sample, *args, **options)  # type: ignore[no-any-return]

    def step(self, output: Tensor, timestep: Any, sample: Tensor, *args: Any, **options: Any) -> Any:
        self._done += 1
        if not self.batch:
            self.batch = tuple(sample.shape)
        result = self._step(output, timestep, sample, *args, **options)
        self.estimate = None
        if self._done in self.due:
            index = self.scheduler.step_index - 1 if getattr(self.scheduler, "step_index", None) is not None else 0
            self.estimate = finished_estimate(self.scheduler, output, timestep, sample, index)
        return result


def planned_steps(request: ResolvedRequest) -> int:
    """Denoising steps a request takes: over an init image only the last part of the schedule is run.

    Raises `InvalidRequest` where that part has no step.
    """
    if request.strength is None:
        return request.steps
    steps = min(int(request.steps * request.strength), request.steps)
    if steps < 1:
        least = math.ceil(1 / request.strength)
        raise InvalidRequest(
            f"A strength of {request.strength:g} needs at least {least} steps, not {request.steps}.", param="steps"
        )
    return steps


def opened(picture: bytes, width: int, height: int) -> Image.Image:
    """An init image in RGB at the size to paint. Raises `InvalidRequest` for what cannot be decoded."""
    try:
        with Image.open(BytesIO(picture), formats=("PNG", "JPEG")) as image:
            return image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise InvalidRequest("The image cannot be decoded; send a PNG or JPEG file.", param="image") from error


def _blame(request: ResolvedRequest) -> str:
    worn = [use.sha256[:12] for use in request.adapters if use.weight]
    if not worn:
        return "The picture's numbers are not finite; try the base in fp32 (STYLESEAL_DTYPE=fp32)."
    return f"The picture's numbers are not finite; the adapter to blame is among {', '.join(worn)}. Try a lower weight."
