"""Folders as PEFT writes them, its own layers laid over the base's UNet and text encoders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from peft import PeftModel, get_peft_model
from torch import nn

from engine.base import Base
from tests.engine.makers.made import Made, outputs_of, parts_of, randomised

UNET = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "conv1", "proj_in"]
TEXT = ["q_proj", "v_proj", "fc1"]


def made(base: Base, folder: Path, config: Callable[..., Any], **options: Any) -> Made:
    """A folder for each part in `folder`; `config` is one of PEFT's classes, `options` its own."""
    parts = parts_of(base)
    worn: dict[str, PeftModel] = {}
    for name, part in parts.items():
        targets = UNET if name == "unet" else TEXT
        worn[name] = get_peft_model(part, config(target_modules=targets, **options)).eval()
        randomised_additions(worn[name])
        worn[name].save_pretrained(str(folder / name))
    return Made(folder, outputs_of({name: model.base_model.model for name, model in worn.items()}))


def randomised_additions(model: nn.Module) -> None:
    """Only what PEFT added: the rest it has frozen."""
    added = nn.Module()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            added.register_parameter(name.replace(".", "__"), parameter)
    randomised(added)
