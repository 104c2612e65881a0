"""Bases of real shapes with random weights, and styles for them: speed does not depend on what the numbers are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from adapters.canonical import Adapter, Factors
from adapters.names import Names
from bench.swap import RANK, STABLE_DIFFUSION, STABLE_DIFFUSION_XL, TARGETS
from engine.base import Base, layers_of
from engine.devices import choose_placement
from pocket.location import BASE as POCKET
from protocol.paint import RenderDefaults

TINY = {"sample_size": 16, "cross_attention_dim": 32, "block_out_channels": (32, 64), "attention_head_dim": 8}
TINY |= {"down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"), "layers_per_block": 1}
TINY |= {"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}


@dataclass(frozen=True, slots=True)
class Shape:
    """A base's sizes; `text` and `text_2` are width and layers of its text encoders."""

    title: str
    side: int
    unet: Mapping[str, Any]
    text: tuple[int, int]
    text_2: tuple[int, int] | None = None
    vae: tuple[int, ...] = (128, 256, 512, 512)


SHAPES = {
    "sd15": Shape("SD 1.5, 512 x 512", 512, STABLE_DIFFUSION, (768, 12)),
    "sdxl": Shape("SDXL, 1024 x 1024", 1024, STABLE_DIFFUSION_XL, (768, 12), (1280, 32)),
    "tiny": Shape("a tiny base, 128 x 128", 128, TINY, (32, 2), vae=(32, 32, 32, 32)),
}


def base_of(shape: Shape, device: str) -> Base:
    """A base of that shape with random weights, on the device."""
    placement = choose_placement(device)
    tokenizer = CLIPTokenizer.from_pretrained(POCKET / "tokenizer")
    torch.manual_seed(0)
    with torch.device(placement.device):
        unet = UNet2DConditionModel(**shape.unet)
        vae = AutoencoderKL(
            block_out_channels=shape.vae,
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            layers_per_block=2,
            latent_channels=4,
        )
        texts = [text_encoder(CLIPTextModel, tokenizer, shape.text)]
        if shape.text_2:
            texts.append(text_encoder(CLIPTextModelWithProjection, tokenizer, shape.text_2))
    own = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
    )
    pipe: Any
    if shape.text_2:
        pipe = StableDiffusionXLPipeline(vae, *texts, tokenizer, tokenizer, unet, own, add_watermarker=False)
    else:
        pipe = StableDiffusionPipeline(vae, texts[0], tokenizer, unet, own, None, None, requires_safety_checker=False)
    pipe.to(placement.device, placement.dtype)
    pipe.set_progress_bar_config(disable=True)
    for part in (unet, vae, *texts):
        part.requires_grad_(False).eval()
    defaults = RenderDefaults(width=shape.side, height=shape.side, steps=30, guidance_scale=5.0, sampler="dpmpp_2m")
    return Base(shape.title, "0" * 64, pipe, placement, defaults, Names(layers_of(pipe)))


def text_encoder(kind: Any, tokenizer: Any, size: tuple[int, int]) -> Any:
    width, layers = size
    return kind(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=4 * width,
            projection_dim=width,
            num_hidden_layers=layers,
            num_attention_heads=max(1, width // 64),
            eos_token_id=tokenizer.eos_token_id,
        )
    )


def style_of(base: Base, number: int) -> Adapter:
    """Rank 16 on every projection of the attention layers."""
    generator = torch.Generator().manual_seed(number)
    factors = {
        name.removeprefix("unet."): Factors(
            0.01 * torch.randn(RANK, layer.inputs, generator=generator),
            0.01 * torch.randn(layer.outputs, RANK, generator=generator),
        )
        for name, layer in base.layers.items()
        if name.startswith("unet.") and name.endswith(TARGETS)
    }
    return Adapter(f"{number:064x}", {"unet": factors})
