"""Tiny pipelines with random weights, saved as diffusers folders: quick to build, quick to paint with (64 x 64 pixels).

The same arguments give the same weights.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DiffusionPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

from pocket.vocabulary import build_tokenizer

SIDE = 64
"""Pixels of a side; 8 x 8 latents."""
WIDTH = 32


@cache
def tokenizer() -> CLIPTokenizer:
    return build_tokenizer()


def text_encoder(kind: type = CLIPTextModel, width: int = WIDTH, layers: int = 2, **options: Any) -> Any:
    """A CLIP text encoder whose random weights are wide enough that other words give another picture."""
    end = tokenizer().eos_token_id
    config = CLIPTextConfig(
        vocab_size=len(tokenizer()),
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        max_position_embeddings=77,
        bos_token_id=end - 1,
        eos_token_id=end,
        pad_token_id=end,
        **options,
    )
    encoder = kind(config)
    with torch.no_grad():
        encoder.get_input_embeddings().weight.mul_(20)
    return encoder.eval()


def autoencoder(channels: int = 4, **options: Any) -> AutoencoderKL:
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 16, 16),
        layers_per_block=1,
        latent_channels=channels,
        norm_num_groups=4,
        sample_size=SIDE,
        **options,
    )


def unet(context: int = WIDTH, **options: Any) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIDE // 8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(32, 32),
        layers_per_block=1,
        cross_attention_dim=context,
        norm_num_groups=4,
        **{"attention_head_dim": 4} | options,
    )


def scheduler(**options: Any) -> DDIMScheduler:
    """Stable Diffusion's noise schedule."""
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        **options,
    )


def sd_pipeline(**schedule: Any) -> StableDiffusionPipeline:
    return StableDiffusionPipeline(
        autoencoder(),
        text_encoder(),
        tokenizer(),
        unet(),
        scheduler(**schedule),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sd2_pipeline() -> StableDiffusionPipeline:
    """As SD 2.x: velocity, linear projections, a text encoder with GELU, heads by level."""
    pipe = sd_pipeline(prediction_type="v_prediction")
    pipe.register_modules(
        text_encoder=text_encoder(hidden_act="gelu"),
        unet=unet(use_linear_projection=True, attention_head_dim=(4, 8)),
    )
    return pipe


def sdxl_pipeline(**schedule: Any) -> StableDiffusionXLPipeline:
    return StableDiffusionXLPipeline(
        autoencoder(force_upcast=False),
        text_encoder(),
        text_encoder(CLIPTextModelWithProjection, 2 * WIDTH, hidden_act="gelu"),
        tokenizer(),
        tokenizer(),
        unet(
            3 * WIDTH,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 2 * WIDTH,
            transformer_layers_per_block=(1, 2),
        ),
        scheduler(**schedule),
        add_watermarker=False,
    )


def build(pipeline: Callable[..., DiffusionPipeline], folder: Path, **options: Any) -> Path:
    """Saves the pipeline to that folder, and gives it back."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        pipe = pipeline(**options)
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def build_sd(folder: Path, **schedule: Any) -> Path:
    return build(sd_pipeline, folder, **schedule)


def build_sd2(folder: Path) -> Path:
    return build(sd2_pipeline, folder)


def build_sdxl(folder: Path, **schedule: Any) -> Path:
    return build(sdxl_pipeline, folder, **schedule)
