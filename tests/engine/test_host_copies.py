"""The cache of adapters in the host's memory."""

import threading

import pytest
import torch

from adapters.canonical import Adapter, Factors
from engine.columns import Columns, PackedAdapter
from engine.devices import Placement
from engine.host_copies import HostCopies, bytes_of, host_budget
from protocol.errors import AdapterRefused

HALF = Placement(torch.device("cpu"), torch.float16)
SIZE = 2 * (4 * 8 + 8 * 4)
"""Bytes of an adapter in half precision."""


def adapter(sha256: str, largest: float = 1.0) -> Adapter:
    return Adapter(sha256, {"unet": {"layer": Factors(torch.full((4, 8), largest), torch.ones(8, 4))}})


class Disk:
    def __init__(self) -> None:
        self.reads: list[str] = []

    def read(self, sha256: str) -> Adapter:
        self.reads.append(sha256)
        return adapter(sha256)


def test_an_adapter_is_read_once_while_there_is_room() -> None:
    disk = Disk()
    copies = HostCopies(disk.read, HALF, 2 * SIZE)
    assert bytes_of(copies.get("a")) == SIZE
    for sha256 in "ababa":
        copies.get(sha256)
    assert disk.reads == ["a", "b"]


def test_the_one_used_longest_ago_makes_room() -> None:
    disk = Disk()
    copies = HostCopies(disk.read, HALF, 2 * SIZE)
    for sha256 in ("a", "b", "a", "c", "a", "b"):
        copies.get(sha256)
    assert disk.reads == ["a", "b", "c", "b"]
    assert copies.taken == 2 * SIZE


def test_one_larger_than_the_budget_is_given_but_not_kept() -> None:
    disk = Disk()
    copies = HostCopies(disk.read, HALF, SIZE - 1)
    for _ in range(2):
        assert copies.get("a").sha256 == "a"
    assert (disk.reads, copies.taken) == (["a", "a"], 0)


def test_copies_have_the_bases_number_format_and_what_it_cannot_hold_is_refused() -> None:
    copies = HostCopies(lambda sha256: adapter(sha256, 1e6 if sha256 == "loud" else 1.0), HALF, 10 * SIZE)
    assert copies.get("a").components["unet"]["layer"].down.dtype == torch.float16
    with pytest.raises(AdapterRefused, match="too large for fp16"):
        copies.get("loud")
    assert copies.taken == SIZE


def test_two_who_read_the_same_at_once_are_counted_once() -> None:
    both = threading.Barrier(2)

    def read(sha256: str) -> Adapter:
        both.wait(timeout=10)
        return adapter(sha256)

    copies = HostCopies(read, HALF, 10 * SIZE)
    threads = [threading.Thread(target=copies.get, args=("a",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert copies.taken == SIZE


def test_plain_lora_is_packed_for_the_bank_and_counted_as_it_lies_there() -> None:
    columns = Columns({"unet.layer": (8, 8)})
    copies = HostCopies(adapter, HALF, 2 * SIZE, columns)
    packed = copies.get("a")
    assert isinstance(packed, PackedAdapter)
    assert packed.columns is columns
    assert (bytes_of(packed), copies.taken) == (SIZE, SIZE)
    with pytest.raises(AdapterRefused, match="too large for fp16"):
        HostCopies(lambda sha256: adapter(sha256, 1e6), HALF, SIZE, columns).get("loud")


def test_what_the_bank_has_no_place_for_is_only_converted() -> None:
    copies = HostCopies(adapter, HALF, 2 * SIZE, Columns({"unet.other": (8, 8)}))
    assert not isinstance(own := copies.get("a"), PackedAdapter)
    assert own.components["unet"]["layer"].tensors[0].dtype == torch.float16
    dora = Adapter("d", {"unet": {"layer": Factors(torch.ones(4, 8), torch.ones(8, 4), torch.ones(8))}})
    [change] = (
        HostCopies(lambda _: dora, HALF, SIZE, Columns({"unet.layer": (8, 8)})).get("d").components["unet"].values()
    )
    assert isinstance(change, Factors)
    assert change.magnitude is not None


def test_the_budget_is_a_part_of_what_is_free() -> None:
    assert host_budget(16 << 30) == 2 << 30
    assert host_budget(1 << 40) == 8 << 30
