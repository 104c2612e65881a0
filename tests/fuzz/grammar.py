"""Adapter files that are nearly sound, made from any stream of bytes: the same bytes make the same file.

A stream's bytes are choices, and where it ends every choice is the plainest. So short streams make small, sound files,
and whatever changes streams (a fuzzer, hypothesis) changes files without breaking them all at the first comma.
"""

import json
import struct
from collections.abc import Sequence
from math import prod
from typing import Any, TypeVar

from adapters.families import families
from adapters.header import DTYPE_BYTES
from adapters.layers import Layer
from adapters.names import original_names
from tests.fuzz.tables import TABLES

T = TypeVar("T")
Tensors = dict[str, tuple[str, tuple[int, ...]]]
"""Dtype and shape by name."""

MARK = b"grammar\n"
"""What a stream begins with among inputs of which others are files themselves."""
DATA_BYTES = 1 << 20
_RARE = 12
"""One choice in so many departs from what is sound."""
_RANKS = (1, 2, 4, 3, 8, 16, 64, 256, 1024, 1025)
_SPELLINGS = (
    ("lora_unet_", "lora_te_", "_", ("lora_down.weight", "lora_up.weight", "lora_mid.weight")),
    ("unet.", "text_encoder.", ".", ("lora_A.weight", "lora_B.weight", "lora_mid.weight")),
    ("unet.", "text_encoder.", ".", ("lora.down.weight", "lora.up.weight", "lora.mid.weight")),
    ("lora_unet_", "lora_te1_", "_", ("lora_down.weight", "lora_up.weight", "lora_mid.weight")),
    ("lora_unet_", "lora_te2_", "_", ("lora_down.weight", "lora_up.weight", "lora_mid.weight")),
    ("transformer.", "text_encoder_2.", ".", ("lora_A.default.weight", "lora_B.default.weight", "lora_mid.weight")),
    ("base_model.model.", "base_model.model.", ".", ("lora_A.weight", "lora_B.weight", "lora_mid.weight")),
    ("diffusion_model.", "clip_l.", ".", ("lora_A.weight", "lora_B.weight", "lora_mid.weight")),
    ("lycoris_", "lycoris_", "_", ("lora_down.weight", "lora_up.weight", "lora_mid.weight")),
    ("unet.", "text_encoder.", ".", ("lora_linear_layer.down.weight", "lora_linear_layer.up.weight", "x")),
    ("", "", ".", ("lora_A.weight", "lora_B.weight", "lora_mid.weight")),
)
_STRANGE_NAMES = (
    "x" * 257,
    "." * 256,
    "a." * 128,
    "",
    "../a",
    "a\n",
    "bundle_emb.x",
    "first_stage_model.x",
    "a.oft_blocks",
    "a.lokr_t1",
    "unet.to_q_lora.down.weight",
    "down_blocks.0.attn1.processor.to_out_lora.up.weight",
    "single_transformer_blocks.0.lora_A.weight",
    ".alpha",
    "unet..alpha",
    "lora_unet_.alpha",
    "\ud800",
)
_STRANGE_NUMBERS: tuple[Any, ...] = (
    0,
    1,
    -1,
    2,
    65_536,
    65_537,
    2**31,
    2**63,
    2**64,
    10**30,
    1.5,
    True,
    None,
    "1",
    [],
    float("nan"),
)
_KEYS = (
    "lora_adapter_metadata",
    "ss_tag_frequency",
    "ss_datasets",
    "ss_dataset_dirs",
    "software",
    "modelspec.trigger_phrase",
    "modelspec.title",
    "modelspec.resolution",
    "ss_sd_model_name",
    "ss_network_module",
    "ss_output_name",
    "format",
)
_JSON_KEYS = (
    "unet.lora_alpha",
    "unet.r",
    "unet.alpha_pattern",
    "unet.rank_pattern",
    "unet.use_rslora",
    "text_encoder.lora_alpha",
    "text_encoder.r",
    "subsets",
    "class_tokens",
    "img_count",
    "10_sks",
    "sks",
    "name",
    "to_q",
    "(a+)+$",
)
_TIMES = (1, 9, 10, 30, 90, 100, 900, 90, 10, 1, 5, 5_000, 10, 9, 20, 50_000, 90, 30, 10)
_TEXTS = (
    "sks",
    "",
    "(a:1.2), <lora:b:1>, c",
    "\ud800\udc00\u202e\x00",
    "(" * 50,
    "\U0001f600" * 9,
    "1" * 400,
    "a:" * 60,
)


