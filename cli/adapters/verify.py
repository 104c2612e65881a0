"""`styleseal adapters verify`: whether every file in the library is what it was."""

import sys
from collections.abc import Iterable

import typer

from adapters.library import Kept
from adapters.settings import AdapterSettings
from cli.catalogue import library
from cli.settings import load_settings


def command() -> None:
    """Read every file in the library again, compare it with its hash, and clear away what kills have left over."""
    bad, count = 0, 0
    with library(load_settings(AdapterSettings)) as kept:
        kept.sweep()
        names = _names(kept.everything())
        for sha256, problem in kept.verify():
            count += 1
            if problem:
                bad += 1
                print(f"{', '.join(names.get(sha256, ['?']))}: {sha256[:12]} is {problem}", file=sys.stderr)
    if bad:
        print(f"{bad} of {count} files have to be added again: adding one puts it in the place of the old.")
        raise typer.Exit(1)
    print(f"{count} files, all as they were")


def _names(kept: Iterable[Kept]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in kept:
        found.setdefault(one.style.sha256, []).append(one.style.name)
    return found
