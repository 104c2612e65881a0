"""Finding a layer by any of the names that files have for it.

Files separate the levels of a name by dots or by underscores, name CLIP's layers with and without its own level
`text_model`, and the UNet's blocks as diffusers does or as Stability's original code does (SDXL trainers mostly).
"""

import re
from collections.abc import Iterator

from adapters.layers import DENOISERS, Layers

_BLOCK = re.compile(r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)")
_MIDDLE = re.compile(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)")
_RESNET = {
    "conv1": "in_layers.2",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
_ENDS = {
    "conv_in": "input_blocks.0.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}


class Names:
    """Of one base's layers."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self._found: dict[tuple[str, str], str] = {}
        for name in layers:
            component, _, module = name.partition(".")
            part = "unet" if component in DENOISERS else component
            self._found[part, _flat(module)] = name
        for original, module in original_names(layers):
            self._found["unet", _flat(original)] = module
        self._parts = dict.fromkeys(part for part, _ in self._found)

    def find(self, component: str, path: str) -> Iterator[str]:
        """What a file may mean by `path` in a component or, if that is empty, in any: names in `layers`."""
        flat = _flat(path)
        for part in [component] if component else self._parts:
            if (found := self._found.get((part, flat))) is not None:
                yield found


def _flat(path: str) -> str:
    flat = path.replace(".", "_")
    return flat.removeprefix("text_model_")


def original_names(layers: Layers) -> Iterator[tuple[str, str]]:
    """What Stability's code calls a UNet's layers, each with its name in `layers`.

    There all blocks are one list: behind each level's resnets, with their attentions beside them, comes its sampler.
    """
    modules = [name.partition(".")[2] for name in layers if name.startswith("unet.")]
    each = len({m.split(".")[3] for m in modules if m.startswith("down_blocks.0.resnets.")})
    attended = {m.split(".")[1] for m in modules if m.startswith("up_blocks.") and ".attentions." in m}
    for module in modules:
        if (original := _original(module, each, attended)) is not None:
            yield original, f"unet.{module}"


def _original(module: str, each: int, attended: set[str]) -> str | None:
    """`each` is how many resnets a level has on the way down; `attended` the upper blocks with attentions."""
    if module in _ENDS:
        return _ENDS[module]
    if (found := _MIDDLE.fullmatch(module)) is not None:
        kind, number, inner = found.groups()
        return f"middle_block.{1 if kind == 'attentions' else 2 * int(number)}.{_inner(inner)}"
    if (found := _BLOCK.fullmatch(module)) is None:
        return None
    way, block, kind, number, inner = found.groups()
    first = int(block) * (each + 1)
    if kind == "downsamplers":
        return f"input_blocks.{first + each + 1}.0.op"
    if kind == "upsamplers":
        return f"output_blocks.{first + each}.{2 if block in attended else 1}.conv"
    beside = 1 if kind == "attentions" else 0
    place = f"input_blocks.{1 + first + int(number)}" if way == "down" else f"output_blocks.{first + int(number)}"
    return f"{place}.{beside}.{_inner(inner)}"


def _inner(inner: str) -> str:
    return _RESNET.get(inner, inner)
