"""What PEFT's folders say in two files is one file here, or refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from adapters.folder import compose, is_peft_folder
from tests.adapters.shaped import sentence_of

Q = "down_blocks.0.to_q"
LORA: dict[str, Any] = {"peft_type": "LORA", "r": 4, "lora_alpha": 8}
LOKR: dict[str, Any] = {"peft_type": "LOKR", "r": 4, "alpha": 6}


def tensors(rank: int = 4) -> dict[str, Tensor]:
    return {
        f"base_model.model.{Q}.lora_A.weight": torch.ones(rank, 6),
        f"base_model.model.{Q}.lora_B.weight": torch.ones(6, rank),
    }


def write(folder: Path, config: Any = LORA, weights: dict[str, Tensor] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    text = config if isinstance(config, str) else json.dumps(config)
    (folder / "adapter_config.json").write_text(text, "utf-8")
    save_file(tensors() if weights is None else weights, folder / "adapter_model.safetensors")
    return folder


def composed(folder: Path) -> dict[str, Tensor]:
    compose(folder, folder / "out.safetensors")
    found: dict[str, Tensor] = load_file(folder / "out.safetensors")
    return found


def test_alpha_comes_beside_each_module_and_the_prefix_goes(tmp_path: Path) -> None:
    found = composed(write(tmp_path))
    assert found.keys() == {f"{Q}.lora_A.weight", f"{Q}.lora_B.weight", f"{Q}.alpha"}
    assert float(found[f"{Q}.alpha"]) == 8


@pytest.mark.parametrize(
    ("more", "alpha"),
    [
        ({"use_rslora": True}, 16),
        ({"alpha_pattern": {"to_q": 2}}, 2),
        ({"alpha_pattern": {"to_k": 2}}, 8),
        ({"r": 9, "rank_pattern": {Q: 4}}, 8),
        ({"init_lora_weights": "gaussian", "bias": "none", "modules_to_save": None}, 8),
    ],
)
def test_alpha_is_what_pefts_configuration_makes_of_it(tmp_path: Path, more: dict[str, Any], alpha: float) -> None:
    assert float(composed(write(tmp_path, LORA | more))[f"{Q}.alpha"]) == alpha


def test_a_pipelines_folders_become_one_file_by_component(tmp_path: Path) -> None:
    write(tmp_path / "unet")
    write(tmp_path / "text_encoder_2", LORA | {"lora_alpha": 2})
    assert is_peft_folder(tmp_path)
    found = composed(tmp_path)
    assert float(found[f"unet.{Q}.alpha"]) == 8
    assert float(found[f"text_encoder_2.{Q}.alpha"]) == 2


def test_a_folder_without_a_configuration_is_none_of_pefts(tmp_path: Path) -> None:
    save_file(tensors(), tmp_path / "adapter_model.safetensors")
    assert not is_peft_folder(tmp_path)


def test_lokr_of_two_full_matrices_has_its_scale_in_the_first(tmp_path: Path) -> None:
    weights = {
        f"base_model.model.{Q}.lokr_w1": torch.ones(2, 2, dtype=torch.bfloat16),
        f"base_model.model.{Q}.lokr_w2": torch.ones(3, 3, dtype=torch.bfloat16),
    }
    found = composed(write(tmp_path, LOKR | {"alpha": 5, "r": 3}, weights))
    assert found.keys() == {f"{Q}.lokr_w1", f"{Q}.lokr_w2"}
    assert torch.equal(found[f"{Q}.lokr_w1"], torch.ones(2, 2) * (5 / 3))


def test_lokr_of_low_rank_has_its_alpha_beside_it(tmp_path: Path) -> None:
    weights = {
        f"base_model.model.{Q}.lokr_w1": torch.ones(2, 2),
        f"base_model.model.{Q}.lokr_w2_a": torch.ones(3, 4),
        f"base_model.model.{Q}.lokr_w2_b": torch.ones(4, 3),
    }
    assert float(composed(write(tmp_path, LOKR, weights))[f"{Q}.alpha"]) == 6


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "is for None"),
        ({"r": 4, "lora_alpha": 8}, "is for None"),
        (LORA | {"peft_type": ["LORA"]}, "is for a list"),
        (LORA | {"peft_type": "BOFT"}, "is for 'BOFT'"),
        (LORA | {"peft_type": "x\n" * 500}, "of PEFT's kinds LORA, LOHA, LOKR are taken"),
        ({"peft_type": "LORA", "r": 4}, "ranks and alphas cannot be read"),
        ({"peft_type": "LORA", "r": 4, "alpha": 8}, "ranks and alphas cannot be read"),
        (LORA | {"r": 0}, "ranks and alphas cannot be read"),
        (LORA | {"r": "4"}, "ranks and alphas cannot be read"),
        (LORA | {"r": True}, "ranks and alphas cannot be read"),
        (LORA | {"lora_alpha": float("nan")}, "ranks and alphas cannot be read"),
        (LORA | {"lora_alpha": 1e30}, "ranks and alphas cannot be read"),
        (LORA | {"alpha_pattern": {".*": 1}}, "only plain names"),
        (LORA | {"rank_pattern": "(a+)+$"}, "ranks and alphas cannot be read"),
        (LORA | {"r": 5}, "has rank 4, and its training configuration says 5"),
        (LORA | {"bias": "all"}, "whole modules or biases"),
        (LORA | {"modules_to_save": ["conv_in"]}, "whole modules or biases"),
        (LORA | {"init_lora_weights": "pissa_niter_16"}, "changed the base's own weights first"),
        (LORA | {"init_lora_weights": "OLoRA"}, "changed the base's own weights first"),
    ],
)
def test_a_configuration_that_cannot_be_followed_is_refused(tmp_path: Path, config: Any, said: str) -> None:
    folder = write(tmp_path / "a", config)
    assert said in sentence_of(lambda: compose(folder, tmp_path / "out.safetensors"))
    assert not (tmp_path / "out.safetensors").exists()


def test_a_configuration_too_large_for_one_is_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", " " * (1 << 20) + "{}")
    assert "too large" in sentence_of(lambda: compose(folder, tmp_path / "out.safetensors"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"base_model.model.x.ia3_l": torch.ones(2)}, "no part of LoRA"),
        ({"base_model.model.x.lora_B.bias": torch.ones(2)}, "no part of LoRA"),
        ({f"{Q}.lora_A.weight": torch.ones(4, 6)}, "beside what PEFT writes"),
        ({f"base_model.model.{Q}.alpha": torch.tensor(1.0)}, "beside what PEFT writes"),
    ],
)
def test_tensors_that_peft_does_not_write_so_are_refused(tmp_path: Path, more: dict[str, Tensor], said: str) -> None:
    folder = write(tmp_path / "a", weights=tensors() | more)
    assert said in sentence_of(lambda: compose(folder, tmp_path / "out.safetensors"))


def test_a_matrix_that_is_one_number_has_no_rank(tmp_path: Path) -> None:
    weights = tensors() | {f"base_model.model.{Q}.lora_A.weight": torch.tensor(1.0)}
    assert f"{Q}.alpha" not in composed(
        write(tmp_path, weights=weights)
    )  # and is refused for its shape when it is read


def test_a_folder_without_its_tensors_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "adapter_model.safetensors").unlink()
    (tmp_path / "adapter_model.bin").write_bytes(b"\x80\x02}q\x00.")
    assert "No such file" in sentence_of(lambda: compose(tmp_path, tmp_path / "out.safetensors"))
