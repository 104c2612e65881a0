"""Reading an adapter file for a base: every tensor of it, checked, in the canonical form."""

from collections.abc import Mapping, Sequence
from math import isfinite, prod, sqrt
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from adapters.canonical import Adapter, Change, Factors, Hadamard, Kronecker
from adapters.changes import as_lora, change_of
from adapters.families import families
from adapters.header import Header, read_header, refused
from adapters.inspection import other_base
from adapters.layers import Layer
from adapters.modules import Match, Module, Spoken, match, spoken
from adapters.names import Names
from adapters.scales import check_alphas_known, scales
from protocol.errors import AdapterRefused

STRONGEST = 10.0
"""The root mean square of a change. Bases' own weights have 0.01 to 0.1."""
ROOM = 64 * 2**20
"""Bytes that changes may take as LoRA where a file is only checked: in their own form a few bytes can stand for a
layer's whole weight."""
ROOM_TO_PAINT = 1 << 30
_AT_ONCE = 2**18
"""Numbers of a layer that are looked at together."""
_FLOAT_BYTES = 4


def read_adapter(path: Path, sha256: str, names: Names, base: str, room: int = ROOM) -> Adapter:
    """`names` are those of the base's layers, `base` is what people call it, `room` the bytes that changes may take as
    LoRA. Raises `AdapterRefused` with the first thing that is wrong."""
    header = read_header(path)
    said = spoken(header)
    check_alphas_known(said, header)
    found = match(said, header, names)
    if found.misfits:
        refused(f"{found.misfits[0]}; the base is {base}, and this is for {_meant_for(header, said)}")
    tensors = _loaded(path)
    alphas = {key: float(tensors[m.keys["alpha"]]) for m in found.modules if (key := m.keys.get("alpha")) is not None}
    strengths = scales(found.modules, header, alphas)
    changes = {
        module.name: _checked(module, tensors, names.layers[module.name], strengths[module.name])
        for module in found.modules
    }
    _check_count(found, header)
    changes |= _as_lora(found.modules, changes, names, room)
    components: dict[str, dict[str, Change]] = {}
    for name, change in changes.items():
        component, _, inner = name.partition(".")
        components.setdefault(component, {})[inner] = change
    return Adapter(sha256, components)


def _as_lora(modules: Sequence[Module], changes: Mapping[str, Change], names: Names, room: int) -> dict[str, Factors]:
    """The changes that are LoRA in another form, as LoRA; none of them where it would take too much memory, since one
    that is painted otherwise makes the whole adapter so."""
    others = [m for m in modules if m.form.lora_rank and not isinstance(changes[m.name], Factors)]
    sides = [names.layers[m.name].inputs + names.layers[m.name].outputs for m in others]
    if sum(m.form.lora_rank * side for m, side in zip(others, sides, strict=True)) * _FLOAT_BYTES > room:
        return {}
    found = {}
    for module in others:
        change = changes[module.name]
        assert isinstance(change, Hadamard | Kronecker)
        found[module.name] = as_lora(change, names.layers[module.name])
    return found


def _meant_for(header: Header, said: Sequence[Spoken]) -> str:
    """What the file is for, where that is known."""
    if other := other_base(header):
        return other
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
    if not all(map(_finite, parts.values())):
        refused(f"its {module.name} holds numbers that are not finite; the file is damaged")
    change = change_of(module.form, parts, layer, scale)
    strength = strength_of(change)
    if not strength < STRONGEST:
        refused(f"its change of {module.name} is about {strength:.3g} a weight, which no picture would survive")
    return change


def _finite(tensor: Tensor) -> bool:
    """By the ends of its numbers, which NaN would be as well: `isfinite` makes copies."""
    low, high = tensor.aminmax()
    return isfinite(float(low)) and isfinite(float(high))


def strength_of(change: Change) -> float:
    """The root mean square of what a change adds; magnitudes and biases are held to the same."""
    if isinstance(change, Factors):
        return _of_product(change.up, change.down)
    if isinstance(change, Hadamard):
        strength = _of_hadamard(change)
    elif isinstance(change, Kronecker):
        strength = prod(_of_product(*factors) for factors in (change.first, change.second))
    else:
        return max(map(_of_product, change.tensors))
    return strength if change.magnitude is None else max(strength, _of_product(change.magnitude))


def _of_product(up: Tensor, down: Tensor | None = None) -> float:
    """By the factors' own products, which are smaller than theirs."""
    if down is None:
        return float(up.square().mean().sqrt())
    up, down = up.flatten(1), down.flatten(1)
    total = ((up.T @ up) * (down @ down.T)).sum().clamp(min=0)
    return float((total / (up.shape[0] * down.shape[1])).sqrt())


def _of_hadamard(change: Hadamard) -> float:
    """At most so much, by the largest number that one of the two can have; exactly, where that would be too strong."""
    rows, columns = len(change.up_1), change.down_1.shape[1]
    largest = float(change.up_1.norm(dim=1).max() * change.down_1.norm(dim=0).max())
    if (most := largest * _of_product(change.up_2, change.down_2)) < STRONGEST:
        return most
    few = max(1, _AT_ONCE // columns)
    total = 0.0
    for start in range(0, rows, few):  # a few rows at a time, so that there is never a whole layer
        first = change.up_1[start : start + few] @ change.down_1
        second = change.up_2[start : start + few] @ change.down_2
        total += float(first.mul_(second).norm()) ** 2
    return sqrt(total / (rows * columns))


def _check_count(found: Match, header: Header) -> None:
    """What was read is all that there is."""
    read = sum(len(module.keys) for module in found.modules)
    if read != len(header.tensors):
        refused(f"{read} of its {len(header.tensors)} tensors were understood")
