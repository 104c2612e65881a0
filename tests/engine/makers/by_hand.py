"""LoRA written in any spelling, and laid over the base by adding alpha / rank x up @ down to each weight: nothing more
is meant by any of the spellings, so this is what each of them must paint."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from adapters.layers import Layer
from adapters.names import original_names
from engine.base import Base
from tests.engine.makers.made import Made, outputs_of, parts_of

LINEAR = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out")
TEXT = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
CONVOLUTIONS = ("conv1", "conv2", "conv_shortcut", "downsamplers.0.conv", "upsamplers.0.conv", "conv_in", "conv_out")


@dataclass(frozen=True, slots=True)
class Lora:
    down: Tensor
    up: Tensor
    alpha: float

    @property
    def delta(self) -> Tensor:
        return self.alpha / len(self.down) * (self.up.flatten(1) @ self.down.flatten(1))


Spell = Callable[[str, Lora], Iterator[tuple[str, Tensor]]]
"""From a layer's name and its LoRA to tensors as one program names them."""


def loras(base: Base, ends: tuple[str, ...] = (*LINEAR, *TEXT), uneven: bool = True) -> dict[str, Lora]:
    """With other ranks and other alphas in each layer where `uneven`, as a resized file has them."""
    generator = torch.Generator().manual_seed(6)
    found = {}
    for number, (name, layer) in enumerate(base.layers.items()):
        if name.endswith(ends):
            rank = 1 + number % 5 if uneven else 4
            found[name] = _lora(layer, rank, (1 + number % 7) / 2 if uneven else 4.0, generator)
    return found


def _lora(layer: Layer, rank: int, alpha: float, generator: torch.Generator) -> Lora:
    ones = (1,) * len(layer.kernel)
    down = torch.randn(rank, layer.inputs, *layer.kernel, generator=generator) * 0.2
    return Lora(down, torch.randn(layer.outputs, rank, *ones, generator=generator) * 0.2, alpha)


def made(base: Base, folder: Path, changes: Mapping[str, Lora], spell: Spell) -> Made:
    tensors = {key: tensor for name, lora in changes.items() for key, tensor in spell(name, lora)}
    save_file(tensors, folder / "by-hand.safetensors")
    parts = parts_of(base)
    with torch.no_grad():
        for name, lora in changes.items():
            component, _, module = name.partition(".")
            weight: Any = parts[component].get_submodule(module).weight
            weight.add_(lora.delta.view_as(weight))
    return Made(folder / "by-hand.safetensors", outputs_of(parts))


def with_level(module: str) -> str:
    """CLIP's layers with the level that transformers 5 has in some encoders and files have in all."""
    inner = module.removeprefix("text_model.")
    return f"text_model.{inner}" if inner.startswith("encoder.") else inner


KOHYA = {"unet": "lora_unet", "text_encoder": "lora_te", "text_encoder_2": "lora_te2"}


def kohya(name: str, lora: Lora, of_two: bool = False) -> Iterator[tuple[str, Tensor]]:
    component, _, module = name.partition(".")
    prefix = "lora_te1" if of_two and component == "text_encoder" else KOHYA[component]
    path = f"{prefix}_{with_level(module).replace('.', '_')}"
    yield f"{path}.lora_down.weight", lora.down
    yield f"{path}.lora_up.weight", lora.up
    yield f"{path}.alpha", torch.tensor(lora.alpha, dtype=torch.float16)


def kohya_xl(base: Base) -> Spell:
    """The UNet's blocks by the names of Stability's code, and the first text encoder numbered."""
    original = {module: name for name, module in original_names(base.layers)}

    def spell(name: str, lora: Lora) -> Iterator[tuple[str, Tensor]]:
        if name in original:
            return kohya(f"unet.{original[name]}", lora)
        return kohya(name, lora, of_two=True)

    return spell


def with_dots(base: Base) -> Spell:
    """As ComfyUI names modules."""
    original = {module: name for name, module in original_names(base.layers)}
    prefixes = {"text_encoder": "clip_l.", "text_encoder_2": "clip_g."}

    def spell(name: str, lora: Lora) -> Iterator[tuple[str, Tensor]]:
        component, _, module = name.partition(".")
        path = f"diffusion_model.{original[name]}" if name in original else prefixes[component] + with_level(module)
        yield f"{path}.lora_A.weight", lora.down
        yield f"{path}.lora_B.weight", lora.up
        yield f"{path}.alpha", torch.tensor(lora.alpha)

    return spell


def bare(name: str, lora: Lora) -> Iterator[tuple[str, Tensor]]:
    module = name.partition(".")[2]
    yield f"{module}.lora_down.weight", lora.down
    yield f"{module}.lora_up.weight", lora.up
    yield f"{module}.alpha", torch.tensor([lora.alpha], dtype=torch.bfloat16)


def diffusers_2023(name: str, lora: Lora) -> Iterator[tuple[str, Tensor]]:
    component, _, module = name.partition(".")
    path = f"{component}.{with_level(module)}"
    middle = "lora_linear_layer" if "text" in name else "lora"
    yield f"{path}.{middle}.down.weight", lora.down
    yield f"{path}.{middle}.up.weight", lora.up
    yield f"{path}.alpha", torch.tensor(lora.alpha)


def attention_processors(name: str, lora: Lora) -> Iterator[tuple[str, Tensor]]:
    place, _, end = name.replace("to_out.0", "to_out").rpartition(".")
    which = f"to_{end.removeprefix('to_').removesuffix('_proj')}_lora"
    path = (
        f"{place}.processor.{which}"
        if "unet" in name
        else f"{place.replace('encoder.l', 'text_model.encoder.l')}.{which}"
    )
    yield f"{path}.down.weight", lora.down
    yield f"{path}.up.weight", lora.up
    yield f"{path}.alpha", torch.tensor(lora.alpha)
