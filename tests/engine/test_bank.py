"""Pages of adapters: who gets them, who keeps them, and that a row is changed by what it wears and nothing else."""

from collections.abc import Sequence
from zlib import crc32

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from adapters.canonical import Adapter, Factors
from engine import columns
from engine.bank import PAGE_RANK, Bank, Outfit, pages_of
from engine.view import shared_view
from protocol.errors import InvalidRequest

WIDE, NARROW = 12, 6


class Model(nn.Module):
    """A layer of each kind that the bank wraps, and one of a kind that it does not."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(WIDE, NARROW)
        self.point = nn.Conv2d(WIDE, NARROW, 1)
        self.field = nn.Conv2d(WIDE, NARROW, 3, padding=1)
        self.parts = nn.ModuleDict({"inner": nn.Linear(WIDE, NARROW, bias=False)})

    def forward(self, tokens: Tensor, maps: Tensor) -> tuple[Tensor, ...]:
        return self.linear(tokens), self.point(maps), self.field(maps), self.parts["inner"](tokens[:, 0])


def adapter(sha256: str, rank: int = 4, names: Sequence[str] = ("linear", "point", "parts.inner")) -> Adapter:
    generator = torch.Generator().manual_seed(crc32(sha256.encode()))

    def factors(name: str) -> Factors:
        ones = (1, 1) if name in ("point", "field") else ()
        down = torch.randn(rank, WIDE, *ones, generator=generator)
        return Factors(down, torch.randn(NARROW, rank, *ones, generator=generator))

    return Adapter(sha256, {"unet": {name: factors(name) for name in names}})


def build(pages: int) -> tuple[Model, Model, Bank]:
    torch.manual_seed(0)
    base = Model()
    view = shared_view(base)
    return base, view, Bank({"unet": view}, pages)


def inputs(rows: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(rows)
    return torch.randn(rows, 5, WIDE, generator=generator), torch.randn(rows, WIDE, 3, 4, generator=generator)


def slowly(base: Model, worn: Sequence[Sequence[tuple[Adapter, float]]], tokens: Tensor, maps: Tensor) -> list[Tensor]:
    """Row by row, with the adapters added to a copy of the weights."""
    rows = []
    for row, adapters in enumerate(worn):
        merged = Model()
        merged.load_state_dict(base.state_dict())
        for own, weight in adapters:
            for name, pair in own.components["unet"].items():
                layer = merged.get_submodule(name)
                change = pair.up.flatten(1) @ pair.down.flatten(1)
                layer.weight.data += weight * change.view_as(layer.weight)
        rows.append(merged(tokens[row : row + 1], maps[row : row + 1]))
    return [torch.cat(parts) for parts in zip(*rows, strict=True)]


def hold(bank: Bank, *adapters: tuple[Adapter, float]) -> Outfit:
    outfit = bank.acquire(adapters)
    assert outfit is not None
    return outfit


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.floats(-2, 2)), max_size=3, unique_by=lambda use: use[0]),
        min_size=1,
        max_size=6,
    )
)
@torch.no_grad()
def test_every_row_is_changed_by_its_own_adapters_as_if_it_were_alone(worn: list[list[tuple[int, float]]]) -> None:
    known = [
        adapter("a", 1),
        adapter("b", 4),
        adapter("c", 16),
        adapter("d", 17),
        adapter("e", 40, ("linear",)),
        adapter("f", 7, ("point",)),
    ]
    base, view, bank = build(pages=9)
    rows = [[(known[i], weight) for i, weight in own] for own in worn]
    bank.dress("unet", [hold(bank, *own) for own in rows])
    tokens, maps = inputs(len(rows))
    for got, wanted in zip(view(tokens, maps), slowly(base, rows, tokens, maps), strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_a_rank_of_256_takes_sixteen_pages_and_is_exact() -> None:
    base, view, bank = build(pages=16)
    own = [(adapter("a", 256), 0.5)]
    bank.dress("unet", [hold(bank, *own)])
    assert not bank.free
    for got, wanted in zip(view(*inputs(1)), slowly(base, [own], *inputs(1)), strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_one_outfit_is_for_all_rows() -> None:
    base, view, bank = build(pages=2)
    own = [(adapter("a"), 1.0)]
    bank.dress("unet", [hold(bank, *own)])
    for got, wanted in zip(view(*inputs(3)), slowly(base, [own] * 3, *inputs(3)), strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_what_lay_in_a_page_before_leaves_no_trace() -> None:
    base, view, bank = build(pages=1)
    bank.give_back(hold(bank, (adapter("a", 16), 1.0)))
    bank.give_back(hold(bank, (adapter("b", 3, ("point",)), 1.0)))
    small, other = adapter("c", 2, ("linear",)), adapter("d", 2, ("parts.inner",))
    bank.give_back(hold(bank, (other, 1.0)))
    bank.dress("unet", [hold(bank, (small, 1.0))])
    for got, wanted in zip(view(*inputs(1)), slowly(base, [[(small, 1.0)]], *inputs(1)), strict=True):
        torch.testing.assert_close(got, wanted)


@torch.no_grad()
def test_numbers_that_overflow_beside_nothing_leave_no_trace_either() -> None:
    base, view, bank = build(pages=1)
    loud = Adapter("a", {"unet": {"linear": Factors(torch.full((16, WIDE), 3e38), torch.ones(NARROW, 16))}})
    bank.give_back(hold(bank, (loud, 1.0)))
    quiet = adapter("b", 2)
    bank.dress("unet", [hold(bank, (quiet, 1.0))])
    for got, wanted in zip(view(*inputs(1)), slowly(base, [[(quiet, 1.0)]], *inputs(1)), strict=True):
        torch.testing.assert_close(got, wanted)


@torch.no_grad()
def test_dressing_that_fails_halfway_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    base, view, bank = build(pages=2)
    one, other = [(adapter("a"), 1.0)], [(adapter("b"), 1.0)]
    first, second = hold(bank, *one), hold(bank, *other)
    bank.dress("unet", [first, first])
    with monkeypatch.context() as short:
        short.setattr(bank, "_gathered", lambda *_: [][0])
        with pytest.raises(IndexError):
            bank.dress("unet", [second, second])
    bank.dress("unet", [first, first])
    for got, wanted in zip(view(*inputs(2)), slowly(base, [one, one], *inputs(2)), strict=True):
        torch.testing.assert_close(got, wanted)


@torch.no_grad()
def test_rows_without_adapters_are_the_bases_to_the_bit_beside_others_and_after_them() -> None:
    base, view, bank = build(pages=4)
    tokens, maps = inputs(2)
    plain = base(tokens, maps)
    before = [parameter.clone() for parameter in base.parameters()]
    bank.dress("unet", [hold(bank, (adapter("a"), 1.0)), ()])
    for got, wanted in zip(view(tokens, maps), plain, strict=True):
        assert torch.equal(got[1], wanted[1])
    bank.dress("unet", [(), ()])
    for got, wanted in zip(view(tokens, maps), plain, strict=True):
        assert torch.equal(got, wanted)
    assert all(torch.equal(a, b) for a, b in zip(before, base.parameters(), strict=True))
    shared = {parameter.data_ptr() for parameter in base.parameters()}
    assert {parameter.data_ptr() for parameter in view.parameters()} == shared


def test_pages_in_use_are_never_taken_away_and_those_used_longest_ago_first() -> None:
    _, _, bank = build(pages=2)
    first = hold(bank, (adapter("a"), 1.0))
    bank.give_back(hold(bank, (adapter("b"), 1.0)))
    hold(bank, (adapter("c"), 1.0))
    assert set(bank.resident) == {"a", "c"}
    assert bank.acquire([(adapter("d"), 1.0)]) is None
    bank.give_back(first)
    hold(bank, (adapter("d"), 1.0))
    assert set(bank.resident) == {"c", "d"}


def test_an_adapter_held_twice_is_in_use_until_both_are_given_back() -> None:
    _, _, bank = build(pages=1)
    first, second = hold(bank, (adapter("a"), 1.0)), hold(bank, (adapter("a"), 0.5))
    bank.give_back(first)
    assert bank.acquire([(adapter("b"), 1.0)]) is None
    bank.give_back(second)
    assert bank.acquire([(adapter("b"), 1.0)]) is not None


def test_a_blend_gets_all_its_pages_or_none() -> None:
    _, _, bank = build(pages=3)
    held = hold(bank, (adapter("a"), 1.0))
    bank.give_back(hold(bank, (adapter("b"), 1.0)))
    assert bank.acquire([(adapter("c", 32), 1.0), (adapter("d"), 1.0)]) is None
    assert (set(bank.resident), len(bank.free)) == ({"a", "b"}, 1)
    bank.give_back(held)
    assert bank.acquire([(adapter("c", 32), 1.0), (adapter("d"), 1.0)]) is not None


def test_one_that_is_wanted_is_not_evicted_for_its_partner() -> None:
    _, _, bank = build(pages=2)
    bank.give_back(hold(bank, (adapter("a"), 1.0)))
    bank.give_back(hold(bank, (adapter("b"), 1.0)))
    assert bank.acquire([(adapter("a"), 1.0), (adapter("c"), 1.0)]) is not None
    assert set(bank.resident) == {"a", "c"}


def test_what_can_never_fit_is_refused_with_the_numbers() -> None:
    _, _, bank = build(pages=2)
    assert pages_of(adapter("a", 2 * PAGE_RANK + 1)) == 3
    with pytest.raises(InvalidRequest, match="take 4 pages of rank 16 together, and the engine has 2"):
        bank.acquire([(adapter("a", 33), 1.0), (adapter("b"), 1.0)])


def test_the_bank_says_what_it_cannot_hold() -> None:
    _, _, bank = build(pages=1)
    assert bank.can_hold(adapter("a"))
    assert not bank.can_hold(adapter("b", names=("field",)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(0, 7)), max_size=40))
def test_pages_are_never_lost_nor_shared_whatever_the_traffic(traffic: list[tuple[bool, int, int]]) -> None:
    _, _, bank = build(pages=6)
    ranks = (1, 8, 16, 17, 32, 33, 48, 2)
    held: list[Outfit] = []
    for takes, one, other in traffic:
        if takes:
            wanted = [(adapter(f"{i}", ranks[i]), 1.0) for i in {one, other}]
            if sum(pages_of(own) for own, _ in wanted) <= bank.pages and (outfit := bank.acquire(wanted)) is not None:
                held.append(outfit)
        elif held:
            bank.give_back(held.pop(one % len(held)))
        pages = [page for own in bank.resident.values() for page in own.pages]
        assert sorted(pages + bank.free) == list(range(1, bank.pages + 1))
        assert all(worn.pages == bank.resident[worn.sha256].pages for outfit in held for worn in outfit)


def test_what_was_worn_before_is_gone_also_below_a_block_of_lower_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_FILLED", 1)
    base, view, bank = build(pages=3)
    tokens, maps = inputs(1)
    for low in (PAGE_RANK + 2, 2, 1):
        high = adapter("high", 3 * PAGE_RANK, ("linear",)).components["unet"]
        worn = Adapter(f"{low}", {"unet": {**high, **adapter("low", low, ("point", "parts.inner")).components["unet"]}})
        assert {len(block.lanes) for block in bank.columns.packed(worn, torch.float32).blocks} == {3 * PAGE_RANK, low}
        outfit = bank.acquire([(worn, 1.0)])
        assert outfit is not None
        bank.dress("unet", [outfit])
        for got, meant in zip(view(tokens, maps), slowly(base, [[(worn, 1.0)]], tokens, maps), strict=True):
            assert torch.allclose(got, meant, atol=1e-3, rtol=1e-3)
        bank.give_back(outfit)
