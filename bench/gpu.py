"""`python -m bench.gpu`: mixed styles on real shapes, against diffusers' hotswap, on a GPU.

Weights are random: speed does not depend on them. Both sides are compiled, guidance is on, previews come at 20% of the
steps. All times are of this process; what warming up takes is told apart. `--shape tiny` tries it anywhere.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import track
from torch import Tensor

from adapters.canonical import Adapter
from bench.random_bases import SHAPES, Shape, base_of, style_of
from bench.report import written_into
from bench.swap import RANK
from engine.base import Base
from engine.jobs import Job
from engine.loading import hush
from engine.metrics import Metrics
from engine.previews import preview_steps
from engine.samplers import build_sampler
from engine.worker import IN_FLIGHT, Worker
from protocol.events import Completed, Event, Failed, PartialImage
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest

STYLES = 8
ZIPF = 1.1
LOAD = 0.8
"""Of what one request at a time can serve: how fast requests arrive in the open loop."""


@dataclass(slots=True)
class Served:
    """When each request was asked for, first seen and done, in seconds from the start."""

    asked: dict[int, float] = field(default_factory=dict)
    seen: dict[int, float] = field(default_factory=dict)
    done: dict[int, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.done) / (max(self.done.values()) - min(self.asked.values()))

    def waits(self, of: Mapping[int, float]) -> list[float]:
        return [of[number] - self.asked[number] for number in sorted(of)]


def orders_of(base: Base, count: int, steps: int) -> list[tuple[int, ResolvedRequest]]:
    """Styles after Zipf, each with its request."""
    weights = 1 / np.arange(1, STYLES + 1) ** ZIPF
    chosen = np.random.default_rng(0).choice(STYLES, count, p=weights / weights.sum())
    request = PaintRequest(prompt="a red astronaut in space", steps=steps)
    return [
        (
            int(style),
            # Every prompt is another one, so that each is encoded.
            replace(
                request, prompt=f"{request.prompt} {i}", seed=i, adapters=(AdapterUse(f"{style:064x}"),)
            ).with_defaults(base.defaults),
        )
        for i, style in enumerate(chosen)
    ]


class Hotswap:
    """diffusers as it is served at its best: one slot, compiled, styles swapped into it in place."""

    def __init__(self, base: Base, styles: Sequence[Adapter], compiled: bool) -> None:
        self.pipe = base.pipe
        self.files = [canonical(style, base) for style in styles]
        self.now = 0
        self.pipe.unet.enable_lora_hotswap(target_rank=RANK)
        self.pipe.unet.load_lora_adapter(dict(self.files[0]), adapter_name="style", prefix=None)
        if compiled:
            self.pipe.unet.compile(dynamic=False)

    def paint(self, style: int, request: ResolvedRequest) -> tuple[float, float]:
        """Seconds to the first preview and to the end."""
        started, seen = time.perf_counter(), 0.0
        if style != self.now:
            self.pipe.unet.load_lora_adapter(dict(self.files[style]), adapter_name="style", prefix=None, hotswap=True)
            self.now = style
        first = preview_steps(request.steps, 1)[0]

        def after(pipe: Any, step: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
            nonlocal seen
            if step + 1 == first:
                values["latents"].float().cpu()  # as a preview is made of it
                seen = time.perf_counter()
            return values

        self.pipe.scheduler = build_sampler(request.sampler, self.pipe.scheduler)
        with torch.inference_mode():
            self.pipe(
                request.prompt,
                num_inference_steps=request.steps,
                guidance_scale=request.guidance_scale,
                width=request.width,
                height=request.height,
                generator=torch.Generator().manual_seed(request.seed),
                callback_on_step_end=after,
            )
        return seen - started, time.perf_counter() - started


def canonical(style: Adapter, base: Base) -> dict[str, Tensor]:
    factors = style.plain()
    assert factors is not None
    tensors = {}
    for name, pair in factors["unet"].items():
        tensors[f"{name}.lora_A.weight"] = pair.down.to(base.placement.dtype)
        tensors[f"{name}.lora_B.weight"] = pair.up.to(base.placement.dtype)
    return tensors


def one_by_one(hotswap: Hotswap, orders: Sequence[tuple[int, ResolvedRequest]]) -> list[tuple[float, float]]:
    """Seconds to the first preview and to the end of each, from its own start."""
    return [hotswap.paint(style, request) for style, request in track(orders, "hotswap", transient=True)]


def queued(services: Sequence[tuple[float, float]], arrivals: Sequence[float]) -> Served:
    """First in, first out, with the service times that were measured."""
    served, free = Served(), 0.0
    for number, ((preview, whole), asked) in enumerate(zip(services, arrivals, strict=True)):
        begins = max(free, asked)
        served.asked[number], served.seen[number], served.done[number] = asked, begins + preview, begins + whole
        free = begins + whole
    return served


class Engine:
    """The engine's own worker, fed by the clock."""

    def __init__(self, base: Base, styles: Sequence[Adapter], compiled: bool, most_rows: int | None = None) -> None:
        self.base = base
        self.worker = Worker(base, Metrics(), self._tell, lambda _: None, compiled)
        assert self.worker.bank is not None
        columns, pinned = self.worker.bank.bank.columns, base.placement.device.type == "cuda"
        self.styles = [columns.packed(style, base.placement.dtype, pinned) for style in styles]
        if most_rows is not None:
            self.worker.knee.smallest = self.worker.knee.largest = most_rows
        self.previews = 1
        self.served = Served()
        self.started = 0.0

    def run(self, orders: Sequence[tuple[int, ResolvedRequest]], arrivals: Sequence[float] | None = None) -> Served:
        """Requests come when they arrive, or, without arrivals, as soon as there is room in flight."""
        if self.worker.bank is not None:
            self.worker.bank.forget_texts()  # diffusers encodes each anew
        self.served, self.started = Served(), time.perf_counter()
        coming = list(enumerate(orders))
        while coming or not self.worker.idle:
            now = time.perf_counter() - self.started
            while coming and (
                arrivals[coming[0][0]] <= now if arrivals is not None else len(self.worker.works) < IN_FLIGHT
            ):
                number, (style, request) = coming.pop(0)
                self.served.asked[number] = now if arrivals is None else arrivals[number]
                order = PaintOrder(request=request_of(request), partial_images=self.previews)
                self.worker.take(Job(order, request, number), [self.styles[style]])
            if self.worker.idle:
                time.sleep(0.001)
            else:
                self.worker.turn()
        return self.served

    def _tell(self, job: Job, event: Event) -> None:
        now = time.perf_counter() - self.started
        if isinstance(event, PartialImage):
            self.served.seen.setdefault(job.number, now)
        elif isinstance(event, Completed):
            self.served.done[job.number] = now
            self.served.seen.setdefault(job.number, now)
        elif isinstance(event, Failed):
            raise event.error


