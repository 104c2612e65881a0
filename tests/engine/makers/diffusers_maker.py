"""Files as diffusers' `save_lora_weights` writes them with the training's configuration, and as its
`load_lora_weights` takes them."""

import copy
from pathlib import Path
from typing import Any

from diffusers.training_utils import _collate_lora_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from engine.base import Base
from tests.engine.makers.made import Made, outputs_of
from tests.engine.makers.peft_maker import randomised_additions

UNET = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.2"]
TEXT = ["q_proj", "out_proj"]


def made(base: Base, folder: Path, alpha: float) -> Made:
    parts = {name: copy.deepcopy(part) for name, part in base.targets()}
    for name, part in parts.items():
        adapter: Any = part
        adapter.add_adapter(LoraConfig(r=4, lora_alpha=alpha, target_modules=UNET if name == "unet" else TEXT))
        randomised_additions(part)
    layers = {f"{name}_lora_layers": get_peft_model_state_dict(part) for name, part in parts.items()}
    notes = _collate_lora_metadata(parts)
    type(base.pipe).save_lora_weights(folder, **layers, **notes)
    pipe = copy.deepcopy(base.pipe)
    pipe.load_lora_weights(folder, use_safetensors=True)
    outputs = outputs_of({name: getattr(pipe, name) for name in parts})
    return Made(folder / "pytorch_lora_weights.safetensors", outputs)
