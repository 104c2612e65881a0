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
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from pocket.captions import known_words
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


@cache
def t5_tokenizer() -> T5Tokenizer:
    words = ["<pad>", "</s>", "<unk>", "▁", *(f"▁{word}" for word in sorted(known_words()))]
    return T5Tokenizer(vocab=[(word, -float(i)) for i, word in enumerate(words)], extra_ids=0, model_max_length=512)


def t5_encoder(width: int) -> T5EncoderModel:
    config = T5Config(vocab_size=len(t5_tokenizer()), d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=2)
    return T5EncoderModel(config).eval()


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


def sd3_pipeline() -> StableDiffusion3Pipeline:
    """Flow matching with a transformer, and three text encoders."""
    return StableDiffusion3Pipeline(
        SD3Transformer2DModel(
            sample_size=SIDE // 8,
            patch_size=2,
            in_channels=8,
            out_channels=8,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=2 * WIDTH,
            caption_projection_dim=WIDTH,
            pooled_projection_dim=2 * WIDTH,
            pos_embed_max_size=16,
        ),
        FlowMatchEulerDiscreteScheduler(shift=3.0),
        autoencoder(8, shift_factor=0.06, scaling_factor=1.5, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder(CLIPTextModelWithProjection),
        tokenizer(),
        text_encoder(CLIPTextModelWithProjection, hidden_act="gelu"),
        tokenizer(),
        t5_encoder(2 * WIDTH),
        t5_tokenizer(),
    )


def flux_pipeline() -> FluxPipeline:
    """Flow matching over latents packed two by two, with guidance as an input."""
    return FluxPipeline(
        FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        autoencoder(4, shift_factor=0.1, scaling_factor=0.4, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder(),
        tokenizer(),
        t5_encoder(WIDTH),
        t5_tokenizer(),
        FluxTransformer2DModel(
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            pooled_projection_dim=WIDTH,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
    )


def pixart_pipeline() -> PixArtSigmaPipeline:
    """A transformer that predicts noise, in a pipeline that reports no steps of its own."""
    return PixArtSigmaPipeline(
        t5_tokenizer(),
        t5_encoder(WIDTH),
        autoencoder(),
        PixArtTransformer2DModel(
            sample_size=32,  # the pipeline knows the sides 256, 512, 1024 and 2048, and paints the nearest
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            in_channels=4,
            out_channels=8,
            cross_attention_dim=WIDTH,
            caption_channels=WIDTH,
            use_additional_conditions=False,
        ),
        DPMSolverMultistepScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule="linear"),
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


def build_sd3(folder: Path) -> Path:
    return build(sd3_pipeline, folder)


def build_flux(folder: Path) -> Path:
    return build(flux_pipeline, folder)


def build_pixart(folder: Path) -> Path:
    return build(pixart_pipeline, folder)
