"""A second module over the same weights: its layers can be wrapped or replaced, and the first never knows."""

import copy
from typing import TypeVar

from torch import nn

M = TypeVar("M", bound=nn.Module)


def shared_view(module: M) -> M:
    """A copy of the module's structure that shares its parameters and buffers; costs no memory for weights."""
    shared = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    return copy.deepcopy(module, shared)
