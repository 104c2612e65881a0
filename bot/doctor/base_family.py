"""Which family of bases a base is of, by its UNet's sizes: read from its files, without loading it."""

from collections.abc import Mapping
from typing import Any

from adapters.families import Family, families
from adapters.layers import Layers

_TEXT = "attn2.to_k"
"""The layer that takes the text in: its inputs are as wide as the text encoder's outputs."""


def of_config(config: Mapping[str, Any]) -> Family | None:
    """By a diffusers UNet's config.json; None for one that is not known here."""
    channels, context = config.get("block_out_channels"), config.get("cross_attention_dim")
    if not isinstance(channels, list) or not channels:
        return None
    return _with(channels[0], context, config.get("in_channels"))


def of_checkpoint(shapes: Mapping[str, tuple[int, ...]]) -> Family | None:
    """By the tensors of a checkpoint in a single file."""
    first = shapes.get("model.diffusion_model.input_blocks.0.0.weight", ())
    contexts = {
        shape[-1] for name, shape in shapes.items() if name.startswith("model.diffusion_model.") and _TEXT in name
    }
    return _with(first[0], contexts.pop(), first[1]) if len(contexts) == 1 and len(first) > 1 else None


def _with(width: object, context: object, latents: object) -> Family | None:
    wanted = (width, context, latents)
    return next((family for family in families() if _sizes(family.layers) == wanted), None)


def _sizes(layers: Layers) -> tuple[int, int, int]:
    first = layers["unet.conv_in"]
    context = next(layer.inputs for name, layer in layers.items() if name.endswith(_TEXT))
    return first.outputs, context, first.inputs