def request_of(request: ResolvedRequest) -> PaintRequest:
    return PaintRequest(prompt=request.prompt)


def poisson(count: int, rate: float) -> list[float]:
    return [float(at) for at in np.cumsum(np.random.default_rng(1).exponential(1 / rate, count))]


def measured(shape: Shape, device: str, count: int, steps: int, compiled: bool) -> Iterator[str]:
    hush()
    base = base_of(shape, device)
    styles = [style_of(base, number) for number in range(STYLES)]
    orders = orders_of(base, count, steps)
    # Two of different styles, to warm up with; their prompts are not among the others.
    pair = [(style, replace(orders[0][1], prompt=f"warm {style}")) for style in (0, 1)]
    started = time.perf_counter()
    engine = Engine(base, styles, compiled)
    engine.worker.warm_up()
    engine.run(pair)
    warm = time.perf_counter() - started
    hotswap = Hotswap(base_of(shape, device), styles, compiled)
    one_by_one(hotswap, pair)
    fifo = one_by_one(hotswap, orders)
    grouped = one_by_one(hotswap, sorted(orders, key=lambda order: order[0]))
    closed = engine.run(orders)
    alone = Engine(base, styles, compiled, most_rows=2)
    eager = Engine(base, styles, compiled=False)
    for other in (alone, eager):
        other.run(pair)
    yield f"{shape.title}, {base.placement.dtype_name}, {count} requests of {STYLES} styles, {steps} steps, "
    yield f"{'compiled, warm after' if compiled else 'not compiled, ready after'} {warm:.0f} s."
    yield ""
    yield "| all there at once | pictures a second | against hotswap |"
    yield "| --- | ---: | ---: |"
    first = count / sum(whole for _, whole in fifo)
    rates = {
        "diffusers: hotswap, first in, first out": first,
        "diffusers: hotswap, grouped by style": count / sum(whole for _, whole in grouped),
        "StyleSeal, one picture to a batch": alone.run(orders).rate,
        "StyleSeal, not compiled": eager.run(orders).rate,
        "StyleSeal": closed.rate,
    }
    for name, rate in rates.items():
        yield f"| {name} | {rate:.3f} | {rate / first:.2f}x |"
    yield ""
    arrivals = poisson(count, LOAD * first)
    yield f"| arriving at {LOAD:.0%} of what hotswap can serve | first preview p50 | p95 | done p50 | p95 |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    ways = {
        "diffusers: hotswap, first in, first out": queued(fifo, arrivals),
        "StyleSeal, one picture to a batch": alone.run(orders, arrivals),
        "StyleSeal": engine.run(orders, arrivals),
    }
    engine.previews = 0
    ways["StyleSeal, no previews"] = engine.run(orders, arrivals)
    for name, served in ways.items():
        cells = [f"{q:.2f} s" for of in (served.seen, served.done) for q in quantiles(served.waits(of))]
        if name.endswith("no previews"):
            cells[:2] = ["none", "none"]
        yield f"| {name} | {' | '.join(cells)} |"


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    return statistics.median(values), float(np.quantile(values, 0.95))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__)
    parser.add_argument("--shape", nargs="+", choices=tuple(SHAPES), default=("sd15", "sdxl"))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--requests", type=int, default=32)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--eager", action="store_true", help="compile neither side")
    parser.add_argument("--write", type=Path, help="a page with the mark gpu")
    given = parser.parse_args()
    if given.device == "auto" and not torch.cuda.is_available() and set(given.shape) != {"tiny"}:
        parser.error("there is no CUDA device here; --shape tiny tries the bench without one")
    lines: list[str] = []
    for name in given.shape:
        for line in measured(SHAPES[name], given.device, given.requests, given.steps, not given.eager):
            print(line, flush=True)
            lines.append(line)
        lines.append("")
        print()
    if given.write:
        given.write.write_text(written_into(given.write.read_text("utf-8"), "gpu", lines), "utf-8")


if __name__ == "__main__":
    main()
