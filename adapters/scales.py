"""How strongly each module of a file was trained to be put on: alpha over rank.

Alpha is a tensor beside the module's own (kohya, LyCORIS), or a number in what diffusers' savers note of the training's
configuration; without either it is the rank. Of that note nothing is used but the numbers named here, and only within
bounds: handed on to a library it could change its weights, or stop it for good.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

from adapters.header import Header, refused
from adapters.layers import DENOISERS
from adapters.metadata import may_be_read
from adapters.modules import Module, Spoken
from protocol.checks import shown

LARGEST = 128.0
"""Alpha over rank. Trainers' defaults lie between 1/128 and 2."""
NOTE = "lora_adapter_metadata"
_COMPONENTS = (*DENOISERS, "text_encoder", "text_encoder_2")
_LEVEL = "text_model."
_OTHER_WEIGHTS = ("pissa", "corda", "olora", "loftq", "lora_ga")
"""Ways to begin a training, as PEFT names them, that change the base's own weights."""
_PLAIN = re.compile(r"\^?[A-Za-z0-9_.]{1,256}\$?")
_UNREADABLE = "what its training configuration says of its ranks and alphas cannot be read"
_CONFIG = "it is spelt as PEFT does, which keeps alpha in adapter_config.json; add the folder that holds both files"


@dataclass(frozen=True, slots=True)
class Exceptions:
    """PEFT's exceptions from a rank or an alpha, by the ends of modules' names; after `^` stands a whole name. The
    first that fits counts, so each has its place."""

    numbers: Mapping[str, tuple[int, float]]

    def of(self, module: str, otherwise: float) -> float:
        levels = module.removeprefix(_LEVEL).split(".")
        ends = [".".join(levels[at:]) for at in range(len(levels))]
        found = [self.numbers[end] for end in (f"^{ends[0]}", *ends) if end in self.numbers]
        return min(found)[1] if found else otherwise


@dataclass(frozen=True, slots=True)
class Configuration:
    """What PEFT's configuration says of the scales of a component's modules."""

    rank: float | None
    alpha: float
    ranks: Exceptions
    alphas: Exceptions
    stabilised: bool

    def scale(self, module: str, rank: int) -> float:
        """`rank` is what the module's tensors have; 0 where they do not tell. Raises `AdapterRefused`."""
        declared = self.ranks.of(module, rank if self.rank is None else self.rank)
        if declared <= 0:
            refused(_UNREADABLE)
        if rank not in (0, declared):
            refused(f"its {module} has rank {rank}, and its training configuration says {declared:g}")
        return self.alphas.of(module, self.alpha) / (sqrt(declared) if self.stabilised else declared)


def check_alphas_known(modules: Sequence[Spoken], header: Header) -> None:
    """Raises `AdapterRefused` where alpha is said elsewhere."""
    silent = any(module.spelling == "PEFT" and "alpha" not in module.keys for module in modules)
    if silent and "lora_alpha" not in _note(header):
        refused(_CONFIG)


def scales(modules: Sequence[Module], header: Header, alphas: Mapping[str, float]) -> dict[str, float]:
    """By module name; `alphas` are the values of the alpha tensors by key. Raises `AdapterRefused`."""
    noted = _noted(_note(header))
    return {module.name: _scale(module, alphas, noted) for module in modules}


def _scale(module: Module, alphas: Mapping[str, float], noted: Mapping[str, Configuration]) -> float:
    rank = module.form.rank
    component, _, inner = module.name.partition(".")
    said = noted[component].scale(inner, rank) if rank and component in noted else None
    if "alpha" not in module.keys or not rank:
        return 1.0 if said is None else _bounded(module.name, said)
    scale = _bounded(module.name, alphas[module.keys["alpha"]] / rank)
    if said is not None and abs(said - scale) > 1e-6 * abs(scale):
        refused(f"it says two different alphas for {module.name}")
    return scale


def _bounded(name: str, scale: float) -> float:
    if scale == 0:
        refused(f"the alpha of its {name} is 0, which some programs read as nothing and others as the rank")
    if not isfinite(scale) or abs(scale) > LARGEST:
        refused(f"the alpha of its {name} is {scale:g} times its rank, and {LARGEST:g} is the most that is taken")
    return scale


def _note(header: Header) -> Mapping[str, Any]:
    text = header.metadata.get(NOTE, "")
    if not text:
        return {}
    try:
        note = json.loads(text) if may_be_read(text) else None
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict):
        refused(_UNREADABLE)
    return note


def _noted(note: Mapping[str, Any]) -> dict[str, Configuration]:
    """By component. A pipeline's saver puts the component before each key, a model's own puts nothing there."""
    found = {}
    for component in _COMPONENTS:
        own = (component, *DENOISERS) if component in DENOISERS else (component,)
        prefix = next((p for p in (*(f"{name}." for name in own), "") if f"{p}lora_alpha" in note), None)
        if prefix is not None:
            found[component] = configuration(note, prefix)
    return found


def configuration(said: Mapping[str, Any], prefix: str = "", alpha: str = "lora_alpha") -> Configuration:
    """Out of a configuration whose keys begin with `prefix`. Raises `AdapterRefused`."""
    rank, start = said.get(f"{prefix}r"), said.get(f"{prefix}init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_OTHER_WEIGHTS):
        refused(f"its training changed the base's own weights first ({shown(start)}), and they are not in it")
    return Configuration(
        rank=None if rank is None else _number(rank),
        alpha=_number(said.get(f"{prefix}{alpha}")),
        ranks=_exceptions(said.get(f"{prefix}rank_pattern")),
        alphas=_exceptions(said.get(f"{prefix}alpha_pattern")),
        stabilised=bool(said.get(f"{prefix}use_rslora")),
    )


def _exceptions(patterns: object) -> Exceptions:
    """Raises `AdapterRefused` for patterns that are more than names."""
    if patterns is not None and not isinstance(patterns, dict):
        refused(_UNREADABLE)
    numbers: dict[str, tuple[int, float]] = {}
    for place, (pattern, value) in enumerate((patterns or {}).items()):
        if not _PLAIN.fullmatch(pattern):
            refused(f"its configuration names modules by the pattern {shown(pattern)}, and only plain names are taken")
        name = pattern.strip("^$").removeprefix(_LEVEL)
        numbers.setdefault(f"^{name}" if pattern.startswith("^") else name, (place, _number(value)))
    return Exceptions(numbers)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        refused(_UNREADABLE)
    return float(value)