class Choices:
    """Taken from a stream, one or two bytes at a time."""

    def __init__(self, stream: bytes) -> None:
        self._stream, self._at = stream, 0

    def below(self, end: int) -> int:
        """A whole number from 0."""
        size = 1 if end <= 256 else 2 if end <= 65_536 else 4
        taken = self._stream[self._at : self._at + size]
        self._at += size
        return int.from_bytes(taken, "little") % end

    def of(self, several: Sequence[T]) -> T:
        return several[self.below(len(several))]

    def rarely(self) -> bool:
        return self.below(_RARE) == _RARE - 1


def file_in(data: bytes) -> bytes:
    """The file that an input stands for: what a marked stream makes, or the bytes themselves."""
    return file_of(data.removeprefix(MARK)) if data.startswith(MARK) else data


def file_of(stream: bytes) -> bytes:
    choices = Choices(stream)
    tensors: Tensors = {}
    names = choices.of((TABLES["narrow"], TABLES["narrow"], TABLES["wide"], families()[0].names))
    layers = dict(names.layers) | {f"unet.{old}": names.layers[new] for old, new in original_names(names.layers)}
    spelling = choices.of(_SPELLINGS)
    for _ in range(1 + choices.below(5)):
        name = choices.of(tuple(layers))
        tensors |= _module(choices, spelling, name, layers[name])
        spelling = choices.of(_SPELLINGS) if choices.rarely() else spelling
    if choices.below(48) == 47:
        tensors |= _many(choices)
    if choices.rarely():
        tensors[choices.of(_STRANGE_NAMES)] = (choices.of(tuple(DTYPE_BYTES)), ())
    return _written(choices, tensors)


def _module(choices: Choices, spelling: tuple[str, str, str, Sequence[str]], name: str, layer: Layer) -> Tensors:
    of_unet, of_text, level, (down, up, mid) = spelling
    component, _, path = name.partition(".")
    prefix = of_unet if component == "unet" else of_text
    if prefix in ("", "base_model.model.") and choices.rarely():
        prefix = f"{prefix}{component}."
    place = prefix + path.replace(".", level)
    parts = choices.of(_KINDS)(choices, layer, choices.of(_RANKS[:4] if choices.below(4) else _RANKS))
    spelt = {"down": down, "up": up, "mid": mid}
    dtype = choices.of(tuple(DTYPE_BYTES)) if choices.rarely() else "F32"
    if choices.below(2):
        parts["alpha"] = choices.of(((), (1,), (1, 1), (2,)))
    if choices.rarely():
        parts[choices.of(("dora_scale", "lora_magnitude_vector"))] = choices.of(
            ((layer.outputs,), (layer.outputs, 1), (1, layer.inputs), (1, layer.inputs, *(1,) * len(layer.kernel)), ())
        )
    if choices.rarely() and parts:
        parts.pop(choices.of(tuple(parts)))
    return {f"{place}.{spelt.get(part, part)}": (dtype, _shape(choices, shape)) for part, shape in parts.items()}


def _shape(choices: Choices, shape: tuple[int, ...]) -> tuple[int, ...]:
    if not choices.rarely():
        return shape
    at = choices.below(len(shape) + 1)
    several: tuple[tuple[int, ...], ...] = (
        (*shape, 1),
        (*shape, 1, 1),
        shape[::-1],
        shape[:at],
        (*shape[:at], choices.of((1, 2, 5, 1024, 65_536)), *shape[at + 1 :]),
        (prod(shape),),
        (),
    )
    return choices.of(several)


def _lora(choices: Choices, layer: Layer, rank: int) -> dict[str, tuple[int, ...]]:
    ones = (1,) * len(layer.kernel)
    parts = {"down": (rank, layer.inputs, *layer.kernel), "up": (layer.outputs, rank, *ones)}
    if choices.below(4) == 3:
        parts |= {"down": (rank, layer.inputs, *ones), "mid": (rank, rank, *layer.kernel)}
    return parts


