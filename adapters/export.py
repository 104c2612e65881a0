"""Writing an adapter for other programs: as kohya's sd-scripts spell it (A1111, Forge, ComfyUI), or as diffusers does.

The canonical form has alpha folded in. Where a file must have one it is the same for every module, since diffusers
takes the commonest of them for all attention layers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from adapters.canonical import Adapter, Change, Difference, Factors, Hadamard, Kronecker
from adapters.errors import StorageFailed
from adapters.hashes import hashes_of
from adapters.header import read_header
from adapters.layers import Layer, Layers
from adapters.names import original_names
from protocol.checks import one_of
from protocol.errors import AdapterRefused

Tensors = Iterator[tuple[str, Tensor]]
_ARCHITECTURES = {
    "sd1": ("stable-diffusion-v1", "sd_v1"),
    "sd2": ("stable-diffusion-v2-768-v", "sd_v2"),
    "sdxl": ("stable-diffusion-xl-v1-base", "sdxl_base_v1-0"),
}
"""What the model metadata specification and sd-scripts call the families."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the file says of itself; anything may be empty."""

    title: str = ""
    trigger: str = ""
    family: str = ""
    licence: str = ""
    credit: str = ""


def write(adapter: Adapter, layers: Layers, spelling: str, label: Label, path: Path) -> None:
    """`spelling` is one of `SPELLINGS`; `layers` are those of the adapter's base. Raises `AdapterRefused` for a kind
    that has no such spelling, `InvalidRequest` for a spelling that there is not, and `StorageFailed`."""
    spelt = SPELLINGS[one_of("to", spelling, tuple(SPELLINGS))]
    tensors = {key: tensor.contiguous() for key, tensor in spelt(adapter, layers)}
    metadata = _metadata(adapter, label)
    try:
        save_file(tensors, path, metadata)
        # The header has the hash of what follows it: that is on the disk before it is known, and need not be in memory.
        data_sha256 = hashes_of(path, read_header(path).length).data_sha256
        save_file(tensors, path, metadata | {"sshs_model_hash": data_sha256})
    except (SafetensorError, OSError) as wrong:
        raise StorageFailed(f"The adapter could not be written: {wrong}.") from wrong


def _kohya(adapter: Adapter, layers: Layers) -> Tensors:
    original = {module: name for name, module in original_names(layers)}
    of_two = any(name.startswith("text_encoder_2.") for name in layers)
    for component, modules in adapter.components.items():
        for module, change in modules.items():
            if component in ("unet", "transformer"):
                name = original[f"{component}.{module}"] if of_two else module
                prefix = "lora_unet"
            else:
                name = with_level(module)
                prefix = {"text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}[component] if of_two else "lora_te"
            layer = layers[f"{component}.{module}"]
            yield from _kohya_parts(f"{prefix}_{name.replace('.', '_')}", change, layer, adapter.rank)


def _kohya_parts(path: str, change: Change, layer: Layer, alpha: int) -> Tensors:
    if isinstance(change, Factors):
        yield f"{path}.lora_down.weight", change.down
        yield f"{path}.lora_up.weight", change.up * (change.rank / alpha)
        yield f"{path}.alpha", torch.tensor(float(alpha))
    elif isinstance(change, Hadamard):
        names = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")
        for name, tensor in zip(names, (change.up_1, change.down_1, change.up_2, change.down_2), strict=True):
            yield f"{path}.{name}", tensor
        yield f"{path}.alpha", torch.tensor(float(len(change.down_1)))
    elif isinstance(change, Kronecker):
        yield f"{path}.lokr_w1", change.w1
        yield f"{path}.lokr_w2", change.w2
        yield f"{path}.alpha", torch.tensor(1.0)
    elif isinstance(change, Difference):
        yield f"{path}.diff", change.weight
        if change.bias is not None:
            yield f"{path}.diff_b", change.bias
    if change.magnitude is not None:
        sides = (-1, *(1,) * (len(layer.shape) - 1))
        yield f"{path}.dora_scale", change.magnitude.view(sides) if change.magnitude.ndim == 1 else change.magnitude


def _diffusers(adapter: Adapter, layers: Layers) -> Tensors:
    for component, modules in adapter.components.items():
        for module, change in modules.items():
            if not isinstance(change, Factors) or (change.magnitude is not None and change.magnitude.ndim > 1):
                raise AdapterRefused(
                    f"diffusers reads LoRA, LoCon and DoRA by rows, and this adapter's {module} is something else; "
                    "export it as kohya spells it."
                )
            path = f"{component}.{module if component in ('unet', 'transformer') else with_level(module)}"
            yield f"{path}.lora_A.weight", change.down
            yield f"{path}.lora_B.weight", change.up
            if change.magnitude is not None:
                shape = (1, -1, *(1,) * (change.down.ndim - 2)) if change.down.ndim > 2 else (-1,)
                yield f"{path}.lora_magnitude_vector", change.magnitude.view(shape)


def with_level(module: str) -> str:
    """A CLIP layer's name with the level `text_model` that files have and not every release of transformers."""
    inner = module.removeprefix("text_model.")
    return f"text_model.{inner}" if inner.startswith(("encoder.", "embeddings.")) else inner


SPELLINGS: Mapping[str, Callable[[Adapter, Layers], Tensors]] = {"kohya": _kohya, "diffusers": _diffusers}


def _metadata(adapter: Adapter, label: Label) -> dict[str, str]:
    """The same bytes say the same, so nothing here tells when or where the file was written."""
    architecture, version = _ARCHITECTURES.get(label.family, ("", ""))
    rank = str(adapter.rank or "")
    said = {
        "format": "pt",
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": f"{architecture}/lora" if architecture else "",
        "modelspec.title": label.title,
        "modelspec.trigger_phrase": label.trigger,
        "modelspec.license": label.licence,
        "modelspec.author": label.credit,
        "ss_base_model_version": version,
        "ss_output_name": label.title,
        "ss_network_module": "networks.lora" if adapter.rank else "lycoris.kohya",
        "ss_network_dim": rank,
        "ss_network_alpha": rank,
        "styleseal.sha256": adapter.sha256,
    }
    return {key: value for key, value in said.items() if value}
