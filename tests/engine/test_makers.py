"""What files of other programs paint here is what those programs' own code makes of them."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from peft import LoHaConfig, LoKrConfig, LoraConfig
from torch import Tensor

from adapters.canonical import Adapter
from adapters.folder import compose
from engine.adapter import read_adapter
from engine.base import Base
from engine.fused_lane import merged
from tests.engine import tiny
from tests.engine.conftest import load
from tests.engine.makers import by_hand, diffusers_maker, lycoris_maker, peft_maker
from tests.engine.makers.made import outputs_of, parts_of


@pytest.fixture(scope="module")
def bases(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Base]:
    return {"sd1": base, "sdxl": load(tiny.build_sdxl(tmp_path_factory.mktemp("bases") / "sdxl"))}


def read(path: Path, base: Base) -> Adapter:
    return read_adapter(path, "0" * 64, base)


def painted(base: Base, adapter: Adapter) -> dict[str, Tensor]:
    family = merged(base, [(adapter, 1.0)])
    return outputs_of({name: getattr(family.pipe, name) for name in parts_of(base)})


def assert_as_made(base: Base, adapter: Adapter, outputs: Mapping[str, Tensor]) -> None:
    plain, ours = outputs_of(parts_of(base)), painted(base, adapter)
    for name, theirs in outputs.items():
        assert float((ours[name] - theirs).abs().max()) < 1e-4, name
        if name in adapter.components:
            assert float((plain[name] - theirs).abs().max()) > 1e-2, name


LYCORIS: dict[str, dict[str, Any]] = {
    "LoRA and LoCon": {},
    "LoCon with a Tucker core": {"use_tucker": True},
    "DoRA by rows": {"dora_wd": True},
    "DoRA by columns": {"dora_wd": True, "wd_on_output": False},
    "rank-stabilised": {"rs_lora": True},
    "LoHa": {"algo": "loha", "strength": 0.5},
    "LoHa with Tucker cores": {"algo": "loha", "use_tucker": True, "strength": 0.5},
    "LoHa with DoRA": {"algo": "loha", "dora_wd": True, "strength": 0.5},
    "LoKr": {"algo": "lokr", "factor": 4, "strength": 0.3},
    "LoKr of low rank": {"algo": "lokr", "factor": 2, "conv_dim": 1, "strength": 0.3},
    "LoKr with both factored": {"algo": "lokr", "factor": 8, "decompose_both": True, "conv_dim": 1, "strength": 0.4},
    "LoKr with a Tucker core": {"algo": "lokr", "factor": 2, "use_tucker": True, "conv_dim": 1, "strength": 0.4},
    "LoKr of full matrices": {"algo": "lokr", "full_matrix": True, "strength": 0.2},
    "LoKr with DoRA": {"algo": "lokr", "factor": 4, "dora_wd": True, "strength": 0.3},
    "full differences": {"algo": "full", "strength": 0.05},
}


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
@pytest.mark.parametrize("options", LYCORIS.values(), ids=LYCORIS.keys())
def test_lycoris(bases: Mapping[str, Base], family: str, tmp_path: Path, options: dict[str, Any]) -> None:
    base = bases[family]
    made = lycoris_maker.made(base, tmp_path, **options)
    adapter = read(made.path, base)
    assert adapter.components.keys() == made.outputs.keys()
    assert_as_made(base, adapter, made.outputs)


PEFT: dict[str, tuple[Any, dict[str, Any]]] = {
    "LoRA": (LoraConfig, {"r": 4, "lora_alpha": 8}),
    "DoRA": (LoraConfig, {"r": 4, "lora_alpha": 2, "use_dora": True}),
    "rank-stabilised": (LoraConfig, {"r": 4, "lora_alpha": 4, "use_rslora": True}),
    "ranks and alphas by layer": (
        LoraConfig,
        {"r": 4, "lora_alpha": 4, "rank_pattern": {"to_q": 2}, "alpha_pattern": {"to_k": 9, "q_proj": 1}},
    ),
    "LoHa": (LoHaConfig, {"r": 3, "alpha": 5}),
    "LoHa with cores": (LoHaConfig, {"r": 3, "alpha": 5, "use_effective_conv2d": True}),
    "LoKr": (LoKrConfig, {"r": 2, "alpha": 3}),
    "LoKr of full matrices": (LoKrConfig, {"r": 64, "alpha": 96}),
    "LoKr with both factored": (LoKrConfig, {"r": 2, "alpha": 3, "decompose_both": True, "decompose_factor": 8}),
    "LoKr with cores": (LoKrConfig, {"r": 2, "alpha": 3, "use_effective_conv2d": True}),
}


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
@pytest.mark.parametrize(("config", "options"), PEFT.values(), ids=PEFT.keys())
def test_peft(bases: Mapping[str, Base], family: str, tmp_path: Path, config: Any, options: dict[str, Any]) -> None:
    base = bases[family]
    made = peft_maker.made(base, tmp_path, config, **options)
    compose(made.path, tmp_path / "one.safetensors")
    assert_as_made(base, read(tmp_path / "one.safetensors", base), made.outputs)


PARTS = (*by_hand.LINEAR, *by_hand.TEXT)
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0", "q_proj", "k_proj", "v_proj", "out_proj")
BY_HAND: dict[str, tuple[str, tuple[str, ...], Callable[[Base], by_hand.Spell]]] = {
    "kohya SD 1.x": ("sd1", PARTS, lambda _: by_hand.kohya),
    "kohya LoCon": ("sd1", (*PARTS, *by_hand.CONVOLUTIONS), lambda _: by_hand.kohya),
    "kohya SDXL by Stability's names": ("sdxl", (*PARTS, *by_hand.CONVOLUTIONS), by_hand.kohya_xl),
    "kohya SDXL by diffusers' names": ("sdxl", PARTS, lambda _: partial(by_hand.kohya, of_two=True)),
    "both in one file": ("sdxl", PARTS, lambda base: halves(by_hand.kohya_xl(base), by_hand.diffusers_2023)),
    "with dots": ("sdxl", (*PARTS, *by_hand.CONVOLUTIONS), by_hand.with_dots),
    "bare": ("sd1", PARTS, lambda _: by_hand.bare),
    "diffusers of 2023": ("sdxl", PARTS, lambda _: by_hand.diffusers_2023),
    "attention processors": ("sd1", ATTENTION, lambda _: by_hand.attention_processors),
}


def halves(one: by_hand.Spell, other: by_hand.Spell) -> by_hand.Spell:
    """Every other layer in another spelling."""
    return lambda name, lora: (one if len(lora.down) % 2 else other)(name, lora)


@pytest.mark.parametrize("uneven", [True, False], ids=["uneven alphas", "even"])
@pytest.mark.parametrize(("family", "ends", "spelling"), BY_HAND.values(), ids=BY_HAND.keys())
def test_every_spelling_means_alpha_by_rank_times_the_product(
    bases: Mapping[str, Base],
    tmp_path: Path,
    family: str,
    ends: tuple[str, ...],
    spelling: Callable[[Base], by_hand.Spell],
    uneven: bool,
) -> None:
    base = bases[family]
    changes = by_hand.loras(base, ends, uneven)
    made = by_hand.made(base, tmp_path, changes, spelling(base))
    adapter = read(made.path, base)
    assert adapter.modules == len(changes)
    assert_as_made(base, adapter, made.outputs)


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
@pytest.mark.parametrize("alpha", [8, 2])
def test_diffusers_own_files_with_their_alpha(
    bases: Mapping[str, Base], tmp_path: Path, family: str, alpha: float
) -> None:
    base = bases[family]
    made = diffusers_maker.made(base, tmp_path, alpha)
    assert_as_made(base, read(made.path, base), made.outputs)
