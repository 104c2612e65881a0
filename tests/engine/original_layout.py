"""Writes a diffusers pipeline as one file in Stable Diffusion's original layout, as checkpoints are shared."""

import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

Weights = dict[str, Tensor]

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
UNET = {
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
VAE = {
    "conv_norm_out": "norm_out",
    "conv_shortcut": "nin_shortcut",
    "mid_block.resnets.0": "mid.block_1",
    "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1",
}
ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
OPEN_CLIP = {
    "embeddings.position_embedding.weight": "positional_embedding",
    "embeddings.token_embedding": "token_embedding",
    "final_layer_norm": "ln_final",
    "encoder.layers": "transformer.resblocks",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "fc1": "c_fc",
    "fc2": "c_proj",
    "self_attn": "attn",
}


def write_checkpoint(pipe: Any, path: Path, *markers: str, metadata: dict[str, str] | None = None) -> Path:
    """`markers` are empty tensors that some checkpoints carry, such as v_pred."""
    weights = original(pipe) | {marker: torch.tensor([]) for marker in markers}
    save_file({key: tensor.contiguous() for key, tensor in weights.items()}, path, metadata)
    return path


def original(pipe: Any) -> Weights:
    weights = under("model.diffusion_model.", unet(pipe.unet)) | under("first_stage_model.", autoencoder(pipe.vae))
    clip, open_clip = "transformer.text_model.", "model."
    if hasattr(pipe, "text_encoder_2"):
        weights |= under("conditioner.embedders.0." + clip, flat(pipe.text_encoder))
        weights |= under("conditioner.embedders.1." + open_clip, as_open_clip(pipe.text_encoder_2))
    elif pipe.text_encoder.config.hidden_act == "gelu":
        weights |= under("cond_stage_model." + open_clip, as_open_clip(pipe.text_encoder))
    else:
        positions = torch.arange(77)[None]  # a buffer that old files carry
        weights |= under("cond_stage_model." + clip, flat(pipe.text_encoder) | {"embeddings.position_ids": positions})
    return weights


def under(prefix: str, weights: Weights) -> Weights:
    return {prefix + key: tensor for key, tensor in weights.items()}


def renamed(key: str, names: dict[str, str]) -> str:
    for ours, theirs in names.items():
        key = re.sub(rf"(?<![\w.]){re.escape(ours)}(?!\w)|(?<=\.){re.escape(ours)}(?!\w)", theirs, key)
    return key


def unet(model: Any) -> Weights:
    a_level = model.config.layers_per_block + 1

    def place(key: str) -> str:
        if found := re.fullmatch(r"down_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.*)", key):
            level, kind, layer, rest = found.groups()
            return f"input_blocks.{1 + int(level) * a_level + int(layer)}.{int(kind == 'attentions')}.{rest}"
        if found := re.fullmatch(r"down_blocks\.(\d+)\.downsamplers\.0\.conv\.(.*)", key):
            return f"input_blocks.{(int(found[1]) + 1) * a_level}.0.op.{found[2]}"
        if found := re.fullmatch(r"mid_block\.(resnets|attentions)\.(\d+)\.(.*)", key):
            return f"middle_block.{1 if found[1] == 'attentions' else 2 * int(found[2])}.{found[3]}"
        if found := re.fullmatch(r"up_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.*)", key):
            level, kind, layer, rest = found.groups()
            return f"output_blocks.{int(level) * a_level + int(layer)}.{int(kind == 'attentions')}.{rest}"
        if found := re.fullmatch(r"up_blocks\.(\d+)\.upsamplers\.0\.(.*)", key):
            after = 2 if getattr(model.up_blocks[int(found[1])], "has_cross_attention", False) else 1
            return f"output_blocks.{int(found[1]) * a_level + a_level - 1}.{after}.{found[2]}"
        return key

    def name(key: str) -> str:
        return renamed(place(key), RESNET if ".resnets." in key else {} if "_blocks" in key else UNET)

    return {name(key): tensor for key, tensor in model.state_dict().items()}


def autoencoder(model: Any) -> Weights:
    last = len(model.config.block_out_channels) - 1
    found: Weights = {}
    for key, tensor in model.state_dict().items():
        name = re.sub(r"down_blocks\.(\d+)\.resnets", r"down.\1.block", key)
        name = re.sub(r"down_blocks\.(\d+)\.downsamplers\.0", r"down.\1.downsample", name)
        name = re.sub(r"up_blocks\.(\d+)\.resnets", lambda m: f"up.{last - int(m[1])}.block", name)
        name = re.sub(r"up_blocks\.(\d+)\.upsamplers\.0", lambda m: f"up.{last - int(m[1])}.upsample", name)
        if ".attentions." in key:
            name = renamed(name, ATTENTION)
            tensor = tensor[:, :, None, None] if tensor.ndim == 2 else tensor  # they were convolutions
        found[renamed(name, VAE)] = tensor
    return found


def flat(model: Any) -> Weights:
    return {key.removeprefix("text_model."): tensor for key, tensor in model.state_dict().items()}


def as_open_clip(model: Any) -> Weights:
    """OpenCLIP keeps query, key and value in one matrix, and its projection the other way round."""
    own = flat(model)
    found: Weights = {}
    for key, tensor in own.items():
        if key == "text_projection.weight":
            found["text_projection"] = tensor.T
        elif match := re.fullmatch(r"(.*\.self_attn\.)([qkv])_proj\.(weight|bias)", key):
            if match[2] == "q":
                parts = [own[f"{match[1]}{part}_proj.{match[3]}"] for part in "qkv"]
                found[renamed(f"{match[1]}in_proj_{match[3]}", OPEN_CLIP)] = torch.cat(parts)
        else:
            found[renamed(key, OPEN_CLIP)] = tensor
    return found
