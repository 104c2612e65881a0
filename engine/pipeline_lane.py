"""The pipeline lane: a diffusers pipeline called as it is, one picture at a time, adapters through PEFT.

It runs any text-to-image pipeline, and is the plain slow way that faster lanes are checked against.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from diffusers import AutoPipelineForImage2Image
from PIL import Image
from torch import Tensor

from adapters.canonical import Adapter
from engine.base import Base, guidance_of, takes_negative
from engine.init_image import opened, planned_steps
from engine.lane import DECODED_BADLY
from engine.previews import Previewer, preview_steps
from engine.prompt import Composed, compose
from engine.samplers import build_sampler, check_steps, is_flow
from engine.view import assembled, shared_view
from engine.watch import Watch
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
    """Picture `index` of a request; `batch` is the shape of what went through the denoiser, `latents` are those that
    were decoded."""

    index: int
    image: Image.Image
    composed: Composed
    batch: str
    latents: Tensor


class PipelineLane:
    """Paints with a base. Not for two threads at once: the pipeline has one scheduler and one set of adapters."""

    def __init__(self, base: Base) -> None:
        # A view, since PEFT leaves its wrappers in the modules it has been laid over.
        views = {name: shared_view(module) for name, module in base.targets()}
        self.base = replace(base, pipe=assembled(base.pipe, type(base.pipe), views))
        self.worn = WornAdapters(self.base)
        self.previewer = Previewer(base.pipe.vae)

    @staticmethod
    def takes(adapters: Sequence[tuple[Adapter, float]]) -> bool:
        return all(adapter.plain() is not None for adapter, _ in adapters)

    def paint(
        self, request: ResolvedRequest, adapters: Sequence[Adapter], previews: int, on_step: Callable[[Step], None]
    ) -> Iterator[Picture]:
        """The pictures of a request, each as soon as it is done.

        `adapters` are those of the request, in its order. `on_step` hears of every step, and stops the painting by
        raising. Raises `NotFinite` where the numbers ran away, and `InvalidRequest` for what this base cannot do.
        """
        composed = compose(request.prompt, request.adapters, self.base.reader)
        weights = [use.weight for use in request.adapters]
        worn = [(a, w) for a, w in zip(adapters, weights, strict=True) if w]
        due = preview_steps(planned_steps(request, flow=is_flow(self.base.pipe.scheduler)), previews)
        for index in range(request.count):
            yield self.picture(request, index, composed, worn, due, on_step)

    def picture(
        self,
        request: ResolvedRequest,
        index: int,
        composed: Composed,
        worn: Sequence[tuple[Adapter, float]],
        due: Sequence[int],
        on_step: Callable[[Step], None],
    ) -> Picture:
        """Picture `index` of a request, with previews after the steps that are `due`. Raises as `paint` does."""
        with self.base.with_texts():
            self.worn.wear(worn)
            kind = self._kind(request)
            call = self._call(request, index, composed, kind)
            check_steps(request.sampler, self.base.pipe.scheduler, request.steps)
            scheduler = build_sampler(request.sampler, self.base.pipe.scheduler)
            steps = planned_steps(request, flow=is_flow(scheduler))

            def after_step(step: int, latents: Tensor, estimate: Tensor | None) -> None:
                preview = self.previewer(estimate, request.width, request.height) if estimate is not None else None
                on_step(Step(index, min(step, steps), steps, preview))
                if step >= steps and not latents.isfinite().all():
                    raise NotFinite(blame(request))

            watch = Watch(scheduler, due, after_step)
            pipe = assembled(self.base.pipe, kind, {"scheduler": watch.scheduler})
            with torch.inference_mode():
                pixels = pipe(**call, output_type="np").images
            if not np.isfinite(pixels).all():
                raise NotFinite(DECODED_BADLY)
            image: Image.Image = pipe.image_processor.numpy_to_pil(pixels)[0]
            return Picture(index, image, composed, "x".join(str(n) for n in watch.batch), watch.latents)

    def _kind(self, request: ResolvedRequest) -> Any:
        """The pipeline's class, or that of its twin which starts from a picture."""
        if request.init_image is None:
            return type(self.base.pipe)
        try:
            return type(AutoPipelineForImage2Image.from_pipe(self.base.pipe))
        except ValueError as error:
            raise InvalidRequest("This base cannot start from a picture.", param="image") from error

    def _call(self, request: ResolvedRequest, index: int, composed: Composed, kind: Any) -> dict[str, Any]:
        """The pipeline's arguments; what it does not take is left out."""
        call: dict[str, Any] = {
            "prompt": composed.text,
            "num_inference_steps": request.steps,
            guidance_of(kind): request.guidance_scale,
            "generator": torch.Generator().manual_seed(request.seed + index),
        }
        if request.negative_prompt is not None and takes_negative(kind):
            call["negative_prompt"] = request.negative_prompt
        elif request.negative_prompt:
            raise InvalidRequest("This base takes no negative prompt.", param="negative_prompt")
        if request.init_image is not None:
            call |= {"image": opened(request.init_image, request.width, request.height), "strength": request.strength}
        if "width" in inspect.signature(kind.__call__).parameters:
            call |= {"width": request.width, "height": request.height}
        return call


def blame(request: ResolvedRequest) -> str:
    worn = [use.sha256[:12] for use in request.adapters if use.weight]
    if not worn:
        return "The picture's numbers are not finite; try the base in fp32 (STYLESEAL_DTYPE=fp32)."
    return f"The picture's numbers are not finite; the adapter to blame is among {', '.join(worn)}. Try a lower weight."
