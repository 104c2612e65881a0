"""Layers are found by any of the names that files have for them, and never by another's."""

import re
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders.lora_conversion_utils import (
    _convert_non_diffusers_lora_to_diffusers,
    _maybe_map_sgm_blocks_to_diffusers,
)
from hypothesis import given
from hypothesis import strategies as st

from adapters.names import Names, original_names
from tests.adapters.shaped import kohya, layers_of, names_of
from tests.adapters.test_families import SDXL

FAMILIES = ["sd1", "sd2", "sdxl", "pocket"]


def found(names: Names, component: str, path: str) -> list[str]:
    return list(names.find(component, path))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_layer_is_found_by_its_own_name_with_dots_or_underscores(family: str) -> None:
    names = names_of(family)
    for name in names.layers:
        component, _, module = name.partition(".")
        assert found(names, component, module) == [name]
        assert found(names, component, module.replace(".", "_")) == [name]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_layers_have_one_name(family: str) -> None:
    names = names_of(family)
    unet = [name.partition(".")[2] for name in names.layers if name.startswith("unet.")]
    old = [original for original, _ in original_names(names.layers)]
    flat = [path.replace(".", "_") for path in (*unet, *old)]
    assert len(set(flat)) == len(flat)


@pytest.mark.parametrize("family", FAMILIES)
def test_stabilitys_code_has_a_name_for_every_layer_of_a_unet(family: str) -> None:
    named = {module for _, module in original_names(layers_of(family))}
    assert named == {name for name in layers_of(family) if name.startswith("unet.")}


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("input_blocks.0.0", "conv_in"),
        ("input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv"),
        ("input_blocks_4_0_skip_connection", "down_blocks.1.resnets.0.conv_shortcut"),
        ("input_blocks_4_1_proj_in", "down_blocks.1.attentions.0.proj_in"),
        (
            "input_blocks_8_1_transformer_blocks_9_attn2_to_out_0",
            "down_blocks.2.attentions.1.transformer_blocks.9.attn2.to_out.0",
        ),
        ("middle_block_0_in_layers_2", "mid_block.resnets.0.conv1"),
        ("middle_block_2_out_layers_3", "mid_block.resnets.1.conv2"),
        ("middle_block_1_proj_out", "mid_block.attentions.0.proj_out"),
        ("output_blocks_2_2_conv", "up_blocks.0.upsamplers.0.conv"),
        ("output_blocks_8_0_emb_layers_1", "up_blocks.2.resnets.2.time_emb_proj"),
        ("time_embed_2", "time_embedding.linear_2"),
        ("label_emb_0_0", "add_embedding.linear_1"),
        ("out_2", "conv_out"),
    ],
)
def test_names_of_stabilitys_code_mean_the_layers_they_mean_there(path: str, module: str) -> None:
    assert found(names_of("sdxl"), "unet", path) == [f"unet.{module}"]


def test_an_upsampler_stands_behind_the_attention_where_there_is_one() -> None:
    assert found(names_of("sd1"), "unet", "output_blocks.2.1.conv") == ["unet.up_blocks.0.upsamplers.0.conv"]
    assert found(names_of("sd1"), "unet", "output_blocks.5.2.conv") == ["unet.up_blocks.1.upsamplers.0.conv"]


def diffusers_names(family: str, original: bool) -> dict[str, str]:
    """By our name of a layer what diffusers makes of its kohya key, where it makes one."""
    layers = layers_of(family)
    spelt = kohya(layers, original)
    state: dict[str, Any] = {}
    marks = {}
    for number, name in enumerate(layers):
        if not name.startswith("unet."):
            continue
        marks[number] = name
        state[f"{spelt(name)}.lora_down.weight"] = torch.tensor([[float(number)]])
        state[f"{spelt(name)}.lora_up.weight"] = torch.zeros(1, 1)
    if original:
        with torch.device("meta"):
            config = UNet2DConditionModel(**SDXL).config
        state = _maybe_map_sgm_blocks_to_diffusers(state, config)
    converted, _ = _convert_non_diffusers_lora_to_diffusers(state)
    taken = {}
    for key, tensor in converted.items():
        if ".up." not in key:
            taken[marks[int(tensor.item())]] = key
    return taken


@pytest.mark.parametrize(("family", "original"), [("sd1", False), ("sdxl", True)])
def test_kohyas_names_mean_the_layers_that_diffusers_own_converter_takes_them_for(family: str, original: bool) -> None:
    theirs = diffusers_names(family, original)
    layers = layers_of(family)
    assert theirs.keys() == {name for name in layers if name.startswith("unet.")}
    for name, key in theirs.items():
        module = re.sub(r"\.processor\.(to_\w+?)_lora\.down\.weight$", r".\1", key)
        module = re.sub(r"\.(lora|lora_linear_layer)\.down\.weight$", "", module)
        module = re.sub(r"\.to_out$", ".to_out.0", module)
        assert module == name, key


def test_clips_layers_are_found_with_and_without_its_own_level() -> None:
    wanted = ["text_encoder.text_model.encoder.layers.3.mlp.fc1"]
    for path in ("text_model_encoder_layers_3_mlp_fc1", "encoder.layers.3.mlp.fc1"):
        assert found(names_of("sd1"), "text_encoder", path) == wanted


def test_a_name_without_a_component_is_looked_for_in_all_of_them() -> None:
    one, two = found(names_of("sdxl"), "", "text_model.encoder.layers.3.mlp.fc1")
    assert (one.partition(".")[0], two.partition(".")[0]) == ("text_encoder", "text_encoder_2")


def test_a_transformers_layers_are_found_as_a_denoisers() -> None:
    names = Names({"transformer.x.to_q": layers_of("sd1")["unet.conv_in"]})
    assert found(names, "unet", "x.to_q") == ["transformer.x.to_q"]


@given(st.text(alphabet="abt_.0123456789", max_size=60))
def test_no_path_finds_a_layer_but_by_its_names(path: str) -> None:
    flat = path.replace(".", "_").removeprefix("text_model_")
    names = names_of("pocket")
    old = {module: original for original, module in original_names(names.layers)}
    for name in found(names, "unet", path):
        module = name.partition(".")[2]
        assert flat in (module.replace(".", "_"), old[name].replace(".", "_"))
