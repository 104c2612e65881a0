"""How strongly each module is put on is what its maker's program would have made of it, or the file is refused."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model
from peft.utils.other import get_pattern_key
from torch import nn

from adapters.modules import match, spoken
from adapters.scalars import read_scalars
from adapters.scales import NOTE, check_alphas_known, configuration, scales
from protocol.errors import AdapterRefused
from tests.adapters.shaped import Tensor, header_of_file, layers_of, names_of, pair, plain, sentence_of, shaped

SD1 = layers_of("sd1")
Q, K = (f"unet.mid_block.attentions.0.transformer_blocks.0.attn1.{to}" for to in ("to_q", "to_k"))
TEXT = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj"
BOTH = pair(Q, SD1[Q], 4) | pair(K, SD1[K], 4)
ALL = BOTH | pair(TEXT, SD1[TEXT], 4)


def scales_of(folder: Path, tensors: Mapping[str, Tensor], note: Any = None) -> dict[str, float]:
    metadata = None if note is None else {NOTE: note if isinstance(note, str) else json.dumps(note)}
    header = header_of_file(folder, shaped(tensors, metadata))
    said = spoken(header)
    check_alphas_known(said, header)
    found = match(said, header, names_of("sd1"))
    assert not found.misfits
    keys = [module.keys["alpha"] for module in found.modules if "alpha" in module.keys]
    return scales(found.modules, header, read_scalars(folder / "made.safetensors", header, keys))


def test_an_alpha_beside_a_module_is_divided_by_its_own_rank(tmp_path: Path) -> None:
    uneven = pair(Q, SD1[Q], 4) | pair(K, SD1[K], 8) | {f"{Q}.alpha": 2.0, f"{K}.alpha": 16.0}
    assert scales_of(tmp_path, uneven) == {Q: 0.5, K: 2.0}


def test_without_alpha_it_is_the_rank(tmp_path: Path) -> None:
    assert scales_of(tmp_path, BOTH) == {Q: 1.0, K: 1.0}
    assert scales_of(tmp_path, BOTH, "") == {Q: 1.0, K: 1.0}
    assert scales_of(tmp_path, BOTH, {"unet.r": 4}) == {Q: 1.0, K: 1.0}


def test_an_alpha_counts_for_nothing_where_there_is_no_rank(tmp_path: Path) -> None:
    whole: dict[str, Tensor] = {f"{Q}.lokr_w1": (4, 4), f"{Q}.lokr_w2": (320, 320), f"{Q}.alpha": 1e10}
    assert scales_of(tmp_path, whole) == {Q: 1.0}


@pytest.mark.parametrize(
    ("alpha", "said"),
    [
        (0.0, "is 0"),
        (float("nan"), "nan times its rank"),
        (float("inf"), "inf times its rank"),
        (4 * 128.1, "128.1 times its rank"),
        (-1e30, "times its rank"),
    ],
)
def test_an_alpha_out_of_bounds_is_refused(tmp_path: Path, alpha: float, said: str) -> None:
    assert said in sentence_of(lambda: scales_of(tmp_path, {**BOTH, f"{Q}.alpha": alpha}))


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        ({"unet.r": 4, "unet.lora_alpha": 8}, {Q: 2.0, K: 2.0}),
        ({"transformer.r": 4, "transformer.lora_alpha": 8}, {Q: 2.0, K: 2.0}),
        ({"r": 4, "lora_alpha": 8}, {Q: 2.0, K: 2.0}),
        ({"r": 4, "lora_alpha": 1, "unet.r": 4, "unet.lora_alpha": 8}, {Q: 2.0, K: 2.0}),
        ({"text_encoder.r": 4, "text_encoder.lora_alpha": 8}, {Q: 1.0, K: 1.0}),
        ({"unet.lora_alpha": 8}, {Q: 2.0, K: 2.0}),
        ({"unet.r": 4, "unet.lora_alpha": 8, "unet.use_rslora": True}, {Q: 4.0, K: 4.0}),
        ({"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": {"to_q": 4}}, {Q: 1.0, K: 2.0}),
        ({"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": {"attn1.to_q": 4, "to_q": 1}}, {Q: 1.0, K: 2.0}),
        ({"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": {"_q": 4, "^to_q": 4}}, {Q: 2.0, K: 2.0}),
        ({"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": {f"^{Q[5:]}$": 4}}, {Q: 1.0, K: 2.0}),
        ({"unet.r": 9, "unet.lora_alpha": 8, "unet.rank_pattern": {"to_q": 4, "to_k": 4}}, {Q: 2.0, K: 2.0}),
        (
            {"unet.r": 4, "unet.lora_alpha": 8, "unet.alpha_pattern": None, "unet.target_modules": "(a+)+$"},
            {Q: 2, K: 2},
        ),
    ],
)
def test_the_note_of_diffusers_says_alpha(tmp_path: Path, note: dict[str, Any], wanted: dict[str, float]) -> None:
    assert scales_of(tmp_path, BOTH, note) == wanted


def test_each_component_has_its_own_note(tmp_path: Path) -> None:
    note = {"unet.r": 4, "unet.lora_alpha": 8, "text_encoder.r": 4, "text_encoder.lora_alpha": 2}
    assert scales_of(tmp_path, ALL, note) == {Q: 2.0, K: 2.0, TEXT: 0.5}
    assert scales_of(tmp_path, ALL, {"unet.r": 4, "unet.lora_alpha": 8})[TEXT] == 1.0


@pytest.mark.parametrize("level", ["", "text_model."])
@pytest.mark.parametrize("anchor", ["", "^"])
def test_an_exception_finds_clips_layers_with_and_without_their_own_level(
    tmp_path: Path, level: str, anchor: str
) -> None:
    pattern = {f"{anchor}{level}encoder.layers.0.self_attn.q_proj": 2}
    note = {"text_encoder.r": 4, "text_encoder.lora_alpha": 8, "text_encoder.alpha_pattern": pattern}
    assert scales_of(tmp_path, ALL, note)[TEXT] == 0.5


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "cannot be read"),
        ('"' + "x" * (1 << 20) + '"', "cannot be read"),
        ('{"unet.lora_alpha": ' + "1" * 5000 + "}", "cannot be read"),
        ({"unet.lora_alpha": "8"}, "cannot be read"),
        ({"unet.lora_alpha": None}, "cannot be read"),
        ({"unet.lora_alpha": True}, "cannot be read"),
        ({"unet.lora_alpha": [8]}, "cannot be read"),
        ({"unet.lora_alpha": float("nan")}, "cannot be read"),
        ({"unet.lora_alpha": float("inf")}, "cannot be read"),
        ({"unet.lora_alpha": 10**400}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.r": "4"}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.r": {}}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.r": 0}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.r": 5}, "has rank 4, and its training configuration says 5"),
        ({"unet.lora_alpha": 8, "unet.r": 4, "unet.rank_pattern": {"to_q": 2}}, "has rank 4"),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": ["to_q"]}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": {"to_q": None}}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": {"to_q": {"a": 1}}}, "cannot be read"),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": {"(a+)+$": 1}}, "by the pattern '(a+)+$'"),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": {"to_q|to_k": 1}}, "only plain names"),
        ({"unet.lora_alpha": 8, "unet.rank_pattern": {"a\u202e\x00" * 400: 1}}, "only plain names"),
        ({"unet.lora_alpha": 4000, "unet.r": 4}, "1000 times its rank"),
        ({"unet.lora_alpha": 0, "unet.r": 4}, "is 0"),
    ],
)
def test_a_hostile_note_is_refused_in_a_sentence(tmp_path: Path, note: Any, said: str) -> None:
    assert said in sentence_of(lambda: scales_of(tmp_path, BOTH, note))


def test_a_note_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    note = {"unet.r": 4, "unet.lora_alpha": 8}
    assert scales_of(tmp_path, {**BOTH, f"{Q}.alpha": 8.0}, note) == {Q: 2.0, K: 2.0}
    said = sentence_of(lambda: scales_of(tmp_path, {**BOTH, f"{Q}.alpha": 4.0}, note))
    assert f"two different alphas for {Q}" in said


PEFT = pair(f"base_model.model.{Q[5:]}", SD1[Q], 4, ("lora_A", "lora_B"))


@pytest.mark.parametrize("note", [None, "", {}, {"text_encoder.lora_alpha": 8}, {"unet.lora_alpha": 8}])
def test_pefts_spelling_without_its_configuration_is_refused(tmp_path: Path, note: Any) -> None:
    assert "adapter_config.json" in sentence_of(lambda: scales_of(tmp_path, PEFT, note))


def test_pefts_spelling_with_alphas_beside_its_modules_says_all(tmp_path: Path) -> None:
    assert scales_of(tmp_path, {**PEFT, f"base_model.model.{Q[5:]}.alpha": 8.0}) == {Q: 2.0}
    assert scales_of(tmp_path, PEFT, {"r": 4, "lora_alpha": 8}) == {Q: 2.0}


class Tree(nn.Module):
    """Two levels of layers, as small as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = (nn.ModuleDict({name: nn.Linear(2, 2) for name in "qkv"}) for _ in range(2))


