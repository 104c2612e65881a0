"""Whether Python and the libraries are as new as StyleSeal needs them, by its own list."""

import re
import sys
from collections.abc import AsyncGenerator, Iterator
from importlib import metadata

from bot.doctor.finding import Finding, broken, ok, warning
from bot.doctor.visit import Visit

_SHOWN = ("discord.py", "torch", "diffusers")
_FLOOR = re.compile(r"([A-Za-z0-9._-]+)>=([0-9.]+)")
_INSTALL = "Install StyleSeal again (pip install -U), into a virtual environment of its own."


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    try:
        needed, python = metadata.requires("styleseal") or [], metadata.metadata("styleseal")["Requires-Python"]
    except metadata.PackageNotFoundError:
        yield warning("StyleSeal is not installed, only its files are here.", "Run `pip install -e .` beside them.")
        return
    troubles = list(problems(needed, python or "", ".".join(map(str, sys.version_info[:3]))))
    for sentence in troubles:
        yield broken(sentence, _INSTALL)
    if not troubles:
        names = ", ".join(f"{name} {metadata.version(name)}" for name in _SHOWN)
        yield ok(f"StyleSeal {metadata.version('styleseal')}, Python {sys.version.split()[0]}, {names}.")


def problems(needed: list[str], python: str, running: str) -> Iterator[str]:
    """A sentence for each that is too old or missing; `needed` and `python` are as a package's metadata have them."""
    floor = python.removeprefix(">=")
    if _numbers(running) < _numbers(floor):
        yield f"This is Python {running}, and StyleSeal needs {floor} or newer."
    for found in (_FLOOR.match(line) for line in needed if "extra ==" not in line):
        if found is None:
            continue
        name, floor = found.groups()
        try:
            there = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"{name} is not installed, and StyleSeal needs {floor} or newer."
            continue
        if _numbers(there) < _numbers(floor):
            yield f"{name} is {there}, and StyleSeal needs {floor} or newer."


def _numbers(version: str) -> tuple[int, ...]:
    """Of the release, without zeros at its end: 2.13 is 2.13.0."""
    release = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    numbers = [int(part) for part in release[0].split(".")] if release else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
