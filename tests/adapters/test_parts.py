"""What a tensor's ending says it is a part of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.parts import NOT_TAKEN, PARTS, endings, not_taken, split


@pytest.mark.parametrize(
    ("key", "module", "part"),
    [
        ("lora_unet_x.lora_down.weight", "lora_unet_x", "down"),
        ("unet.x.y.lora_A.default.weight", "unet.x.y", "down"),
        ("unet.x.to_out.0.lora.up.weight", "unet.x.to_out.0", "up"),
        ("x.lora_linear_layer.down.weight", "x", "down"),
        ("x.lora_magnitude_vector", "x", "magnitude"),
        ("x.lora_magnitude_vector.default.weight", "x", "magnitude"),
        ("x.alpha", "x", "alpha"),
        ("x.lokr_w2_a", "x", "lokr_w2_a"),
        ("x.diff_b", "x", "diff_b"),
        (".alpha", "", "alpha"),
    ],
)
def test_a_key_is_its_module_and_its_part(key: str, module: str, part: str) -> None:
    assert split(key) == (module, part)


@pytest.mark.parametrize(
    "key", ["alpha", "x.weight", "x.lora_down", "lora_A.weight", "x.lora_A.other.weight", "x.", ""]
)
def test_what_ends_otherwise_is_no_part(key: str) -> None:
    assert split(key) is None


@pytest.mark.parametrize(("ending", "name"), NOT_TAKEN.items())
def test_what_cannot_be_painted_has_a_name(ending: str, name: str) -> None:
    assert not_taken(f"lora_unet_x{ending}") == name
    assert split(f"lora_unet_x{ending}") is None


def test_every_part_in_the_tables_is_found_by_its_ending() -> None:
    for ending, part in PARTS.items():
        assert split(f"a.b{ending}") == ("a.b", part)
        assert not_taken(f"a.b{ending}") == ""


@given(st.text(alphabet="ab._", max_size=40))
def test_endings_are_the_longest_first_and_begin_at_a_dot(key: str) -> None:
    found = list(endings(key))
    assert all(ending.startswith(".") and key.endswith(ending) for ending in found)
    assert found == sorted(found, key=len, reverse=True)
    assert len(found) == min(3, key.count("."))
