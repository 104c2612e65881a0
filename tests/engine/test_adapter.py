"""An adapter file is read whole and right, or refused with the first thing that is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.base import Base
from protocol.errors import AdapterRefused
from tests.engine import lora

Change = Callable[[dict[str, Tensor], str], None]
"""Spoils tensors; gets the name of one module."""


def read(folder: Path, base: Base, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> Adapter:
    sha256 = lora.write(folder, tensors, metadata)
    return read_adapter(folder / f"{sha256}.safetensors", sha256, base)


def test_every_module_of_the_file_is_read_and_ranks_may_differ(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base, rank=2, ends=("to_q",)) | lora.weights(base, rank=5, ends=("to_k", *lora.TEXT))
    adapter = read(tmp_path, base, tensors)
    assert adapter.modules == len(tensors) // 2
    assert adapter.rank == 5
    assert set(adapter.components) == {"unet", "text_encoder"}


def test_alpha_is_folded_into_the_weights_module_by_module(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base, rank=4, ends=("to_q",))
    modules = sorted({key.removesuffix(".lora_A.weight") for key in tensors if ".lora_A." in key})
    alphas = {f"{module}.alpha": torch.tensor(float(i)) for i, module in enumerate(modules, 1)}
    adapter = read(tmp_path, base, tensors | alphas)
    for i, module in enumerate(modules, 1):
        factors = adapter.components["unet"][module.removeprefix("unet.")]
        product = tensors[f"{module}.lora_B.weight"] @ tensors[f"{module}.lora_A.weight"]
        assert torch.allclose(factors.up @ factors.down, product * i / 4, atol=1e-6)


def test_the_spelling_with_down_and_up_is_the_same_adapter(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base)
    spelt = {k.replace("lora_A", "lora.down").replace("lora_B", "lora.up"): v for k, v in tensors.items()}
    one, other = read(tmp_path, base, tensors), read(tmp_path, base, spelt)
    for module, factors in one.components["unet"].items():
        assert torch.equal(factors.up, other.components["unet"][module].up)


def test_text_encoder_layers_are_found_with_and_without_clips_own_level(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base, ends=lora.TEXT)
    spelt = {key.replace("text_encoder.", "text_encoder.text_model."): tensor for key, tensor in tensors.items()}
    assert read(tmp_path, base, spelt).components.keys() == read(tmp_path, base, tensors).components.keys()


def test_a_layer_that_is_there_with_and_without_clips_own_level_is_refused(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base, ends=lora.TEXT)
    spelt = {k.replace("text_encoder.", "text_encoder.text_model."): v.clone() for k, v in tensors.items()}
    with pytest.raises(AdapterRefused, match="twice, in two spellings"):
        read(tmp_path, base, tensors | spelt)


def test_nothing_of_the_training_configuration_is_acted_on_but_alpha(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base)
    hostile = {"unet.r": 4, "unet.lora_alpha": 8, "unet.init_lora_weights": "gaussian", "unet.target_modules": "(a+)+$"}
    plain = read(tmp_path, base, tensors)
    dressed = read(tmp_path, base, tensors, {"lora_adapter_metadata": json.dumps(hostile)})
    for module, factors in plain.components["unet"].items():
        assert torch.equal(2 * factors.up, dressed.components["unet"][module].up)


def test_an_adapter_of_a_base_that_was_changed_first_is_refused(base: Base, tmp_path: Path) -> None:
    metadata = {"lora_adapter_metadata": json.dumps({"unet.lora_alpha": 4, "unet.init_lora_weights": "pissa_niter_4"})}
    with pytest.raises(AdapterRefused, match="changed the base's own weights first"):
        read(tmp_path, base, lora.weights(base), metadata)


def test_an_alpha_that_would_tear_pictures_apart_is_refused(base: Base, tmp_path: Path) -> None:
    metadata = {"lora_adapter_metadata": json.dumps({"unet.r": 4, "unet.lora_alpha": 4000})}
    with pytest.raises(AdapterRefused, match="1000 times its rank"):
        read(tmp_path, base, lora.weights(base), metadata)


def _drop_half(tensors: dict[str, Tensor], module: str) -> None:
    del tensors[f"{module}.lora_B.weight"]


def _other_shape(tensors: dict[str, Tensor], module: str) -> None:
    tensors[f"{module}.lora_A.weight"] = tensors[f"{module}.lora_A.weight"][:, :-1].contiguous()


def _nan(tensors: dict[str, Tensor], module: str) -> None:
    tensors[f"{module}.lora_B.weight"][0, 0] = float("nan")


def _other_module(tensors: dict[str, Tensor], module: str) -> None:
    for half in ("lora_A", "lora_B"):
        tensors[f"unet.a_block.to_q.{half}.weight"] = tensors.pop(f"{module}.{half}.weight")


def _other_spelling(tensors: dict[str, Tensor], module: str) -> None:
    tensors["lora_unet_x.hada_w1_a"] = torch.ones(2, 2)


def _long_alpha(tensors: dict[str, Tensor], module: str) -> None:
    tensors[f"{module}.alpha"] = torch.ones(3)


def _no_dimensions(tensors: dict[str, Tensor], module: str) -> None:
    tensors[f"{module}.lora_A.weight"] = torch.tensor(1.0)


def _two_spellings(tensors: dict[str, Tensor], module: str) -> None:
    tensors[f"{module}.lora.down.weight"] = tensors[f"{module}.lora_A.weight"].clone()


def _nothing(tensors: dict[str, Tensor], module: str) -> None:
    tensors.clear()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop_half, "only one half"),
        (_other_shape, "has the shapes"),
        (_nan, "not finite"),
        (_other_module, "is no layer of the base"),
        (_other_spelling, "has no hada_w1_b|no layer"),
        (_long_alpha, "not one number"),
        (_no_dimensions, "has the shapes"),
        (_two_spellings, "twice, in two spellings"),
        (_nothing, "no tensors|no LoRA weights"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(base: Base, tmp_path: Path, change: Change, sentence: str) -> None:
    tensors = lora.weights(base)
    change(tensors, next(iter(tensors)).removesuffix(".lora_A.weight"))
    with pytest.raises(AdapterRefused, match=sentence):
        read(tmp_path, base, tensors)


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 64])
def test_what_is_no_safetensors_file_is_refused(base: Base, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(AdapterRefused):
        read_adapter(path, "0" * 64, base)


def test_a_file_cut_short_is_refused(base: Base, tmp_path: Path) -> None:
    path = tmp_path / f"{lora.write(tmp_path, lora.weights(base))}.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(AdapterRefused):
        read_adapter(path, path.stem, base)
