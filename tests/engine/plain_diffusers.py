"""The slow twin of the pipeline lane: the same request through diffusers' own calls, on a pipeline of its own."""

from pathlib import Path
from typing import Any

import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
from PIL import Image
from safetensors.torch import load_file

from engine.samplers import build_sampler
from protocol.paint import ResolvedRequest


def plainly(folder: Path, wanted: ResolvedRequest, **call: Any) -> Image.Image:
    """The same request through diffusers' own calls, on a pipeline of its own."""
    pipe = (AutoPipelineForImage2Image if wanted.init_image else AutoPipelineForText2Image).from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = build_sampler(wanted.sampler, pipe.scheduler)
    if wanted.adapters:
        [use] = wanted.adapters
        path = folder.parent / f"{use.sha256}.safetensors"
        if hasattr(pipe, "load_lora_weights"):
            pipe.load_lora_weights(path.parent, weight_name=path.name, adapter_name="style")
            pipe.set_adapters(["style"], [use.weight])
        else:
            merge(pipe, load_file(path), use.weight)
    if wanted.negative_prompt is not None:
        call["negative_prompt"] = wanted.negative_prompt
    if not wanted.init_image or type(pipe).__name__.startswith(("Flux", "StableDiffusion3")):
        call |= {"width": wanted.width, "height": wanted.height}
    generator = torch.Generator().manual_seed(wanted.seed)
    scale, steps = wanted.guidance_scale, wanted.steps
    done = pipe(wanted.prompt, num_inference_steps=steps, guidance_scale=scale, generator=generator, **call)
    return done.images[0]  # type: ignore[no-any-return]


def merge(pipe: Any, weights: dict[str, torch.Tensor], scale: float) -> None:
    """Adds an adapter to the weights themselves, for a model that diffusers loads none over."""
    for key, down in weights.items():
        if key.endswith(".lora_A.weight"):
            name = key.removesuffix(".lora_A.weight")
            component, _, inner = name.partition(".")
            layer = getattr(pipe, component).get_submodule(inner)
            layer.weight.data += scale * weights[f"{name}.lora_B.weight"] @ down