def _loha(choices: Choices, layer: Layer, rank: int) -> dict[str, tuple[int, ...]]:
    if choices.below(3) == 2:
        one = {"w{}_a": (rank, layer.outputs), "w{}_b": (rank, layer.inputs), "t{}": (rank, rank, *layer.kernel)}
    else:
        one = {"w{}_a": (layer.outputs, rank), "w{}_b": (rank, layer.inputs * prod(layer.kernel))}
    return {f"hada_{name.format(half)}": shape for half in "12" for name, shape in one.items()}


def _lokr(choices: Choices, layer: Layer, rank: int) -> dict[str, tuple[int, ...]]:
    tall = choices.of([n for n in (2, 1, 4, 64, 640, 1280, 10_240, 8) if layer.outputs % n == 0])
    wide = choices.of([n for n in (2, 1, 4, 640, 1280, 8) if layer.inputs % n == 0])
    parts: dict[str, tuple[int, ...]] = {"lokr_w1": (tall, wide)}
    if choices.below(3) == 2:
        parts = {"lokr_w1_a": (tall, rank), "lokr_w1_b": (rank, wide)}
    rest, across = layer.outputs // tall, layer.inputs // wide
    if (way := choices.below(4)) == 0:
        return parts | {"lokr_w2": (rest, across, *layer.kernel)}
    if way == 1:
        core = (rank, rank, *layer.kernel)
        return parts | {"lokr_w2_a": (rank, rest), "lokr_w2_b": (rank, across), "lokr_t2": core}
    if way == 2 and layer.kernel:
        return parts | {"lokr_w2_a": (rest, rank), "lokr_w2_b": (rank, across, *layer.kernel)}
    return parts | {"lokr_w2_a": (rest, rank), "lokr_w2_b": (rank, across * prod(layer.kernel))}


def _full(choices: Choices, layer: Layer, rank: int) -> dict[str, tuple[int, ...]]:
    return {"diff": layer.shape} | ({"diff_b": (layer.outputs,)} if choices.below(2) else {})


_KINDS = (_lora, _loha, _lokr, _full, _lokr)


def _many(choices: Choices) -> Tensors:
    count = choices.of((100, 300, 100, 1_000, 100, 300, 19_000, 20_000, 20_001))
    ending = choices.of((".alpha", ".lora_A.weight", ".diff", "." * 40 + "x"))
    long = choices.of(("lora_unet_", "unet.", "a.", "a." * 100, "_" * 200))
    return {f"{long}{number}{ending}": ("F8_E4M3", ()) for number in range(count)}


def _written(choices: Choices, tensors: Tensors) -> bytes:
    entries: dict[str, Any] = {}
    if choices.below(2):
        entries["__metadata__"] = _metadata(choices)
    end = 0
    for name, (dtype, shape) in tensors.items():
        size = prod(shape) * DTYPE_BYTES[dtype]
        if end + size > DATA_BYTES and shape:
            dtype, size = "F8_E4M3", prod(shape)
        if end + size > DATA_BYTES:
            continue
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    if choices.rarely():
        _spoil(choices, entries)
    text = json.dumps(entries, ensure_ascii=not choices.rarely()).encode("utf-8", "surrogatepass")
    if choices.rarely():
        text = _damaged(choices, text)
    length = len(text) + (choices.of((1, -1, 2**62)) if choices.rarely() else 0)
    return struct.pack("<Q", max(length, 0)) + text + _data(choices, end, entries)


def _spoil(choices: Choices, entries: dict[str, Any]) -> None:
    """One entry that is no tensor's, or not that of the data."""
    entry = entries[choices.of(tuple(entries))] if entries else {}
    if "dtype" not in entry:
        entries["x"] = _json(choices, 3)
        return
    field = choices.of(("dtype", "shape", "data_offsets", "other"))
    if field in entry and isinstance(entry[field], list) and entry[field] and choices.below(2):
        entry[field][choices.below(len(entry[field]))] = choices.of(_STRANGE_NUMBERS)
    else:
        entry[field] = choices.of(("U8", "F16", "F32", _json(choices, 2)))


