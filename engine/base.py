"""A base: the diffusers pipeline that stays loaded, and what the rest of the engine asks of it."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from torch import nn

from adapters.layers import Layer, Layers
from adapters.names import Names
from engine.devices import Placement
from engine.movable import Movable
from engine.prompt import Reader
from engine.reading import LONGEST_SENSIBLE, TokenizerReader
from engine.samplers import sampler_names
from protocol.paint import RenderDefaults

FAMILIES = {"StableDiffusionPipeline": "sd", "StableDiffusionXLPipeline": "sdxl"}
TOKENIZERS = ("tokenizer", "tokenizer_2", "tokenizer_3")
TEXT_ENCODERS = ("text_encoder", "text_encoder_2")


@dataclass(frozen=True, slots=True)
class Base:
    """`pipe` is a diffusers text-to-image pipeline; its weights are never changed between load and exit."""

    name: str
    fingerprint: str
    """SHA-256 over the files it was loaded from: the same base has the same fingerprint wherever it lies."""
    pipe: Any
    placement: Placement
    defaults: RenderDefaults
    names: Names
    """Of its layers, as they were when the base was loaded and nothing lay over them."""
    texts: Movable | None = None
    """The text encoders, where they are not kept on the device."""

    @property
    def layers(self) -> Layers:
        """Those that adapters may change."""
        return self.names.layers

    @property
    def family(self) -> str:
        """sd, sdxl, or the pipeline's class where the engine knows no more of it."""
        return FAMILIES.get(type(self.pipe).__name__, type(self.pipe).__name__)

    @property
    def denoiser(self) -> nn.Module:
        return getattr(self.pipe, denoiser_of(self.pipe))  # type: ignore[no-any-return]

    @property
    def reader(self) -> Reader:
        """Of a base's text encoders the one that reads furthest: beside a T5, a CLIP gives no more than the mood."""
        own = inspect.signature(self.pipe.__call__).parameters.get("max_sequence_length")
        limit = own.default if own is not None and isinstance(own.default, int) else LONGEST_SENSIBLE
        tokenizers = (getattr(self.pipe, name, None) for name in TOKENIZERS)
        readers = [TokenizerReader(tokenizer, limit) for tokenizer in tokenizers if tokenizer is not None]
        return max(readers, key=lambda reader: reader.limit or LONGEST_SENSIBLE)

    @property
    def samplers(self) -> tuple[str, ...]:
        return sampler_names(self.pipe.scheduler)

    @property
    def size_multiple(self) -> int:
        """Width and height in pixels are multiples of this."""
        return size_multiple_of(self.pipe)

    def with_texts(self) -> AbstractContextManager[None]:
        """The text encoders are on the device as long as this lasts."""
        return nullcontext() if self.texts is None else self.texts.there()

    def weights(self, more: Sequence[nn.Module] = ()) -> Movable:
        """All that the base has on its device, and what else is there."""
        absent = set() if self.texts is None else set(text_encoders_of(self.pipe))
        modules = [part for part in self.pipe.components.values() if isinstance(part, nn.Module) and part not in absent]
        return Movable([*modules, *more], self.placement.device)

    def targets(self) -> Iterator[tuple[str, nn.Module]]:
        """The modules that adapters are laid over, by their names in the pipeline."""
        return targets_of(self.pipe)


def text_encoders_of(pipe: Any) -> list[nn.Module]:
    """All of them, also those that no adapter is laid over."""
    parts = pipe.components.items()
    return [part for name, part in parts if name.startswith("text_encoder") and isinstance(part, nn.Module)]


def denoiser_of(pipe: Any) -> str:
    return "unet" if getattr(pipe, "unet", None) is not None else "transformer"


def guidance_of(pipe: Any) -> str:
    """The argument that sets how strongly a pipeline is guided: some have another one for a distilled guidance."""
    true_scale = inspect.signature(pipe.__call__).parameters.get("true_cfg_scale")
    return "true_cfg_scale" if true_scale is not None and (true_scale.default or 0) > 1 else "guidance_scale"


def takes_negative(pipe: Any) -> bool:
    """Whether a negative prompt changes anything; a pipeline with distilled guidance passes over it in silence."""
    takes = inspect.signature(pipe.__call__).parameters
    return "negative_prompt" in takes and ("true_cfg_scale" not in takes or guidance_of(pipe) == "true_cfg_scale")


def size_multiple_of(pipe: Any) -> int:
    """Pixels to a latent's side, or to a patch of latents where the denoiser takes them by patches."""
    patch = getattr(pipe, denoiser_of(pipe)).config.get("patch_size")
    latent = int(getattr(pipe, "vae_scale_factor", 8)) * (patch if isinstance(patch, int) else 1)
    processor = getattr(pipe, "image_processor", None)
    return max(8, latent, int(processor.config.get("vae_scale_factor", 8)) if processor is not None else 8)


def targets_of(pipe: Any) -> Iterator[tuple[str, nn.Module]]:
    for name in (denoiser_of(pipe), *TEXT_ENCODERS):
        module = getattr(pipe, name, None)
        if module is not None:
            yield name, module


def layers_of(pipe: Any) -> dict[str, Layer]:
    """Every layer that an adapter can be laid over, in the denoiser and the text encoders."""
    found: dict[str, Layer] = {}
    for component, root in targets_of(pipe):
        for name, module in root.named_modules():
            if isinstance(module, nn.Linear):
                found[f"{component}.{name}"] = Layer(module.in_features, module.out_features)
            elif isinstance(module, nn.Conv2d) and module.groups == 1:
                found[f"{component}.{name}"] = Layer(module.in_channels, module.out_channels, module.kernel_size)
    return found
