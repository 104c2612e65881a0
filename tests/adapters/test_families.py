"""The tables of the families are the layers of the models themselves."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from adapters.families import families
from adapters.layers import Layer
from tests.adapters.shaped import layers_of

SD: dict[str, Any] = {
    "sample_size": 64,
    "block_out_channels": (320, 640, 1280, 1280),
    "layers_per_block": 2,
    "attention_head_dim": 8,
}
SDXL: dict[str, Any] = {
    "sample_size": 128,
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
POCKET = Path(__file__).parents[2] / "pocket" / "base"


def published(folder: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((POCKET / folder / "config.json").read_text("utf-8"))
    return {key: value for key, value in config.items() if not key.startswith("_")}


def clip(width: int, depth: int, projection: int = 0) -> nn.Module:
    config = CLIPTextConfig(
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=depth,
        num_attention_heads=width // 64,
        projection_dim=projection or 512,
    )
    return CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config)


def models(family: str) -> dict[str, nn.Module]:
    with torch.device("meta"):
        if family == "pocket":
            text = CLIPTextModel(CLIPTextConfig(**published("text_encoder")))
            return {"unet": UNet2DConditionModel(**published("unet")), "text_encoder": text}
        if family == "sdxl":
            text, text_2 = clip(768, 12), clip(1280, 32, 1280)
            return {"unet": UNet2DConditionModel(**SDXL), "text_encoder": text, "text_encoder_2": text_2}
        if family == "sd2":
            unet = UNet2DConditionModel(**SD, cross_attention_dim=1024, use_linear_projection=True)
            return {"unet": unet, "text_encoder": clip(1024, 23)}
        return {"unet": UNet2DConditionModel(**SD, cross_attention_dim=768), "text_encoder": clip(768, 12)}


def layers_in(component: str, model: nn.Module) -> dict[str, Layer]:
    found = {}
    for name, module in model.named_modules():
        if component != "unet" and name.startswith("encoder."):  # as releases of transformers before 5 name it
            name = f"text_model.{name}"
        if isinstance(module, nn.Linear):
            found[f"{component}.{name}"] = Layer(module.in_features, module.out_features)
        elif isinstance(module, nn.Conv2d):
            height, width = module.kernel_size
            found[f"{component}.{name}"] = Layer(module.in_channels, module.out_channels, (height, width))
    return found


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl", "pocket"])
def test_a_familys_table_is_every_linear_and_convolution_of_its_models(family: str) -> None:
    wanted = {name: layer for part, model in models(family).items() for name, layer in layers_in(part, model).items()}
    assert dict(layers_of(family)) == wanted


def test_every_family_is_tested() -> None:
    assert [family.key for family in families()] == ["sd1", "sd2", "sdxl", "pocket"]


def test_the_families_are_built_once() -> None:
    assert families() is families()
