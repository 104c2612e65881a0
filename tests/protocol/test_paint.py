import json
import math
from typing import Any

import pytest
from hypothesis import given

from protocol import limits
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest, RenderDefaults, ResolvedRequest
from tests.protocol.strategies import png, requests

SHA = "5ea1" * 16
DEFAULTS = RenderDefaults(width=512, height=768, steps=20, guidance_scale=7.5, sampler="euler")


def through_json(data: dict[str, Any]) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def refusal(**fields: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        PaintRequest(**{"prompt": "astronaut"} | fields)
    return caught.value


@given(requests())
def test_a_request_comes_back_from_json_as_it_was(request: PaintRequest) -> None:
    assert PaintRequest.from_json(through_json(request.to_json())) == request


@given(requests())
def test_a_resolved_request_comes_back_from_json_as_it_was(request: PaintRequest) -> None:
    resolved = request.with_defaults(DEFAULTS)
    assert ResolvedRequest.from_json(through_json(resolved.to_json())) == resolved


@given(requests())
def test_defaults_fill_what_is_open_and_change_nothing_else(request: PaintRequest) -> None:
    resolved = request.with_defaults(DEFAULTS)
    for name in ("width", "height", "steps", "guidance_scale", "sampler"):
        asked = getattr(request, name)
        assert getattr(resolved, name) == (getattr(DEFAULTS, name) if asked is None else asked)
    assert request.seed is None or resolved.seed == request.seed
    assert (resolved.strength is None) == (request.init_image is None)
    for name in ("prompt", "negative_prompt", "adapters", "count", "init_image", "base"):
        assert getattr(resolved, name) == getattr(request, name)


def test_a_seed_is_drawn_anew_each_time() -> None:
    drawn = {PaintRequest(prompt="cat").with_defaults(DEFAULTS).seed for _ in range(20)}
    assert len(drawn) > 1
    assert all(0 <= seed < 2**32 for seed in drawn)


def test_a_resolved_request_leaves_nothing_open() -> None:
    for missing in ("seed", "steps", "sampler", "guidance_scale", "size"):
        form = PaintRequest(prompt="cat", seed=1).with_defaults(DEFAULTS).to_json()
        del form[missing]
        with pytest.raises(InvalidRequest):
            ResolvedRequest.from_json(form)


@pytest.mark.parametrize(
    ("field", "value", "param"),
    [
        ("prompt", "", "prompt"),
        ("prompt", " \n\t ", "prompt"),
        ("prompt", "x" * 6001, "prompt"),
        ("prompt", "a\0b", "prompt"),
        ("prompt", "a\x1b[31mb", "prompt"),
        ("prompt", "half a pair \ud800", "prompt"),
        ("prompt", b"cat", "prompt"),
        ("prompt", None, "prompt"),
        ("negative_prompt", "x" * 6001, "negative_prompt"),
        ("negative_prompt", 3, "negative_prompt"),
        ("steps", 0, "steps"),
        ("steps", 151, "steps"),
        ("steps", True, "steps"),
        ("steps", 20.0, "steps"),
        ("steps", "20", "steps"),
        pytest.param("steps", 10**5000, "steps", id="steps-of-5000-digits"),
        ("guidance_scale", math.nan, "guidance_scale"),
        ("guidance_scale", math.inf, "guidance_scale"),
        ("guidance_scale", -0.5, "guidance_scale"),
        ("guidance_scale", 30.5, "guidance_scale"),
        ("guidance_scale", False, "guidance_scale"),
        ("guidance_scale", "7", "guidance_scale"),
        ("sampler", "ddpm", "sampler"),
        ("sampler", 1, "sampler"),
        ("sampler", ["euler"], "sampler"),
        ("seed", -1, "seed"),
        ("seed", 2**63, "seed"),
        ("seed", 1.5, "seed"),
        ("count", 0, "n"),
        ("count", 17, "n"),
        ("count", None, "n"),
        ("init_image", b"GIF89a", "image"),
        ("init_image", "a string", "image"),
        pytest.param("init_image", png(1, 1) + bytes(limits.IMAGE_BYTES), "image", id="image-too-large"),
        ("strength", 0.5, "strength"),
        ("base", "x" * 201, "base"),
        ("base", "two\nlines", "base"),
        ("adapters", [AdapterUse(SHA)], "adapters"),
        ("adapters", (SHA,), "adapters"),
        ("adapters", (AdapterUse(SHA), AdapterUse(SHA, 0.5)), "adapters"),
        ("adapters", tuple(AdapterUse(f"{i:064x}") for i in range(9)), "adapters"),
    ],
)
def test_a_value_its_field_cannot_have_is_refused_by_the_fields_name(field: str, value: Any, param: str) -> None:
    error = refusal(**{field: value})
    assert error.param == param
    assert error.sentence.startswith((field, param))
    assert len(error.sentence) < 200


@pytest.mark.parametrize("size", [(0, 512), (512, 56), (512, 2056), (500, 512), (True, 512), ("512", 512), (512, None)])
def test_a_size_off_the_grid_or_out_of_bounds_is_refused(size: tuple[Any, Any]) -> None:
    assert refusal(width=size[0], height=size[1]).param == "size"


@pytest.mark.parametrize("strength", [0, 0.0, 1.01, -1, math.nan, True, "0.5"])
def test_a_strength_outside_zero_to_one_is_refused(strength: Any) -> None:
    assert refusal(init_image=png(8, 8), strength=strength).param == "strength"


@pytest.mark.parametrize(
    "use",
    [
        {"sha256": SHA.upper()},
        {"sha256": SHA[:-1]},
        {"sha256": SHA + "\n"},
        {"sha256": None},
        {"weight": 4.5},
        {"weight": math.nan},
        {"weight": True},
        {"weight": None},
        {"trigger": "x" * 201},
        {"trigger": "two\nlines"},
        {"trigger": 5},
    ],
)
def test_an_adapter_with_a_wrong_value_is_refused(use: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        AdapterUse(**{"sha256": SHA} | use)
    assert caught.value.param == "adapters"


def test_the_last_seed_leaves_room_for_every_picture() -> None:
    assert PaintRequest(prompt="cat", seed=2**63 - 4, count=4).seed == 2**63 - 4
    assert refusal(seed=2**63 - 3, count=4).param == "seed"


def test_the_sentence_says_what_it_got_and_what_it_takes() -> None:
    assert refusal(steps=151).sentence == "steps must be a whole number from 1 to 150, not 151."
    assert refusal(width=500, height=512).sentence == "width must be a multiple of 8 from 64 to 2048, not 500."
    assert refusal(prompt="x" * 9000).sentence == "prompt must be at most 6000 characters long, and this one is 9000."


def test_no_negative_prompt_is_not_an_empty_one() -> None:
    none, empty = PaintRequest(prompt="cat"), PaintRequest(prompt="cat", negative_prompt="")
    assert "negative_prompt" not in none.to_json()
    assert PaintRequest.from_json(empty.to_json()).negative_prompt == ""


def test_a_key_that_means_nothing_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="'guidance'") as caught:
        PaintRequest.from_json({"prompt": "cat", "guidance": 7})
    assert caught.value.param == "guidance"
    with pytest.raises(InvalidRequest, match="'scale'"):
        PaintRequest.from_json({"prompt": "cat", "adapters": [{"sha256": SHA, "scale": 1}]})


def test_openais_own_harmless_keys_are_passed_over() -> None:
    form = {"prompt": "cat", "model": "gpt-image-1", "user": "me", "quality": "high", "size": "auto", "n": None}
    assert PaintRequest.from_json(form) == PaintRequest(prompt="cat")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("size", "512"),
        ("size", "512x"),
        ("size", "512x512x3"),
        ("size", "-512x512"),
        ("size", "５１２x512"),
        ("size", 512),
        ("adapters", {}),
        ("adapters", [SHA]),
        ("adapters", [{}]),
        ("image", "not base64!"),
        ("image", "R0lGODlh"),
        ("image", 5),
        ("image", ""),
    ],
)
def test_json_of_the_wrong_shape_is_refused_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        PaintRequest.from_json({"prompt": "cat", key: value})
    assert caught.value.param in (key, "adapters[]")


@pytest.mark.parametrize("data", [None, [], "cat", {}, {"prompt": None}])
def test_json_without_a_prompt_is_refused(data: Any) -> None:
    with pytest.raises(InvalidRequest):
        PaintRequest.from_json(data)
