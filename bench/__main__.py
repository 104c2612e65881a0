"""`make bench`: what styles cost, on this machine, as Markdown tables.

All ways of one table are measured in turn within each round, with equal threads; medians are compared.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import torch

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
    slow, fast = (statistics.median(times) for times in zip(*found, strict=True))
    yield f"| first preview with {AHEAD} requests ahead, pocket base | median | takes |"
    yield "| --- | ---: | ---: |"
    yield f"| one request after the other | {slow:.2f} s | {slow / fast:.1f}x |"
    yield f"| StyleSeal | {fast:.2f} s | 1.0x |"


def work(base: Base, folder: Path, rounds: int) -> Lines:
    yield "| requests in flight, pocket base | pictures a second |"
    yield "| ---: | ---: |"
    for count in IN_FLIGHT:
        yield f"| {count} | {pictures_a_second(base, folder, count):.2f} |"
    yield ""
    yield "| adapters that went through the bank before, 8 requests in flight | pictures a second |"
    yield "| ---: | ---: |"
    for count in KNOWN:
        yield f"| {count} | {with_known_adapters(base, folder, count):.2f} |"


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
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as data:
        base = load_base(EngineSettings(base="pocket", data=Path(data)), lambda _: None)
        print(f"torch {torch.__version__}, {given.threads} threads, {given.rounds} rounds\n")
        for name in given.names or BENCHES:
            for line in BENCHES[name](base, Path(data), given.rounds):
                print(line, flush=True)
            print()


if __name__ == "__main__":
    main()
