"""`python -m tests.adapters.table_of_kinds`: each kind of change in each spelling and what becomes of it, as Markdown.

Each cell is a file of one module for Stable Diffusion 1.x, written and inspected.
"""

import tempfile
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import Any

from adapters.families import families
from adapters.inspection import Inspection, inspect
from adapters.layers import Layer
from adapters.names import original_names
from tests.adapters.files import entry, safetensors

LINEAR = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
CONVOLUTION = "unet.down_blocks.0.resnets.0.conv1"
Shapes = Mapping[str, tuple[int, ...]]


def _lora(layer: Layer) -> Shapes:
    ones = (1,) * len(layer.kernel)
    return {"down": (4, layer.inputs, *layer.kernel), "up": (layer.outputs, 4, *ones), "alpha": ()}


def _tucker(layer: Layer) -> Shapes:
    return {"down": (4, layer.inputs, 1, 1), "up": (layer.outputs, 4, 1, 1), "mid": (4, 4, *layer.kernel), "alpha": ()}


def _loha(rank: int, layer: Layer) -> Shapes:
    across = layer.inputs * prod(layer.kernel)
    return {
        f"hada_w{half}_{side}": shape
        for half in "12"
        for side, shape in (("a", (layer.outputs, rank)), ("b", (rank, across)))
    }


def _lokr(factored: bool, layer: Layer) -> Shapes:
    rows, columns = layer.outputs // 4, layer.inputs // 4
    second = (
        {"lokr_w2_a": (rows, 2), "lokr_w2_b": (2, columns)} if factored else {"lokr_w2": (rows, columns, *layer.kernel)}
    )
    return {"lokr_w1": (4, 4)} | second


KINDS: dict[str, tuple[str, Callable[[Layer], Shapes]]] = {
    "LoRA": (LINEAR, _lora),
    "LoCon (3x3 convolution)": (CONVOLUTION, _lora),
    "LoCon with a Tucker core": (CONVOLUTION, _tucker),
    "DoRA, by rows": (LINEAR, lambda layer: {**_lora(layer), "dora_scale": (layer.outputs, 1)}),
    "DoRA, by columns": (LINEAR, lambda layer: {**_lora(layer), "dora_scale": (1, layer.inputs)}),
    "LoHa of rank 4": (LINEAR, lambda layer: _loha(4, layer)),
    "LoHa of rank 32": (LINEAR, lambda layer: _loha(32, layer)),
    "LoHa of a 3x3 convolution": (CONVOLUTION, lambda layer: _loha(4, layer)),
    "LoKr, second matrix factored": (LINEAR, lambda layer: _lokr(True, layer)),
    "LoKr of full matrices": (LINEAR, lambda layer: _lokr(False, layer)),
    "LoKr of a 3x3 convolution": (CONVOLUTION, lambda layer: _lokr(False, layer)),
    "full difference": (LINEAR, lambda layer: {"diff": layer.shape}),
    "full difference with a bias": (CONVOLUTION, lambda layer: {"diff": layer.shape, "diff_b": (layer.outputs,)}),
    "OFT": (LINEAR, lambda layer: {"oft_blocks": (4, 80, 80), "alpha": ()}),
    "BOFT": (LINEAR, lambda layer: {"rescale": (layer.outputs, 1)}),
    "GLoRA": (LINEAR, lambda layer: {"a1.weight": (4, layer.inputs), "a2.weight": (layer.inputs, 4)}),
    "IA3": (LINEAR, lambda layer: {"on_input": ()}),
    "T-LoRA": (LINEAR, lambda layer: {**_lora(layer), "lambda_layer": (4,)}),
    "trained normalisation": (LINEAR, lambda layer: {"w_norm": (320,), "b_norm": (320,)}),
}
_KOHYA = {"down": "lora_down.weight", "up": "lora_up.weight", "mid": "lora_mid.weight"}
_PEFT = {"down": "lora_A.weight", "up": "lora_B.weight", "mid": "lora_mid.weight"}


def _original(name: str) -> str:
    layers = next(family.layers for family in families() if family.key == "sd1")
    return next(original for original, module in original_names(layers) if module == name)


def _flat(name: str) -> str:
    return name.removeprefix("unet.").replace(".", "_")


SPELLINGS: dict[str, Callable[[str, str], str]] = {
    "kohya": lambda name, part: f"lora_unet_{_flat(name)}.{_KOHYA.get(part, part)}",
    "LyCORIS alone": lambda name, part: f"lycoris_{_flat(name)}.{_KOHYA.get(part, part)}",
    "diffusers": lambda name, part: f"{name}.{_PEFT.get(part, part)}",
    "diffusers of 2023": lambda name, part: (
        f"{name}.{ {'down': 'lora.down.weight', 'up': 'lora.up.weight'}.get(part, part) }"
    ),
    "ComfyUI, ai-toolkit": lambda name, part: f"diffusion_model.{_original(name)}.{_PEFT.get(part, part)}",
    "bare": lambda name, part: f"{name.removeprefix('unet.')}.{_KOHYA.get(part, part)}",
    "PEFT's file alone": lambda name, part: f"base_model.model.{name.removeprefix('unet.')}.{_PEFT.get(part, part)}",
}


def table() -> list[str]:
    sentences: list[str] = []
    lines = [f"| | {' | '.join(SPELLINGS)} |", f"| --- |{' --- |' * len(SPELLINGS)}"]
    for kind in KINDS:
        cells = [_cell(inspected(kind, spelling), sentences) for spelling in SPELLINGS]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return [*lines, "", *(f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1))]


def inspected(kind: str, spelling: str) -> Inspection:
    name, shapes_of = KINDS[kind]
    layers = next(family.layers for family in families() if family.key == "sd1")
    header: dict[str, Any] = {}
    at = 0
    for part, shape in shapes_of(layers[name]).items():
        if part == "alpha" and spelling == "PEFT's file alone":
            continue
        header[SPELLINGS[spelling](name, part)] = entry(at, shape)
        at += 4 * prod(shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        # Ones, as an alpha of 0 would be refused.
        path.write_bytes(safetensors(header, b"\0\0\x80\x3f" * (at // 4)))
        return inspect(path)


def _cell(found: Inspection, sentences: list[str]) -> str:
    if found.refusal:
        sentence = _without_names(found.refusal)
        if sentence not in sentences:
            sentences.append(sentence)
        return f"refused ({sentences.index(sentence) + 1})"
    if not found.in_pages:
        return "fused lane"
    return "bank" if set(found.kinds) == {"LoRA"} else "bank, as LoRA"


def _without_names(sentence: str) -> str:
    """What is the same for every file."""
    before, quote, rest = sentence.partition("('")
    return before + "(…)" + rest.partition(")")[2] if quote else sentence


if __name__ == "__main__":
    print("\n".join(table()))
