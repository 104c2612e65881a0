"""Tiny pipelines around a transformer: two that match flows, and one that predicts noise."""

from functools import cache
from pathlib import Path

from diffusers import (
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
)
from transformers import CLIPTextModelWithProjection, T5Config, T5EncoderModel, T5Tokenizer

from pocket.captions import known_words
from tests.engine import tiny


@cache
def t5_tokenizer() -> T5Tokenizer:
    words = ["<pad>", "</s>", "<unk>", "▁", *(f"▁{word}" for word in sorted(known_words()))]
    return T5Tokenizer(vocab=[(word, -float(i)) for i, word in enumerate(words)], extra_ids=0, model_max_length=512)


def t5_encoder(width: int) -> T5EncoderModel:
    config = T5Config(vocab_size=len(t5_tokenizer()), d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=2)
    return T5EncoderModel(config).eval()


def sd3_pipeline() -> StableDiffusion3Pipeline:
    """Flow matching with a transformer, and three text encoders."""
    return StableDiffusion3Pipeline(
        SD3Transformer2DModel(
            sample_size=tiny.SIDE // 8,
            patch_size=2,
            in_channels=8,
            out_channels=8,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=2 * tiny.WIDTH,
            caption_projection_dim=tiny.WIDTH,
            pooled_projection_dim=2 * tiny.WIDTH,
            pos_embed_max_size=16,
        ),
        FlowMatchEulerDiscreteScheduler(shift=3.0),
        tiny.autoencoder(8, shift_factor=0.06, scaling_factor=1.5, use_quant_conv=False, use_post_quant_conv=False),
        tiny.text_encoder(CLIPTextModelWithProjection),
        tiny.tokenizer(),
        tiny.text_encoder(CLIPTextModelWithProjection, hidden_act="gelu"),
        tiny.tokenizer(),
        t5_encoder(2 * tiny.WIDTH),
        t5_tokenizer(),
    )


def flux_pipeline() -> FluxPipeline:
    """Flow matching over latents packed two by two, with guidance as an input."""
    return FluxPipeline(
        FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        tiny.autoencoder(4, shift_factor=0.1, scaling_factor=0.4, use_quant_conv=False, use_post_quant_conv=False),
        tiny.text_encoder(),
        tiny.tokenizer(),
        t5_encoder(tiny.WIDTH),
        t5_tokenizer(),
        FluxTransformer2DModel(
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=tiny.WIDTH,
            pooled_projection_dim=tiny.WIDTH,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
    )


def pixart_pipeline() -> PixArtSigmaPipeline:
    """A transformer that predicts noise, in a pipeline that reports no steps of its own."""
    return PixArtSigmaPipeline(
        t5_tokenizer(),
        t5_encoder(tiny.WIDTH),
        tiny.autoencoder(),
        PixArtTransformer2DModel(
            sample_size=32,  # the pipeline knows the sides 256, 512, 1024 and 2048, and paints the nearest
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            in_channels=4,
            out_channels=8,
            cross_attention_dim=tiny.WIDTH,
            caption_channels=tiny.WIDTH,
            use_additional_conditions=False,
        ),
        DPMSolverMultistepScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule="linear"),
    )


def build_sd3(folder: Path) -> Path:
    return tiny.build(sd3_pipeline, folder)


def build_flux(folder: Path) -> Path:
    return tiny.build(flux_pipeline, folder)


def build_pixart(folder: Path) -> Path:
    return tiny.build(pixart_pipeline, folder)
