"""The usual ways to serve styles with diffusers, as baselines; of them only PEFT's mixes styles in a forward pass."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline
from peft.tuners.lora import LoraLayer

from engine.samplers import build_sampler
from protocol.paint import ResolvedRequest


@dataclass(frozen=True, slots=True)
class Order:
    """A request with its style's file, and the prompt with its trigger."""

    request: ResolvedRequest
    path: Path
    name: str
    text: str


class Diffusers:
    """A pipeline of its own over the same base."""

    def __init__(self, base: Path, sampler: str) -> None:
        self.pipe = StableDiffusionPipeline.from_pretrained(base, safety_checker=None, dtype=torch.float32)
        self.pipe.scheduler = build_sampler(sampler, self.pipe.scheduler)
        self.pipe.set_progress_bar_config(disable=True)

    def load_all(self, orders: Sequence[Order]) -> None:
        for order in orders:
            self.pipe.load_lora_weights(order.path.parent, weight_name=order.path.name, adapter_name=order.name)

    def load_per_request(self, orders: Sequence[Order]) -> None:
        for order in orders:
            self.pipe.load_lora_weights(order.path.parent, weight_name=order.path.name, adapter_name=order.name)
            self._paint([order])
            self.pipe.unload_lora_weights()

    def set_per_request(self, orders: Sequence[Order]) -> None:
        """Every style is resident (`load_all`), and one is made active for each request."""
        for order in orders:
            self.pipe.set_adapters(order.name)
            self._paint([order])

    def mixed_batch(self, orders: Sequence[Order]) -> None:
        """All at once, through PEFT's mixed batch: each row is told its adapter's name."""
        self.pipe.set_adapters([order.name for order in orders])
        names = [order.name for order in orders]
        with named_rows(self.pipe.unet, names * 2):  # the negative rows come first
            self._paint(orders)

    def _paint(self, orders: Sequence[Order]) -> Any:
        first = orders[0].request
        return self.pipe(
            [order.text for order in orders],
            width=first.width,
            height=first.height,
            num_inference_steps=first.steps,
            guidance_scale=first.guidance_scale,
            generator=[torch.Generator().manual_seed(order.request.seed) for order in orders],
        ).images


@contextmanager
def named_rows(module: torch.nn.Module, names: list[str]) -> Iterator[None]:
    """Passes `adapter_names` to each of PEFT's layers, which diffusers does not."""

    def add_names(_: torch.nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, kwargs | {"adapter_names": names}

    layers = [layer for layer in module.modules() if isinstance(layer, LoraLayer)]
    hooks = [layer.register_forward_pre_hook(add_names, with_kwargs=True) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
