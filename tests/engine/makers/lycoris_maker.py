"""Files as LyCORIS writes them for sd-scripts, its own modules laid over the base."""

from pathlib import Path
from typing import Any

import torch
from lycoris.config import PRESET
from lycoris.kohya import create_network

from engine.base import Base
from tests.engine.makers.made import Made, outputs_of, parts_of, randomised

EVERYWHERE = {
    "enable_conv": True,
    "unet_target_module": ["Transformer2DModel", "ResnetBlock2D", "Downsample2D", "Upsample2D"],
    "unet_target_name": ["conv_in", "conv_out", "time_embedding.linear_1", "time_embedding.linear_2"],
    "text_encoder_target_module": ["CLIPAttention", "CLIPMLP"],
    "text_encoder_target_name": [],
}
"""Its own preset for all layers finds those of the time embedding twice in diffusers' UNet, and stops."""


def made(base: Base, folder: Path, strength: float = 0.2, **options: Any) -> Made:
    """`options` are LyCORIS' own: algo, conv_dim, dora_wd …"""
    parts = parts_of(base)
    texts = [part for name, part in parts.items() if name.startswith("text_encoder")]
    given = {"conv_dim": 3, "conv_alpha": 2, "algo": "lora", "preset": "everywhere"} | options
    PRESET["everywhere"] = EVERYWHERE
    network = create_network(1.0, 4, 2.0, None, texts if len(texts) > 1 else texts[0], parts["unet"], **given)
    network.apply_to(texts, parts["unet"], True, True)
    network.eval()
    randomised(network, strength)
    path = folder / "lycoris.safetensors"
    network.save_weights(str(path), torch.float32, {"ss_network_module": "lycoris.kohya"})
    return Made(path, outputs_of(parts))
