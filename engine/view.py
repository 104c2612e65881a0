"""A second module over the same weights: its layers can be wrapped or replaced, and the first never knows."""

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from torch import nn

M = TypeVar("M", bound=nn.Module)


def shared_view(module: M) -> M:
    """A copy of the module's structure that shares its parameters and buffers; costs no memory for weights."""
    shared = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    return copy.deepcopy(module, shared)


def assembled(pipe: Any, kind: Any, parts: Mapping[str, Any]) -> Any:
    """A diffusers pipeline of that kind over another's components, some of them replaced, with the same settings."""
    _, options = kind._get_signature_keys(kind)
    settings = {name: pipe.config[name] for name in options if name in pipe.config}  # as SDXL's zeros for no negative
    components = {name: part for name, part in pipe.components.items() if name not in options}
    made = kind(**{**components, **parts}, **settings)
    made.set_progress_bar_config(disable=True)
    return made
