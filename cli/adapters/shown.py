"""Adapters as people like to read of them, and as programs do."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.inspection import Inspection


def as_json(data: object) -> None:
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    print()


def as_table(table: Table) -> None:
    """Titles are text, whatever brackets they hold."""
    Console(markup=False, emoji=False).print(table)


def facts(rows: Iterable[tuple[str, str]]) -> Table:
    """One fact a line; those that are empty are left out."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        if value:
            table.add_row(name, value)
    return table


def size(number: int) -> str:
    return f"{number / 1024:,.0f} KiB" if number < 10 * 2**20 else f"{number / 2**20:,.0f} MiB"


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def described(found: Inspection) -> list[tuple[str, str]]:
    said, runner_up = found.said, found.fits[1] if len(found.fits) > 1 else None
    nearest = found.fits[0] if found.fits else None
    base = "" if nearest is None else f"{nearest.title} ({nearest.score:.0%} of its modules fit"
    base += f"; {runner_up.title} {runner_up.score:.0%})" if base and runner_up is not None else ")" if base else ""
    return [
        ("kind", counted(found.kinds)),
        ("spelling", ", ".join(found.spellings) + (f", by {said.maker}" if said.maker else "")),
        ("base", found.other or base),
        ("trained on", " ".join(filter(None, (said.base, f"({said.descendant})" if said.descendant else "")))),
        ("changes", counted(found.targets)),
        ("rank", _span(found.ranks) if any(found.ranks) else ""),
        ("alpha", f"{_span(found.scales)} of the rank"),
        ("numbers", ", ".join(found.dtypes)),
        ("painted", "with others in one pass" if found.in_pages else "by a merged copy of the layers it changes"),
        ("title", said.title),
        ("author", said.author),
        ("licence", said.licence),
        ("resolution", said.resolution),
        ("prediction", said.prediction_type),
        *((f"trigger {n}", f"{one.words}  ({one.source})") for n, one in enumerate(said.triggers, 1)),
        ("size", size(found.size)),
        ("SHA-256", found.hashes.sha256),
        ("AutoV2", found.hashes.auto_v2),
        ("AutoV3", found.hashes.auto_v3),
    ]


def inspected(found: Inspection) -> dict[str, Any]:
    """The same for programs."""
    said = found.said
    return {
        "sha256": found.hashes.sha256,
        "auto_v2": found.hashes.auto_v2,
        "auto_v3": found.hashes.auto_v3,
        "bytes": found.size,
        "kinds": dict(found.kinds),
        "spellings": list(found.spellings),
        "maker": said.maker,
        "bases": [{"family": fit.family, "title": fit.title, "score": fit.score} for fit in found.fits],
        "other_base": found.other,
        "trained_on": said.base,
        "descendant": said.descendant,
        "modules": found.modules,
        "targets": dict(found.targets),
        "ranks": list(found.ranks),
        "scales": list(found.scales),
        "dtypes": list(found.dtypes),
        "in_pages": found.in_pages,
        "title": said.title,
        "author": said.author,
        "licence": said.licence,
        "resolution": said.resolution,
        "prediction_type": said.prediction_type,
        "triggers": [{"words": one.words, "source": one.source} for one in said.triggers],
        "refusal": found.refusal,
    }


def _span(ends: tuple[float, float]) -> str:
    low, high = ends
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
