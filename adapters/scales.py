"""How strongly each module of a file was trained to be put on: alpha over rank.

Alpha is a tensor beside the module's own (kohya, LyCORIS), or a number in what diffusers' savers note of the training's
configuration; without either it is the rank. Of that note nothing is used but the numbers named here, and only within
bounds: handed on to a library it could change its weights, or stop it for good.
"""

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from typing import Any

from adapters.header import Header, refused
from adapters.layers import DENOISERS
from adapters.modules import Module, Spoken
from protocol.checks import shown

LARGEST = 128.0
"""Alpha over rank. Trainers' defaults lie between 1/128 and 2."""
NOTE = "lora_adapter_metadata"
NOTE_CHARACTERS = 1 << 20
_PLAIN = re.compile(r"\^?[A-Za-z0-9_.]{1,256}\$?")
_UNREADABLE = "what its training configuration says of its alphas cannot be read"
_CONFIG = "it is spelt as PEFT does, which keeps alpha in adapter_config.json; add the folder that holds both files"

Note = Mapping[str, Any]


def check_alphas_known(modules: Sequence[Spoken], header: Header) -> None:
    """Raises `AdapterRefused` where alpha is said elsewhere."""
    silent = any(module.spelling == "PEFT" and "alpha" not in module.keys for module in modules)
    if silent and NOTE not in header.metadata:
        refused(_CONFIG)


def scales(modules: Sequence[Module], header: Header, alphas: Mapping[str, float]) -> dict[str, float]:
    """By module name; `alphas` are the values of the alpha tensors by key. Raises `AdapterRefused`."""
    note = _note(header)
    return {module.name: _scale(module, alphas, note) for module in modules}


def _scale(module: Module, alphas: Mapping[str, float], note: Note) -> float:
    rank = module.form.rank
    noted = _noted(module.name, rank, note) if rank else None
    if "alpha" not in module.keys or not rank:
        return 1.0 if noted is None else _bounded(module.name, noted)
    scale = _bounded(module.name, alphas[module.keys["alpha"]] / rank)
    if noted is not None and abs(noted - scale) > 1e-6 * abs(scale):
        refused(f"it says two different alphas for {module.name}")
    return scale


def _bounded(name: str, scale: float) -> float:
    if scale == 0:
        refused(f"the alpha of its {name} is 0, which some programs read as nothing and others as the rank")
    if not isfinite(scale) or abs(scale) > LARGEST:
        refused(f"the alpha of its {name} is {scale:g} times its rank, and {LARGEST:g} is the most that is taken")
    return scale


def _note(header: Header) -> Note:
    text = header.metadata.get(NOTE, "")
    if not text:
        return {}
    try:
        note = json.loads(text) if len(text) <= NOTE_CHARACTERS else None
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict):
        refused(_UNREADABLE)
    return note


def _noted(name: str, rank: int, note: Note) -> float | None:
    """The scale by what PEFT's LoraConfig says, for one component, of r, alpha and exceptions from them."""
    component, _, module = name.partition(".")
    prefix = next((p for p in (component, *DENOISERS) if f"{p}.lora_alpha" in note), None)
    if prefix is None or (prefix != component and component not in DENOISERS):
        return None
    alpha = _number(pattern_value(note.get(f"{prefix}.alpha_pattern"), module), note[f"{prefix}.lora_alpha"])
    declared = _number(pattern_value(note.get(f"{prefix}.rank_pattern"), module), note.get(f"{prefix}.r", rank))
    if declared != rank:
        refused(f"its {name} has rank {rank}, and its {NOTE} says {declared:g}")
    return alpha / (sqrt(rank) if note.get(f"{prefix}.use_rslora") is True else rank)


def pattern_value(patterns: object, module: str) -> object:
    """The first of PEFT's exceptions from a rank or alpha that the module's name ends with; None where there is none.
    Raises `AdapterRefused` for patterns that are more than names."""
    if patterns is not None and not isinstance(patterns, dict):
        refused(_UNREADABLE)
    for pattern, value in (patterns or {}).items():
        if not _PLAIN.fullmatch(pattern):
            refused(f"its configuration names modules by the pattern {shown(pattern)}, and only plain names are taken")
        plain = pattern.strip("^$")
        if module == plain or (module.endswith(f".{plain}") and not pattern.startswith("^")):
            return value
    return None


def _number(value: object, otherwise: object) -> float:
    number = otherwise if value is None else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < 1e9:
        refused(_UNREADABLE)
    return float(number)
