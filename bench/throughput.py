"""Eight pictures in eight styles on the pocket base: the engine's loop against diffusers used the usual ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from adapters.canonical import Adapter
from adapters.styles import Catalogue
from bench.diffusers_ways import Diffusers, Order, named_rows
from bench.timing import Timing, measure
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.painting import Painting
from pocket.location import ADAPTERS
from pocket.location import BASE as POCKET
from protocol.paint import AdapterUse, PaintRequest

STYLES = 8
STEPS = 20


@dataclass(frozen=True, slots=True)
class Own:
    """An order as the engine takes it."""

    order: Order
    adapter: Adapter


def eight_styles(base: Base, folder: Path) -> list[Own]:
    """The embedded styles, and as many copies with other weights as are missing."""
    known = list(Catalogue.of(ADAPTERS))
    found = []
    for i in range(STYLES):
        style, path = known[i % len(known)], folder / f"style{i}.safetensors"
        save_file({name: tensor * (1 - 0.01 * i) for name, tensor in load_file(style.path).items()}, path)
        sha256 = f"{i:064x}"
        request = PaintRequest(
            prompt="a red astronaut in space", adapters=(AdapterUse(sha256),), steps=STEPS, seed=i
        ).with_defaults(base.defaults)
        order = Order(request, path, f"style{i}", f"{request.prompt}, {style.trigger}")
        found.append(Own(order, read_adapter(path, sha256, base)))
    return found


def begin_all(lane: BankLane, owns: Sequence[Own]) -> list[Painting]:
    paintings = []
    for own in owns:
        painting = lane.begin(own.order.request, 0, own.order.text, [(own.adapter, 1.0)])
        assert painting is not None
        paintings.append(painting)
    return paintings


def paint_in_bank(lane: BankLane, owns: Sequence[Own]) -> None:
    """As the worker does it: all in one company, decoded one by one."""
    paintings = begin_all(lane, owns)
    while not paintings[0].finished:
        lane.step(paintings)
    for painting in paintings:
        lane.finish(painting)
        lane.let_go(painting)


def throughput(base: Base, folder: Path, rounds: int) -> list[Timing]:
    """Whole pictures: text, steps, decoding. Texts are encoded anew each time, as diffusers does."""
    owns = eight_styles(base, folder)
    orders = [own.order for own in owns]
    sampler = orders[0].request.sampler
    loading, resident = Diffusers(POCKET, sampler), Diffusers(POCKET, sampler)
    resident.load_all(orders)
    lane = BankLane(base, pages=STYLES)

    def in_bank() -> None:
        lane.forget_texts()
        paint_in_bank(lane, owns)

    return measure(
        {
            "diffusers: load the style, paint, unload": lambda: loading.load_per_request(orders),
            "diffusers: all loaded, `set_adapters`, paint": lambda: resident.set_per_request(orders),
            "diffusers with PEFT's mixed batch of 8": lambda: resident.mixed_batch(orders),
            "StyleSeal: the bank lane, 8 at once": in_bank,
        },
        rounds,
    )


def overhead(base: Base, folder: Path, rounds: int) -> list[Timing]:
    """One forward pass of 16 rows, 8 styles: the bare denoiser, the bank, PEFT's mixed batch."""
    owns = eight_styles(base, folder)
    resident = Diffusers(POCKET, owns[0].order.request.sampler)
    resident.load_all([own.order for own in owns])
    lane = BankLane(base, pages=STYLES)
    paintings = begin_all(lane, owns)
    pairs = [painting.next_rows() for painting in paintings]
    latents, times = torch.cat([rows for rows, _ in pairs]), torch.cat([time.float() for _, time in pairs])
    states = torch.cat([painting.conditioning.states for painting in paintings])

    @torch.inference_mode()
    def mixed() -> None:
        with named_rows(resident.pipe.unet, [own.order.name for own in owns for _ in range(2)]):
            resident.pipe.unet(latents, times, states)

    @torch.inference_mode()
    def bare() -> None:
        base.denoiser(latents, times, states)

    @torch.inference_mode()
    def bank() -> None:
        lane.predict(paintings)

    return measure({"PEFT's mixed batch": mixed, "the bank": bank, "the denoiser with no adapters": bare}, rounds)
