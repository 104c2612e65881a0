"""`styleseal styles`: what there is to paint in, and the words that wake it."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from adapters.styles import Style
from cli.catalogue import styles_here
from cli.settings import load_settings
from engine.settings import EngineSettings
from pocket.location import ADAPTERS

COLUMNS = ("name", "title", "trigger", "weight", "size", "from")


def command(as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False) -> None:
    """List the styles there are, each with its trigger and recommended weight."""
    styles = list(styles_here(load_settings(EngineSettings)))
    if as_json:
        json.dump([_facts(style) for style in styles], sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif not styles:
        print("There are no styles here.", file=sys.stderr)
    else:
        Console(markup=False, emoji=False).print(_table(styles))  # a title is text, whatever brackets it holds


def _facts(style: Style) -> dict[str, Any]:
    return {
        "name": style.name,
        "title": style.title,
        "trigger": style.trigger,
        "weight": style.weight,
        "range": list(style.weight_range),
        "bytes": style.file_bytes(),
        "sha256": style.sha256,
        "path": str(style.path),
        "preset": style.preset,
        "licence": style.licence,
        "credit": style.credit,
    }


def _table(styles: list[Style]) -> Table:
    table = Table(*COLUMNS, box=None, pad_edge=False, header_style="bold")
    for style in styles:
        size = f"{style.file_bytes() / 1024:,.0f} KiB"
        origin = "embedded" if style.path.parent == ADAPTERS else str(style.path.parent)
        table.add_row(style.name, style.title, style.trigger, f"{style.weight:g}", size, origin)
    return table
