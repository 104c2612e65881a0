"""A file is described by its header alone, and refused in one sentence where it cannot be painted with."""

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hashes import hashes_of
from adapters.inspection import Inspection, inspect, validate
from protocol.errors import AdapterRefused
from tests.adapters.files import safetensors
from tests.adapters.shaped import (
    Tensor,
    kohya,
    layers_of,
    loras,
    pair,
    plain,
    refusal_of,
    sentence_of,
    shaped,
)

SD1, SDXL = layers_of("sd1"), layers_of("sdxl")
FAMILIES = ["sd1", "sd2", "sdxl", "pocket"]
SELF = [name for name in SD1 if ".attn1." in name]
TEXT = [name for name in SD1 if name.startswith("text_encoder.")]


def inspected(folder: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> Inspection:
    path = folder / "made.safetensors"
    path.write_bytes(shaped(tensors, metadata))
    return inspect(path)


def scores(found: Inspection) -> dict[str, float]:
    return {fit.family: fit.score for fit in found.fits}


@pytest.mark.parametrize(("family", "original"), [*((one, False) for one in FAMILIES), ("sdxl", True), ("sd1", True)])
def test_a_whole_file_of_kohyas_fits_its_own_family_and_no_other(tmp_path: Path, family: str, original: bool) -> None:
    layers = layers_of(family)
    found = inspected(tmp_path, loras(layers, kohya(layers, original)))
    assert found.refusal == ""
    assert found.family is not None
    assert found.family.family == family
    assert found.fits[0].score == 1
    assert found.fits[1].score < 0.85
    assert found.modules == len(layers)
    assert found.spellings == ("kohya",)


@pytest.mark.parametrize("family", FAMILIES)
def test_attention_alone_tells_the_family(tmp_path: Path, family: str) -> None:
    layers = layers_of(family)
    only = [name for name in layers if name.startswith("unet.") and "attn" in name]
    found = inspected(tmp_path, loras(layers, plain, only, alpha=None))
    assert found.family is not None
    assert found.family.family == family
    assert list(scores(found).values()) == sorted(scores(found).values(), reverse=True)


def test_everything_that_the_header_says_is_described(tmp_path: Path) -> None:
    spelt = kohya(SD1)
    conv, linear = "unet.conv_in", SELF[0]
    tensors = (
        pair(spelt(conv), SD1[conv], 8)
        | {f"{spelt(conv)}.alpha": 4.0}
        | pair(spelt(linear), SD1[linear], 2)
        | pair(spelt(TEXT[0]), SD1[TEXT[0]], 4)
        | {f"{spelt(TEXT[0])}.dora_scale": (768, 1)}
    )
    metadata = {"modelspec.trigger_phrase": "sks", "modelspec.license": "CC0"}
    found = inspected(tmp_path, tensors, metadata)
    path = tmp_path / "made.safetensors"
    assert found.kinds == {"LoCon": 1, "LoRA": 1, "LoRA with DoRA": 1}
    assert found.targets == {"unet": 2, "text_encoder": 1}
    assert (found.ranks, found.scales, found.dtypes) == ((2, 8), (0.5, 1.0), ("F16", "F32"))
    assert (found.in_pages, found.modules, found.size) == (False, 3, path.stat().st_size)
    assert [one.words for one in found.said.triggers] == ["sks"]
    assert found.said.licence == "CC0"
    assert validate(path) == found


def test_hashes_are_those_that_other_programs_show(tmp_path: Path) -> None:
    found = inspected(tmp_path, loras(SD1, plain, SELF[:1]))
    whole = (tmp_path / "made.safetensors").read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    assert found.hashes == hashes_of(tmp_path / "made.safetensors", header)
    assert (len(found.hashes.auto_v2), len(found.hashes.auto_v3)) == (10, 12)
    (tmp_path / "renamed.safetensors").write_bytes(shaped(loras(SD1, plain, SELF[:1]), {"modelspec.title": "other"}))
    renamed = inspect(tmp_path / "renamed.safetensors").hashes
    assert renamed.auto_v3 == found.hashes.auto_v3
    assert renamed.auto_v2 != found.hashes.auto_v2


def test_a_text_encoder_that_two_families_share_is_said_to_fit_both(tmp_path: Path) -> None:
    found = inspected(tmp_path, loras(SD1, kohya(SD1), TEXT))
    assert found.refusal == ""
    assert {family for family, score in scores(found).items() if score == 1} == {"sd1", "sdxl"}
    assert found.family is None
    assert found.targets == {"text_encoder": len(TEXT)}


def test_layers_that_two_unets_share_are_said_to_fit_both(tmp_path: Path) -> None:
    found = inspected(tmp_path, loras(SD1, plain, SELF))
    assert found.refusal == ""
    assert {family for family, score in scores(found).items() if score == 1} == {"sd1", "sd2"}
    assert found.family is None


def test_a_second_text_encoder_is_sdxls(tmp_path: Path) -> None:
    only = [name for name in SDXL if name.startswith("text_encoder_2.")]
    found = inspected(tmp_path, loras(SDXL, kohya(SDXL), only))
    assert found.family is not None
    assert found.family.family == "sdxl"


OTHERS = {
    "lora_unet_double_blocks_0_img_attn_proj": "Flux",
    "transformer.single_transformer_blocks.0.attn.to_q": "Flux",
    "diffusion_model.double_blocks.0.img_mod.lin": "Flux",
    "diffusion_model.joint_blocks.0.context_block.attn.qkv": "Stable Diffusion 3",
    "lora_unet_joint_blocks_0_x_block_attn_qkv": "Stable Diffusion 3",
    "transformer.transformer_blocks.0.attn.add_q_proj": "Stable Diffusion 3 or Flux",
    "transformer.transformer_blocks.0.img_mod.1": "Qwen-Image",
    "transformer.adaln_single.linear": "PixArt",
    "lora_prior_unet_x": "Stable Cascade",
    "diffusion_model.blocks.0.cross_attn.k": "Wan",
}


@pytest.mark.parametrize(("name", "base"), OTHERS.items())
def test_a_file_for_another_kind_of_model_is_refused_by_its_name(tmp_path: Path, name: str, base: str) -> None:
    found = inspected(tmp_path, pair(name, SD1[SELF[0]]))
    assert found.other == base
    assert (
        found.refusal == f"This adapter file cannot be used: it is for {base}, which is not a base that is known here."
    )
    assert found.family is None


@pytest.mark.parametrize("family", FAMILIES)
def test_no_file_for_a_known_base_is_said_to_be_for_another(tmp_path: Path, family: str) -> None:
    for spelt in (plain, kohya(layers_of(family)), kohya(layers_of(family), original=True)):
        assert inspected(tmp_path, loras(layers_of(family), spelt)).other == ""


def test_one_module_that_fits_nothing_refuses_the_file_and_is_named(tmp_path: Path) -> None:
    said = refusal_of(tmp_path, loras(SDXL, kohya(SDXL, True)) | pair("lora_unet_out_9", SD1[SELF[0]]))
    assert f"SDXL has {len(SDXL)} of its {len(SDXL) + 1} modules, but its out_9 is no layer of the base" in said


def test_a_rank_too_high_is_said_by_the_family_whose_names_the_file_has(tmp_path: Path) -> None:
    only = ["unet.mid_block.attentions.0.proj_in", "unet.up_blocks.0.attentions.0.transformer_blocks.9.ff.net.2"]
    said = refusal_of(tmp_path, loras(SDXL, kohya(SDXL, True), only, rank=2048))
    assert "has rank 2048, and 1024 is the highest" in said


def test_two_spellings_of_one_layer_refuse_the_file(tmp_path: Path) -> None:
    tensors = pair(SELF[0], SD1[SELF[0]]) | pair(kohya(SD1)(SELF[0]), SD1[SELF[0]])
    assert f"it changes {SELF[0]} twice" in refusal_of(tmp_path, tensors)


@pytest.mark.parametrize(
    ("tensors", "metadata", "said"),
    [
        ({f"{SELF[0]}.alpha": float("nan")}, {}, "nan times its rank"),
        ({f"{SELF[0]}.alpha": 0.0}, {}, "is 0, which some programs read as nothing"),
        ({f"{SELF[0]}.alpha": 1e9}, {}, "times its rank"),
        ({}, {"lora_adapter_metadata": "{"}, "cannot be read"),
        ({}, {"lora_adapter_metadata": '{"unet.lora_alpha": 4000}'}, "4000 times its rank"),
    ],
)
def test_an_alpha_that_cannot_be_followed_is_a_refusal_and_the_rest_is_described(
    tmp_path: Path, tensors: dict[str, Tensor], metadata: dict[str, str], said: str
) -> None:
    found = inspected(tmp_path, loras(SD1, plain, SELF, alpha=None) | tensors, metadata)
    assert said in found.refusal
    assert (found.kinds, found.ranks) == ({"LoRA": len(SELF)}, (1, 1))
    assert sentence_of(lambda: validate(tmp_path / "made.safetensors")) == found.refusal


def test_what_cannot_be_painted_is_counted_by_its_name(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"lora_unet_x.oft_blocks": (4, 4, 4), "lora_unet_y.oft_blocks": (4, 4, 4)})
    assert found.kinds == {"OFT or BOFT": 2}
    assert (found.fits, found.modules, found.ranks, found.family) == ((), 0, (0, 0), None)


