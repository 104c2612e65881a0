"""`make bench`: what styles cost, on this machine, as Markdown tables.

All ways of one table are measured in turn within each round, with equal threads; medians are compared.
"""

import argparse
import gc
import platform
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import torch

from bench.report import plot, written_into
from bench.swap import SHAPES, swap
from bench.throughput import STEPS, STYLES, overhead, throughput
from bench.timing import table
from bench.waiting import AHEAD, first_preview, pictures_a_second, with_known_adapters
from engine.base import Base
from engine.loading import load_base
from engine.settings import EngineSettings

IN_FLIGHT = (1, 2, 4, 8, 16)
KNOWN = (1, 8, 64, 512)
Lines = Iterator[str]


def pictures(base: Base, folder: Path, rounds: int) -> Lines:
    title = f"pocket base, {STYLES} requests of {STYLES} styles, {STEPS} steps, whole pictures: time for each"
    yield from table(title, throughput(base, folder, rounds), per=STYLES)


def one_pass(base: Base, folder: Path, rounds: int) -> Lines:
    yield from table("pocket base, one forward pass of 16 rows in 8 styles", overhead(base, folder, 3 * rounds))


def swaps(base: Base, folder: Path, rounds: int) -> Lines:
    for shape in SHAPES:
        yield from table(f"{shape}, putting on another style of rank 16: process time", swap(shape, 3 * rounds))
        yield ""


def preview(base: Base, folder: Path, rounds: int) -> Lines:
    found = first_preview(base, folder, rounds)
    theirs, ours = zip(*found, strict=True)
    slow, fast = (statistics.median(wait.seconds for wait in waits) for waits in (theirs, ours))
    many, few = (statistics.median(wait.steps for wait in waits) for waits in (theirs, ours))
    yield f"| first preview with {AHEAD} requests ahead, pocket base | median | takes | steps before it | takes |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    yield f"| one request after the other | {slow:.2f} s | {slow / fast:.1f}x | {many} | {many / few:.1f}x |"
    yield f"| StyleSeal | {fast:.2f} s | 1.0x | {few} | 1.0x |"


def work(base: Base, folder: Path, rounds: int) -> Lines:
    yield "| requests in flight, pocket base | pictures a second | memory of the process |"
    yield "| ---: | ---: | ---: |"
    for count in IN_FLIGHT:
        yield f"| {count} | {pictures_a_second(base, folder, count):.2f} | {memory()} |"
    yield ""
    yield "| adapters that went through the bank before, 8 requests in flight | pictures a second | memory |"
    yield "| ---: | ---: | ---: |"
    for count in KNOWN:
        yield f"| {count} | {with_known_adapters(base, folder, count):.2f} | {memory()} |"


def memory() -> str:
    gc.collect()
    return f"{psutil.Process().memory_info().rss / 2**20:.0f} MiB"


BENCHES: Mapping[str, Callable[[Base, Path, int], Lines]] = {
    "pictures": pictures,
    "pass": one_pass,
    "swap": swaps,
    "preview": preview,
    "work": work,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which of {', '.join(BENCHES)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--write", type=Path, help="a page with marks for each bench, and its plot beside it")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as data:
        base = load_base(EngineSettings(base="pocket", data=Path(data)), lambda _: None)
        found = {"machine": [machine(given.threads, given.rounds)]}
        print(found["machine"][0], end="\n\n")
        for name in given.names or BENCHES:
            found[name] = []
            for line in BENCHES[name](base, Path(data), given.rounds):
                print(line, flush=True)
                found[name].append(line)
            print()
    if given.write:
        write(given.write, found)


def machine(threads: int, rounds: int) -> str:
    cpu = platform.processor() or platform.machine()
    with suppress(OSError):  # Linux names it only there
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), cpu)
    return f"{threads} threads of {cpu}, torch {torch.__version__}, fp32, {rounds} rounds, {3 * rounds} of pass, swap."


def write(path: Path, found: Mapping[str, list[str]]) -> None:
    """Each bench's tables to their place in the page; the plot where all that it shows was measured."""
    page = path.read_text("utf-8")
    for name, lines in found.items():
        page = written_into(page, name, lines)
    path.write_text(page, "utf-8")
    if {"pictures", "work"} <= found.keys():
        plot(found, path.with_suffix(".svg"))


if __name__ == "__main__":
    main()
