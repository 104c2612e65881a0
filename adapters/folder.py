"""A folder as PEFT's `save_pretrained` leaves it, made into one file that says all by itself.

PEFT writes the tensors to `adapter_model.safetensors` and what they are scaled by to `adapter_config.json`. The folder
of a whole pipeline has such a folder for each of its parts.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from adapters.header import read_header, refused
from adapters.parts import split
from adapters.scales import Configuration, configuration
from protocol.checks import shown
from protocol.errors import AdapterRefused

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
PARTS = ("unet", "transformer", "text_encoder", "text_encoder_2")
CONFIG_BYTES = 1 << 20
_PREFIX = "base_model.model."
_ALPHAS = {"LORA": "lora_alpha", "LOHA": "alpha", "LOKR": "alpha"}
_OF_RANK = ("down", "hada_w1_b", "lokr_w2_b", "lokr_w1_b")
"""Parts whose first side is the rank."""


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
    config = _configuration(folder / CONFIG)
    read_header(folder / WEIGHTS)
    try:
        read = load_file(folder / WEIGHTS)
    except (SafetensorError, OSError, ValueError) as wrong:
        raise AdapterRefused(f"{folder / WEIGHTS} cannot be read as safetensors: {wrong}") from wrong
    found: dict[str, Tensor] = {}
    modules: dict[str, dict[str, Tensor]] = {}
    for key, tensor in read.items():
        name = key.removeprefix(_PREFIX)
        if (parts := split(name)) is None:
            raise AdapterRefused(f"{folder / WEIGHTS} holds {shown(key)}, which is no part of LoRA, LoHa or LoKr.")
        module, part = parts
        if prefix + name in found or part == "alpha":
            refused(f"it says {shown(key)} beside what PEFT writes")
        found[prefix + name] = tensor
        modules.setdefault(module, {})[part] = tensor
    for module, its in modules.items():
        rank = next((its[part].shape[0] for part in _OF_RANK if part in its and its[part].ndim), 0)
        scale = config.scale(module, rank)
        if rank:
            found[f"{prefix}{module}.alpha"] = torch.tensor(scale * rank, dtype=torch.float64)
        elif "lokr_w1" in its:  # without a rank in the tensors, for alpha to be divided by
            found[f"{prefix}{module}.lokr_w1"] = its["lokr_w1"].float() * scale
    return found


def _configuration(path: Path) -> Configuration:
    config = _config(path)
    return configuration(config, alpha=_ALPHAS[config["peft_type"]])


def _config(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > CONFIG_BYTES:
            raise AdapterRefused(f"{path} is too large to be what PEFT writes.")
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as wrong:
        raise AdapterRefused(f"{path} cannot be read: {wrong}.") from wrong
    kind = config.get("peft_type") if isinstance(config, dict) else None
    if not isinstance(kind, str) or kind not in _ALPHAS:
        raise AdapterRefused(f"{path} is for {shown(kind)}; of PEFT's kinds {', '.join(_ALPHAS)} are taken.")
    if config.get("bias", "none") != "none" or config.get("modules_to_save"):
        raise AdapterRefused(f"{path} says that whole modules or biases were trained too, which are not taken.")
    found: Mapping[str, Any] = config
    return found