def test_pefts_file_without_its_configuration_is_refused(tmp_path: Path) -> None:
    names = [name.replace("unet.", "base_model.model.") for name in SELF]
    tensors = {
        key: shape for name in names for key, shape in pair(name, SD1[SELF[0]], ends=("lora_A", "lora_B")).items()
    }
    assert "adapter_config.json" in refusal_of(tmp_path, tensors)


def test_a_header_that_is_not_sound_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "made.safetensors").write_bytes(safetensors({}))
    with pytest.raises(AdapterRefused, match="no tensors"):
        inspect(tmp_path / "made.safetensors")


def test_no_name_and_no_shape_makes_a_refusal_long_or_unprintable(tmp_path: Path) -> None:
    long = "unet." + "x" * 220
    files: list[dict[str, Tensor]] = [
        {f"{long}.diff": (1, 2, 1, 2, 1, 2, 1, 2)},
        loras(SD1, plain, SELF) | {f"{long}.lora_down.weight": (3, 4)},
        {**pair(long, SD1[SELF[0]]), f"{long}.lora_A.weight": (1, 1)},
        {f"{SELF[0]}.lora_A.weight": (1,) * 8, f"{SELF[0]}.lora_B.weight": (1, 2, 3, 1, 2, 3, 1, 2)},
        {f"{long}.weird": (1,)},
        {f"{long}.oft_blocks": (1,)},
    ]
    for tensors in files:
        said = refusal_of(tmp_path, tensors)
        assert 0 < len(said) < 300
        assert said.isprintable()


