"""`styleseal adapters list`: every adapter there is to paint with."""

from typing import Annotated, Any

import typer
from rich.table import Table

from adapters.inspection import inspect
from adapters.library import EVERYONE, Kept, State
from adapters.settings import AdapterSettings
from adapters.styles import Style
from cli.adapters.shown import as_json, as_table, size
from cli.catalogue import library, styles_here
from cli.settings import load_settings
from engine.settings import EngineSettings
from pocket.location import ADAPTERS
from protocol.errors import AdapterRefused

COLUMNS = ("name", "title", "trigger", "weight", "kind", "base", "size", "from", "whose", "state")


def command(json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False) -> None:
    """List the adapters there are, the embedded ones and those of servers too."""
    styles = styles_here(load_settings(EngineSettings))
    with library(load_settings(AdapterSettings)) as kept:
        by_name = {(one.style.name, one.style.path): one for one in kept.kept(EVERYONE)}
        others = [one for one in kept.everything() if one.owner != EVERYONE or one.state is not State.ACTIVE]
    rows = [_facts(style, by_name.get((style.name, style.path))) for style in styles]
    rows += [_facts(one.style, one) for one in others]
    if json:
        as_json(rows)
    else:
        as_table(_table(rows))


def _facts(style: Style, kept: Kept | None) -> dict[str, Any]:
    known = _looked_at(style) if kept is None else kept.facts
    return {
        "name": style.name,
        "title": style.title,
        "trigger": style.trigger,
        "weight": style.weight,
        "kind": ", ".join(known.get("kinds", ())),
        "base": known.get("family", "") or style.family,
        "bytes": known.get("bytes", 0) if kept is None else kept.size,
        "from": "library" if kept is not None else "embedded" if style.path.parent == ADAPTERS else "styles.json",
        "whose": "everyone" if kept is None or kept.owner == EVERYONE else kept.owner,
        "state": "active" if kept is None else str(kept.state),
        "sha256": style.sha256,
        "path": str(style.path),
        "licence": style.licence,
        "credit": style.credit,
    }


def _looked_at(style: Style) -> dict[str, Any]:
    """What the library would know of a style that is not in it."""
    try:
        found = inspect(style.path)
    except AdapterRefused:
        return {}
    title = "" if found.family is None else found.family.title
    return {"kinds": found.kinds, "family": title, "bytes": found.size}


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(column, no_wrap=column == "name", overflow="fold")
    for row in rows:
        shown = row | {"weight": f"{row['weight']:g}", "size": size(row["bytes"])}
        table.add_row(*(shown[column] for column in COLUMNS))
    return table
