"""The dearest files that are not refused by their size alone: with as many, as long and as deep entries as the bounds
allow, and small ones that stand for much. `python -m tests.fuzz.worst` says what each of them costs."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from adapters.header import DIM, DTYPE_BYTES, HEADER_BYTES, TENSORS
from adapters.layers import Layer
from tests.adapters.files import safetensors
from tests.fuzz.tables import WIDE
from tests.fuzz.targets import BYTES, SECONDS, TARGETS, Broken

JSON_CHARACTERS = 1 << 20
_PARSED = ("lora_adapter_metadata", "ss_tag_frequency", "ss_datasets", "ss_dataset_dirs", "software")
Parts = Mapping[str, Sequence[int]]


def of_modules(
    modules: Mapping[str, Parts], metadata: Mapping[str, str] | None = None, dtype: str = "F8_E4M3"
) -> bytes:
    """A file of these shapes, by module and part; every number is a small one."""
    header: dict[str, Any] = {"__metadata__": dict(metadata or {})}
    end = 0
    for module, parts in modules.items():
        for part, shape in parts.items():
            size = prod(shape) * DTYPE_BYTES[dtype]
            header[f"{module}.{part}"] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
            end += size
    number = {"F8_E4M3": b"\x08", "F16": struct.pack("<e", 1e-3), "F32": struct.pack("<f", 1e-3)}[dtype]
    return safetensors(header, number * (end // len(number)))


def all_wide(parts_of: Callable[[Layer], Parts]) -> bytes:
    return of_modules({name: parts_of(layer) for name, layer in WIDE.layers.items()})


def told(metadata: Mapping[str, str]) -> bytes:
    """One module that fits, with this metadata."""
    name, layer = next(iter(WIDE.layers.items()))
    return of_modules({name: {"lora_A.weight": (1, layer.inputs), "lora_B.weight": (layer.outputs, 1)}}, metadata)


def many(name: str, count: int = TENSORS) -> bytes:
    """As many tensors of one byte, as fit into a header; `name` has a place for a number of five digits."""
    entries: list[str] = []
    length = 2
    for at in range(count):
        entry = f'"{name.format(at)}":{{"dtype":"F8_E4M3","shape":[],"data_offsets":[{at},{at + 1}]}}'
        length += len(entry) + 1
        if length > HEADER_BYTES:
            break
        entries.append(entry)
    return safetensors(f"{{{','.join(entries)}}}".encode(), b"\x08" * len(entries))


def _factored(layer: Layer, tall: int, wide: int, rank: int) -> Parts:
    rest, across = layer.outputs // tall, layer.inputs // wide * prod(layer.kernel)
    return {"lokr_w1": (tall, wide), "lokr_w2_a": (rest, rank), "lokr_w2_b": (rank, across)}


def _twice_factored(layer: Layer) -> Parts:
    first = {"lokr_w1_a": (layer.outputs, 1), "lokr_w1_b": (1, layer.inputs)}
    return first | {"lokr_w2_a": (1, 1), "lokr_w2_b": (1, prod(layer.kernel))}


def _tucker_kronecker(layer: Layer) -> Parts:
    core = {"lokr_t2": (1, 1, *layer.kernel)}
    return {"lokr_w1": (1, 1), "lokr_w2_a": (1, layer.outputs), "lokr_w2_b": (1, layer.inputs)} | core


def _hadamard(layer: Layer, rank: int) -> Parts:
    across = layer.inputs * prod(layer.kernel)
    return {f"hada_w{half}_{a}": (layer.outputs, rank) if a == "a" else (rank, across) for half in "12" for a in "ab"}


def _tucker_hadamard(layer: Layer) -> Parts:
    one = {"w{}_a": (4, layer.outputs), "w{}_b": (4, layer.inputs), "t{}": (4, 4, *layer.kernel)}
    return {f"hada_{name.format(half)}": shape for half in "12" for name, shape in one.items()}


def _tucker(layer: Layer) -> Parts:
    ones = (1,) * len(layer.kernel)
    down, up = (32, layer.inputs, *ones), (layer.outputs, 32, *ones)
    return {"lora_A.weight": down, "lora_B.weight": up, "lora_mid.weight": (32, 32, *layer.kernel)}


def _low_rank(layer: Layer, rank: int) -> Parts:
    return {"lora_A.weight": (rank, layer.inputs, *layer.kernel), "lora_B.weight": (layer.outputs, rank)}


def _one_wide(parts: Parts) -> bytes:
    return of_modules({next(iter(WIDE.layers)): parts})


def _datasets(subset: str) -> str:
    return '[{"subsets":[' + ",".join([subset] * ((JSON_CHARACTERS - 20) // (len(subset) + 1))) + "]}]"


def _folders(tags: str) -> str:
    parts = [f'"{at}_{at}":{tags}' for at in range(JSON_CHARACTERS // (len(tags) + 16))]
    return "{" + ",".join(parts) + "}"


def _tags() -> str:
    return '{"1_a":{' + ",".join(f'"{at}":1' for at in range(JSON_CHARACTERS // 12)) + "}}"


def _patterns() -> str:
    patterns = {f"a{at}": 4 for at in range(JSON_CHARACTERS // 14)}
    return json.dumps({"unet.lora_alpha": 1, "unet.r": 1, "unet.alpha_pattern": patterns, "unet.rank_pattern": {}})


def _noted() -> bytes:
    parts = {name: _low_rank(layer, 1) for name, layer in WIDE.layers.items()}
    return of_modules(parts, {"lora_adapter_metadata": _patterns()})


LONG = "lora_unet_" + "_" * 235 + "{:05d}.alpha"
LARGE: Mapping[str, Callable[[], bytes]] = {
    "20,000 short names": lambda: many("a{:05d}.alpha"),
    "20,000 names of a known spelling": lambda: many("lora_unet_{:05d}.alpha"),
    "20,000 names of 256 characters": lambda: many(LONG),
    "names of 256 dots": lambda: many("." * 251 + "{:05d}"),
    "names of 128 levels": lambda: many("lora_unet_" + "a." * 117 + "{:05d}.alpha"),
    "names like those of attention processors": lambda: many("." * 220 + "a{:05d}.to_q_lora.up.weight"),
    "attention processors that are none": lambda: many("a{:05d}" + ".to_q_lora" * 24),
    "1,000 keys of metadata": lambda: told({f"key {at}": "x" * 8_000 for at in range(1_000)}),
    "one long text": lambda: told({"modelspec.title": "x" * 8_000_000}),
    "one long text of wide characters": lambda: safetensors(
        b'{"__metadata__":{"a":"' + "\U0001f600".encode() * 2_000_000 + b'"},"a":'
        b'{"dtype":"I32","shape":[],"data_offsets":[0,4]}}',
        bytes(4),
    ),
    "strings and nothing else": lambda: safetensors(b'{"a":[' + b'"",' * 200_000 + b'"' * (HEADER_BYTES - 700_000)),
    "nested objects": lambda: safetensors(b'{"a":' * 70_000 + b"0" + b"}" * 70_000),
    "many small objects": lambda: safetensors(b'{"a":[' + b"{}," * 220_000 + b"0]}"),
    "many small lists": lambda: safetensors(b'{"a":[' + b"[]," * 39_000 + b"0]}"),
    "many long numbers": lambda: safetensors(b'{"a":[' + (b"1" * 4_000 + b",") * 2_000 + b"0]}"),
    "numbers with long fractions": lambda: safetensors(b'{"a":[' + (b"1." + b"1" * 4_000 + b",") * 2_000 + b"0]}"),
    "metadata of brackets": lambda: told(dict.fromkeys(_PARSED, "[" * JSON_CHARACTERS)),
    "metadata of braces": lambda: told(dict.fromkeys(_PARSED, '{"":' * (JSON_CHARACTERS // 4))),
    "metadata of empty lists": lambda: told(dict.fromkeys(_PARSED, f"[{'[],' * (JSON_CHARACTERS // 3 - 2)}0]")),
    "metadata of empty objects": lambda: told(dict.fromkeys(_PARSED, f"[{'{},' * (JSON_CHARACTERS // 3 - 2)}0]")),
    "metadata of long numbers": lambda: told(dict.fromkeys(_PARSED, f"[{('1' * 4_000 + ',') * 260}0]")),
    "many subsets": lambda: told({"ss_datasets": _datasets('{"class_tokens":"a"}')}),
    "subsets of many triggers": lambda: told(
        {"ss_datasets": _datasets(json.dumps({"class_tokens": ",".join(map(str, range(1_000)))}))}
    ),
    "many folders": lambda: told({"ss_tag_frequency": _folders("{}"), "ss_dataset_dirs": _folders("{}")}),
    "folders with a tag": lambda: told({"ss_tag_frequency": _folders('{"a":1}')}),
    "many tags": lambda: told({"ss_tag_frequency": _tags()}),
    "many exceptions from alpha": _noted,
}
"""What is much to read."""
DENSE: Mapping[str, Callable[[], bytes]] = {
    "a LoKr whose factored second matrix is a whole layer": lambda: all_wide(lambda layer: _factored(layer, 1, 1, 1)),
    "a LoKr whose first matrix is a whole layer": lambda: all_wide(_twice_factored),
    "a LoKr that is LoRA of a high rank": lambda: all_wide(lambda layer: _factored(layer, 32, 32, 31)),
    "a LoKr of large identities": lambda: _one_wide(_factored(Layer(1280, 10_240), 1024, 640, 1)),
    "a LoKr with a core": lambda: all_wide(_tucker_kronecker),
    "a LoHa of rank 1": lambda: all_wide(lambda layer: _hadamard(layer, 1)),
    "a LoHa that is LoRA of a high rank": lambda: all_wide(lambda layer: _hadamard(layer, 32)),
    "a LoHa of few large numbers": lambda: all_wide(lambda layer: _hadamard(layer, 24)).replace(
        b"\x08" * 64, b"\x44" + b"\x08" * 63
    ),
    "a LoHa with cores": lambda: all_wide(_tucker_hadamard),
    "a LoCon with a core": lambda: all_wide(_tucker),
    "a LoRA of the highest rank": lambda: _one_wide(_low_rank(Layer(1280, 10_240), 1024)),
    "a LoRA in 65,536 columns": lambda: _one_wide({"lora_A.weight": (16, DIM), "lora_B.weight": (DIM, 16)}),
    "a LoKr through 65,536 columns": lambda: _one_wide(
        {"lokr_w1_a": (640, DIM), "lokr_w1_b": (DIM, 80), "lokr_w2_a": (16, 16), "lokr_w2_b": (16, 16)}
    ),
}
"""What stands for much."""


def main() -> None:
    for name, made in {**LARGE, **DENSE}.items():
        data = made()
        for target, call in TARGETS.items():
            try:
                cost = call(data)
            except Broken as broken:
                print(f"{name} ({len(data) / 1e6:.2f} MB): {target}: BROKEN: {broken}", flush=True)
                continue
            broken_by = " BROKEN" if cost.seconds > SECONDS or cost.bytes > BYTES + len(data) else ""
            took = f"{cost.seconds:.2f} s, {cost.bytes / 1e6:.0f} MB, {'taken' if cost.taken else 'refused'}"
            print(f"{name} ({len(data) / 1e6:.2f} MB): {target}: {took}{broken_by}", flush=True)


if __name__ == "__main__":
    main()
