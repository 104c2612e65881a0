"""A file's tensors become modules of a base, every one of them, or the file is refused."""

from pathlib import Path

import pytest

from adapters.modules import match, spoken
from tests.adapters.shaped import (
    Tensor,
    header_of_file,
    kohya,
    layers_of,
    loras,
    misfits,
    names_of,
    pair,
    plain,
    sentence_of,
    shaped,
)

SD1 = layers_of("sd1")
Q = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
CONV = "unet.down_blocks.0.resnets.0.conv1"
FLAT = kohya(SD1)(Q)
LORA = pair(FLAT, SD1[Q])
DOWN, UP = LORA


def refused(folder: Path, tensors: dict[str, Tensor]) -> str:
    """Why a file is refused whatever base it is for, or for SD 1.x."""
    header = header_of_file(folder, shaped(tensors))
    return sentence_of(lambda: match(spoken(header), header, names_of("sd1")))


def test_parts_of_one_layer_are_one_module(tmp_path: Path) -> None:
    header = header_of_file(tmp_path, shaped({**LORA, f"{FLAT}.alpha": 1.0}))
    (one,) = spoken(header)
    assert (one.component, one.path, one.spelling) == ("unet", FLAT.removeprefix("lora_unet_"), "kohya")
    assert one.keys == {"down": DOWN, "up": UP, "alpha": f"{FLAT}.alpha"}
    (module,) = match([one], header, names_of("sd1")).modules
    assert (module.name, module.form.kind, module.form.rank) == (Q, "LoRA", 1)


def test_modules_are_in_the_order_of_their_names_and_scored_by_how_many_fit(tmp_path: Path) -> None:
    tensors = loras(SD1, plain, [CONV, Q]) | pair("unet.nothing", SD1[Q])
    header = header_of_file(tmp_path, shaped(tensors))
    found = match(spoken(header), header, names_of("sd1"))
    assert [module.name for module in found.modules] == sorted([CONV, Q])
    assert (found.score, found.strangers) == (2 / 3, 1)
    assert found.misfits == ("its nothing is no layer of the base",)


def test_a_layer_of_another_shape_is_no_stranger(tmp_path: Path) -> None:
    header = header_of_file(tmp_path, shaped(pair(Q, SD1[CONV])))
    found = match(spoken(header), header, names_of("sd1"))
    assert (found.score, found.strangers, len(found.misfits)) == (0, 0, 1)


def test_a_module_in_two_spellings_at_once_is_one_where_its_parts_are_not_twice(tmp_path: Path) -> None:
    bare = Q.removeprefix("unet.")
    tensors = {f"base_model.model.{bare}.lora_A.weight": (1, 320), f"{bare}.lora_B.weight": (320, 1)}
    header = header_of_file(tmp_path, shaped(tensors))
    assert match(spoken(header), header, names_of("sd1")).score == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (pair(FLAT, SD1[Q], ends=("lora_A", "lora_B")), "twice, in two spellings"),
        (pair(Q, SD1[Q]), "twice, in two spellings"),
        (pair(FLAT.replace("lora_unet", "lycoris"), SD1[Q]), "twice, in two spellings"),
        (pair("lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q", SD1[Q]), "twice, in two spellings"),
        ({"bundle_emb.sks.clip_l": (1, 768)}, "trained words (textual inversion)"),
        ({"emb_params": (1, 768)}, "trained words (textual inversion)"),
        ({"clip_g": (1, 1280), "clip_l": (1, 768)}, "trained words (textual inversion)"),
        ({f"{FLAT}.oft_blocks": (4, 4, 4)}, "it is OFT or BOFT, or has it"),
        ({"x.boft_R": (4, 4, 4)}, "it is BOFT"),
        ({"x.a1.weight": (1, 4)}, "it is GLoRA"),
        ({"x.weight": (4,), "x.on_input": ()}, "it is IA3"),
        ({"x.w_norm": (4,)}, "it is trained normalisation layers"),
        ({"x.lokr_t1": (4, 4)}, "a Tucker core in its first matrix"),
        ({"x.lora_embedding_A": (4, 4)}, "trained token embeddings"),
        ({"alphas_cumprod": (1000,), "model.diffusion_model.out.2.weight": (4, 320)}, "a whole model"),
        ({"first_stage_model.decoder.x.weight": (4, 4)}, "a whole model"),
        ({"something.else": (4, 4)}, "'something.else' is in no spelling"),
        ({f"{'x' * 200}.weight": (4, 4)}, "is in no spelling"),
        ({f"{FLAT}.scalar": ()}, "is in no spelling"),
    ],
)
def test_what_is_beside_a_sound_module_and_cannot_be_painted_refuses_the_file(
    tmp_path: Path, more: dict[str, Tensor], said: str
) -> None:
    assert said in refused(tmp_path, {**LORA, **more})


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({DOWN: LORA[DOWN]}, "only one half"),
        ({UP: LORA[UP], f"{FLAT}.alpha": 1.0}, "only one half"),
        ({f"{FLAT}.alpha": 1.0}, "has nothing but alpha"),
        (pair(FLAT, SD1[CONV]), "has the shapes"),
        ({**LORA, f"{FLAT}.hada_w1_a": (1, 1)}, "is LoRA and LoHa at once"),
        ({**LORA, f"{FLAT}.diff": (320, 320)}, "is LoRA and full difference at once"),
        ({**LORA, f"{FLAT}.diff_b": (320,)}, "changes its bias too"),
        ({**LORA, f"{FLAT}.lora_mid.weight": (1, 1, 3, 3)}, "has a core of the shape"),
        ({**LORA, f"{FLAT}.alpha": (3,)}, "an alpha that is not one number"),
        (pair(FLAT, SD1[Q], rank=1025), "has rank 1025"),
        ({"lora_unet_down_blocks_0_attentions_0_norm.diff": (320,)}, "is a normalisation layer"),
        (pair("lora_te3_x", SD1[Q]), "is no layer of the base"),
        (pair("lora_unet_", SD1[Q]), "is no layer of the base"),
    ],
)
def test_a_malformed_module_fits_no_layer_and_the_sentence_says_why(
    tmp_path: Path, tensors: dict[str, Tensor], said: str
) -> None:
    (misfit,) = misfits(tmp_path, tensors)
    assert said in misfit


def test_a_sentence_stays_short_however_long_names_and_shapes_are(tmp_path: Path) -> None:
    (misfit,) = misfits(tmp_path, {f"{'x' * 200}.diff": (1,) * 8})
    assert len(misfit) <= 160
    (misfit,) = misfits(tmp_path, {f"{FLAT}.diff": (2, 1, 1, 2, 1, 1, 1, 2)})
    assert "the base takes (320, 320)" in misfit