def _damaged(choices: Choices, text: bytes) -> bytes:
    at = choices.below(max(len(text), 1))
    inserted = choices.of((b"", b" " * 100, b'"', b"[" * 2_000, b'"x":0,', b"\xff", b"\\", b"1" * 5_000, b"NaN", b"}"))
    return text[:at] + inserted + text[at + choices.below(3) :]


def _data(choices: Choices, size: int, entries: dict[str, Any]) -> bytes:
    """Of numbers that are sound in the dtype of most, with something else in front, in the middle or everywhere."""
    number = choices.of((0.01, 0.0, 1.0, -1e3, 1e30, float("nan"), float("inf")))
    data = bytearray((struct.pack("<f", number) * (size // 4 + 1))[:size])
    for name, entry in entries.items():  # an alpha of its own, since most of the rest is refused without
        if name.endswith(".alpha") and isinstance(entry, dict) and entry.get("dtype") == "F32" and len(entries) < 100:
            start = entry["data_offsets"]
            if isinstance(start, list) and start and type(start[0]) is int and 0 <= start[0] <= size - 4:
                alpha = choices.of((1.0, 4.0, 0.0, -1.0, 1e9, 1e-30, float("nan")))
                data[start[0] : start[0] + 4] = struct.pack("<f", alpha)
    if choices.rarely() and size:
        data[choices.below(size)] = choices.below(256)
    if choices.rarely():
        return bytes(data) + b"x" if choices.below(2) else bytes(data[:-1])
    return bytes(data)


def _metadata(choices: Choices) -> Any:
    if choices.rarely():
        return _json(choices, 3)
    found: dict[str, Any] = {choices.of(_KEYS): _value(choices) for _ in range(1 + choices.below(6))}
    if choices.rarely():
        found |= {f"key{number}": "x" * choices.below(256) for number in range(choices.of((10, 3, 30, 999, 1_001)))}
    if choices.rarely():
        found[choices.of(_KEYS)] = _json(choices, 2)
    return found


def _value(choices: Choices) -> str:
    way = choices.below(8)
    if way == 0:
        return choices.of(_TEXTS)
    if way == 1:
        bracket = choices.of(("[", '{"a":', "[[],", '[{"a":'))
        return bracket * choices.of(_TIMES)
    if way == 2:
        return (
            "["
            + choices.of(("[],", "{},", "0,", '"",', '{"subsets":[{"class_tokens":"a,b"}]},')) * choices.of(_TIMES)
            + "0]"
        )
    if way == 3:
        return choices.of(_TEXTS) * choices.of(_TIMES)
    return json.dumps(_told(choices) if way > 5 else _json(choices, 4)) + choices.of(("", "", "x", "1" * 5_000))


def _told(choices: Choices) -> Any:
    """As trainers write it, more or less."""
    odd = _json(choices, 2)
    several: tuple[Any, ...] = (
        {"unet.lora_alpha": 4, "unet.r": choices.of(_RANKS), "unet.alpha_pattern": {"to_q": odd}},
        {"unet.lora_alpha": odd, "unet.r": 4, "unet.use_rslora": True},
        {"unet.lora_alpha": 4, "unet.r": 4, "unet.rank_pattern": odd},
        [{"subsets": [{"class_tokens": "sks style", "img_count": odd}]}, {"subsets": odd}],
        {"10_sks": {"a": 9, "b": odd}, "img": odd},
        {"10_sks": {"n_repeats": 10, "img_count": odd}},
    )
    return choices.of(several)


def _json(choices: Choices, depth: int) -> Any:
    way = choices.below(8 if depth else 4)
    if way == 0:
        return choices.of(_STRANGE_NUMBERS)
    if way == 1:
        return choices.of(_TEXTS)
    if way == 2:
        return choices.of((float("inf"), float("-inf"), 1e308, -0.0, 10**400, 0.5, False, 7))
    if way == 3:
        return choices.of(_JSON_KEYS)
    if way < 6:
        return [_json(choices, depth - 1) for _ in range(choices.below(4))]
    return {choices.of(_JSON_KEYS): _json(choices, depth - 1) for _ in range(1 + choices.below(4))}
