"""Reading an adapter file for a base: every tensor of it, checked, in the canonical form."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from adapters.canonical import Adapter, Change, Factors
from adapters.changes import change_of
from adapters.families import families
from adapters.header import Header, read_header, refused
from adapters.inspection import other_base
from adapters.layers import Layer
from adapters.modules import Match, Module, match, spoken
from adapters.names import Names
from adapters.scales import check_alphas_known, scales
from protocol.errors import AdapterRefused

STRONGEST = 10.0
"""The root mean square of a change. Bases' own weights have 0.01 to 0.1."""


def read_adapter(path: Path, sha256: str, names: Names, base: str) -> Adapter:
    """`names` are those of the base's layers, `base` is what people call it. Raises `AdapterRefused` with the first
    thing that is wrong."""
    header = read_header(path)
    said = spoken(header)
    check_alphas_known(said, header)
    found = match(said, header, names)
    if found.misfits:
        refused(f"{found.misfits[0]}; the base is {base}, and this is for {_meant_for(header)}")
    tensors = _loaded(path)
    alphas = {key: float(tensors[m.keys["alpha"]]) for m in found.modules if (key := m.keys.get("alpha")) is not None}
    strengths = scales(found.modules, header, alphas)
    components: dict[str, dict[str, Change]] = {}
    for module in found.modules:
        component, _, inner = module.name.partition(".")
        change = _checked(module, tensors, names.layers[module.name], strengths[module.name])
        components.setdefault(component, {})[inner] = change
    _check_count(found, header)
    return Adapter(sha256, components)


def _meant_for(header: Header) -> str:
    """What the file is for, where that is known."""
    if other := other_base(header):
        return other
    said = spoken(header)
    meant = [family.title for family in families() if not match(said, header, family.names).misfits]
    return " or ".join(meant) or "another base"


def _loaded(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise AdapterRefused(f"The file cannot be read as safetensors: {error}") from error
    return tensors


def _checked(module: Module, tensors: dict[str, Tensor], layer: Layer, scale: float) -> Change:
    parts = {part: tensors[key].float() for part, key in module.keys.items()}
    if not all(tensor.isfinite().all() for tensor in parts.values()):
        refused(f"its {module.name} holds numbers that are not finite; the file is damaged")
    change = change_of(module.form, parts, layer, scale)
    strength = strength_of(change)
    if not strength < STRONGEST:
        refused(f"its change of {module.name} is about {strength:.3g} a weight, which no picture would survive")
    return change


def strength_of(change: Change) -> float:
    """The root mean square of what a change adds; for low rank from the factors' own products."""
    if isinstance(change, Factors):
        up, down = change.up.flatten(1), change.down.flatten(1)
        total = ((up.T @ up) * (down @ down.T)).sum().clamp(min=0)
        return float((total / (up.shape[0] * down.shape[1])).sqrt())
    return max(float(tensor.square().mean().sqrt()) for tensor in change.tensors)


def _check_count(found: Match, header: Header) -> None:
    """What was read is all that there is."""
    read = sum(len(module.keys) for module in found.modules)
    if read != len(header.tensors):
        refused(f"{read} of its {len(header.tensors)} tensors were understood")