PATTERNS = ["q", "k", "a.q", "b.k", "^q", "^a.q", "^b.v$", "v$", "a", "^a"]
numbers = st.integers(1, 4)
patterns = st.lists(st.tuples(st.sampled_from(PATTERNS), numbers), max_size=4, unique_by=lambda one: one[0]).map(dict)


@pytest.mark.filterwarnings("ignore:The following .* keys did not match")
@given(numbers, numbers, patterns, patterns, st.booleans())
def test_scales_are_those_that_peft_itself_computes(
    rank: int, alpha: int, ranks: dict[str, int], alphas: dict[str, int], stabilised: bool
) -> None:
    options = {"r": rank, "lora_alpha": alpha, "rank_pattern": ranks, "alpha_pattern": alphas}
    config = LoraConfig(target_modules=["q", "k", "v"], use_rslora=stabilised, **options)
    model = get_peft_model(Tree(), config).base_model.model
    ours = configuration({**options, "use_rslora": stabilised})
    for name in ("a.q", "a.k", "a.v", "b.q", "b.k", "b.v"):
        layer = model.get_submodule(name)
        assert ours.scale(name, layer.r["default"]) == pytest.approx(layer.scaling["default"])


@given(patterns, st.sampled_from(["a.q", "b.k", "c.a.q", "q", "aq", "b.v"]))
def test_the_first_exception_that_fits_is_the_one_that_peft_finds(exceptions: dict[str, int], module: str) -> None:
    ours = configuration({"lora_alpha": 0, "alpha_pattern": exceptions}).alphas.of(module, 0)
    assert ours == exceptions.get(get_pattern_key(exceptions.keys(), module), 0)


def test_tens_of_thousands_of_exceptions_cost_no_time(tmp_path: Path) -> None:
    many = {f"x{number}": 1 for number in range(70_000)}
    note = json.dumps({"unet.lora_alpha": 4, "unet.alpha_pattern": many})
    sdxl = layers_of("sdxl")
    unet = [name for name in sdxl if name.startswith("unet.")]
    tensors = {key: shape for name in unet for key, shape in pair(plain(name), sdxl[name]).items()}
    header = header_of_file(tmp_path, shaped(tensors, {NOTE: note}))
    modules = match(spoken(header), header, names_of("sdxl")).modules
    began = time.process_time()
    assert set(scales(modules, header, {}).values()) == {4.0}
    assert time.process_time() - began < 2


def test_a_configuration_without_alpha_is_refused() -> None:
    with pytest.raises(AdapterRefused, match="cannot be read"):
        configuration({"r": 4})
