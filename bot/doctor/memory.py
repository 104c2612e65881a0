"""Whether the base has room in memory, by what its files weigh."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.doctor.base import must_be_here
from bot.doctor.base_files import BaseFiles
from bot.doctor.finding import Diagnosed, Finding, broken, gigabytes, ok, warning
from bot.doctor.gpu_probe import Torch
from bot.doctor.visit import Visit, known

LEAST_ROOM = 0.1
"""Of the weights' size, that painting takes beside them at the very least; the engine asks for as much on a GPU."""
_BYTES = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0}
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes."""

    free: int
    total: int


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    must_be_here(visit)
    base, settings = await known(visit.base()), visit.engine_settings
    if await known(visit.engine()) is not None:
        return  # what is free now is what its base has left
    try:
        torch = await visit.torch()
    except Diagnosed:
        torch = None
    device = settings.device.partition(":")[0]
    if device == "auto":
        device = torch.best if torch is not None else "cpu"
    needed = weight(base, device, settings.dtype)
    for finding in findings(needed, device, main_memory(), _of_card(torch, settings.device)):
        yield finding


def weight(base: BaseFiles, device: str, dtype: str) -> int:
    """Bytes of the base's numbers in the format they are kept in; fp8 is taken for all of them, so it is the least."""
    return int(base.numbers * _BYTES.get(dtype, 4.0 if device == "cpu" else 2.0))


def findings(needed: int, device: str, main: Room, card: Room | None) -> Iterable[Finding]:
    """`card` is the GPU's own memory, where it has one."""
    whole = needed * (1 + LEAST_ROOM)
    smaller = "Close other programs, add memory, or take a smaller base (STYLESEAL_BASE)."
    if whole > main.total:
        yield broken(_said(needed, main, "this machine"), smaller)
    elif whole > main.free:
        yield warning(_said(needed, main, "this machine"), smaller)
    else:
        yield ok(f"The base takes {gigabytes(needed)} of memory, and {gigabytes(main.free)} are free.")
    if device == "cuda" and card is not None and whole > card.free:
        helps = (
            "What helps: STYLESEAL_DTYPE=fp8, STYLESEAL_OFFLOAD=true, a smaller base, ending what else uses the GPU."
        )
        yield (broken if whole > card.total else warning)(_said(needed, card, "the GPU"), helps)


def main_memory() -> Room:
    """This machine's, or of it what a container may have."""
    there = psutil.virtual_memory()
    free, total = int(there.available), int(there.total)
    try:
        most = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or one without a limit
        return Room(free, total)
    return Room(min(free, max(0, most - used)), min(total, most))


def _said(needed: int, room: Room, whose: str) -> str:
    has = f"{gigabytes(room.free)} of {gigabytes(room.total)} free"
    return f"The base takes {gigabytes(needed)} of memory and some more to paint, and {whose} has {has}."


def _of_card(torch: Torch | None, device: str) -> Room | None:
    if torch is None or not torch.cards:
        return None
    number = device.partition(":")[2]
    card = torch.cards[min(int(number or 0), len(torch.cards) - 1)]
    return Room(card.free, card.total)
