"""A folder as PEFT's `save_pretrained` leaves it, made into one file that says all by itself.

PEFT writes the tensors to `adapter_model.safetensors` and what they are scaled by to `adapter_config.json`. The folder
of a whole pipeline has such a folder for each of its parts.
"""

import json
from collections.abc import Iterator, Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from adapters.header import read_header
from adapters.parts import split
from adapters.scales import pattern_value
from protocol.checks import shown
from protocol.errors import AdapterRefused

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
PARTS = ("unet", "transformer", "text_encoder", "text_encoder_2")
CONFIG_BYTES = 1 << 20
_PREFIX = "base_model.model."
_ALPHAS = {"LORA": "lora_alpha", "LOHA": "alpha", "LOKR": "alpha"}


def is_peft_folder(path: Path) -> bool:
    return any((folder / CONFIG).is_file() for folder, _ in _places(path))


def compose(path: Path, out: Path) -> None:
    """Writes the folder's adapters as one file in diffusers' spelling, an alpha beside each module. Raises
    `AdapterRefused`."""
    tensors: dict[str, Tensor] = {}
    for folder, component in _places(path):
        if (folder / CONFIG).is_file():
            tensors |= _tensors(folder, component)
    save_file(tensors, out, {"format": "pt"})


def _places(path: Path) -> Iterator[tuple[Path, str]]:
    """The folder itself and those of a pipeline's parts, each with what its modules' names begin with."""
    yield path, ""
    for part in PARTS:
        yield path / part, f"{part}."


def _tensors(folder: Path, prefix: str) -> dict[str, Tensor]:
    config = _config(folder / CONFIG)
    read_header(folder / WEIGHTS)
    try:
        read = load_file(folder / WEIGHTS)
    except (SafetensorError, OSError, ValueError) as wrong:
        raise AdapterRefused(f"{folder / WEIGHTS} cannot be read as safetensors: {wrong}") from wrong
    found: dict[str, Tensor] = {}
    modules: dict[str, set[str]] = {}
    for key, tensor in read.items():
        name = key.removeprefix(_PREFIX)
        if (parts := split(name)) is None:
            raise AdapterRefused(f"{folder / WEIGHTS} holds {shown(key)}, which is no part of LoRA, LoHa or LoKr.")
        module, part = parts
        found[prefix + name] = tensor
        modules.setdefault(module, set()).add(part)
    for module, its in modules.items():
        scale, rank = _scale(module, config)
        if {"lokr_w1", "lokr_w2"} <= its:  # without a rank in the tensors, for alpha to be divided by
            found[f"{prefix}{module}.lokr_w1"] = found[f"{prefix}{module}.lokr_w1"] * scale
        else:
            found[f"{prefix}{module}.alpha"] = torch.tensor(scale * rank, dtype=torch.float64)
    return found


def _scale(module: str, config: Mapping[str, Any]) -> tuple[float, float]:
    """What the module's change is multiplied by, and its rank, as PEFT computes them."""
    rank = _number(pattern_value(config.get("rank_pattern"), module), config.get("r"))
    alpha = _number(pattern_value(config.get("alpha_pattern"), module), config.get(_ALPHAS[config["peft_type"]]))
    return alpha / (sqrt(rank) if config.get("use_rslora") is True else rank), rank


def _number(value: object, otherwise: object) -> float:
    number = otherwise if value is None else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < 1e9:
        raise AdapterRefused(f"The {CONFIG} of this adapter says {shown(number)} where its rank and alpha should be.")
    return float(number)


def _config(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > CONFIG_BYTES:
            raise AdapterRefused(f"{path} is too large to be what PEFT writes.")
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as wrong:
        raise AdapterRefused(f"{path} cannot be read: {wrong}.") from wrong
    if not isinstance(config, dict) or config.get("peft_type") not in _ALPHAS:
        kind = config.get("peft_type") if isinstance(config, dict) else None
        raise AdapterRefused(f"{path} is for {shown(kind)}; of PEFT's kinds {', '.join(_ALPHAS)} are taken.")
    if config.get("bias", "none") != "none" or config.get("modules_to_save"):
        raise AdapterRefused(f"{path} says that whole modules or biases were trained too, which are not taken.")
    return config
