"""How lanes are laid out: every layer has its place, and adapters of the usual kinds are few unbroken blocks."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from adapters.canonical import Adapter, Factors
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.columns import Columns, unbroken
from tests.engine import lora

WIDTHS = {
    "unet.a.attn1.to_q": (4, 3),
    "unet.b.ff.net.2": (2, 5),
    "unet.c.attn2.to_k": (6, 1),
    "text_encoder.fc1": (7, 2),
}


def test_every_layer_has_a_place_of_its_own_and_none_is_left_over() -> None:
    columns = Columns(WIDTHS)
    places = [*columns.down.values(), *columns.up.values()]
    assert sorted(i for place in places for i in range(place.start, place.stop)) == list(range(columns.width))
    for name, (inputs, outputs) in WIDTHS.items():
        assert columns.down[name].stop - columns.down[name].start == inputs
        assert columns.up[name].stop - columns.up[name].start == outputs


@given(st.sets(st.integers(0, 30)))
def test_pieces_beside_each_other_are_joined(numbers: set[int]) -> None:
    runs = list(unbroken(slice(i, i + 1) for i in numbers))
    assert sorted(i for run in runs for i in range(run.start, run.stop)) == sorted(numbers)
    assert all(one.stop < other.start for one, other in pairwise(runs))


@pytest.mark.parametrize(
    ("ends", "blocks"),
    [
        (("to_q", "to_k", "to_v", "to_out.0"), 2),
        (lora.DENOISER[:6], 2),
        (lora.DENOISER, 2),
        ((*lora.DENOISER, "q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"), 3),
    ],
)
def test_what_trainers_usually_change_is_at_most_two_blocks_a_component(
    base: Base, tmp_path: Path, ends: tuple[str, ...], blocks: int
) -> None:
    sha256 = lora.write(tmp_path, lora.weights(base, rank=3, ends=ends))
    adapter = read_adapter(tmp_path / f"{sha256}.safetensors", sha256, base)
    packed = BankLane(base, pages=1).bank.columns.packed(adapter, torch.float32)
    assert len(packed.blocks) == blocks


def test_packed_factors_are_the_same_and_lie_in_the_blocks() -> None:
    def factors(name: str, rank: int) -> Factors:
        inputs, outputs = WIDTHS[f"unet.{name}"]
        return Factors(torch.randn(rank, inputs), torch.randn(outputs, rank))

    own = Adapter("a", {"unet": {name: factors(name, rank) for name, rank in (("a.attn1.to_q", 3), ("b.ff.net.2", 5))}})
    columns = Columns(WIDTHS)
    packed = columns.packed(own, torch.float32)
    assert columns.packed(packed, torch.float32) is packed
    for name, pair in own.components["unet"].items():
        again = packed.components["unet"][name]
        assert isinstance(pair, Factors)
        assert isinstance(again, Factors)
        assert torch.equal(again.down, pair.down)
        assert torch.equal(again.up, pair.up)
    storages = {block.lanes.untyped_storage().data_ptr() for block in packed.blocks}
    parts = [tensor for pair in packed.components["unet"].values() for tensor in pair.tensors]
    assert {part.untyped_storage().data_ptr() for part in parts} == storages
    assert sum(int(block.lanes.count_nonzero()) for block in packed.blocks) == sum(part.numel() for part in parts)


def test_packed_for_another_bank_is_packed_anew() -> None:
    own = Adapter("a", {"unet": {"a.attn1.to_q": Factors(torch.ones(2, 4), torch.ones(3, 2))}})
    elsewhere = Columns(WIDTHS | {"unet.z": (9, 9)}).packed(own, torch.float32)
    assert Columns(WIDTHS).packed(elsewhere, torch.float32) is not elsewhere


def test_one_layer_of_high_rank_does_not_make_the_others_large() -> None:
    columns = Columns({f"unet.{number}": (8, 8) for number in range(200)})
    ranks = [512 if number == 100 else 1 + number % 2 for number in range(200)]
    own = {str(number): Factors(torch.randn(rank, 8), torch.randn(8, rank)) for number, rank in enumerate(ranks)}
    packed = columns.packed(Adapter("a", {"unet": own}), torch.float32)
    assert sum(block.lanes.numel() for block in packed.blocks) < 2 * 16 * sum(ranks)
    for name, pair in own.items():
        again = packed.components["unet"][name]
        assert isinstance(again, Factors)
        assert torch.equal(again.down, pair.down)
        assert torch.equal(again.up, pair.up)