keys = st.sampled_from(
    [SELF[0], kohya(SD1)(SELF[0]), "lora_unet_conv_in", "x", "clip_l", "bundle_emb.x", "unet.unet.x"]
)
endings = st.sampled_from(
    [
        "lora_down.weight",
        "lora_up.weight",
        "lora_A.weight",
        "alpha",
        "diff",
        "dora_scale",
        "hada_w1_a",
        "lokr_w1",
        "weight",
    ]
)
dims = st.lists(st.sampled_from([1, 2, 3, 4, 320]), max_size=4).map(tuple)


@given(st.dictionaries(st.tuples(keys, endings).map(".".join), dims | st.floats(width=32), min_size=1, max_size=5))
def test_every_file_with_a_sound_header_is_described(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, Tensor]
) -> None:
    found = inspected(tmp_path_factory.getbasetemp(), tensors)
    assert len(found.refusal) < 300
    assert found.refusal.isprintable()
    assert found.refusal or any(score == 1 for score in scores(found).values())


NAMES: dict[str, list[str]] = {
    "kohya names of nothing": [f"lora_unet_x{number}.lora_down.weight" for number in range(20_000)],
    "bare names of nothing": [f"x.{number}.alpha" for number in range(20_000)],
    "names of many levels": [f"{'a.' * 100}{number}.diff" for number in range(20_000)],
    "attention processors": [f"a{'.processor' * 10}{number}.to_q_lora.down.weight" for number in range(20_000)],
    "no spelling": [f"x.{number}.weight" for number in range(20_000)],
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES.keys())
def test_twenty_thousand_entries_cost_little_time(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "made.safetensors"
    path.write_bytes(shaped(dict.fromkeys(names, (1,))))
    began = time.process_time()
    inspect(path)
    assert time.process_time() - began < 3


def test_twenty_thousand_entries_cost_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "made.safetensors"
    path.write_bytes(shaped(dict.fromkeys(NAMES["kohya names of nothing"], (1,))))
    tracemalloc.start()
    inspect(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100 * 2**20


def test_nothing_that_describes_a_file_loads_a_tensor_library() -> None:
    check = "import adapters.inspection, sys; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
