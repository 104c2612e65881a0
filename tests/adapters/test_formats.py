"""Each spelling says which layer a tensor is for, and which part; every key is in exactly one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats import SPELLINGS
from adapters.formats.spelling import Spelling, Spelt


def spelling_of(key: str) -> Spelling:
    return next(spelling for spelling in SPELLINGS if spelling.matches(key))


@pytest.mark.parametrize(
    ("key", "spelling", "component", "path", "part"),
    [
        ("lora_unet_mid_block_x.lora_up.weight", "kohya", "unet", "mid_block_x", "up"),
        ("lora_te_text_model_x.alpha", "kohya", "text_encoder", "text_model_x", "alpha"),
        ("lora_te1_x.dora_scale", "kohya", "text_encoder", "x", "dora_scale"),
        ("lora_te2_text_projection.hada_w1_a", "kohya", "text_encoder_2", "text_projection", "hada_w1_a"),
        ("lora_te3_x.lora_down.weight", "kohya", "text_encoder_3", "x", "down"),
        ("lora_transformer_x.lora_down.weight", "kohya", "unet", "x", "down"),
        ("lycoris_down_blocks_0_x.lokr_w1", "LyCORIS", "", "down_blocks_0_x", "lokr_w1"),
        ("unet.down_blocks.0.x.lora_A.weight", "diffusers", "unet", "down_blocks.0.x", "down"),
        ("unet.x.lora.up.weight", "diffusers", "unet", "x", "up"),
        ("unet.x.alpha", "diffusers", "unet", "x", "alpha"),
        ("text_encoder_2.x.lora_linear_layer.up.weight", "diffusers", "text_encoder_2", "x", "up"),
        ("transformer.x.lora_B.weight", "diffusers", "unet", "x", "up"),
        ("base_model.model.x.y.lora_A.weight", "PEFT", "", "x.y", "down"),
        ("diffusion_model.input_blocks.0.0.lora_up.weight", "original", "unet", "input_blocks.0.0", "up"),
        ("model.diffusion_model.out.2.lora_A.weight", "original", "unet", "out.2", "down"),
        ("text_encoders.clip_l.transformer.x.lora_down.weight", "original", "text_encoder", "x", "down"),
        ("text_encoders.clip_h.transformer.x.lora_down.weight", "original", "text_encoder", "x", "down"),
        ("text_encoders.clip_g.transformer.x.lora_down.weight", "original", "text_encoder_2", "x", "down"),
        ("clip_g.x.lora_down.weight", "original", "text_encoder_2", "x", "down"),
        ("down_blocks.0.x.lora_B.weight", "bare", "", "down_blocks.0.x", "up"),
    ],
)
def test_a_key_says_its_component_layer_and_part(key: str, spelling: str, component: str, path: str, part: str) -> None:
    assert spelling_of(key).name == spelling
    assert spelling_of(key).read(key) == Spelt(component, path, part)


@pytest.mark.parametrize(
    ("key", "component", "path", "part"),
    [
        ("mid_block.x.attn1.processor.to_q_lora.down.weight", "", "mid_block.x.attn1.to_q", "down"),
        ("unet.mid_block.attn1.processor.to_out_lora.up.weight", "unet", "mid_block.attn1.to_out.0", "up"),
        ("unet.x.attn2.processor.to_k_lora.alpha", "unet", "x.attn2.to_k", "alpha"),
        ("text_encoder.x.self_attn.to_q_lora.down.weight", "text_encoder", "x.self_attn.q_proj", "down"),
        ("text_encoder_2.x.self_attn.to_out_lora.up.weight", "text_encoder_2", "x.self_attn.out_proj", "up"),
        ("x.self_attn.to_v_lora.up.weight", "", "x.self_attn.v_proj", "up"),
    ],
)
def test_attention_processors_are_the_projections_they_stand_beside(
    key: str, component: str, path: str, part: str
) -> None:
    assert spelling_of(key).name == "diffusers' attention processors"
    assert spelling_of(key).read(key) == Spelt(component, path, part)


@pytest.mark.parametrize("key", ["x.weight", "unet.x.weight", "lora_unet_x", "base_model.model.x.lora_A.bias"])
def test_a_key_without_the_ending_of_a_part_says_nothing(key: str) -> None:
    assert spelling_of(key).read(key) is None


@given(st.text(alphabet="abcunet_lorai.0", max_size=60), st.sampled_from(["", "unet.", "lora_unet_", "lycoris_"]))
def test_every_key_is_in_a_spelling_and_none_stops_a_reader(key: str, prefix: str) -> None:
    for text in (prefix + key, f"{prefix}{key}.alpha", f"{prefix}{key}to_q_lora.down.weight"):
        found = spelling_of(text).read(text)
        assert (
            found is None or found.path in text.replace("to_q_lora", "to_q") or found.path.endswith(("to_q", "_proj"))
        )
